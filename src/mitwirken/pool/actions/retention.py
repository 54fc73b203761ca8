"""Retention: what is over is forgotten (privacy.toml)."""

from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet

from mitwirken.core import audit

from .. import erasures
from ..models import (
    BESIDE,
    STANDING,
    Body,
    ConsentAction,
    ConsentEvent,
    Dispatch,
    DispatchKind,
    DispatchState,
    Member,
    MemberStatus,
    Outbox,
    OutboxEvent,
    OutboxState,
    Proof,
    Worker,
)
from .joining import LETTER_VALID
from .personal import queue_personally
from .profile import erase_member

UNCONFIRMED = timedelta(days=7)
# A letter or a signature takes longer than a mail: as long as the code in the letter is good, and a week.
UNSIGNED = LETTER_VALID + UNCONFIRMED
WITHOUT_CONSENT = timedelta(days=30)
BODIES = timedelta(days=30)
ROWS = timedelta(days=90)
# Two years without a sign: we ask once. Three months without an answer: the person is gone, and so is the row.
SILENT = timedelta(days=730)
TIME_TO_ANSWER = timedelta(days=91)
# So many in one run: the job comes again within the hour.
AT_ONCE = 1000
UNSETTLED = (OutboxState.READY, OutboxState.CLAIMED, OutboxState.IN_DOUBT, OutboxState.HELD)
# Asked, and silent ever since: who changed anything after our question has answered it.
_ASKED = Q(asked_to_stay_at__isnull=False, asked_to_stay_at__gte=F("last_activity_at"))
# Three years after the end of the year of withdrawal: the regular limitation period (§§ 195, 199 BGB).
PROOF_YEARS = 3


def forget(*, at: datetime) -> dict[str, int]:
    """Apply every rule once; the numbers of what went."""
    counts = {
        "unconfirmed": _erase(Member.objects.filter(status=MemberStatus.PENDING).filter(_unconfirmed(at)), at),
        "without_consent": _erase(
            Member.objects.active()
            .filter(consents=None)
            .exclude(consent_events__action=ConsentAction.WITHDRAW, consent_events__at__gte=at - WITHOUT_CONSENT),
            at,
        ),
        "silent": _erase(_silent(at=at).filter(_ASKED, asked_to_stay_at__lt=at - TIME_TO_ANSWER), at),
        "bodies": Body.objects.filter(created_at__lt=at - BODIES).delete()[0],
        "rows": _fold_dispatches(at),
        "proofs": _drop_old_proofs(at),
        "journals": erasures.drop_old(at=at),
        "workers": Worker.objects.filter(state="gone", heartbeat_at__lt=at - ROWS).delete()[0],
    }
    OutboxEvent.objects.filter(at__lt=at - ROWS).delete()
    return counts


def ask_who_is_silent(*, at: datetime) -> int:
    """Ask everybody who gave no sign for two years whether they want to stay; how many were asked.

    May be killed and run again at any point: each member is asked in a transaction of their own, once.
    """
    silent = list(_silent(at=at).filter(~_ASKED).order_by("pk")[:AT_ONCE])
    for member in silent:
        ask_to_stay(member, at=at)
    return len(silent)


@transaction.atomic
def ask_to_stay(member: Member, *, at: datetime) -> None:
    """One mail with one link; silence means no."""
    if Member.objects.filter(~_ASKED, pk=member.pk).update(asked_to_stay_at=at):
        queue_personally(DispatchKind.STAY, member, occasion=at.year, prio=1, at=at)
        audit.record(member, "pool.asked_to_stay", by=None)


def _unconfirmed(at: datetime) -> Q:
    return Q(awaits=Proof.MAIL, asked_at__lt=at - UNCONFIRMED) | Q(asked_at__lt=at - UNSIGNED)


def _silent(*, at: datetime) -> QuerySet[Member]:
    return Member.objects.active().filter(last_activity_at__lt=at - SILENT)


def _erase(members: QuerySet[Member], at: datetime) -> int:
    found = list(members.distinct()[:AT_ONCE])
    for member in found:
        erase_member(member, at=at)
    return len(found)


def _fold_dispatches(at: datetime) -> int:
    """Finished dispatches keep their numbers and lose their rows; standing ones lose old rows."""
    dropped = 0
    over = Dispatch.objects.filter(
        state__in=[DispatchState.DONE, DispatchState.CANCELLED], created_at__lt=at - ROWS, counters={}
    )
    for dispatch in over:
        dropped += _fold(dispatch)
    settled = [state for state in OutboxState if state not in UNSETTLED]
    for dispatch in Dispatch.objects.filter(kind__in=STANDING):
        with transaction.atomic():
            old = Outbox.objects.filter(dispatch=dispatch, state__in=settled, due_at__lt=at - ROWS)
            gone = old.count()
            old.delete()
            Dispatch.objects.filter(pk=dispatch.pk).update(frozen=F("frozen") - gone)
            dropped += gone
    return dropped


@transaction.atomic
def _fold(dispatch: Dispatch) -> int:
    counts = dict(dispatch.rows.values_list("state").annotate(Count("pk")).order_by())
    if beside := dispatch.rows.filter(channel__in=BESIDE).count():
        dispatch.content["beside"] = beside
    dispatch.counters = {str(state): count for state, count in counts.items()} or {"2": 0}
    dispatch.save(update_fields=["counters", "content"])
    gone = dispatch.rows.all().delete()[0]
    if dispatch.digest:
        dispatch.digest.items.all().delete()
    audit.record(dispatch, "pool.folded", by=None, rows=gone)
    return gone


def _drop_old_proofs(at: datetime) -> int:
    limit = datetime(at.year - PROOF_YEARS, 1, 1, tzinfo=UTC)
    ended = ConsentEvent.objects.filter(member=None, action=ConsentAction.WITHDRAW, at__lt=limit)
    kept = ConsentEvent.objects.filter(at__gte=limit)
    return (
        ConsentEvent.objects.filter(subject__in=ended.values("subject"), member=None)
        .exclude(subject__in=kept.values("subject"))
        .delete()[0]
    )
