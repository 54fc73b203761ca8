"""What a member does with a task: answer it, change the answer, say no."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Count, F
from django.utils.translation import gettext as _

from mitwirken.core import audit, codes

from ... import asking
from ...errors import Refused
from ...models import Member, Origin
from ..models import AnswerState, Assignment, Occasion, Task


@transaction.atomic
def answer(
    assignment: Assignment,
    answers: dict[str, Any],
    comment: str,
    *,
    at: datetime,
    channel: str = Origin.WEB,
    by: AbstractBaseUser | None = None,
) -> None:
    """Keep what was answered; until the end a later answer takes the place of the earlier one."""
    _settle(assignment, AnswerState.ANSWERED, answers, comment, at=at, channel=channel)
    audit.record(assignment, "pool.task_answered", by=by, task=assignment.task_id, channel=str(channel))


@transaction.atomic
def decline(assignment: Assignment, *, at: datetime) -> None:
    """Not this time: no reminder, no question why, and what was answered before is gone."""
    _settle(assignment, AnswerState.DECLINED, {}, "", at=at, channel=Origin.WEB)
    audit.record(assignment, "pool.task_declined", by=None, task=assignment.task_id)


def enter(
    task: Task, code: str, answers: dict[str, Any], comment: str, *, channel: str, at: datetime, by: AbstractBaseUser
) -> None:
    """Type in what came by letter or telephone, under the code of that person's letter."""
    found = Assignment.objects.filter(task=task, code=codes.normalise(code) or "-").first()
    if found is None:
        raise Refused(_("No letter of this task has this code. Please check what you typed."))
    answer(found, answers, comment, at=at, channel=channel, by=by)


def erase(members: Sequence[Member]) -> None:
    """Before members are deleted: the answers go with them, the sums of who was asked still hold."""
    asked = Assignment.objects.filter(member__in=members).values_list("task").annotate(Count("pk")).order_by("task")
    for task_id, number in list(asked):
        Task.objects.filter(pk=task_id).update(erased=F("erased") + number)


def _settle(
    assignment: Assignment, state: str, answers: dict[str, Any], comment: str, *, at: datetime, channel: str
) -> None:
    # The task first, so that nobody answers while it is being closed.
    task = Task.objects.select_for_update().get(pk=assignment.task_id)
    if not task.takes_answers(at=at):
        raise Refused(_("This task is over. Answers are not taken any more."))
    assignment.state, assignment.answers, assignment.comment = state, answers, comment
    assignment.answered_at, assignment.channel = at, channel
    assignment.save(update_fields=["state", "answers", "comment", "answered_at", "channel"])
    Member.objects.filter(pk=assignment.member_id).update(last_activity_at=at)
    reminders = task.mailings.filter(occasion=Occasion.REMIND).values_list("dispatch_id", flat=True)
    asking.hold_back(list(reminders), assignment.member)
