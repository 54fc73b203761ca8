"""The mails about an event and their calendar entries, as a relay gets them."""

import re
from datetime import timedelta

import pytest
from icalendar import Calendar

from mitwirken.accounts import samples as people
from mitwirken.accounts.models import RoleKind
from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.pool import actions as pool
from mitwirken.pool import samples as members
from mitwirken.pool import tokens
from mitwirken.pool.invitations import actions, mails, samples
from mitwirken.pool.invitations.models import Event
from mitwirken.pool.models import PoolSettings
from mitwirken.pool.tests.conftest import dispatcher, relay, send

__all__ = ["dispatcher", "relay", "send"]
pytestmark = pytest.mark.django_db
LINK = re.compile(r"https?://[^\s\"<>]+")


@pytest.fixture
def event():
    city.city()
    for lang in ("de", "en", "de"):
        samples.askable(members.member(lang=lang))
    return samples.invited(places=2)


@pytest.fixture
def lead(event):
    return people.staff(RoleKind.PROJECT_LEAD, event.department)


@pytest.fixture
def run(send, relay):
    def go():
        before = len(relay.mails)
        pool.advance(at=clock.now())
        send()
        return relay.mails[before:]

    return go


def guests(event):
    return list(event.guests.select_related("member").order_by("pk"))


def say(guest, comes=True, *, minutes=0):
    return actions.reply(guest, comes, at=clock.now() - timedelta(hours=1) + timedelta(minutes=minutes))


def entry_of(mail):
    files = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    if not files:
        return None, None, None
    assert files[0].get_filename() == "termin.ics"
    raw = files[0].get_payload(decode=True)
    calendar = Calendar.from_ical(raw)
    assert files[0].get_param("method") == calendar["method"]
    return calendar["method"], calendar.walk("VEVENT")[0], raw


def links(mail, kind):
    return {link.rstrip(".,:") for link in LINK.findall(mail.get_body(preferencelist=(kind,)).get_content())}


def test_the_invitation_can_be_answered_and_left_and_carries_no_calendar_request(event, run):
    sent = run()
    assert len(sent) == 3
    for mail in sent:
        guest = event.guests.get(member__email=mail["To"])
        assert mails.address_of(event.pk, guest.member) in mail.get_body(("plain",)).get_content()
        assert tokens.leave_token(guest.member_id, "tasks") in mail["List-Unsubscribe"]
        assert entry_of(mail)[0] is None
        assert links(mail, "plain") >= links(mail, "html")


def test_who_has_a_place_gets_a_request_and_who_waits_gets_none(event, run):
    run()
    for number, guest in enumerate(guests(event)):
        say(guest, minutes=number)
    sent = {mail["To"]: mail for mail in run()}
    first, second, third = guests(event)
    for guest in (first, second):
        method, entry, raw = entry_of(sent[guest.member.email])
        assert method == "REQUEST"
        assert str(entry["attendee"]) == f"mailto:{guest.member.email}"
        assert (str(entry["uid"]), int(entry["sequence"])) == (f"einladung-{event.pk}@mitwirken.example", 0)
        assert entry.decoded("dtstart") == event.starts_at.replace(microsecond=0)
        assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
        assert b"\n" not in raw.replace(b"\r\n", b"")
        assert sent[guest.member.email]["List-Unsubscribe"] is None
    assert entry_of(sent[third.member.email])[0] is None


def test_a_change_replaces_the_entry_and_a_cancellation_ends_it(event, lead, run):
    # The stamp counts in seconds, and a test changes its mind faster.
    Event.objects.filter(pk=event.pk).update(changed_at=clock.now() - timedelta(hours=1))
    first, second, _third = guests(event)
    say(first)
    say(second)
    before = next(entry for entry in (entry_of(mail)[1] for mail in run()) if entry)
    moved = {"starts_at": event.starts_at + timedelta(days=1), "ends_at": event.ends_at + timedelta(days=1)}
    actions.change(event, moved, by=lead, at=clock.now())
    sent = run()
    assert len(sent) == 2
    method, changed, _raw = entry_of(sent[0])
    assert (method, changed["uid"], int(changed["sequence"])) == ("REQUEST", before["uid"], 1)
    assert changed.decoded("dtstamp") > before.decoded("dtstamp")
    actions.cancel(event, "Das Haus ist gesperrt.", by=lead, at=clock.now())
    sent = run()
    assert len(sent) == 2
    method, off, _raw = entry_of(sent[0])
    assert (method, off["status"], off["uid"], int(off["sequence"])) == ("CANCEL", "CANCELLED", before["uid"], 2)
    assert "Das Haus ist gesperrt." in sent[0].get_body(("plain",)).get_content()


def test_a_cancellation_reaches_who_pauses_withdrew_or_had_enough_mails(event, lead, run):
    first, second, _third = guests(event)
    say(first)
    say(second)
    run()
    settings = PoolSettings.load()
    settings.mails_per_person = 1
    settings.save()
    pool.pause(first.member, 90, at=clock.now())
    pool.leave(second.member, "tasks", at=clock.now(), source="test")
    actions.cancel(event, "Das Haus ist gesperrt.", by=lead, at=clock.now())
    assert {mail["To"] for mail in run()} == {first.member.email, second.member.email}


def test_moving_up_twice_is_two_mails_and_each_is_sent_once(event, run):
    first, second, third = guests(event)
    for number, guest in enumerate([first, second, third]):
        say(guest, minutes=number)
    run()
    say(first, False, minutes=4)
    assert [mail["To"] for mail in run()] == [third.member.email]
    say(third, False, minutes=5)
    say(first, minutes=6)
    say(third, minutes=7)
    say(second, False, minutes=8)
    sent = run()
    assert sorted(mail["To"] for mail in sent) == sorted([first.member.email, third.member.email, third.member.email])
    assert len({mail["Message-ID"] for mail in sent}) == 3
    assert run() == []
