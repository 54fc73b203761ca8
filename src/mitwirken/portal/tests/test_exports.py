"""The offers for machines: everything parses, follows the filter, and stays the same thing over time."""

import json
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from icalendar import Calendar

from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.portal import samples
from mitwirken.portal.actions import projects as actions

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def project():
    return samples.project(title="Der Stadtgarten", slug="stadtgarten")


def feed(client, query=""):
    return ElementTree.fromstring(client.get(f"/mitmachen/feed/{query}").content)  # noqa: S314 our own feed


def events(client, query=""):
    return Calendar.from_ical(client.get(f"/mitmachen/kalender.ics{query}").content).walk("VEVENT")


def data(client, path, query=""):
    return json.loads(client.get(f"/mitmachen/{path}{query}").getvalue())


def test_every_format_follows_the_filter(client, project):
    north = city.district(slug="nord", name="Nord")
    samples.step(project, title="Im Norden", districts=[north])
    samples.step(project, title="Im Süden", districts=[city.district(slug="sued", name="Süd")])
    query = "?bezirk=nord"
    assert [entry.findtext(f"{ATOM}title") for entry in feed(client, query).iter(f"{ATOM}entry")] == ["Im Norden"]
    assert [str(event["summary"]) for event in events(client, query)] == ["Im Norden"]
    assert [offer["title"] for offer in data(client, "offers.json", query)["offers"]] == ["Im Norden"]
    features = data(client, "karte.geojson", query)["features"]
    assert [feature["properties"]["title"] for feature in features] == ["Im Norden"]


def test_the_feed_survives_what_people_paste(client, project):
    samples.step(project, title="Eins \x0b & <b>zwei</b>", teaser="Zeile\x0ceins")
    assert feed(client).find(f"{ATOM}entry/{ATOM}title").text == "Eins   & <b>zwei</b>"


def test_a_calendar_entry_keeps_its_uid_and_counts_changes(client, project):
    step = samples.step(project)
    before = events(client)[0]
    actions.change_step(step, by=None, title="Neuer Titel")
    after = events(client)[0]
    assert before["uid"] == after["uid"]
    assert after["sequence"] == before["sequence"] + 1


def test_an_event_with_hours_is_told_in_utc_and_others_as_days(client, project):
    begin = (clock.now() + timedelta(days=3)).replace(hour=14, minute=0, second=0, microsecond=0)
    samples.step(project, starts_at=begin, ends_at=begin + timedelta(hours=2))
    samples.step(project, starts_at=begin, ends_at=begin + timedelta(days=9))
    with_hours, days = events(client)
    assert with_hours.decoded("dtstart") == begin
    assert days.decoded("dtend") - days.decoded("dtstart") == timedelta(days=10)


def test_long_lines_of_the_calendar_are_folded(client, project):
    samples.step(project, teaser="Ein langer Satz über den Umbau des Platzes, mit Umlauten: äöü. " * 4)
    lines = client.get("/mitmachen/kalender.ics").content.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75


def test_what_has_no_known_time_is_in_no_calendar(client, project):
    samples.step(project, date_precision="none")
    assert events(client) == []
    assert data(client, "offers.json")["offers"][0]["starts_at"] is None


def test_the_data_say_their_licence(client, project):
    samples.step(project)
    assert "creativecommons.org/licenses/by/4.0" in data(client, "offers.json")["license"]


def test_an_offer_without_a_place_lies_in_the_middle_of_its_districts(client, project):
    west = city.district(slug="west", name="West", lat=51.0, lon=7.0)
    east = city.district(slug="ost", name="Ost", lat=52.0, lon=8.0)
    samples.step(project, districts=[west, east])
    samples.step(project, lat=51.5, lon=7.4)
    samples.step(project)
    features = data(client, "karte.geojson")["features"]
    points = [feature["geometry"] and feature["geometry"]["coordinates"] for feature in features]
    assert points == [[7.5, 51.5], [7.4, 51.5], None]
    assert [feature["properties"]["exact"] for feature in features] == [False, True, False]


def test_an_export_of_many_costs_no_query_per_row(client, project, django_assert_max_num_queries):
    for _number in range(60):
        samples.step(project, districts=[city.district()])
    with django_assert_max_num_queries(6):
        assert len(data(client, "offers.json")["offers"]) == 60


def test_moments_carry_their_time_zone(client, project):
    samples.step(project, starts_at=datetime(2026, 7, 1, 8, tzinfo=UTC), ends_at=datetime(2099, 1, 1, tzinfo=UTC))
    assert data(client, "offers.json", "?status=alle")["offers"][0]["starts_at"] == "2026-07-01T10:00:00+02:00"
