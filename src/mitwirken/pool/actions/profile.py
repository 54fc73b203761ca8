"""What a member does with their own membership, and leaving in every form."""

from datetime import datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from mitwirken.core import audit

from .. import erasures, tokens
from ..features import features
from ..ledger import append
from ..models import (
    ConsentAction,
    ConsentState,
    Member,
    Origin,
    Purpose,
    Suppression,
)
from ..models.members import new_key
from ..models.traits import CONSENTS
from ..wording import current_text
from .joining import Profile, way_of, write_profile
from .personal import discard
from .traits import drop_answer

# Answers for draws are worth nothing without draws, nor is a further way of the news without the news.
HANGS_ON: dict[str, tuple[str, ...]] = {
    Purpose.PANELS: tuple(CONSENTS.values()),
    Purpose.INFORMATION: (Purpose.SMS,),
}


@transaction.atomic
def change_profile(member: Member, profile: Profile, *, at: datetime, by: AbstractBaseUser | None = None) -> None:
    """Store what the member wants to hear of from now on."""
    member.last_activity_at = at
    write_profile(member, profile)
    audit.record(member, "pool.changed", by=by)


@transaction.atomic
def pause(member: Member, days: int, *, at: datetime) -> None:
    """No mail for some time; the membership stays."""
    member.paused_until = at + timedelta(days=days)
    member.last_activity_at = at
    member.save(update_fields=["paused_until", "last_activity_at"])
    audit.record(member, "pool.paused", by=None, days=days)


@transaction.atomic
def resume(member: Member, *, at: datetime) -> None:
    """End the pause early."""
    member.paused_until = None
    member.last_activity_at = at
    member.save(update_fields=["paused_until", "last_activity_at"])
    audit.record(member, "pool.resumed", by=None)


@transaction.atomic
def grant(member: Member, purpose: str, *, at: datetime, source: str, words_lang: str = "de") -> None:
    """Agree to one purpose; the address is confirmed already. Twice changes nothing."""
    if ConsentState.objects.filter(member=member, purpose=purpose).exists():
        return
    append(
        member,
        ConsentAction.GRANT,
        text=current_text(purpose, words_lang, at=at, way=way_of(member)),
        channel=Origin.WEB,
        source=source,
        at=at,
    )
    member.last_activity_at = at
    member.save(update_fields=["last_activity_at"])
    audit.record(member, "pool.granted", by=None, purpose=purpose)


@transaction.atomic
def leave(
    member: Member,
    purpose: str,
    *,
    at: datetime,
    source: str,
    channel: str = Origin.WEB,
    by: AbstractBaseUser | None = None,
) -> bool:
    """Withdraw one consent; the next claim leaves waiting mails out. Twice changes nothing."""
    state = ConsentState.objects.filter(member=member, purpose=purpose).select_related("event__text").first()
    if state is None:
        return False
    append(member, ConsentAction.WITHDRAW, text=state.event.text, channel=channel, source=source, at=at)
    ended = [purpose]
    held = member.consents.filter(purpose__in=HANGS_ON.get(purpose, ())).select_related("event__text")
    for part in held:
        append(member, ConsentAction.WITHDRAW, text=part.event.text, channel=channel, source=source, at=at)
        ended.append(part.purpose)
    for each in ended:
        drop_answer(member, each)
        for feature in features():
            feature.ended(member, each)
        erasures.note_left(member.address_hash, each, at=at)
    audit.record(member, "pool.left", by=by, purpose=purpose)
    return True


@transaction.atomic
def leave_all(member: Member, *, at: datetime, source: str) -> None:
    """Withdraw every consent; what is left of the person goes 30 days later (retention.py). Twice changes nothing."""
    for purpose in Purpose.values:
        leave(member, purpose, at=at, source=source)


@transaction.atomic
def stay(member: Member, *, at: datetime) -> None:
    """Keep the membership after a long silence."""
    member.last_activity_at = at
    member.save(update_fields=["last_activity_at"])
    audit.record(member, "pool.stayed", by=None)


@transaction.atomic
def renew_link(member: Member, *, at: datetime) -> None:
    """Make every link to the settings sent so far worthless; the page in use moves to the new one."""
    member.link_key = new_key()
    member.last_activity_at = at
    member.save(update_fields=["link_key", "last_activity_at"])
    audit.record(member, "pool.link_renewed", by=None)


@transaction.atomic
def erase_member(
    member: Member, *, at: datetime, never_again: bool = False, by: AbstractBaseUser | None = None
) -> None:
    """Delete the person from the pool, waiting mails included.

    What stays: the consent proof under the keyed hash until its term ends (none for people who never
    confirmed), a suppression if the person wants never to be written to again, and bare numbers.
    """
    for purpose in member.consents.values_list("purpose", flat=True):
        leave(member, purpose, at=at, source="erase")
    if never_again:
        Suppression.objects.get_or_create(address_hash=member.address_hash, scope="all", defaults={"created_at": at})
    erasures.note_erased([member.address_hash], never_again=never_again, at=at)
    for feature in features():
        feature.erase([member])
    audit.record(member, "pool.erased", by=by, never_again=never_again)
    discard(member)


def leave_by_token(token: str, *, at: datetime, source: str, everything: bool = False) -> bool:
    """One-click leaving: True if the token is ours, whether or not anything was left to withdraw.

    It never deletes: the token has no end, and whoever was sent on the mail has it too.
    """
    found = tokens.read_leave_token(token)
    if found is None:
        return False
    member_id, purpose = found
    member = Member.objects.filter(pk=member_id).first()
    if member is not None and everything:
        leave_all(member, at=at, source=source)
    elif member is not None and purpose in Purpose.values:
        leave(member, purpose, at=at, source=source)
    return True
