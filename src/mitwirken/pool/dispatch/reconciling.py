"""After a backup was restored: what its database does not know, the relay may; what nobody knows, a person decides."""

from datetime import datetime, timedelta

from django.db import transaction

from mitwirken.core import audit

from ..models import (
    STANDING,
    Dispatch,
    DispatchState,
    EventKind,
    Halt,
    Installation,
    MailClass,
    Outbox,
    OutboxEvent,
    OutboxState,
)
from .fence import Fence
from .recovery import message_id
from .resolvers import Answer, Resolver

AT_ONCE = 5000
# A confirmation somebody waited for so long has been asked for again.
STALE = timedelta(hours=1)


def reconcile(fence: Fence, resolver: Resolver, *, at: datetime, older_than: timedelta) -> dict[str, int]:
    """Settle what the relay has, stop what began before, and let the dispatcher send again. May be run again."""
    counts = {"had left": 0, "outdated": 0, "stopped mailings": 0}
    last = 0
    waiting = Outbox.objects.unfinished().filter(channel=0).select_related("dispatch").order_by("pk")
    while rows := list(waiting.filter(pk__gt=last)[:AT_ONCE]):
        last = rows[-1].pk
        answers = resolver.ask([message_id(row) for row in rows])
        left = [row.pk for row in rows if answers[message_id(row)] == Answer.ACCEPTED]
        stale = [row.pk for row in rows if row.pk not in set(left) and _is_stale(row, at)]
        counts["had left"] += _end(left, OutboxState.ACCEPTED, "relay", at)
        counts["outdated"] += _end(stale, OutboxState.CANCELLED, "restored", at)
    with transaction.atomic():
        open_ones = Dispatch.objects.filter(
            state__in=[DispatchState.FREEZING, DispatchState.RUNNING], created_at__lte=at - older_than
        ).exclude(kind__in=STANDING)
        for dispatch in open_ones:
            dispatch.halted = Halt.RESTORED
            if dispatch.state == DispatchState.RUNNING:
                dispatch.state = DispatchState.PAUSED
            dispatch.save(update_fields=["halted", "state"])
            counts["stopped mailings"] += 1
        fence.accept(at=at, restored=True)
        audit.record(Installation.objects.get(), "pool.resumed", by=None, mails=counts["had left"])
    return counts


def _is_stale(row: Outbox, at: datetime) -> bool:
    return row.dispatch.mail_class == MailClass.TRANSACTIONAL and at - row.due_at > STALE


@transaction.atomic
def _end(rows: list[int], state: OutboxState, detail: str, at: datetime) -> int:
    changed = Outbox.objects.filter(pk__in=rows).update(state=state, claim_id=None, lease_until=None)
    OutboxEvent.objects.bulk_create(
        OutboxEvent(outbox_id=pk, at=at, kind=EventKind.RESOLVED, detail=detail) for pk in rows
    )
    return changed
