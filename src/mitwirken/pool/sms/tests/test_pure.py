"""Numbers as people write them, and texts that telephones can read."""

import pytest

from mitwirken.pool.sms import gsm, numbers


@pytest.mark.parametrize(
    "typed",
    ["0171 3920012", "0171/392 00-12", "+49 171 3920012", "0049 171 3920012", "+49 (0)171 3920012", "01713920012 "],
)
def test_a_number_has_one_form_however_it_is_written(typed):
    assert numbers.plain(typed) == "+491713920012"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "x",
        "0171",
        "0231 50-0",
        "110",
        "0900 1234567",
        "+43 664 1234567",
        "+882 99 12345678",
        "+491713920012; DROP",
        "0" * 40,
        "\x00",
        "٠١٧١٣",
    ],
)
def test_what_gets_no_text_message_is_no_number(typed):
    found = numbers.plain(typed)
    assert found is None or found == "+491713920012"


def test_a_city_at_a_border_opens_the_country_next_door(settings):
    settings.SMS_COUNTRIES = ["DE", "AT"]
    assert numbers.plain("+43 664 1234567") == "+436641234567"
    assert numbers.readable("+436641234567") == "+43 664 1234567"
    assert numbers.readable("+491713920012") == "0171 3920012"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Spielplätze für Große", "Spielplätze für Große"),
        ("„Mitte“ – jetzt …", '"Mitte" - jetzt ...'),
        ("Çağ Łódź ŞENOL", "Çag Lódz SENOL".replace("ó", "o")),
        ("Ideen 💡 gesucht", "Ideen  gesucht"),
        ("5\u00a0€", "5 €"),
        ("Привет", ""),
    ],
)
def test_a_text_keeps_to_the_alphabet_of_telephones(text, plain):
    assert gsm.plain(text) == plain


def test_the_euro_takes_two_places():
    assert gsm.length("5 €") == 4


def test_a_long_text_ends_with_dots_and_never_gets_too_long():
    assert gsm.shortened("kurz", 10) == "kurz"
    for most in range(3, 60):
        assert gsm.length(gsm.shortened("Ein [sehr] langer Titel, der nicht endet: €€€€€", most)) <= most
