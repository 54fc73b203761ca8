"""What a guest answers, and who moves up when a place becomes free."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from mitwirken.core import audit, codes

from ...asking import actions as drafts
from ...errors import Refused
from ...models import Member
from .. import notices
from ..models import Event, EventState, Guest, Reply
from ..seating import Party, fits, next_up


@transaction.atomic
def reply(guest: Guest, comes: bool, *, companions: int = 0, at: datetime, by: AbstractBaseUser | None = None) -> str:
    """Yes or no; a yes without a free place waits. The same answer twice changes nothing."""
    event = _locked(guest.event_id)
    guest.refresh_from_db()
    guest.event = event
    companions = min(companions, event.companions) if comes else 0
    said = {Reply.YES: True, Reply.WAITING: True, Reply.NO: False}.get(Reply(guest.reply))
    if said == comes and guest.companions == companions:
        return guest.reply
    if comes:
        _say_yes(event, guest, companions, at=at)
    else:
        _say_no(event, guest, at=at)
    Member.objects.filter(pk=guest.member_id).update(last_activity_at=at)
    audit.record(guest, "pool.invitation_answered", by=by, event=event.pk, reply=str(guest.reply))
    move_up(event, at=at)
    guest.refresh_from_db()
    return guest.reply


def enter(event: Event, code: str, comes: bool, *, companions: int = 0, at: datetime, by: AbstractBaseUser) -> str:
    """Type in a yes or no that came by telephone or letter, under the code of that person's invitation."""
    guest = Guest.objects.select_related("member").filter(event=event, code=codes.normalise(code) or "-").first()
    if guest is None:
        raise Refused(_("No invitation to this event has this code. Please check what you typed."))
    return reply(guest, comes, companions=companions, at=at, by=by)


def _say_yes(event: Event, guest: Guest, companions: int, *, at: datetime) -> None:
    if event.state == EventState.CANCELLED:
        raise Refused(_("This event does not take place. You need not do anything."))
    if not event.takes_answers(at=at):
        raise Refused(_("It is too late to say yes: the last day for answers is over."))
    others = event.guests.exclude(pk=guest.pk)
    # Who has a place and brings no more people than before keeps it, even if the places became fewer meanwhile.
    keeps = guest.reply == Reply.YES and companions <= guest.companions
    has_place = keeps or fits(
        event.places,
        parties(others, Reply.YES),
        _ahead(guest, parties(others, Reply.WAITING)),
        Party(guest.pk, companions),
    )
    if guest.reply == Reply.YES and not has_place:
        raise Refused(
            _("There is no room for so many people. Your own place is still yours; please bring fewer along.")
        )
    # Who waits already keeps the turn, with fewer or more people.
    if guest.reply != Reply.WAITING:
        guest.yes_at = at
    before, guest.reply = guest.reply, Reply.YES if has_place else Reply.WAITING
    guest.answered_at, guest.companions = at, companions
    guest.turns += 1
    guest.save(update_fields=["reply", "answered_at", "yes_at", "companions", "turns"])
    if before != Reply.WAITING or guest.reply == Reply.YES:
        notices.to_one(guest, notices.PLACE if guest.reply == Reply.YES else notices.WAITING, at=at)


def _ahead(guest: Guest, waiting: list[Party]) -> list[Party]:
    """Who waits before this person; also before whoever has a place and wants more of them."""
    if guest.reply != Reply.WAITING:
        return waiting
    earlier = set(Guest.objects.filter(event=guest.event_id, yes_at__lt=guest.yes_at).values_list("pk", flat=True))
    return [party for party in waiting if party.key in earlier]


def _say_no(event: Event, guest: Guest, *, at: datetime) -> None:
    if not event.may_give_back(at=at):
        raise Refused(_("The event is over or does not take place. You need not do anything."))
    guest.reply, guest.answered_at, guest.yes_at, guest.companions = Reply.NO, at, None, 0
    # What was told for this evening only is not needed any more.
    guest.name = guest.needs = ""
    guest.save(update_fields=["reply", "answered_at", "yes_at", "companions", "name", "needs"])


@transaction.atomic
def move_up(event: Event, *, at: datetime) -> int:
    """Give free places to whoever waits longest; how many got one. One trace, one mail each."""
    if not event.may_give_back(at=at):
        return 0
    waiting = parties(event.guests, Reply.WAITING)
    moved = next_up(event.places, parties(event.guests, Reply.YES), waiting) if waiting else []
    for party in moved:
        guest = Guest.objects.select_related("member").get(pk=party.key)
        guest.event, guest.reply = event, Reply.YES
        guest.turns += 1
        guest.save(update_fields=["reply", "turns"])
        notices.to_one(guest, notices.MOVED_UP, at=at)
    if moved:
        audit.record(event, "pool.guests_moved_up", by=None, guests=[party.key for party in moved])
    return len(moved)


def parties(guests, reply: str) -> list[Party]:  # type: ignore[no-untyped-def]  # a manager or a queryset
    """The parties with this answer, in the order in which they said yes."""
    rows = guests.filter(reply=reply).order_by("yes_at", "pk").values_list("pk", "companions")
    return [Party(key, companions) for key, companions in rows]


@transaction.atomic
def say_more(guest: Guest, *, name: str, needs: str, at: datetime) -> None:
    """A name for the list at the door and what this person needs: both free, asked only of who comes."""
    current = Guest.objects.select_for_update(of=("self",)).select_related("event").get(pk=guest.pk)
    if current.reply not in (Reply.YES, Reply.WAITING) or not current.event.may_give_back(at=at):
        raise Refused(_("This is only stored for people who come."))
    current.name, current.needs = name, needs
    current.save(update_fields=["name", "needs"])
    audit.record(current, "pool.guest_told_more", by=None, event=current.event_id)


@transaction.atomic
def attendance(event: Event, came: set[int], *, by: AbstractBaseUser) -> int:
    """Note who was there, from the list at the door; how many. The same list twice leaves one trace."""
    current = drafts.locked(event, EventState.OPEN)
    if current.results:
        raise Refused(_("The guests of this event are forgotten by now; only numbers are left."))
    seated = current.guests.filter(reply=Reply.YES)
    there, away = seated.filter(pk__in=came), seated.exclude(pk__in=came)
    noted = there.exclude(came=True).update(came=True) + away.exclude(came=False).update(came=False)
    if noted:
        audit.record(current, "pool.attendance_noted", by=by, came=there.count())
    return there.count()


def erase(members: Sequence[Member], *, at: datetime) -> None:
    """Before members are deleted: their places become free, the sum of who was invited still holds."""
    guests = Guest.objects.filter(member__in=members)
    for event_id in sorted(set(guests.values_list("event", flat=True))):
        event = _locked(event_id)
        gone = guests.filter(event=event).delete()[0]
        Event.objects.filter(pk=event.pk).update(erased=F("erased") + gone)
        event.refresh_from_db()
        move_up(event, at=at)


def _locked(event_id: int) -> Event:
    """The event's row is the lock for its places: two people never get the last one."""
    return Event.objects.select_for_update(of=("self",)).select_related("department").get(pk=event_id)
