"""What mail providers report by HTTP (django-anymail checks who speaks and in which dialect)."""

from typing import Any

from mitwirken.core import clock

from .. import tokens
from ..actions import leave
from ..models import Member, Outbox, OutboxState, Purpose
from . import actions
from .reports import ENHANCED, Kind, Verdict, judge

WHY = {"invalid": Kind.HARD, "blocked": Kind.POLICY, "spam": Kind.POLICY, "timed_out": Kind.SOFT}
BOUNCES = {"bounced", "rejected", "failed"}


def take_event(sender: Any, event: Any, esp_name: str, **kwargs: Any) -> None:
    """Receiver of anymail's tracking signal."""
    at = clock.now()
    member = Member.objects.filter(address_hash=tokens.address_hash(event.recipient or "")).first()
    if member is None:
        return
    row = _row(member, str(event.message_id or ""))
    if event.event_type == "complained":
        actions.take_complaint(member, row.dispatch.purpose if row else str(Purpose.INFORMATION), at=at, row=row)
    elif event.event_type == "unsubscribed":
        leave(member, (row.dispatch.purpose if row else "") or Purpose.INFORMATION, at=at, source="provider")
    elif event.event_type in BOUNCES and row:
        actions.take_bounce(row, _verdict(event), at=at)


def _row(member: Member, message_id: str) -> Outbox | None:
    """The mail the report is about: by our Message-ID if the provider kept it, else the newest that left."""
    rows = list(
        Outbox.objects.filter(member=member)
        .exclude(state__in=[OutboxState.READY, OutboxState.SKIPPED, OutboxState.CANCELLED])
        .select_related("dispatch", "member")
        .order_by("-pk")[:50]
    )
    for row in rows:
        if tokens.message_key(row.dispatch_id, row.member_id, row.channel, row.occasion) in message_id:
            return row
    return rows[0] if rows else None


def _verdict(event: Any) -> Verdict:
    words = f"{event.mta_response or ''} {event.description or ''}"[:2_000]
    code = ENHANCED.search(words)
    if code:
        return judge(code[1], words)
    known = WHY.get(str(event.reject_reason))
    return Verdict(known) if known else judge("", words)
