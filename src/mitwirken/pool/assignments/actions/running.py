"""The life of a task: written, sent, reminded, closed, reported back, forgotten."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from mitwirken.accounts.models import User
from mitwirken.core import audit, codes

from ... import asking
from ...errors import Refused
from ...models import Dispatch, DispatchKind
from ..models import AnswerState, Assignment, Occasion, Task, TaskMailing, TaskState
from ..numbers import states, sums
from ..policies import may_release, needs_release

# A year after the end the answers are numbers only: long enough for a project, short for a memory.
FORGOTTEN_AFTER = timedelta(days=365)
REPORT_LENGTH = 50


@transaction.atomic
def save(task: Task, *, by: User) -> Task:
    """Keep a draft; what has been handed in or sent is not written over."""
    if task.pk and Task.objects.select_for_update().get(pk=task.pk).state != TaskState.DRAFT:
        raise Refused(_("This task has been sent by now. Its words cannot be changed any more."))
    task.save()
    audit.record(task, "pool.task_saved", by=by, department=task.department_id)
    return task


@transaction.atomic
def discard(task: Task, *, by: User) -> None:
    """Throw a draft away; nobody has seen it."""
    _locked(task, TaskState.DRAFT, TaskState.WAITING)
    audit.record(task, "pool.task_discarded", by=by)
    task.delete()


@transaction.atomic
def start(task: Task, *, by: User, at: datetime) -> str:
    """Send a task, or hand it to the pool manager if it goes to many; the state it has then."""
    current = _locked(task, TaskState.DRAFT)
    _check_time(current, at=at)
    current.sent_by = by
    if needs_release(current):
        current.state = TaskState.WAITING
        current.save(update_fields=["state", "sent_by"])
        audit.record(current, "pool.task_handed_in", by=by, people=current.people)
    else:
        _send(current, at=at)
        audit.record(current, "pool.task_sent", by=by, people=current.asked)
    task.refresh_from_db()
    return task.state


@transaction.atomic
def release(task: Task, *, by: User, at: datetime) -> None:
    """The second pair of eyes: a large task goes out."""
    current = _locked(task, TaskState.WAITING)
    if not may_release(by, current):
        raise Refused(_("Whoever handed the task in cannot release it. Another pool manager has to look at it."))
    _send(current, at=at)
    audit.record(current, "pool.task_sent", by=by, people=current.asked)
    task.refresh_from_db()


@transaction.atomic
def hand_back(task: Task, *, by: User) -> None:
    """Not like this: back to whoever wrote it."""
    current = _locked(task, TaskState.WAITING)
    current.state = TaskState.DRAFT
    current.save(update_fields=["state"])
    audit.record(current, "pool.task_handed_back", by=by)
    task.refresh_from_db()


def _check_time(task: Task, *, at: datetime) -> None:
    if task.ends_at <= at + timedelta(hours=1):
        raise Refused(_("The last day is over or almost over. Please choose a later one first."))


def _send(task: Task, *, at: datetime) -> None:
    # Days may have passed since it was handed in.
    _check_time(task, at=at)
    if not asking.has_message_left(task.department, at=at):
        raise Refused(_("Your department has sent all its messages of these 30 days. Please wait, or ask the pool."))
    task.seed = codes.new_code()
    picked = asking.pick(task.selection, task.people, seed=f"task:{task.seed}", at=at)
    if not picked.members:
        raise Refused(_("Nobody fits this choice at the moment. Please widen it."))
    Assignment.objects.bulk_create(Assignment(task=task, member_id=pk) for pk in picked.members)
    task.asked, task.protocol, task.state, task.started_at = len(picked.members), picked.protocol, TaskState.RUNNING, at
    task.save(update_fields=["seed", "asked", "protocol", "state", "started_at", "sent_by"])
    _mail(task, Occasion.ASK, None, at=at)


@transaction.atomic
def prolong(task: Task, *, ends_at: datetime, remind_days: int, by: User, at: datetime) -> None:
    """Another last day for a running task."""
    current = _locked(task, TaskState.RUNNING)
    if ends_at <= at:
        raise Refused(_("This day is over. To end the task now, press the button for it."))
    current.ends_at, current.remind_days = ends_at, remind_days
    current.save(update_fields=["ends_at", "remind_days"])
    audit.record(current, "pool.task_prolonged", by=by)
    task.refresh_from_db()


@transaction.atomic
def remind(task: Task, *, at: datetime, by: User | None = None) -> Dispatch | None:
    """Once, and only whoever has not answered; a second run finds the row and does nothing."""
    current = Task.objects.select_for_update().get(pk=task.pk)
    if current.state != TaskState.RUNNING or current.mailings.filter(occasion=Occasion.REMIND).exists():
        return None
    mailing = _mail(current, Occasion.REMIND, AnswerState.OPEN, at=at)
    audit.record(current, "pool.task_reminded", by=by)
    return mailing


@transaction.atomic
def close(task: Task, *, at: datetime, by: User | None) -> None:
    """No more answers; whoever answered is thanked."""
    current = _locked(task, TaskState.RUNNING)
    current.state, current.closed_at = TaskState.CLOSED, at
    current.save(update_fields=["state", "closed_at"])
    if current.assignments.filter(state=AnswerState.ANSWERED).exists():
        _mail(current, Occasion.THANKS, AnswerState.ANSWERED, at=at)
    audit.record(current, "pool.task_closed", by=by, **states(current))
    task.refresh_from_db()


@transaction.atomic
def report(task: Task, text: str, *, at: datetime, by: User) -> None:
    """Tell everybody who answered, and the public, what changed. Only with it a task is finished."""
    current = _locked(task, TaskState.CLOSED)
    if len(text.strip()) < REPORT_LENGTH:
        raise Refused(_("Please tell in a few sentences what changed because of the answers, or why nothing did."))
    current.state, current.report, current.reported_at = TaskState.REPORTED, text.strip(), at
    current.save(update_fields=["state", "report", "reported_at"])
    if current.assignments.filter(state=AnswerState.ANSWERED).exists():
        _mail(current, Occasion.REPORT, AnswerState.ANSWERED, at=at)
    audit.record(current, "pool.task_reported", by=by)
    task.refresh_from_db()


def forget(*, at: datetime) -> int:
    """Answers that are a year old become numbers; how many tasks."""
    old = Task.objects.filter(closed_at__lt=at - FORGOTTEN_AFTER, results={})
    return sum(_fold(task) for task in old[:50])


@transaction.atomic
def _fold(task: Task) -> int:
    task = Task.objects.select_for_update().get(pk=task.pk)
    if task.results:
        return 0
    # Numbers only: texts are words of people.
    task.results = {
        "states": states(task),
        "sums": [
            {"kind": row.kind, "text": row.text, "n": row.n, "counts": row.counts, "mean": row.mean}
            for row in sums(task)
        ],
    }
    task.save(update_fields=["results"])
    task.assignments.all().delete()
    audit.record(task, "pool.task_folded", by=None)
    return 1


def _locked(task: Task, *wanted: str) -> Task:
    current = Task.objects.select_for_update(of=("self",)).select_related("department").get(pk=task.pk)
    if current.state not in wanted:
        raise Refused(_("The task is in another state by now. Please look at it again."))
    return current


def _mail(task: Task, occasion: str, state: str | None, *, at: datetime) -> Dispatch:
    """One mailing of this occasion to the people of this task, all of them or those in one state."""
    people: dict[str, Any] = {"task": task.pk}
    if state:
        people["state"] = str(state)
    content: dict[str, Any] = {
        "subject": task.title,
        "task": task.pk,
        "occasion": str(occasion),
        "kind": task.kind,
        "text": task.text,
        "minutes": task.minutes,
        "ends_at": task.ends_at.isoformat(),
        "department": task.department.name,
        "picked_from": task.protocol.get("fitting", 0),
        "picked": task.asked,
        "report": task.report,
    }
    if occasion != Occasion.ASK:
        content["follows"] = True
    dispatch = asking.ask(DispatchKind.TASK, {"assigned": people}, content, department=task.department, at=at)
    TaskMailing.objects.create(task=task, occasion=occasion, dispatch=dispatch)
    return dispatch
