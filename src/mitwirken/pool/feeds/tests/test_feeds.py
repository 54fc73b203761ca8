"""A member's own feed: what is in it, who gets in, and what happens when it ends."""

from datetime import timedelta

import icalendar
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.core.models import AuditEntry
from mitwirken.pool import actions as pool
from mitwirken.pool import exports, samples, tokens
from mitwirken.pool.feeds import actions, addresses
from mitwirken.pool.feeds.models import Feed
from mitwirken.pool.nearby import DEGREE
from mitwirken.portal import samples as portal
from mitwirken.portal.models import StepState

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    city.city()
    return samples.member(topics=[city.topic()], email="geheim@beispiel.example")


@pytest.fixture
def feed(member):
    return actions.switch_on(member, at=clock.now())


def offer(title, *, topics=(), districts=(), **fields):
    project = portal.project(city.department(), title=f"Vorhaben {title}", slug=title.lower())
    step = portal.step(project, title=title, slug=title.lower(), **fields)
    step.topics.set(topics)
    step.districts.set(districts)
    return step


def atom(feed):
    return reverse("pool_feeds:atom", args=[addresses.token(feed)])


def ics(feed):
    return reverse("pool_feeds:calendar", args=[addresses.token(feed)])


def text(answer):
    return answer.content.decode()


def test_the_feed_tells_what_fits_and_nothing_else(client, feed):
    offer("Klimatreff", topics=[city.topic()])
    offer("Sportfest", topics=[city.topic(code="sport", name="Sport")])
    offer("Vorbei", topics=[city.topic()], ends_at=clock.now() - timedelta(hours=1))
    offer("Entwurf", topics=[city.topic()], state=StepState.DRAFT)
    for address in (atom(feed), ics(feed)):
        page = text(client.get(address))
        assert "Klimatreff" in page
        for other in ("Sportfest", "Vorbei", "Entwurf"):
            assert other not in page


def test_the_feed_follows_a_change_of_mind_and_a_point_on_the_map(client, member, feed):
    north, south = city.district(), city.district(slug="sued", name="Süd")
    offer("Gartenfest", districts=[north], lat=51.5, lon=7.4)
    assert "Gartenfest" in text(client.get(atom(feed)))
    member.district_choices.create(district=south)
    assert "Gartenfest" not in text(client.get(atom(feed)))
    member.point_lat, member.point_lon, member.radius = 51.5 + 400 / DEGREE, 7.4, 500
    member.save()
    assert "Gartenfest" in text(client.get(atom(feed)))


def test_neither_file_says_whose_it_is(client, member, feed):
    offer("Klimatreff", topics=[city.topic()])
    for address in (atom(feed), ics(feed)):
        page = text(client.get(address))
        for secret in (member.email, member.link_key, feed.key, tokens.settings_token(member), "gewählt"):
            assert secret not in page


def test_programs_know_when_to_come_again_and_get_nothing_twice(client, feed):
    offer("Klimatreff", topics=[city.topic()])
    for address in (atom(feed), ics(feed)):
        first = client.get(address)
        assert "private" in first["Cache-Control"]
        assert first["X-Robots-Tag"] == "noindex"
        assert not first.cookies
        again = client.get(address, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert client.head(address).status_code == 200
        assert client.post(address).status_code == 405


def test_an_empty_feed_has_a_lasting_etag_too(client, feed):
    tag = client.get(atom(feed))["ETag"]
    assert client.get(atom(feed))["ETag"] == tag


def test_the_calendar_keeps_uid_and_counts_changes(client, feed):
    step = offer("Klimatreff", topics=[city.topic()])
    step.revision = 4
    step.save()
    calendar = icalendar.Calendar.from_ical(client.get(ics(feed)).content)
    event = calendar.walk("VEVENT")[0]
    assert event["uid"].startswith(f"schritt-{step.pk}@")
    assert event["sequence"] == 4
    assert calendar["refresh-interval"].dt == timedelta(hours=6)
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT6H" in calendar.to_ical()
    assert calendar["x-published-ttl"] == "PT6H"


def test_fetching_changes_nothing(client, feed):
    before = AuditEntry.objects.count()
    client.get(atom(feed))
    client.get(ics(feed))
    assert AuditEntry.objects.count() == before
    feed.refresh_from_db()
    assert feed.generation == 1


def test_a_renewed_or_ended_address_says_so_and_stays_ended(client, member, feed):
    first = atom(feed)
    actions.renew(member, at=clock.now())
    feed.refresh_from_db()
    second = atom(feed)
    assert client.get(first).status_code == 410
    assert "Diese Adresse gilt nicht mehr" in text(client.get(first))
    assert client.get(second).status_code == 200
    actions.switch_off(member, at=clock.now())
    assert client.get(second).status_code == 410
    third = atom(actions.switch_on(member, at=clock.now()))
    assert [client.get(address).status_code for address in (first, second, third)] == [410, 410, 200]
    assert list(AuditEntry.objects.filter(action__startswith="pool.feed").values_list("action", flat=True)) == [
        "pool.feed_on",
        "pool.feed_renewed",
        "pool.feed_off",
        "pool.feed_on",
    ]


def test_the_feed_has_a_key_of_its_own(client, member, feed):
    address = atom(feed)
    pool.renew_link(member, at=clock.now())
    assert client.get(address).status_code == 200
    assert tokens.member_of_settings_token(addresses.token(feed)) is None


@pytest.mark.parametrize(
    "token", ["x", "1-1-", "1-1-aaaa", "999999999-1-x", "²-1-x", "1-" + "9" * 40 + "-x", "1", "%00"]
)
def test_an_address_we_never_made_is_not_found(client, feed, token):
    for file in ("angebote.atom", "termine.ics"):
        answer = client.get(f"/mitmachpool/abo/{token}/{file}")
        assert answer.status_code == 404


def test_a_wrong_generation_is_not_ours(client, feed):
    token = addresses.token(feed).replace(f"{feed.pk}-1-", f"{feed.pk}-2-")
    assert client.get(f"/mitmachpool/abo/{token}/angebote.atom").status_code == 404


def test_the_preference_centre_switches_it(client, member):
    page, switch = (
        reverse(name, args=[tokens.settings_token(member)]) for name in ("pool:settings", "pool_feeds:switch")
    )
    assert "Feed und Kalender einschalten" in text(client.get(page))
    client.post(switch, {"on": "yes"})
    feed = Feed.objects.get(member=member)
    shown = text(client.get(page))
    assert atom(feed) in shown
    assert "webcal://" in shown
    client.post(switch, {"renew": "yes"})
    assert atom(feed) not in text(client.get(page))
    client.post(switch, {"off": "yes"})
    assert "Feed und Kalender einschalten" in text(client.get(page))
    assert client.get(switch).status_code == 405
    assert client.post(reverse("pool_feeds:switch", args=["x"]), {"on": "yes"}).status_code == 404


def test_switching_twice_changes_nothing(member):
    first = actions.switch_on(member, at=clock.now())
    assert addresses.token(actions.switch_on(member, at=clock.now())) == addresses.token(first)
    actions.switch_off(member, at=clock.now())
    actions.switch_off(member, at=clock.now())
    actions.renew(member, at=clock.now())
    assert not Feed.objects.get().is_on
    assert AuditEntry.objects.filter(action__startswith="pool.feed").count() == 2


def test_who_leaves_takes_the_feed_along(client, member, feed):
    address = atom(feed)
    assert exports.personal_data(member)["feeds"]["is_on"] is True
    pool.erase_member(member, at=clock.now())
    assert not Feed.objects.exists()
    assert client.get(address).status_code == 404


def test_many_offers_need_the_same_queries_as_few(client, feed):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            client.get(atom(feed))
            client.get(ics(feed))
        return len(seen)

    offer("Erstes", topics=[city.topic()])
    client.get(atom(feed))
    few = queries()
    for number in range(6):
        offer(f"Angebot{number}", topics=[city.topic()])
    assert queries() == few
