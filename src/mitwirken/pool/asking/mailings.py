"""The mail that asks, the notices that follow, and whether a department has a message left."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from mitwirken.city.models import Department

from .. import matching, policies, selecting
from ..models import (
    DepartmentAccess,
    Dispatch,
    DispatchKind,
    DispatchState,
    MailClass,
    Member,
    Outbox,
    OutboxState,
    Purpose,
)


def has_message_left(department: Department, *, at: datetime) -> bool:
    """Whether the department may start one more mailing; part of an action.

    The row of its access is the lock until the action ends: two mailings at once must not share the last message.
    """
    list(DepartmentAccess.objects.select_for_update().filter(department=department))
    return policies.messages_left(department, at=at) > 0


def ask(
    kind: str, selection: selecting.Rule, content: dict[str, Any], *, department: Department, at: datetime
) -> Dispatch:
    """A mailing to the people of a selection, with everything members can say no to; part of an action."""
    return Dispatch.objects.create(
        kind=kind,
        mail_class=MailClass.BULK,
        purpose=Purpose.TASKS,
        department=department,
        selection=selection,
        selection_hash=matching.selection_hash(selection),
        content=content,
        created_at=at,
        upper=Member.objects.order_by("-pk").values_list("pk", flat=True).first() or 0,
    )


def notice(content: dict[str, Any], *, department: Department, at: datetime) -> Dispatch:
    """What participants are owed: goes out whatever they chose or paused; part of an action."""
    return Dispatch.objects.create(
        kind=DispatchKind.EVENT,
        mail_class=MailClass.SERVICE,
        department=department,
        state=DispatchState.RUNNING,
        content=content,
        created_at=at,
    )


@transaction.atomic
def _post(dispatch: Dispatch, rows: list[Outbox]) -> int:
    # The lock first: `advance` may be about to call this dispatch done.
    Dispatch.objects.select_for_update().get(pk=dispatch.pk)
    before = dispatch.rows.count()
    Outbox.objects.bulk_create(rows, ignore_conflicts=True)
    added = dispatch.rows.count() - before
    Dispatch.objects.filter(pk=dispatch.pk).update(frozen=F("frozen") + added, done_at=None)
    Dispatch.objects.filter(pk=dispatch.pk, state=DispatchState.DONE).update(state=DispatchState.RUNNING)
    return added


def tell(dispatch: Dispatch, members: Iterable[Member], *, at: datetime, occasion: int = 0) -> int:
    """Hand a notice to these people; `occasion` counts how often one person may get it. How many are new."""
    rows = [
        Outbox(dispatch=dispatch, member=member, channel=member.channel, occasion=occasion, prio=1, due_at=at)
        for member in members
    ]
    return _post(dispatch, rows)


def hold_back(dispatches: Collection[int], member: Member) -> int:
    """Take back what waits for this person: a reminder of what they have just answered."""
    waiting = Outbox.objects.filter(dispatch__in=dispatches, member=member, state=OutboxState.READY)
    return waiting.update(state=OutboxState.CANCELLED)


def wake(kind: str) -> int:
    """A notice that got a new reader at the very moment it was called done goes on."""
    waiting = Outbox.objects.filter(dispatch__kind=kind, dispatch__state=DispatchState.DONE, state=OutboxState.READY)
    return Dispatch.objects.filter(pk__in=waiting.values("dispatch")).update(state=DispatchState.RUNNING, done_at=None)
