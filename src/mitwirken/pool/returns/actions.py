"""What happens with what comes back. Every verb may be told the same thing twice and does it once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from mitwirken.core import audit
from mitwirken.core.inbound import NotNow

from ..actions import leave
from ..models import (
    ConsentState,
    Dispatch,
    EventKind,
    Member,
    Outbox,
    OutboxEvent,
    OutboxState,
    Suppression,
)
from ..models.reach import PostalAddress
from .models import AddressScore, Returned, ReturnKind
from .reports import Kind, Verdict, judge
from .score import WINDOW, weigh

# What the relay had, or may have had, when the bounce came.
LEFT = (OutboxState.ACCEPTED, OutboxState.IN_DOUBT, OutboxState.HELD)
# privacy.toml
KEPT = timedelta(days=90)
REMEMBERED = timedelta(days=365)
REFUSALS_WITHIN = timedelta(days=3)


@transaction.atomic
def take_bounce(row: Outbox, verdict: Verdict, *, at: datetime) -> str:
    """Note that this mail came back, and stop writing to an address that does not take mail; what became of it.

    Only the first final report about a mail counts.
    """
    if verdict.kind == Kind.DELAYED:
        note(ReturnKind.DELAYED, at=at, row=row, code=verdict.code)
        audit.record(row.dispatch, "pool.bounce_delayed", by=None)
        return "delayed"
    if not Outbox.objects.filter(pk=row.pk, state__in=LEFT).update(state=OutboxState.BOUNCED, lease_until=None):
        if Outbox.objects.filter(pk=row.pk, state=OutboxState.CLAIMED).exists():
            raise NotNow  # a relay next door is quicker than our own note that it took the mail
        return "again"
    OutboxEvent.objects.create(outbox=row, at=at, kind=EventKind.BOUNCED, detail=verdict.code or str(verdict.kind))
    note(str(verdict.kind), at=at, row=row, code=verdict.code)
    silenced = _weigh(row.member, at=at)
    audit.record(row.dispatch, "pool.bounced", by=None, kind=str(verdict.kind), code=verdict.code, silenced=silenced)
    return str(verdict.kind)


@transaction.atomic
def take_refusal(row: Outbox, *, at: datetime) -> None:
    """Note what our relay refused at once, which says as much about the address as a bounce."""
    verdict = judge(row.enh_code)
    note(str(verdict.kind), at=at, row=row, code=verdict.code)
    silenced = _weigh(row.member, at=at)
    audit.record(row.dispatch, "pool.refused", by=None, kind=str(verdict.kind), code=verdict.code, silenced=silenced)


@transaction.atomic
def take_complaint(member: Member, purpose: str, *, at: datetime, row: Outbox | None = None) -> bool:
    """Stop what the person reported as unwanted, at once and without a mail; False if it was known.

    A complaint is a withdrawal (Art. 7(3) GDPR names no form); a new agreement lifts the block. Without a purpose
    (a confirmation mail nobody asked for) nothing is ever sent again.
    """
    scope = purpose or "all"
    _block, is_new = Suppression.objects.get_or_create(
        address_hash=member.address_hash, scope=scope, defaults={"reason": "complaint", "created_at": at}
    )
    if purpose:
        leave(member, purpose, at=at, source="complaint")
    if not is_new:
        return False
    if row:
        OutboxEvent.objects.create(outbox=row, at=at, kind=EventKind.COMPLAINED)
    Returned.objects.create(
        kind=ReturnKind.COMPLAINT,
        at=at,
        dispatch=row.dispatch if row else None,
        outbox=row,
        address_hash=member.address_hash,
    )
    audit.record(row.dispatch if row else member, "pool.complained", by=None, scope=scope)
    return True


@transaction.atomic
def lift(address_hash: str, *, at: datetime, by: AbstractBaseUser | None = None, complaints: bool = True) -> bool:
    """Write to this address again: it works, or a complaint was a slip. False if nothing stood in the way.

    Wishes stay as they are; who complained and wants mails again agrees again. Without `complaints` these stay, too.
    """
    of_ours = Q(scope=Suppression.SILENCED)
    if complaints:
        of_ours |= Q(reason="complaint")
    blocks = Suppression.objects.filter(of_ours, address_hash=address_hash)
    block = blocks.first()
    if block is None:
        return False
    audit.record(block, "pool.silence_lifted", by=by, reason=block.reason)
    blocks.delete()
    cleared = {"hard": 0, "soft": 0, "until": None, "cleared_at": at, "by_letter": False}
    AddressScore.objects.filter(address_hash=address_hash).update(**cleared)
    return True


def lift_answered(*, at: datetime) -> int:
    """Take back what a person's own sign has overtaken: a link from a mail was used, an agreement given anew."""
    sign = Member.objects.filter(address_hash=OuterRef("address_hash"), last_activity_at__gt=OuterRef("silenced_at"))
    alive = AddressScore.objects.silenced(at=at).filter(Exists(sign)).values_list("address_hash", flat=True)
    # A sign says that the mailbox works, not that a complaint was a slip.
    lifted = sum(lift(address_hash, at=at, complaints=False) for address_hash in list(alive[:500]))
    agreed = ConsentState.objects.filter(
        member__address_hash=OuterRef("address_hash"),
        purpose=OuterRef("scope"),
        granted_at__gt=OuterRef("created_at"),
    )
    Suppression.objects.filter(Exists(agreed), reason="complaint").delete()
    return lifted


def count_refusals(*, at: datetime) -> int:
    """Note each mail that our relay refused since the last look; how many."""
    counted = Returned.objects.filter(outbox=OuterRef("outbox"))
    fresh = OutboxEvent.objects.filter(
        ~Exists(counted), kind=EventKind.FAILED, at__gte=at - REFUSALS_WITHIN, outbox__state=OutboxState.FAILED
    ).order_by("pk")
    rows = {event.outbox_id: event.outbox for event in fresh.select_related("outbox__member", "outbox__dispatch")[:500]}
    for row in rows.values():
        take_refusal(row, at=at)
    return len(rows)


def note(
    kind: str, *, at: datetime, row: Outbox | None = None, dispatch: Dispatch | None = None, code: str = ""
) -> Returned:
    """One line of what came back; part of an action, never called alone where it changes anything else."""
    return Returned.objects.create(
        kind=kind,
        code=code,
        at=at,
        outbox=row,
        dispatch=row.dispatch if row else dispatch,
        address_hash=row.member.address_hash if row else "",
    )


def forget(*, at: datetime) -> None:
    """Retention: what came back goes after 90 days, scores a year after the last bounce, ended silences at once."""
    Returned.objects.filter(at__lt=at - KEPT).delete()
    AddressScore.objects.filter(last_at__lt=at - REMEMBERED).delete()
    Suppression.objects.filter(scope=Suppression.SILENCED, until__lt=at).delete()


def erase(members: Sequence[Member]) -> None:
    """These people go, and so does what we know of their addresses; numbers stay."""
    subjects = [member.address_hash for member in members]
    AddressScore.objects.filter(address_hash__in=subjects).delete()
    Suppression.objects.filter(address_hash__in=subjects, scope=Suppression.SILENCED).delete()
    Returned.objects.filter(address_hash__in=subjects).update(address_hash="")


def _weigh(member: Member, *, at: datetime) -> bool:
    """Write the address's score anew; True if it is silenced now."""
    score, _ = AddressScore.objects.select_for_update().get_or_create(
        address_hash=member.address_hash, defaults={"last_at": at}
    )
    events = Returned.objects.filter(address_hash=member.address_hash, at__gt=at - WINDOW)
    if score.cleared_at:
        events = events.filter(at__gt=score.cleared_at)
    found = weigh(events.values_list("at", "kind"), at=at, was_silenced=score.silenced_at is not None)
    score.hard, score.soft, score.last_at = found.hard, found.soft, at
    if found.until:
        score.silenced_at, score.until = at, found.until
        score.by_letter = PostalAddress.objects.filter(member=member).exists()
        Suppression.objects.update_or_create(
            address_hash=member.address_hash,
            scope=Suppression.SILENCED,
            defaults={"reason": "bounce", "created_at": at, "until": found.until},
        )
    score.save()
    return found.until is not None
