"""A task from draft to report: who is asked, who is reminded, what is counted."""

from datetime import timedelta

import pytest

from mitwirken.accounts import samples as people
from mitwirken.accounts.models import RoleKind
from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.core.models import AuditEntry
from mitwirken.pool import actions as pool
from mitwirken.pool import policies as pool_policies
from mitwirken.pool import samples as members
from mitwirken.pool.assignments import actions, numbers, samples, tasks
from mitwirken.pool.assignments.models import AnswerState, Assignment, Task, TaskMailing, TaskState
from mitwirken.pool.errors import Refused
from mitwirken.pool.models import Dispatch, Member, Outbox, OutboxState

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def somewhere():
    city.city()


@pytest.fixture
def crowd():
    return [samples.askable(members.member()) for _ in range(8)]


@pytest.fixture
def lead():
    return people.staff(RoleKind.PROJECT_LEAD, samples.enabled())


def answered(task, number=None, **fields):
    found = list(task.assignments.order_by("pk")[:number])
    for assignment in found:
        actions.answer(assignment, {"0": "1"} | fields, "", at=clock.now())
    return found


def move_end(task, **ago):
    Task.objects.filter(pk=task.pk).update(
        ends_at=clock.now() + timedelta(**ago), started_at=clock.now() - timedelta(10)
    )


def sent_to(task, occasion):
    dispatch = task.mailings.get(occasion=occasion).dispatch
    pool.freeze(dispatch, at=clock.now())
    return set(dispatch.rows.values_list("member", flat=True))


def test_only_members_who_agreed_to_be_asked_are_asked(crowd, lead):
    members.member()
    task = samples.running(by=lead)
    assert set(task.assignments.values_list("member", flat=True)) == {member.pk for member in crowd}
    assert sent_to(task, "ask") == {member.pk for member in crowd}


def test_whoever_was_not_asked_lately_comes_first(crowd, lead):
    Member.objects.filter(pk__in=[member.pk for member in crowd[:5]]).update(last_asked_at=clock.now())
    task = samples.running(by=lead, people=3)
    assert set(task.assignments.values_list("member", flat=True)) == {member.pk for member in crowd[5:]}
    assert task.protocol["fitting"] == 8
    assert task.protocol["picked"] == 3


def test_the_lot_can_be_repeated_with_its_seed(crowd, lead):
    from mitwirken.pool import asking

    task = samples.running(by=lead, people=3)
    again = asking.pick(task.selection, 3, seed=task.protocol["seed"], at=clock.now())
    other = [asking.pick(task.selection, 3, seed=f"seed {n}", at=clock.now()).protocol for n in range(5)]
    assert again.protocol["fingerprint"] == task.protocol["fingerprint"]
    assert len({protocol["fingerprint"] for protocol in other}) > 1


def test_nobody_fits_is_said_before_anything_is_sent(lead):
    with pytest.raises(Refused, match="Zu dieser Auswahl passt zurzeit niemand"):
        samples.running(by=lead)
    assert not Dispatch.objects.exists()


def test_many_people_need_a_second_pair_of_eyes(crowd, lead):
    task = samples.task(people=60)
    assert actions.start(task, by=lead, at=clock.now()) == TaskState.WAITING
    manager = people.staff(RoleKind.POOL_MANAGER, task.department)
    actions.release(task, by=manager, at=clock.now())
    assert task.state == TaskState.RUNNING


def test_what_waited_beyond_its_last_day_is_not_released(crowd, lead):
    task = samples.task(people=60)
    actions.start(task, by=lead, at=clock.now())
    manager = people.staff(RoleKind.POOL_MANAGER, task.department)
    with pytest.raises(Refused):
        actions.release(task, by=manager, at=task.ends_at)
    assert not task.assignments.exists()


def test_nobody_releases_what_they_handed_in(crowd):
    manager = people.staff(RoleKind.POOL_MANAGER, samples.enabled())
    task = samples.task(people=60)
    actions.start(task, by=manager, at=clock.now())
    with pytest.raises(Refused):
        actions.release(task, by=manager, at=clock.now())
    assert Task.objects.get().state == TaskState.WAITING


def test_a_department_without_messages_left_cannot_send(crowd, lead):
    task = samples.task()
    task.department.pool_access.mails_per_month = 0
    task.department.pool_access.save()
    with pytest.raises(Refused):
        actions.start(task, by=lead, at=clock.now())


def test_reminders_and_reports_cost_no_further_message(crowd, lead):
    task = samples.running(by=lead)
    left = pool_policies.messages_left(task.department, at=clock.now())
    answered(task, 2)
    actions.remind(task, at=clock.now())
    actions.close(task, at=clock.now(), by=lead)
    assert pool_policies.messages_left(task.department, at=clock.now()) == left


def test_only_the_silent_are_reminded_and_only_once(crowd, lead):
    task = samples.running(by=lead)
    answered(task, 3)
    actions.decline(task.assignments.order_by("pk")[3], at=clock.now())
    move_end(task, days=2)
    for _again in range(3):
        tasks.remind_and_close()
    assert TaskMailing.objects.filter(occasion="remind").count() == 1
    silent = set(task.assignments.filter(state=AnswerState.OPEN).values_list("member", flat=True))
    assert sent_to(task, "remind") == silent
    assert len(silent) == 4


def test_a_colleague_who_is_faster_does_not_stop_the_clockwork(crowd, lead, monkeypatch):
    near, over = samples.running(by=lead), samples.running(by=lead)
    move_end(near, days=2)
    move_end(over, days=-1)
    faster = actions.remind

    def closed_just_now(task, **facts):
        Task.objects.filter(pk=task.pk).update(state=TaskState.CLOSED)
        return faster(task, **facts)

    monkeypatch.setattr(actions, "remind", closed_just_now)
    tasks.remind_and_close()
    assert not TaskMailing.objects.filter(occasion="remind").exists()
    over.refresh_from_db()
    assert over.state == TaskState.CLOSED


def test_nobody_is_reminded_in_the_first_half(crowd, lead):
    samples.running(by=lead, ends_at=clock.now() + timedelta(days=2))
    tasks.remind_and_close()
    assert not TaskMailing.objects.filter(occasion="remind").exists()


def test_who_answers_while_the_reminder_waits_does_not_get_it(crowd, lead):
    task = samples.running(by=lead)
    actions.remind(task, at=clock.now())
    sent_to(task, "remind")
    quick = answered(task, 1)[0]
    row = Outbox.objects.get(dispatch__content__occasion="remind", member=quick.member)
    assert row.state == OutboxState.CANCELLED


def test_a_reminder_does_not_count_as_asking_again(crowd, lead):
    task = samples.running(by=lead)
    sent_to(task, "ask")
    before = set(Member.objects.values_list("last_asked_at", flat=True))
    actions.remind(task, at=clock.now())
    sent_to(task, "remind")
    assert None not in before
    assert set(Member.objects.values_list("last_asked_at", flat=True)) == before


def test_the_end_closes_the_task_and_thanks_who_answered(crowd, lead):
    task = samples.running(by=lead)
    helpers = answered(task, 2)
    move_end(task, seconds=-1)
    tasks.remind_and_close()
    task.refresh_from_db()
    assert task.state == TaskState.CLOSED
    assert sent_to(task, "thanks") == {assignment.member_id for assignment in helpers}


def test_the_answer_may_change_until_the_end_and_not_after(crowd, lead):
    task = samples.running(by=lead)
    row = answered(task, 1)[0]
    actions.answer(row, {"0": "2"}, "doch anders", at=clock.now())
    actions.close(task, at=clock.now(), by=lead)
    with pytest.raises(Refused):
        actions.answer(row, {"0": "3"}, "zu spät", at=clock.now())
    row.refresh_from_db()
    assert (row.answers, row.comment) == ({"0": "2"}, "doch anders")


def test_a_task_is_finished_only_with_a_report(crowd, lead):
    task = samples.running(by=lead)
    helpers = answered(task, 2)
    with pytest.raises(Refused):
        actions.report(task, "Die Suche steht jetzt oben. Danke für die vielen Hinweise dazu.", at=clock.now(), by=lead)
    actions.close(task, at=clock.now(), by=lead)
    with pytest.raises(Refused):
        actions.report(task, "Danke.", at=clock.now(), by=lead)
    actions.report(task, "Die Suche steht jetzt oben. Danke für die vielen Hinweise dazu.", at=clock.now(), by=lead)
    assert task.state == TaskState.REPORTED
    assert sent_to(task, "report") == {assignment.member_id for assignment in helpers}


def test_everybody_asked_is_accounted_for_also_after_somebody_left(crowd, lead):
    task = samples.running(by=lead)
    row = answered(task, 3)[0]
    actions.decline(task.assignments.order_by("pk")[4], at=clock.now())
    pool.erase_member(row.member, at=clock.now())
    task.refresh_from_db()
    expected = {"asked": 8, "answered": 2, "declined": 1, "open": 4, "erased": 1, "missing": 0}
    assert numbers.states(task) == expected


def test_an_answer_by_letter_is_typed_in_under_its_code(crowd, lead):
    task = samples.running(by=lead)
    row = task.assignments.first()
    actions.enter(task, row.code.lower(), {"0": "1"}, "", channel="paper", at=clock.now(), by=lead)
    row.refresh_from_db()
    assert (row.state, row.channel) == (AnswerState.ANSWERED, "paper")
    with pytest.raises(Refused):
        actions.enter(task, "7KQ4-M2XH-9TC3", {"0": "1"}, "", channel="paper", at=clock.now(), by=lead)


def test_after_a_year_numbers_stay_and_words_go(crowd, lead):
    task = samples.running(by=lead)
    for assignment in task.assignments.all():
        actions.answer(assignment, {"0": "1", "2": "Im Kellergeschoss"}, "", at=clock.now())
    actions.close(task, at=clock.now(), by=lead)
    before = numbers.states(task)
    assert actions.forget(at=clock.now() + timedelta(days=300)) == 0
    assert actions.forget(at=clock.now() + timedelta(days=366)) == 1
    task.refresh_from_db()
    assert not Assignment.objects.exists()
    assert numbers.states(task) == before
    assert "Kellergeschoss" not in str(task.results)
    assert numbers.sums(task)[0].counts[0] == ("ja, sofort", 8)


def test_each_step_leaves_one_trace_without_words_of_people(crowd, lead):
    task = samples.running(by=lead)
    actions.answer(task.assignments.first(), {"2": "Geheimsatz"}, "Geheimsatz", at=clock.now())
    actions.close(task, at=clock.now(), by=lead)
    traces = AuditEntry.objects.filter(action__startswith="pool.task").order_by("pk")
    assert [trace.action for trace in traces] == ["pool.task_sent", "pool.task_answered", "pool.task_closed"]
    assert "Geheimsatz" not in str([trace.facts for trace in traces])
