"""A dispatch under way: paused, resumed, cancelled, tried again, and where its messages are now."""

from collections import Counter, defaultdict
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Count

from mitwirken.core import audit

from ..models import BESIDE, STANDING, Channel, Dispatch, DispatchState, Halt, OutboxState


@transaction.atomic
def pause_dispatch(dispatch: Dispatch, *, by: AbstractBaseUser, at: datetime) -> bool:
    """Stop sending; what a worker holds in its hands still goes out."""
    stopped = _move(dispatch, [DispatchState.RUNNING], DispatchState.PAUSED, by=by)
    if stopped:
        audit.record(dispatch, "pool.dispatch_paused", by=by)
    return stopped


@transaction.atomic
def halt(dispatch: Dispatch, why: Halt, *, at: datetime) -> bool:
    """The system stops by itself; a person decides what becomes of it."""
    stopped = _move(dispatch, [DispatchState.RUNNING], DispatchState.PAUSED, by=None)
    if stopped:
        Dispatch.objects.filter(pk=dispatch.pk).update(halted=why)
        audit.record(dispatch, "pool.dispatch_halted", by=None, why=str(why))
    return stopped


@transaction.atomic
def resume_dispatch(dispatch: Dispatch, *, by: AbstractBaseUser, at: datetime) -> bool:
    """Go on where it stopped."""
    resumed = _move(dispatch, [DispatchState.PAUSED], DispatchState.RUNNING, by=by)
    if resumed:
        audit.record(dispatch, "pool.dispatch_resumed", by=by)
    return resumed


@transaction.atomic
def cancel(dispatch: Dispatch, *, by: AbstractBaseUser | None, at: datetime) -> bool:
    """End it for good: what has not left will not leave."""
    stopped = _move(
        dispatch,
        [DispatchState.FREEZING, DispatchState.RUNNING, DispatchState.PAUSED],
        DispatchState.CANCELLED,
        by=by,
    )
    if stopped:
        rows = dispatch.rows.filter(state=OutboxState.READY).update(state=OutboxState.CANCELLED)
        audit.record(dispatch, "pool.dispatch_cancelled", by=by, mails=rows)
    return stopped


@transaction.atomic
def release_held(dispatch: Dispatch, *, by: AbstractBaseUser, at: datetime) -> int:
    """Send what was held back because its first try was unclear; some people may get it twice."""
    rows = dispatch.rows.filter(state=OutboxState.HELD).exclude(dispatch__state=DispatchState.CANCELLED)
    released = rows.update(state=OutboxState.READY, due_at=at, claim_id=None)
    return _begin_again(dispatch, "pool.released", released, by=by)


@transaction.atomic
def retry_failed(dispatch: Dispatch, *, by: AbstractBaseUser, at: datetime) -> int:
    """Try again what the mail server refused, because the trouble was there and not with the addresses."""
    rows = dispatch.rows.filter(state=OutboxState.FAILED).exclude(dispatch__state=DispatchState.CANCELLED)
    again = rows.update(state=OutboxState.READY, due_at=at, claim_id=None, attempts=0)
    return _begin_again(dispatch, "pool.retried", again, by=by)


def _begin_again(dispatch: Dispatch, action: str, mails: int, *, by: AbstractBaseUser) -> int:
    """These mails wait once more: a dispatch that is done by now goes on. Without any there is nothing to note."""
    if mails:
        done = Dispatch.objects.filter(pk=dispatch.pk, state=DispatchState.DONE)
        done.update(state=DispatchState.RUNNING, done_at=None)
        audit.record(dispatch, action, by=by, mails=mails)
    return mails


def by_way(dispatch: Dispatch) -> dict[Channel, Counter[int]]:
    """How many messages of each way (mail, letter …) are in which state; nothing once they are forgotten."""
    ways: dict[Channel, Counter[int]] = defaultdict(Counter)
    counted = dispatch.rows.values_list("channel", "state").annotate(Count("pk")).order_by("channel")
    for channel, state, count in counted:
        ways[Channel(channel)][state] = count
    return ways


def conservation(dispatch: Dispatch, ways: dict[Channel, Counter[int]] | None = None) -> dict[str, int]:
    """Where the frozen messages are now. `missing` is 0, or something is wrong."""
    counts: Counter[int] = Counter({int(state): count for state, count in dispatch.counters.items()})
    if not dispatch.counters:
        for way in (by_way(dispatch) if ways is None else ways).values():
            counts += way
    named = {OutboxState(state).name.lower(): counts.get(state, 0) for state in OutboxState.values}
    found = sum(counts.values()) + dispatch.erased
    return {**named, "erased": dispatch.erased, "frozen": dispatch.frozen, "missing": dispatch.frozen - found}


def members_told(dispatch: Dispatch) -> int:
    """How many people it is for: who gets a text message or a notice beside the mail is one person all the same."""
    if dispatch.counters:
        return dispatch.frozen - dispatch.content.get("beside", 0)
    return dispatch.frozen - dispatch.rows.filter(channel__in=BESIDE).count()


def _move(dispatch: Dispatch, sources: list[str], target: str, *, by: AbstractBaseUser | None) -> bool:
    facts = {"stopped_by": by} if target != DispatchState.RUNNING else {"stopped_by": None, "halted": ""}
    moved = (
        Dispatch.objects.filter(pk=dispatch.pk, state__in=sources)
        .exclude(kind__in=STANDING)
        .update(state=target, **facts)
    )
    if moved:
        dispatch.state = target
    return bool(moved)
