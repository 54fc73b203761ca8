"""Dispatches: made from published steps, and done when nothing is left."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from mitwirken.core import audit
from mitwirken.portal.models import Step

from .. import content, matching, windows
from ..eligible import newest_member
from ..models import (
    STANDING,
    DigestPeriod,
    DigestRun,
    Dispatch,
    DispatchKind,
    DispatchState,
    Frequency,
    Halt,
    Installation,
    MailClass,
    Outbox,
    OutboxState,
    Purpose,
)
from .freezing import freeze
from .steering import cancel

# Older news is no news: nothing is announced that was published before.
ANNOUNCED_WITHIN = timedelta(days=7)
# A turn of the recurring job; the next one goes on.
TURN = 2.0


def announceable(*, since: datetime, until: datetime, at: datetime) -> Any:
    """Steps that are news: published in this window, still to be taken part in, not from the archive."""
    return (
        Step.objects.published()
        .filter(
            Q(ends_at=None) | Q(ends_at__gt=at),
            published_at__gte=since,
            published_at__lt=until,
            project__is_archive=False,
        )
        .select_related("project")
        .prefetch_related("topics", "districts")
        .order_by("published_at", "pk")
    )


def announce_new_steps(*, at: datetime) -> list[Dispatch]:
    """One dispatch for each newly published step without one. The rows are the truth: no signal is needed."""
    steps = announceable(since=at - ANNOUNCED_WITHIN, until=at + timedelta(seconds=1), at=at)
    return [announce(step, at=at) for step in steps.exclude(pool_dispatches__kind=DispatchKind.STEP)[:20]]


@transaction.atomic
def announce(step: Step, *, at: datetime) -> Dispatch:
    """Write down who is to hear of this step and what they will read. Twice changes nothing."""
    chosen = matching.selection_for(content.offer_of(step))
    selection = {"and": [chosen, {"frequencies": [Frequency.NOW]}]}
    dispatch, created = Dispatch.objects.get_or_create(
        step=step,
        kind=DispatchKind.STEP,
        defaults={
            "mail_class": MailClass.BULK,
            "purpose": Purpose.INFORMATION,
            "department": step.project.department,
            "selection": selection,
            "selection_hash": matching.selection_hash(selection),
            "content": content.for_step(step),
            "halted": _halted_by_restore(step.published_at),
            "created_at": at,
            "upper": newest_member(),
        },
    )
    if created:
        audit.record(dispatch, "pool.announced", by=None, step=step.pk)
    return dispatch


def _halted_by_restore(since: datetime | None) -> str:
    """What was news before a backup was restored may have been told already: a person decides."""
    resumed_at = Installation.objects.values_list("resumed_at", flat=True).first()
    return Halt.RESTORED if since and resumed_at and since <= resumed_at else ""


def start_digests(*, at: datetime) -> list[Dispatch]:
    """Make the digest of each window that is over and has none yet."""
    made = []
    for period in DigestPeriod.values:
        window = windows.due_window(period, at, timezone.get_default_timezone())
        if window and not DigestRun.objects.filter(period=period, window_start=window[0]).exists():
            dispatch = start_digest(period, *window, at=at)
            made += [dispatch] if dispatch else []
    return made


@transaction.atomic
def start_digest(period: str, start: datetime, end: datetime, *, at: datetime) -> Dispatch | None:
    run, created = DigestRun.objects.get_or_create(period=period, window_start=start, defaults={"window_end": end})
    if not created:
        return None
    steps = list(announceable(since=start, until=end, at=at))
    audit.record(run, "pool.digest_started", by=None, offers=len(steps))
    if not steps:
        run.built_at = at
        run.save(update_fields=["built_at"])
        return None
    selection = {"frequencies": [period]}
    return Dispatch.objects.create(
        kind=DispatchKind.DIGEST,
        mail_class=MailClass.DIGEST,
        purpose=Purpose.INFORMATION,
        digest=run,
        selection=selection,
        selection_hash=matching.selection_hash(selection),
        content=content.for_digest(steps, period),
        halted=_halted_by_restore(end),
        created_at=at,
        upper=newest_member(),
    )


def advance(*, at: datetime) -> None:
    """Freeze what waits to be frozen, close what is finished, stop what must not be told any more."""
    for dispatch in Dispatch.objects.filter(state=DispatchState.FREEZING).order_by("pk")[:20]:
        freeze(dispatch, at=at, seconds=TURN)
    running = Dispatch.objects.filter(state=DispatchState.RUNNING).exclude(kind__in=STANDING)
    for dispatch in running.exclude(pk__in=Dispatch.objects.sendable().values("pk"))[:20]:
        cancel(dispatch, by=None, at=at)
    # What a worker held in its hands when its dispatch was cancelled, and put back.
    cancelled = Dispatch.objects.filter(state=DispatchState.CANCELLED, counters={}).values("pk")
    Outbox.objects.filter(dispatch__in=cancelled, state=OutboxState.READY).update(state=OutboxState.CANCELLED)
    unfinished = Outbox.objects.unfinished().filter(dispatch__in=running).values("dispatch")
    running.exclude(pk__in=unfinished).update(state=DispatchState.DONE, done_at=at)
