import io

import pytest

from mitwirken.city import actions, samples

pytestmark = pytest.mark.django_db
HEAD = "strasse;hausnummer_von;hausnummer_bis;seite;plz;stadtbezirk\n"


@pytest.fixture
def street():
    samples.district(slug="nord", name="Nord")
    actions.import_streets(io.StringIO(HEAD + "Lindenweg;;;;44135;Nord\n"))


def test_a_street_tells_its_district(client, street):
    found = client.get("/stadt/strasse/", {"q": "lindenweg 4"}).json()["results"]

    assert found == [{"street": "Lindenweg", "postcode": "44135", "district": {"slug": "nord", "name": "Nord"}}]


@pytest.mark.parametrize("typed", ["", "li", "\x00", "x" * 5000, "%_%", "../..", "Lindenweg 99999999999", "🏠"])
def test_odd_questions_are_answered_calmly(client, street, typed):
    assert client.get("/stadt/strasse/", {"q": typed}).status_code == 200


def test_what_was_asked_is_kept_in_no_cache(client, street):
    assert client.get("/stadt/strasse/", {"q": "lindenweg"})["Cache-Control"] == "no-store"


def test_a_lookup_asks_the_database_once(client, street, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get("/stadt/strasse/", {"q": "lindenweg"})


def test_a_lookup_is_a_question_and_nothing_can_be_posted(client):
    assert client.post("/stadt/strasse/").status_code == 405
