"""The life of a task: written, sent, reminded, closed, reported back, forgotten."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from mitwirken.accounts.models import User
from mitwirken.core import audit

from ... import asking
from ...asking import actions as drafts
from ...errors import Refused
from ...models import Dispatch, DispatchKind
from ..models import AnswerState, Assignment, Occasion, Task, TaskMailing, TaskState
from ..numbers import states, sums

# A year after the end the answers are numbers only: long enough for a project, short for a memory.
FORGOTTEN_AFTER = timedelta(days=365)
REPORT_LENGTH = 50


def start(task: Task, *, by: User, at: datetime) -> str:
    """Send a task, or hand it to the pool manager if it goes to many; the state it has then."""
    return drafts.hand_in(task, _send, by=by, at=at)


def release(task: Task, *, by: User, at: datetime) -> None:
    """The second pair of eyes: a large task goes out."""
    drafts.release(task, _send, by=by, at=at)


def _send(task: Task, members: list[int], at: datetime) -> None:
    Assignment.objects.bulk_create(Assignment(task=task, member_id=pk) for pk in members)
    task.asked, task.state, task.started_at = len(members), TaskState.RUNNING, at
    task.save(update_fields=["seed", "asked", "protocol", "state", "started_at", "sent_by"])
    _mail(task, Occasion.ASK, None, at=at)


@transaction.atomic
def prolong(task: Task, *, ends_at: datetime, remind_days: int, by: User, at: datetime) -> None:
    """Another last day for a running task."""
    current = drafts.locked(task, TaskState.RUNNING)
    if ends_at <= at:
        raise Refused(_("This day is over. To end the task now, press the button for it."))
    current.ends_at, current.remind_days = ends_at, remind_days
    current.save(update_fields=["ends_at", "remind_days"])
    audit.record(current, "pool.task_prolonged", by=by)
    task.refresh_from_db()


@transaction.atomic
def remind(task: Task, *, at: datetime, by: User | None = None) -> Dispatch:
    """Once, and only whoever has not answered; refused before it runs, after its last day, and a second time."""
    current = drafts.locked(task, TaskState.RUNNING)
    if not current.takes_answers(at=at):
        raise Refused(_("The last day is over. Please choose a later one first; then you can remind."))
    if current.is_reminded:
        raise Refused(_("There is one reminder only, and it has been sent."))
    mailing = _mail(current, Occasion.REMIND, AnswerState.OPEN, at=at)
    audit.record(current, "pool.task_reminded", by=by)
    return mailing


@transaction.atomic
def close(task: Task, *, at: datetime, by: User | None) -> None:
    """No more answers; whoever answered is thanked."""
    current = drafts.locked(task, TaskState.RUNNING)
    current.state, current.closed_at = TaskState.CLOSED, at
    current.save(update_fields=["state", "closed_at"])
    if current.assignments.filter(state=AnswerState.ANSWERED).exists():
        _mail(current, Occasion.THANKS, AnswerState.ANSWERED, at=at)
    audit.record(current, "pool.task_closed", by=by, **states(current))
    task.refresh_from_db()


@transaction.atomic
def report(task: Task, text: str, *, at: datetime, by: User) -> None:
    """Tell everybody who answered, and the public, what changed. Only with it a task is finished."""
    current = drafts.locked(task, TaskState.CLOSED)
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
