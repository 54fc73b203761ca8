"""The life of an event: written, invited to, changed, reminded of, cancelled, forgotten."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mitwirken.accounts.models import User
from mitwirken.core import audit
from mitwirken.portal.models import StepState

from ...actions import cancel as stop_mailing
from ...asking import actions as drafts
from ...errors import Refused
from ...models import Dispatch
from .. import notices
from ..models import Event, EventState, Guest, Reply
from ..numbers import replies
from .answering import move_up

# Names and needs were for one evening; a month later nobody has to ask about it any more.
WORDS_KEPT = timedelta(days=30)
GUESTS_KEPT = timedelta(days=365)
# What participants have to know when it changes.
TOLD = ("starts_at", "ends_at", "place", "title")


def invite(event: Event, *, by: User, at: datetime) -> str:
    """Send the invitations, or hand them to the pool manager if there are many; the state then."""
    return drafts.hand_in(event, _send, by=by, at=at)


def release(event: Event, *, by: User, at: datetime) -> None:
    """The second pair of eyes: many invitations go out."""
    drafts.release(event, _send, by=by, at=at)


def _send(event: Event, members: list[int], at: datetime) -> None:
    Guest.objects.bulk_create(Guest(event=event, member_id=pk) for pk in members)
    event.invited, event.state, event.invited_at, event.changed_at = len(members), EventState.OPEN, at, at
    event.save()
    notices.invitation(event, at=at)


@transaction.atomic
def change(event: Event, facts: dict[str, Any], *, by: User | None, at: datetime) -> bool:
    """Change an event people were invited to; whoever comes or waits hears of another date or place."""
    current = _still_to_come(event, at=at)
    if facts.get("starts_at", current.starts_at) <= at:
        # Everybody would be told, and what is over cannot be put right any more.
        raise Refused(_("This day is over. Please look at the year, too."))
    different = {name for name, value in facts.items() if getattr(current, name) != value}
    if not different:
        return False
    for name in different:
        setattr(current, name, facts[name])
    is_told = bool(different & set(TOLD))
    if is_told:
        current.sequence += 1
        current.changed_at = at
    current.save()
    if is_told:
        number = current.sequence
        seated, waiting = _guests(current, Reply.YES), _guests(current, Reply.WAITING)
        notices.to_all(current, f"change.{number}", notices.CHANGE, seated, at=at)
        notices.to_all(current, f"change_waiting.{number}", notices.CHANGE_WAITING, waiting, at=at)
    audit.record(current, "pool.event_changed", by=by, fields=sorted(different), sequence=current.sequence)
    move_up(current, at=at)
    event.refresh_from_db()
    return True


def follow_step(event: Event, *, at: datetime) -> bool:
    """Where an event belongs to a step, another date or place of the step is one of the event, too."""
    step = event.step
    if step is None or step.state != StepState.PUBLISHED or step.starts_at <= at:
        return False
    facts: dict[str, Any] = {"starts_at": step.starts_at}
    if step.ends_at:
        facts["ends_at"] = step.ends_at
    else:
        facts["ends_at"] = step.starts_at + (event.ends_at - event.starts_at)
    if step.place:
        facts["place"] = step.place
    if all(getattr(event, name) == value for name, value in facts.items()):
        return False
    if event.answer_by > step.starts_at:
        facts["answer_by"] = step.starts_at
    return change(event, facts, by=None, at=at)


@transaction.atomic
def remind(event: Event, days: int, *, at: datetime) -> Dispatch | None:
    """Remind whoever comes, once for this date; a second run finds the row and does nothing."""
    current = drafts.locked(event, EventState.OPEN)
    day = timezone.localtime(current.starts_at).date().isoformat()
    sent = notices.to_all(current, f"reminder-{days}.{day}", notices.REMINDER, _guests(current, Reply.YES), at=at)
    if sent:
        audit.record(current, "pool.event_reminded", by=None, days=days)
    return sent


@transaction.atomic
def cancel(event: Event, reason: str, *, by: User, at: datetime) -> None:
    """It does not take place. Everybody who comes or waits is told, whatever they paused or withdrew."""
    current = _still_to_come(event, at=at)
    if not reason.strip():
        raise Refused(_("Please say why it does not take place. People have kept the evening free."))
    current.state, current.reason = EventState.CANCELLED, reason.strip()
    current.sequence += 1
    current.changed_at = at
    current.save(update_fields=["state", "reason", "sequence", "changed_at"])
    asked = current.notices.filter(occasion=notices.INVITE).select_related("dispatch").first()
    if asked:
        # Who has not got the invitation yet gets none to something that is off, whether or not they are written down.
        stop_mailing(asked.dispatch, by=by, at=at)
    notices.to_all(current, "cancelled", notices.CANCELLED, _guests(current, Reply.YES), at=at)
    notices.to_all(current, "cancelled_waiting", notices.CANCELLED_WAITING, _guests(current, Reply.WAITING), at=at)
    audit.record(current, "pool.event_cancelled", by=by, **replies(current))
    event.refresh_from_db()


def forget(*, at: datetime) -> int:
    """Names and needs go after a month, guests after a year; how many events lost something."""
    told = Guest.objects.filter(event__ends_at__lt=at - WORDS_KEPT).exclude(name="", needs="")
    touched = set(told.values_list("event_id", flat=True))
    told.update(name="", needs="")
    old = Event.objects.filter(ends_at__lt=at - GUESTS_KEPT, invited__gt=0, results={})
    return len(touched) + sum(_fold(event) for event in old[:50])


@transaction.atomic
def _fold(event: Event) -> int:
    event = Event.objects.select_for_update(of=("self",)).get(pk=event.pk)
    if event.results:
        return 0
    event.results = replies(event) | {"came": event.guests.filter(came=True).count()}
    event.save(update_fields=["results"])
    event.guests.all().delete()
    audit.record(event, "pool.event_folded", by=None)
    return 1


def _still_to_come(event: Event, *, at: datetime) -> Event:
    current = drafts.locked(event, EventState.OPEN)
    if current.is_over(at=at):
        raise Refused(_("The event has begun or is over. Nothing about it can be changed any more."))
    return current


def _guests(event: Event, reply: str) -> list[Guest]:
    return list(event.guests.filter(reply=reply).select_related("member").order_by("yes_at", "pk"))
