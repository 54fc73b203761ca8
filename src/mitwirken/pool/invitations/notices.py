"""The mailings about an event: made once per occasion, handed to the people they concern. Called by actions."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from .. import asking
from ..models import Dispatch, DispatchKind
from .models import Event, Guest, Notice

# What a notice says; the calendar entry it carries says the same.
INVITE, PLACE, WAITING, MOVED_UP = "invite", "place", "waiting", "moved_up"
CHANGE, CHANGE_WAITING, REMINDER, CANCELLED, CANCELLED_WAITING = (
    "change",
    "change_waiting",
    "reminder",
    "cancelled",
    "cancelled_waiting",
)


def content(event: Event, words: str) -> dict[str, Any]:
    """The event as it is told now: a snapshot, so that a mail sent later says what was meant."""
    return {
        "subject": event.title,
        "event": event.pk,
        "words": words,
        "text": event.text,
        "starts_at": event.starts_at.isoformat(),
        "ends_at": event.ends_at.isoformat(),
        "place": event.place,
        "access": event.access,
        "answer_by": event.answer_by.isoformat(),
        "places": event.places,
        "sequence": event.sequence,
        "changed_at": event.changed_at.isoformat(),
        "department": event.department.name,
        "picked": event.invited,
        "picked_from": event.protocol.get("fitting", 0),
        "reason": event.reason,
        **({} if words == INVITE else {"follows": True}),
    }


def invitation(event: Event, *, at: datetime) -> Dispatch:
    """The question to everybody invited; like all mail that asks, it needs their agreement."""
    dispatch = asking.ask(
        DispatchKind.INVITATION,
        {"invited": {"event": event.pk}},
        content(event, INVITE),
        department=event.department,
        at=at,
    )
    Notice.objects.create(event=event, occasion=INVITE, dispatch=dispatch)
    return dispatch


def to_all(event: Event, occasion: str, words: str, guests: Iterable[Guest], *, at: datetime) -> Dispatch | None:
    """A notice to these guests, once per occasion; None if it has been sent before or nobody is to get it."""
    members = [guest.member for guest in guests]
    if not members:
        return None
    notice, is_new = _notice(event, occasion, words, at=at)
    if not is_new:
        return None
    asking.tell(notice.dispatch, members, at=at)
    return notice.dispatch


def to_one(guest: Guest, words: str, *, at: datetime) -> None:
    """A notice about one person's place; everybody who gets the same words shares one mailing."""
    notice, _is_new = _notice(guest.event, f"{words}.{guest.event.sequence}", words, at=at)
    asking.tell(notice.dispatch, [guest.member], at=at, occasion=guest.turns)


def _notice(event: Event, occasion: str, words: str, *, at: datetime) -> tuple[Notice, bool]:
    found = Notice.objects.filter(event=event, occasion=occasion).select_related("dispatch").first()
    if found:
        return found, False
    dispatch = asking.notice(content(event, words), department=event.department, at=at)
    return Notice.objects.create(event=event, occasion=occasion, dispatch=dispatch), True
