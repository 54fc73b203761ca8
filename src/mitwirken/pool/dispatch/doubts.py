"""Messages nobody can call back, on channels without a journal file: the doubt is written down before they leave.

A row in doubt has begun and has no answer yet. Whoever dies in between leaves it so, and it is never taken again by
itself: it is held and shown to staff, unless the other side recognises a repeat.
"""

import uuid
from datetime import datetime

from django.db import transaction

from ..models import Dispatch, EventKind, Outbox, OutboxEvent, OutboxState
from .settle import Claimed, Outcome, settle


def begin(row: Claimed, claim_id: uuid.UUID) -> bool:
    """From here on the other side may have it. False if the claim is lost: then it must not leave."""
    mine = Outbox.objects.filter(pk=row.pk, claim_id=claim_id, state=OutboxState.CLAIMED)
    return bool(mine.update(state=OutboxState.IN_DOUBT))


@transaction.atomic
def end(outcome: Outcome, claim_id: uuid.UUID, *, at: datetime) -> None:
    """What became of a message that had begun; without a clear answer (`doubt`) it is held."""
    mine = Outbox.objects.filter(pk=outcome.row.pk, claim_id=claim_id, state=OutboxState.IN_DOUBT)
    if outcome.doubt:
        _hold(list(mine.values_list("pk", flat=True)), at)
    elif mine.update(state=OutboxState.CLAIMED):
        settle([outcome], claim_id, at=at)


@transaction.atomic
def sort_out(channel: int, *, at: datetime, again: bool) -> int:
    """End what began and was never answered because its sender died; `again` if a repeat is recognised there."""
    # By dispatch, for which there is an index.
    left = Outbox.objects.filter(
        dispatch__in=Dispatch.objects.sendable(), channel=channel, state=OutboxState.IN_DOUBT, lease_until__lt=at
    )
    rows = list(left.values_list("pk", flat=True))
    if again:
        ours = Outbox.objects.filter(pk__in=rows)
        ours.update(state=OutboxState.READY, claim_id=None, lease_until=None, due_at=at)
    else:
        _hold(rows, at)
    return len(rows)


def _hold(rows: list[int], at: datetime) -> None:
    Outbox.objects.filter(pk__in=rows).update(state=OutboxState.HELD, claim_id=None, lease_until=None)
    steps = ((EventKind.IN_DOUBT, ""), (EventKind.RESOLVED, "held"))
    OutboxEvent.objects.bulk_create(
        OutboxEvent(outbox_id=pk, at=at, kind=kind, detail=detail) for pk in rows for kind, detail in steps
    )
