"""The assistant in the browser: reasons, hints, never an empty page."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db
FIRST = {"aenderbar": "ja", "entscheidung": "ja", "antwort": "ja", "pflicht": "nein"}


def ask(client, **answers):
    return client.get(reverse("box:wizard"), FIRST | answers)


def test_it_begins_with_questions_and_no_answer(client, toolbox):
    page = client.get(reverse("box:wizard"))
    assert "Kann sich noch etwas ändern?" in page.content.decode()
    assert page.context["result"] is None


def test_the_first_four_questions_cannot_be_skipped(client, toolbox):
    page = client.get(reverse("box:wizard"), {"ziel": "inform"})
    assert set(page.context["form"].errors) == {"aenderbar", "entscheidung", "antwort", "pflicht"}
    assert page.context["result"] is None


def test_where_nothing_can_change_it_advises_good_information(client, toolbox):
    page = ask(client, aenderbar="nein", ziel="deliberate")
    assert page.context["result"] is None
    assert "Informieren Sie dann gut, statt zu fragen" in page.content.decode()


def test_each_match_says_why_it_fits(client, toolbox):
    page = ask(client, ziel="resolve_conflict", streit="hard", personen="20")
    assert "Runder Tisch" in page.content.decode()
    assert "dient allen Ihren Zielen" in page.content.decode()


def test_where_nothing_fits_it_says_why_and_one_click_loosens_it(client, toolbox):
    page = ask(client, ziel=["deliberate", "representative_view"], personen="50", wochen="1", budget="200")
    assert "Zu all Ihren Antworten passt nichts" in page.content.decode()
    loosened = client.get(reverse("box:wizard") + page.context["result"]["narrowly"][0]["loosen_url"])
    assert loosened.context["result"]["lists"]


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"personen": "viele"}, "personen"),
        ({"budget": "-5"}, "budget"),
        ({"ziel": ["royal"]}, "ziel"),
        ({"phase": "\x00"}, "phase"),
        ({"ziel": ["inform", "activate", "decide", "network", "learn"]}, "ziel"),
    ],
)
def test_odd_answers_are_refused_at_their_question(client, toolbox, answers, field):
    page = ask(client, **answers)
    assert page.status_code == 200
    assert list(page.context["form"].errors) == [field]


def test_it_sets_no_cookie_and_asks_the_database_seldom(client, toolbox, django_assert_max_num_queries):
    ask(client, ziel="inform")
    with django_assert_max_num_queries(8):
        page = ask(client, ziel="inform")
    assert not page.cookies
