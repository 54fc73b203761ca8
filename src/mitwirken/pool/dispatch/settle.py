"""Putting the outcome of messages back. Every step holds only under its claim."""

import random
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.db import connection, models, transaction
from django.db.models import F, Min

from ..models import EventKind, MailClass, Outbox, OutboxEvent, OutboxState
from .smtp import Reply

# What another channel than mail says of its outcomes.
DELIVERED, LATER, REFUSED = Reply(250), Reply(450), Reply(550)
# How long we try: an hour for what a person waits for, three days for news.
PATIENCE = {MailClass.TRANSACTIONAL: timedelta(hours=1)}
MOST_PATIENCE = timedelta(hours=72)


class Claimed(Protocol):
    """A claimed row: of a claim, or read again after a worker died."""

    @property
    def pk(self) -> int: ...

    @property
    def attempts(self) -> int: ...


@dataclass(slots=True)
class Outcome:
    """What became of a message: a reply, silence after the dot (`doubt`), or not tried (`put_back`)."""

    row: Claimed
    reply: Reply | None = None
    doubt: bool = False
    put_back: bool = False
    body_id: int | None = None
    mail_class: str = MailClass.BULK
    # When it may be tried again, if the other side says so; else after a while that doubles.
    wait: timedelta | None = None


def settle(outcomes: Iterable[Outcome], claim_id: uuid.UUID, *, at: datetime) -> None:
    """Write the outcomes down in one transaction; rows under another claim stay as they are."""
    accepted: list[Outcome] = []
    untried: list[int] = []
    events: list[tuple[int, str, str]] = []
    with transaction.atomic():
        for outcome in outcomes:
            row, reply = outcome.row, outcome.reply
            if reply and reply.is_accepted:
                accepted.append(outcome)
                continue
            if outcome.put_back:
                untried.append(row.pk)
                continue
            mine = Outbox.objects.filter(pk=row.pk, claim_id=claim_id, state=OutboxState.CLAIMED)
            if outcome.doubt:
                if mine.update(state=OutboxState.IN_DOUBT, body_id=outcome.body_id):
                    events.append((row.pk, EventKind.IN_DOUBT, ""))
            elif reply:
                events += _not_accepted(mine, outcome, reply, at)
        _accept(accepted, claim_id, at)
        if untried:
            Outbox.objects.filter(pk__in=untried, claim_id=claim_id, state=OutboxState.CLAIMED).update(
                state=OutboxState.READY, claim_id=None, lease_until=None, attempts=F("attempts") - 1
            )
        OutboxEvent.objects.bulk_create(
            OutboxEvent(outbox_id=pk, at=at, kind=kind, detail=detail) for pk, kind, detail in events
        )


@transaction.atomic
def postpone(rows: list[tuple[Claimed, datetime]], claim_id: uuid.UUID) -> None:
    """Give back what finds no room now; it comes again at its moment, and no try is counted."""
    for row, due_at in rows:
        Outbox.objects.filter(pk=row.pk, claim_id=claim_id, state=OutboxState.CLAIMED).update(
            state=OutboxState.READY, claim_id=None, lease_until=None, due_at=due_at, attempts=F("attempts") - 1
        )


def leave_out(rows: Iterable[tuple[Claimed, str]], claim_id: uuid.UUID, *, at: datetime) -> None:
    """Close rows whose person must not get the message after all, each with its reason (`REASONS`)."""
    reasons = {row.pk: reason for row, reason in rows}
    if not reasons:
        return
    mine = Outbox.objects.filter(pk__in=reasons, claim_id=claim_id, state=OutboxState.CLAIMED)
    mine.update(state=OutboxState.SKIPPED, lease_until=None)
    OutboxEvent.objects.bulk_create(
        OutboxEvent(outbox_id=pk, at=at, kind=EventKind.SKIPPED, detail=reason) for pk, reason in reasons.items()
    )


def _not_accepted(
    mine: models.QuerySet[Outbox], outcome: Outcome, reply: Reply, at: datetime
) -> list[tuple[int, str, str]]:
    row, code = outcome.row, f"{reply.code} {reply.enhanced}".strip()
    if reply.is_permanent or _tried_long_enough(row, outcome.mail_class, at):
        changed = mine.update(
            state=OutboxState.FAILED, reply_code=reply.code, enh_code=reply.enhanced[:12], lease_until=None
        )
        return [(row.pk, EventKind.FAILED, code)] if changed else []
    changed = mine.update(
        state=OutboxState.READY,
        claim_id=None,
        lease_until=None,
        due_at=at + (outcome.wait or back_off(row.attempts)),
        reply_code=reply.code,
        enh_code=reply.enhanced[:12],
    )
    return [(row.pk, EventKind.DEFERRED, code)] if changed else []


def _tried_long_enough(row: Claimed, mail_class: str, at: datetime) -> bool:
    deferred = OutboxEvent.objects.filter(outbox_id=row.pk, kind=EventKind.DEFERRED)
    first = deferred.aggregate(first=Min("at"))["first"]
    return first is not None and at - first >= PATIENCE.get(MailClass(mail_class), MOST_PATIENCE)


def back_off(attempts: int) -> timedelta:
    """Wait twice as long each time, not all at the same second."""
    return timedelta(minutes=2 ** min(attempts, 8)) * random.uniform(0.8, 1.2)  # noqa: S311 spreads load


# Both write the same; each in the way its database takes many rows at once.
_ONE_BY_ONE = """
UPDATE pool_outbox SET state = 2, sent_at = %s, lease_until = NULL, body_id = %s, reply_code = %s, enh_code = %s,
  queue_ref = %s
WHERE id = %s AND claim_id = %s AND state = 1
"""
_AT_ONCE = """
UPDATE pool_outbox o SET state = 2, sent_at = %s, lease_until = NULL, body_id = v.body_id, reply_code = v.code,
  enh_code = v.enhanced, queue_ref = v.reference
FROM unnest(%s::bigint[], %s::int[], %s::text[], %s::text[], %s::bigint[]) AS v(body_id, code, enhanced, reference, id)
WHERE o.id = v.id AND o.claim_id = %s AND o.state = 1
"""


def _accept(accepted: list[Outcome], claim_id: uuid.UUID, at: datetime) -> None:
    if not accepted:
        return
    moment = connection.ops.adapt_datetimefield_value(at)
    fence = Outbox._meta.get_field("claim_id").get_db_prep_value(claim_id, connection)
    values = [
        (outcome.body_id, reply.code, reply.enhanced[:12], reply.reference[:80], outcome.row.pk)
        for outcome in accepted
        if (reply := outcome.reply)
    ]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_AT_ONCE, [moment, *map(list, zip(*values, strict=True)), fence])
        else:
            cursor.executemany(_ONE_BY_ONE, [(moment, *value, fence) for value in values])
