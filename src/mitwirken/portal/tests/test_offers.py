"""The list of offers: what a filter finds, what it counts, and what garbage does to it (nothing)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.http import QueryDict

from mitwirken.box.models import Format, Term
from mitwirken.city import samples as city
from mitwirken.portal import offers, samples
from mitwirken.portal.models import OfferStatus, Step, StepState
from mitwirken.portal.offers import ALL, OfferFilter

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def project():
    return samples.project(title="Marktplatz", slug="marktplatz")


def step(project, title, *, begins=-5, ends=20, **fields):
    dates = {"starts_at": NOW + begins * DAY, "ends_at": None if ends is None else NOW + ends * DAY}
    return samples.step(project, title=title, published_at=NOW - 5 * DAY, **dates, **fields)


def titles(query, at=NOW):
    return [row.title for row in OfferFilter.read(QueryDict(query)).ordered(at=at)]


@pytest.fixture
def city_of_offers(project):
    """One offer per way of being found."""
    north, south = city.district(slug="nord", name="Nord"), city.district(slug="sued", name="Süd")
    mobility, climate = city.topic(code="mobility"), city.topic(code="climate", name="Klima")
    event = Term.objects.create(vocabulary="kind", code="event", label="Veranstaltung")
    cafe = Format.objects.create(code="world-cafe", name="World Café", summary="Tische")
    cafe.terms.add(event)
    step(project, "Radweg Hörde", districts=[north], topics=[mobility], format=cafe, channel="hybrid", place="Rathaus")
    step(project, "Bäume", districts=[south], topics=[climate], ends=3)
    step(project, "Haushalt", ends=None)
    step(project, "Bald", begins=5, ends=9, districts=[north, south])
    step(project, "Auswertung", begins=-20, ends=-5, districts=[south])
    step(project, "Beantwortet", begins=-20, ends=-5, answered_at=NOW, topics=[climate, mobility])
    step(project, "Fertig", begins=-40, ends=-30, answered_at=NOW, done_at=NOW)
    step(project, "Entwurf", state=StepState.DRAFT)
    step(project, "Zurückgezogen", state=StepState.WITHDRAWN)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"Bäume", "Radweg Hörde", "Haushalt", "Bald"}),
        ("status=alle", {"Bäume", "Radweg Hörde", "Haushalt", "Bald", "Auswertung", "Beantwortet", "Fertig"}),
        ("status=open", {"Bäume", "Radweg Hörde", "Haushalt"}),
        ("status=closing", {"Bäume"}),
        ("status=announced", {"Bald"}),
        ("status=evaluation", {"Auswertung"}),
        ("status=answered", {"Beantwortet"}),
        ("status=done", {"Fertig"}),
        ("status=answered&status=done", {"Beantwortet", "Fertig"}),
        ("bezirk=nord", {"Radweg Hörde", "Haushalt", "Bald"}),
        ("bezirk=nord&bezirk=sued", {"Radweg Hörde", "Bäume", "Haushalt", "Bald"}),
        ("bezirk=stadtweit", {"Haushalt"}),
        ("bezirk=gibtesnicht&status=announced", set()),
        ("thema=mobility", {"Radweg Hörde"}),
        ("thema=mobility&thema=climate&status=alle", {"Radweg Hörde", "Bäume", "Beantwortet"}),
        ("format=event", {"Radweg Hörde"}),
        ("format=world-cafe", {"Radweg Hörde"}),
        ("kanal=hybrid", {"Radweg Hörde"}),
        ("kanal=analog", set()),
        ("q=hoerde", {"Radweg Hörde"}),
        ("q=HÖRDE+rad", {"Radweg Hörde"}),
        ("q=marktplatz&status=closing", {"Bäume"}),
        ("q=%25", {"Bäume", "Radweg Hörde", "Haushalt", "Bald"}),
        ("von=2026-03-18&bis=2026-03-18", {"Radweg Hörde", "Haushalt", "Bald"}),
        ("bis=2026-02-10", {"Fertig"}),
        ("von=2026-03-25&status=open", {"Radweg Hörde", "Haushalt"}),
    ],
)
def test_each_filter_finds_what_it_names(city_of_offers, query, expected):
    assert set(titles(query)) == expected


def test_what_ends_first_comes_first(city_of_offers):
    assert titles("") == ["Bäume", "Bald", "Radweg Hörde", "Haushalt"]


def test_past_offers_come_newest_first(city_of_offers):
    assert titles("status=done&status=answered")[0] == "Beantwortet"


@pytest.mark.parametrize("query", ["", "status=alle", "bezirk=nord", "thema=climate&status=alle", "kanal=hybrid"])
def test_each_count_is_what_the_choice_then_shows(city_of_offers, query):
    asked = OfferFilter.read(QueryDict(query))
    counts = offers.counts(asked, at=NOW)

    def shown(**choice):
        return offers.replace(asked, **choice).steps(at=NOW).count()

    assert counts.found == shown()
    assert counts.statuses == {s: shown(statuses=(s,)) for s in (ALL, *OfferStatus.values)}
    assert counts.channels == {code: shown(channels=(code,)) for code in offers.CHANNELS}
    assert {t.code: n for t, n in counts.topics} == {t.code: shown(topics=(t.code,)) for t, _ in counts.topics}
    assert {d.slug: n + counts.whole_city for d, n in counts.districts} == {
        d.slug: shown(districts=(d.slug,)) for d, _ in counts.districts
    }
    assert {k.code: n for k, n in counts.kinds} == {k.code: shown(formats=(k.code,)) for k, _ in counts.kinds}


def test_the_statuses_share_out_all_published_offers(city_of_offers):
    counts = offers.counts(OfferFilter(), at=NOW).statuses
    parts = ["announced", "open", "evaluation", "answered", "done"]
    assert sum(counts[status] for status in parts) == counts[ALL] == Step.objects.published().count()


def test_channels_share_out_what_is_found(city_of_offers):
    counts = offers.counts(OfferFilter(statuses=(ALL,)), at=NOW)
    assert sum(counts.channels.values()) == counts.found


@pytest.mark.parametrize("query", ["", "status=alle"])
def test_paging_shows_each_offer_once_and_none_twice(project, query):
    for number in range(7):
        step(project, f"Nummer {number}", ends=None if number % 2 else 9)
    asked, seen = OfferFilter.read(QueryDict(query)), []
    while asked:
        rows, asked = asked.page(at=NOW, size=2)
        seen += [row.title for row in rows]
        asked = asked and OfferFilter.read(QueryDict(asked.query(after=asked.after)))
    assert sorted(seen) == [f"Nummer {number}" for number in range(7)]


ODD = [
    "bezirk=%00&von=x",
    "q=%00%00",
    "q=" + "a" * 5000,
    "thema=" + "&thema=".join("abc" for _ in range(500)),
    "von=9999-99-99&bis=0000-00-00",
    "von=9999-12-31&bis=0001-01-01",
    "monat=9999-12&ansicht=kalender",
    "monat=0001-01&ansicht=kalender",
    "monat=2026-13&ansicht=kalender",
    "nach=99999999999999999.1",
    "nach=-99999999999999999.1",
    "nach=1.999999999999999999999",
    "nach=%F0%9F%92%A9.1",
    "nach=%D9%A1.%D9%A1",
    "status=&kanal=&format=&bezirk=",
    "status=open%00&kanal=DROP+TABLE",
    "ansicht=<script>",
    "q=%ff%fe&bezirk=%ff",
    "q='%22%3C/script%3E",
    "%00=1&&&=;",
]


@pytest.mark.parametrize("path", ["", "feed/", "kalender.ics", "offers.json", "karte.geojson"])
@pytest.mark.parametrize("query", ODD)
def test_no_garbage_in_the_address_breaks_a_page(client, project, path, query):
    step(project, "Offen")
    response = client.get(f"/mitmachen/{path}?{query}")
    assert response.status_code == 200
    assert response.getvalue() if response.streaming else response.content


def test_a_day_may_be_written_as_people_write_it(client, project):
    step(project, "Offen")
    assert "ab 24. Dezember 2026" in client.get("/mitmachen/?von=24.12.2026").content.decode()


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("von=31.02.2027", "„31.02.2027“ ist kein Datum."),
        ("von=2027-05-02&bis=2027-05-01", "Der Zeitraum endet, bevor er beginnt."),
    ],
)
def test_a_day_that_does_not_exist_is_named(client, project, query, sentence):
    step(project, "Offen")
    assert sentence in client.get(f"/mitmachen/?{query}").content.decode()
