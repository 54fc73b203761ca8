"""Searching and reading formats."""

import pytest

from mitwirken.box import samples
from mitwirken.box.folding import folded
from mitwirken.box.models import Case, Evidence, Format

pytestmark = pytest.mark.django_db


@pytest.fixture
def three():
    """The word stands in the name of one, in an alias of the next, in the text of the last."""
    empty = {"aliases": [], "summary": "Kurz.", "description": "Lang."}
    samples.format(code="text", name="Am Abend", **empty | {"description": "Wie ein Bürgerrat, nur kürzer."})
    samples.format(code="alias", name="Losforum", **empty | {"aliases": ["Bürgerrat"]})
    samples.format(code="name", name="Großer Bürgerrat", **empty)
    samples.format(code="exact", name="Bürgerrat", **empty)


@pytest.mark.parametrize("query", ["Bürgerrat", "buergerrat", "BURGERRAT", "  bürgerrat ", "bürger-rat"])
def test_a_hit_in_the_name_comes_before_the_alias_and_the_text(three, query):
    if query == "bürger-rat":
        assert set(Format.objects.search(query).values_list("code", flat=True)) == {
            "exact",
            "name",
            "alias",
            "text",
        }
        return
    found = Format.objects.search(query).order_by("rank", "search_name")
    assert [row.code for row in found] == ["exact", "name", "alias", "text"]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("open space", "open-space"),
        ("openspace", "open-space"),
        ("future search", "zukunftskonferenz"),
        ("planungszelle", "planungszelle"),
        ("mangelmelder", "maengelmelder"),
        ("MÄNGELMELDER", "maengelmelder"),
        ("runder tisch", "runder-tisch"),
        ("zukunftswerkstatt", "zukunftswerkstatt"),
    ],
)
def test_people_find_what_they_type(toolbox, query, first):
    assert Format.objects.search(query).order_by("rank", "search_name").first().code == first


def test_every_word_must_occur(three):
    assert not Format.objects.search("bürgerrat einhorn").exists()


@pytest.mark.parametrize("nothing", ["", "   ", "%", "_", "\x00", "…"])
def test_a_search_for_nothing_finds_everything(three, nothing):
    assert Format.objects.search(nothing).count() == 4


def test_cases_are_found_by_place_and_organiser(db):
    samples.case(title="Ein Platz", place="Köln", organiser="Stadt Köln")
    assert Case.objects.search("koeln").count() == 1


def test_spelling_does_not_matter():
    assert folded("Bürgerräte – Größe") == folded("buergerraete GROESSE") == "burgerrate grosse"


def test_a_format_tells_its_codes_by_vocabulary():
    row = samples.format(terms={"level": ["involve", "consult"], "channel": ["digital"]})
    assert (sorted(row.levels), row.channels, row.cost_basis) == (["consult", "involve"], ["digital"], "estimate")


def test_only_evidence_from_ten_people_on_may_be_shown():
    row = samples.format()
    samples.evidence(row, n=9)
    enough = samples.evidence(row, n=10, indicator="Q1")
    assert list(Evidence.objects.showable()) == [enough]


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [(2016, 2019, "2016 – 2019"), (2016, 2016, "2016"), (2016, None, "seit 2016"), (None, None, "")],
)
def test_years_read_as_people_say_them(start, end, words):
    assert str(Case(year_start=start, year_end=end).years) == words
