"""People whom we call: each call has an outcome, and nobody is called twice for one thing."""

from datetime import timedelta

import pytest

from mitwirken.core import clock
from mitwirken.pool import actions as pool
from mitwirken.pool.letters import actions, exports, samples
from mitwirken.pool.letters.models import BatchState
from mitwirken.pool.models import Channel, Outbox, OutboxState

pytestmark = pytest.mark.django_db


@pytest.fixture
def calls(offer, staff):
    for number in (1, 2):
        samples.by_phone(number)
    pool.freeze(pool.announce(offer, at=clock.now()), at=clock.now())
    return actions.take_calls(by=staff, at=clock.now())


def test_the_list_says_whom_to_call_and_what_to_say(calls, offer):
    rows = exports.call_rows(calls)
    assert [row["phone"] for row in rows] == ["030 23125 001", "030 23125 002"]
    assert offer.title in rows[0]["subject"]
    assert actions.take_calls(by=None, at=clock.now()) is None


def test_reached_counts_as_sent_and_the_last_call_ends_the_list(calls, staff):
    for sheet in calls.sheets.all():
        assert actions.finish_call(sheet, "reached", by=staff, at=clock.now())
    assert Outbox.objects.filter(channel=Channel.PHONE, state=OutboxState.ACCEPTED).count() == 2
    calls.refresh_from_db()
    assert calls.state == BatchState.DONE


def test_who_was_not_reached_is_called_tomorrow_and_after_three_days_no_more(calls, staff):
    now, sheet = clock.now(), calls.sheets.first()
    row = sheet.outbox
    for day in range(4):
        actions.finish_call(sheet, "missed", by=staff, at=now + timedelta(days=day))
        row.refresh_from_db()
        again = actions.take_calls(by=staff, at=now + timedelta(days=day + 1, minutes=1))
        if again is None:
            break
        sheet = again.sheets.get()
    assert row.state == OutboxState.FAILED
    assert day == 3


def test_who_wants_no_more_is_out_at_once(calls, staff):
    sheet = calls.sheets.first()
    member, row = sheet.outbox.member, sheet.outbox
    actions.finish_call(sheet, "over", by=staff, at=clock.now())
    row.refresh_from_db()
    assert row.state == OutboxState.SKIPPED
    assert not member.consents.exists()


def test_two_people_at_two_screens_note_one_outcome(calls, staff):
    sheet, same = calls.sheets.first(), calls.sheets.first()
    assert actions.finish_call(sheet, "reached", by=staff, at=clock.now())
    assert same.outbox.state == OutboxState.ACCEPTED
    assert not actions.finish_call(same, "over", by=staff, at=clock.now())


def test_the_rest_of_a_list_can_be_given_back(calls, staff):
    assert actions.take_back(calls, by=staff, at=clock.now()) == 2
    assert actions.take_calls(by=staff, at=clock.now()).size == 2


def test_the_list_can_be_printed(calls):
    assert exports.calls(calls).startswith(b"%PDF")
