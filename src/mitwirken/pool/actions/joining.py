"""Joining: asked by anybody for any address, true only once the address itself says yes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import F

from mitwirken.core import audit, throttle

from .. import tokens, wording
from ..ledger import append
from ..models import (
    Channel,
    ConsentAction,
    ConsentText,
    DispatchKind,
    Member,
    MemberDistrict,
    MemberKind,
    MemberStatus,
    MemberTopic,
    Origin,
    Outbox,
    Proof,
    Purpose,
    Suppression,
)
from ..wording import current_text
from .moving import arrive
from .personal import is_pestered, post_personally

LINK_VALID = timedelta(hours=48)
# A letter takes days and lies on the kitchen table for weeks.
LETTER_VALID = timedelta(weeks=8)
# A code is short enough to type; few tries and little time make up for that.
CODE_TRIES, CODE_VALID = 5, timedelta(minutes=10)


@dataclass(frozen=True)
class Profile:
    """What a person chose. Empty choices mean everything."""

    lang: str = "de"
    frequency: str = "weekly"
    topics: tuple[int, ...] = ()
    districts: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()
    on_site: bool = True
    online: bool = True
    # A point and how far around it, in metres; None: districts decide alone.
    lat: float | None = None
    lon: float | None = None
    radius: int | None = None
    plain_language: bool = False
    access_needs: str = ""


class Confirmation(Enum):
    """What a confirmation link is worth at this moment."""

    OPEN = "open"
    DONE = "done"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    UNKNOWN = "unknown"


@transaction.atomic
def ask_to_join(
    email: str,
    profile: Profile,
    *,
    at: datetime,
    source: str,
    channel: str = Origin.WEB,
    words_lang: str = "de",
    campaign: str = "",
    younger: bool = False,
    by: AbstractBaseUser | None = None,
) -> None:
    """Remember the wish and mail the address; says nothing, so that nobody learns who is a member.

    `words_lang` is the language in which the consent text was shown or read out: that text is the proof.
    A member who joins again gets the link to the settings instead; a suppressed address gets nothing. Who is
    `younger` than 16 gets no mail before a parent has signed (Art. 8 GDPR); see `desk.note_parents`.
    """
    address_hash = tokens.address_hash(email)
    if Suppression.objects.filter(address_hash=address_hash, scope="all").exists() or is_pestered(address_hash, at=at):
        return
    member, created = Member.objects.get_or_create(
        address_hash=address_hash,
        defaults={
            "email": email,
            "origin": channel,
            "campaign": campaign,
            "created_at": at,
            "last_activity_at": at,
        },
    )
    if member.status == MemberStatus.ACTIVE:
        post_personally(DispatchKind.LINK, member, at=at)
        audit.record(member, "pool.asked_again", by=by)
        return
    write_profile(member, profile)
    member.asked_at, member.moves = at, None
    member.awaits = Proof.PARENTS if younger else Proof.MAIL
    member.save(update_fields=["asked_at", "moves", "awaits"])
    way = wording.PARENTS if younger else wording.MAIL
    text = current_text(Purpose.INFORMATION, words_lang, at=at, way=way)
    if younger:
        append(member, ConsentAction.REQUEST, text=text, channel=channel, source=source, at=at)
    else:
        ask_for_the_button(member, text, channel=channel, source=source, at=at)
    audit.record(member, "pool.asked", by=by, channel=str(channel), new=created)


def ask_for_the_button(
    member: Member, text: ConsentText, *, channel: str, source: str, at: datetime, by_post: bool = False
) -> None:
    """Send the way to confirm and note the request; part of an action, never called alone."""
    way = Channel.LETTER if by_post else Channel.MAIL
    row = post_personally(DispatchKind.CONFIRM, member, at=at, way=way)
    append(
        member,
        ConsentAction.REQUEST,
        text=text,
        channel=channel,
        source=source,
        mail_key=tokens.message_key(row.dispatch_id, member.pk, row.channel, row.occasion),
        at=at,
    )


def look_at_confirmation(token: str, *, at: datetime) -> tuple[Confirmation, Member | None]:
    """What this link is worth now; reads only."""
    found = tokens.read_confirm_token(token)
    if found is None:
        return Confirmation.UNKNOWN, None
    member, is_newest = found
    if member.status == MemberStatus.ACTIVE:
        return Confirmation.DONE, member
    if not is_newest or member.awaits == Proof.PARENTS:
        return Confirmation.SUPERSEDED, member
    valid = LETTER_VALID if member.awaits == Proof.CODE else LINK_VALID
    if member.asked_at is None or at - member.asked_at > valid:
        return Confirmation.EXPIRED, member
    return Confirmation.OPEN, member


@transaction.atomic
def confirm(token: str, *, at: datetime, source: str) -> tuple[Confirmation, Member | None]:
    """The person behind the address pressed the button: from now on we may write. Twice changes nothing."""
    worth, member = look_at_confirmation(token, at=at)
    if worth is not Confirmation.OPEN or member is None:
        return worth, member
    if member.moves is not None:
        return Confirmation.DONE, arrive(member, at=at)
    first = Member.objects.filter(pk=member.pk, status=MemberStatus.PENDING, generation=member.generation).update(
        status=MemberStatus.ACTIVE, confirmed_at=at, last_activity_at=at
    )
    if first:
        member.refresh_from_db()
        request = member.consent_events.filter(action=ConsentAction.REQUEST).latest("number")
        append(
            member,
            ConsentAction.GRANT,
            text=request.text,
            channel=request.channel,
            source=source,
            mail_key=request.mail_key,
            at=at,
        )
        audit.record(member, "pool.confirmed", by=None)
    return Confirmation.DONE, member


@transaction.atomic
def send_link(email: str, *, at: datetime) -> None:
    """Mail the link and the code to the settings if this is a member's address; says nothing either way."""
    address_hash = tokens.address_hash(email)
    member = Member.objects.active().filter(address_hash=address_hash).first()
    if member is None or is_pestered(address_hash, at=at):
        return
    post_personally(DispatchKind.LINK, member, at=at)
    audit.record(member, "pool.link_asked", by=None)


def member_by_code(email: str, typed: str, *, at: datetime) -> Member | None:
    """Who may enter with this address and this code: the newest code, ten minutes long, five tries."""
    address_hash = tokens.address_hash(email)
    member = Member.objects.active().filter(address_hash=address_hash).first()
    # Strangers' tries are counted as well, so that a count tells nobody who is known here.
    generation = member.generation if member else 0
    if throttle.count(f"pool.code:{address_hash[:32]}:{generation}", limit=CODE_TRIES, per=timedelta(days=1), at=at):
        return None
    if member is None or not tokens.is_entry_code(typed, member):
        return None
    is_fresh = Outbox.objects.filter(
        dispatch__kind=DispatchKind.LINK, member=member, occasion=member.generation, due_at__gte=at - CODE_VALID
    ).exists()
    return member if is_fresh else None


@transaction.atomic
def enter_by_code(email: str, typed: str, *, at: datetime) -> Member | None:
    """Open the settings with the mailed code, once."""
    member = member_by_code(email, typed, at=at)
    if member is None:
        return None
    # The next generation makes this code worthless; the link in the same mail stays good.
    if not Member.objects.filter(pk=member.pk, generation=member.generation).update(generation=F("generation") + 1):
        return None
    audit.record(member, "pool.entered_by_code", by=None)
    return member


def way_of(member: Member) -> str:
    """Which words fit how this person is told of offers."""
    if member.channel == Channel.LETTER:
        return wording.LETTER
    return wording.PHONE if member.channel == Channel.PHONE else wording.MAIL


def write_profile(member: Member, profile: Profile) -> None:
    """Store the choices; part of an action, never called alone."""
    member.lang, member.frequency = profile.lang, profile.frequency
    member.on_site, member.online = profile.on_site, profile.online
    has_point = profile.lat is not None and profile.lon is not None and profile.radius is not None
    member.point_lat = profile.lat if has_point else None
    member.point_lon = profile.lon if has_point else None
    member.radius = profile.radius if has_point else None
    member.plain_language, member.access_needs = profile.plain_language, profile.access_needs
    member.all_topics = not profile.topics
    member.all_districts = not profile.districts
    member.all_kinds = not profile.kinds
    member.save()
    MemberTopic.objects.filter(member=member).delete()
    MemberDistrict.objects.filter(member=member).delete()
    MemberKind.objects.filter(member=member).delete()
    MemberTopic.objects.bulk_create(MemberTopic(member=member, topic_id=pk) for pk in profile.topics)
    MemberDistrict.objects.bulk_create(MemberDistrict(member=member, district_id=pk) for pk in profile.districts)
    MemberKind.objects.bulk_create(MemberKind(member=member, kind=kind) for kind in profile.kinds)
