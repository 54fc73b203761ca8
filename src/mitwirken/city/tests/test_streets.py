import pytest

from mitwirken.city.streets import Address, covers, normalise, parse


@pytest.mark.parametrize(
    "spelling",
    ["Kaiserstraße", "kaiserstrasse", "Kaiserstr.", "Kaiser-Str.", "KAISERSTRAẞE", "Kaiser Straße", " kaiserstr "],
)
def test_all_spellings_of_a_street_are_one(spelling):
    assert normalise(spelling) == "kaiserstrasse"


def test_umlauts_and_their_two_letters_are_the_same():
    assert normalise("Körner Weg") == normalise("Koerner-Weg")


def test_a_name_that_only_contains_str_is_left_alone():
    assert normalise("Strobelallee") == "strobelallee"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Große Gasse 12", Address("grossegasse", 12)),
        ("Große Gasse 12 a", Address("grossegasse", 12)),
        ("Große Gasse 12-14", Address("grossegasse", 12)),
        ("Große Gasse", Address("grossegasse")),
        ("Straße des 17. Juni", Address("strassedes17juni")),
        ("", Address("")),
        ("12", Address("12")),
        ("\x00Große Gasse 3\x00", Address("grossegasse", 3)),
    ],
)
def test_what_people_type_is_street_and_number(typed, found):
    assert parse(typed) == found


@pytest.mark.parametrize(
    ("number", "expected"), [(1, False), (2, True), (3, False), (20, True), (21, False), (22, False)]
)
def test_a_range_of_even_numbers_covers_its_even_numbers(number, expected):
    assert covers(number, start=2, end=20, parity="even") is expected


def test_an_open_range_covers_everything():
    assert covers(9999, start=None, end=None)
