"""An event from draft to door: places, waiting list, changes, cancellation, and that nobody is lost from sight."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from mitwirken.accounts import samples as people
from mitwirken.accounts.models import RoleKind
from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.core.models import AuditEntry
from mitwirken.pool import actions as pool
from mitwirken.pool import samples as members
from mitwirken.pool.errors import Refused
from mitwirken.pool.invitations import actions, numbers, samples, tasks
from mitwirken.pool.invitations.models import Event, EventState, Guest, Notice, Reply
from mitwirken.pool.models import Dispatch, DispatchState, Outbox
from mitwirken.portal import samples as portal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def somewhere():
    city.city()


@pytest.fixture
def crowd():
    return [samples.askable(members.member()) for _ in range(6)]


@pytest.fixture
def lead():
    return people.staff(RoleKind.PROJECT_LEAD, samples.enabled())


@pytest.fixture
def event(crowd, lead):
    return samples.invited(by=lead, places=2, companions=3)


def guests(event):
    return list(event.guests.select_related("member").order_by("pk"))


def say(guest, comes=True, companions=0, *, minutes=0):
    return actions.reply(guest, comes, companions=companions, at=clock.now() + timedelta(minutes=minutes))


def told(event, words):
    rows = Outbox.objects.filter(dispatch__content__words=words, dispatch__content__event=event.pk)
    return sorted(rows.values_list("member_id", flat=True))


def test_places_go_to_whoever_says_yes_first_and_the_others_wait(event):
    first, second, third, *_ = guests(event)
    assert [say(guest, minutes=n) for n, guest in enumerate([first, second, third])] == ["yes", "yes", "waiting"]
    assert told(event, "place") == [first.member_id, second.member_id]
    assert told(event, "waiting") == [third.member_id]


def test_a_freed_place_goes_to_whoever_waits_longest_with_one_trace_and_one_mail(event):
    first, second, third, fourth, *_ = guests(event)
    for number, guest in enumerate([first, second, fourth, third]):
        say(guest, minutes=number)
    say(first, False, minutes=5)
    fourth.refresh_from_db()
    third.refresh_from_db()
    assert (fourth.reply, third.reply) == (Reply.YES, Reply.WAITING)
    assert told(event, "moved_up") == [fourth.member_id]
    assert AuditEntry.objects.filter(action="pool.guests_moved_up").count() == 1


def test_the_same_answer_twice_changes_nothing_and_mails_nobody(event):
    guest = guests(event)[0]
    say(guest)
    before = AuditEntry.objects.count()
    say(guest, minutes=3)
    assert told(event, "place") == [guest.member_id]
    assert AuditEntry.objects.count() == before


def test_a_change_of_mind_starts_anew_at_the_end_of_the_queue(event):
    first, second, third, fourth, *_ = guests(event)
    for number, guest in enumerate([first, second, third, fourth]):
        say(guest, minutes=number)
    say(third, False, minutes=6)
    assert say(third, minutes=7) == Reply.WAITING
    say(first, False, minutes=8)
    fourth.refresh_from_db()
    assert fourth.reply == Reply.YES


def test_more_companions_need_room_and_the_own_place_is_safe(event):
    first, second, *_ = guests(event)
    say(first)
    say(second)
    with pytest.raises(Refused):
        say(first, companions=1)
    first.refresh_from_db()
    assert (first.reply, first.companions) == (Reply.YES, 0)


def test_who_has_a_place_takes_no_more_while_others_wait_for_it(event):
    first, second, *_ = guests(event)
    say(first)
    assert say(second, companions=1, minutes=1) == Reply.WAITING
    with pytest.raises(Refused):
        say(first, companions=1, minutes=2)
    say(second, companions=0, minutes=3)
    second.refresh_from_db()
    assert second.reply == Reply.YES


def test_fewer_companions_are_never_refused_even_if_the_places_became_fewer(event):
    first, *_ = guests(event)
    Event.objects.filter(pk=event.pk).update(places=6)
    say(first, companions=3, minutes=1)
    Event.objects.filter(pk=event.pk).update(places=2)
    assert say(first, companions=2, minutes=2) == Reply.YES


def test_fewer_companions_let_the_next_one_in(event):
    first, second, *_ = guests(event)
    say(first, companions=1)
    assert say(second, minutes=1) == Reply.WAITING
    say(first, companions=0, minutes=2)
    second.refresh_from_db()
    assert second.reply == Reply.YES


def test_who_waits_and_brings_fewer_keeps_the_turn_and_may_get_in(event):
    first, second, third, *_ = guests(event)
    say(first)
    assert say(second, companions=1, minutes=1) == Reply.WAITING
    assert say(third, minutes=2) == Reply.WAITING
    assert say(second, companions=0, minutes=3) == Reply.YES


def test_more_places_move_people_up(event, lead):
    for number, guest in enumerate(guests(event)[:4]):
        say(guest, minutes=number)
    actions.change(event, {"places": 3}, by=lead, at=clock.now())
    assert numbers.replies(event)["yes"] == 3
    assert event.sequence == 0


def test_fewer_places_throw_nobody_out(event, lead):
    for number, guest in enumerate(guests(event)[:3]):
        say(guest, minutes=number)
    actions.change(event, {"places": 1}, by=lead, at=clock.now())
    assert numbers.replies(event)["yes"] == 2
    say(guests(event)[0], False, minutes=9)
    assert numbers.replies(event)["yes"] == 1


def test_everybody_invited_is_accounted_for_also_when_somebody_leaves_the_pool(event):
    first, second, third, fourth, *_ = guests(event)
    for number, guest in enumerate([first, second, third]):
        say(guest, minutes=number)
    say(fourth, False)
    pool.erase_member(first.member, at=clock.now())
    event.refresh_from_db()
    counts = numbers.replies(event)
    assert counts | {"seats": 0} == {
        "invited": 6, "open": 2, "yes": 2, "waiting": 0, "no": 1, "erased": 1, "missing": 0, "seats": 0,
    }  # fmt: skip
    assert told(event, "moved_up") == [third.member_id]


def test_two_guests_who_are_one_person_are_accounted_for_and_take_one_place(event):
    first, second, third, *_ = guests(event)
    for number, guest in enumerate([first, second, third]):
        say(guest, minutes=number)
    pool.merge(first.member, second.member, reference="12-3", at=clock.now(), by=None)
    event.refresh_from_db()
    counts = numbers.replies(event)
    assert (counts["missing"], counts["erased"], counts["yes"]) == (0, 1, 2)
    assert told(event, "moved_up") == [third.member_id]


def test_another_date_tells_who_comes_and_who_waits_and_raises_the_sequence(event, lead):
    for number, guest in enumerate(guests(event)[:3]):
        say(guest, minutes=number)
    facts = {"starts_at": event.starts_at + timedelta(days=1), "ends_at": event.ends_at + timedelta(days=1)}
    assert actions.change(event, facts, by=lead, at=clock.now())
    assert not actions.change(event, facts, by=lead, at=clock.now())
    assert event.sequence == 1
    assert len(told(event, "change")) == 2
    assert len(told(event, "change_waiting")) == 1


def test_an_event_follows_the_date_and_place_of_its_step(crowd, lead):
    step = portal.step(
        kind="external", starts_at=clock.now() + timedelta(days=9), ends_at=clock.now() + timedelta(days=9, hours=2)
    )
    event = samples.invited(by=lead, step=step, starts_at=step.starts_at, ends_at=step.ends_at, place="Saal")
    say(guests(event)[0])
    tasks.follow_steps()
    event.refresh_from_db()
    assert event.sequence == 0
    step.starts_at += timedelta(days=2)
    step.ends_at += timedelta(days=2)
    step.place = "Anderer Saal"
    step.save()
    for _again in range(2):
        tasks.follow_steps()
    event.refresh_from_db()
    assert (event.starts_at, event.place, event.sequence) == (step.starts_at, "Anderer Saal", 1)
    assert len(told(event, "change")) == 1


def test_a_cancellation_goes_to_who_comes_and_who_waits_even_if_they_pause(event, lead):
    first, second, third, fourth, *_ = guests(event)
    for number, guest in enumerate([first, second, third]):
        say(guest, minutes=number)
    pool.pause(first.member, 90, at=clock.now())
    pool.leave(second.member, "tasks", at=clock.now(), source="test")
    with pytest.raises(Refused):
        actions.cancel(event, "  ", by=lead, at=clock.now())
    actions.cancel(event, "Das Haus ist gesperrt.", by=lead, at=clock.now())
    assert told(event, "cancelled") == [first.member_id, second.member_id]
    assert told(event, "cancelled_waiting") == [third.member_id]
    with pytest.raises(Refused):
        say(fourth)


def test_invitations_still_waiting_do_not_leave_after_a_cancellation(event, lead):
    pool.advance(at=clock.now())
    actions.cancel(event, "Das Haus ist gesperrt.", by=lead, at=clock.now())
    assert not Outbox.objects.filter(dispatch__kind="invite", state=0).exists()


def test_an_invitation_called_off_before_its_recipients_are_written_down_reaches_nobody(event, lead):
    actions.cancel(event, "Das Haus ist gesperrt.", by=lead, at=clock.now())
    pool.advance(at=clock.now())
    assert not Outbox.objects.filter(dispatch__kind="invite").exists()


def test_a_notice_for_nobody_is_no_mailing(event, lead):
    actions.cancel(event, "Das Haus ist gesperrt.", by=lead, at=clock.now())
    assert not Dispatch.objects.filter(kind="event").exists()


@pytest.mark.parametrize(("days", "expected"), [(8, []), (6.5, [7]), (1.5, []), (0.9, [1])])
def test_reminders_go_out_in_their_time_once_and_only_to_who_comes(event, days, expected):
    first, second, *_ = guests(event)
    say(first)
    say(second, False)
    starts = clock.now() + timedelta(days=days)
    Event.objects.update(starts_at=starts, ends_at=starts + timedelta(hours=2), answer_by=starts)
    for _again in range(3):
        tasks.remind()
    names = [notice.occasion.split(".")[0] for notice in Notice.objects.filter(occasion__startswith="reminder")]
    assert names == [f"reminder-{number}" for number in expected]
    assert told(event, "reminder") == [first.member_id] * len(expected)


def test_too_late_full_and_over_are_refused_in_words(event):
    first, second, *_ = guests(event)
    say(second)
    Event.objects.update(answer_by=clock.now() - timedelta(minutes=1))
    with pytest.raises(Refused):
        say(first)
    assert say(second, False) == Reply.NO
    Event.objects.update(starts_at=clock.now() - timedelta(minutes=1))
    with pytest.raises(Refused):
        say(first, False)


def test_what_was_told_for_one_evening_is_forgotten_after_a_month_and_guests_after_a_year(event):
    first, second, *_ = guests(event)
    say(first)
    actions.say_more(first, name="Erika Muster", needs="Rampe", at=clock.now())
    with pytest.raises(Refused):
        actions.say_more(second, name="Max", needs="", at=clock.now())
    before = numbers.replies(event)
    actions.forget(at=event.ends_at + timedelta(days=29))
    assert Guest.objects.get(pk=first.pk).name == "Erika Muster"
    actions.forget(at=event.ends_at + timedelta(days=31))
    assert (Guest.objects.get(pk=first.pk).name, Guest.objects.get(pk=first.pk).needs) == ("", "")
    actions.forget(at=event.ends_at + timedelta(days=366))
    event.refresh_from_db()
    assert not event.guests.exists()
    assert numbers.replies(event) == before


def test_saying_no_takes_back_what_was_told(event):
    guest = guests(event)[0]
    say(guest)
    actions.say_more(guest, name="Erika Muster", needs="Rampe", at=clock.now())
    say(guest, False)
    guest.refresh_from_db()
    assert (guest.name, guest.needs) == ("", "")


def test_a_notice_called_done_goes_on_when_somebody_new_is_to_read_it(event):
    first, second, *_ = guests(event)
    say(first)
    pool.advance(at=clock.now())
    dispatch = event.notices.get(occasion="place.0").dispatch
    type(dispatch).objects.filter(pk=dispatch.pk).update(state=DispatchState.DONE)
    say(second, minutes=1)
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.frozen) == (DispatchState.RUNNING, 2)
    assert pool.conservation(dispatch)["missing"] == 0


def test_many_invitations_need_a_second_pair_of_eyes(crowd, lead):
    event = samples.event(people=300)
    assert actions.invite(event, by=lead, at=clock.now()) == EventState.WAITING
    with pytest.raises(Refused):
        actions.release(event, by=lead, at=clock.now())
    actions.release(event, by=people.staff(RoleKind.POOL_MANAGER, event.department), at=clock.now())
    assert event.state == EventState.OPEN


def test_what_waited_beyond_the_last_day_for_answers_is_not_released(crowd, lead):
    event = samples.event(people=300)
    actions.invite(event, by=lead, at=clock.now())
    manager = people.staff(RoleKind.POOL_MANAGER, event.department)
    with pytest.raises(Refused):
        actions.release(event, by=manager, at=event.answer_by)
    assert not event.guests.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="the tests' SQLite lives in memory of one thread")
def test_two_people_at_the_same_moment_do_not_get_the_same_place(crowd, lead):
    event = samples.invited(by=lead, places=1)
    answers = []

    def yes(pk):
        try:
            answers.append(actions.reply(Guest.objects.get(pk=pk), True, at=clock.now()))
        finally:
            connection.close()

    threads = [threading.Thread(target=yes, args=[guest.pk]) for guest in guests(event)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["waiting"] * 5 + ["yes"]
