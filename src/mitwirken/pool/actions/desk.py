"""What staff of the pool do for people who call, write or come by. Every line of proof names the paper or the call."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from mitwirken.core import audit

from .. import tokens, wording
from ..ledger import append
from ..models import (
    Channel,
    ConsentAction,
    ConsentText,
    Member,
    MemberStatus,
    Origin,
    PhoneNumber,
    PostalAddress,
    Proof,
    Purpose,
    Suppression,
)
from ..wording import current_text
from .joining import Profile, ask_for_the_button, way_of, write_profile


class Blocked(Exception):
    """This person asked never to be written to again."""


@dataclass(frozen=True)
class Reach:
    """How a person without e-mail is reached."""

    channel: int
    name: str = ""
    street: str = ""
    postcode: str = ""
    town: str = ""
    phone: str = ""

    @property
    def address_hash(self) -> str:
        """What finds this person again: the number for calls, else name and address."""
        if self.channel == Channel.PHONE:
            return tokens.phone_hash(self.phone)
        return tokens.postal_hash(self.name, self.street, self.postcode)


@transaction.atomic
def take_in(
    reach: Reach,
    profile: Profile,
    *,
    at: datetime,
    origin: str,
    by_letter: bool,
    words_lang: str = "de",
    by: AbstractBaseUser | None,
) -> Member:
    """Note the wish of somebody without e-mail. They are a member once the evidence is noted or the code comes back.

    `by_letter` queues the letter with the code. Someone known already keeps their row; raises Blocked for whoever
    asked never to hear of us again.
    """
    address_hash = reach.address_hash
    if Suppression.objects.filter(address_hash=address_hash, scope="all").exists():
        raise Blocked
    member, created = Member.objects.get_or_create(
        address_hash=address_hash,
        defaults={"channel": reach.channel, "origin": origin, "created_at": at, "last_activity_at": at},
    )
    if member.status == MemberStatus.ACTIVE:
        return member
    write_profile(member, profile)
    member.channel, member.asked_at, member.awaits = reach.channel, at, Proof.CODE
    member.save(update_fields=["channel", "asked_at", "awaits"])
    _write_reach(member, reach)
    text = current_text(Purpose.INFORMATION, words_lang, at=at, way=way_of(member))
    if by_letter:
        ask_for_the_button(member, text, channel=origin, source="staff", at=at, by_post=True)
    else:
        append(member, ConsentAction.REQUEST, text=text, channel=origin, source="staff", at=at)
    audit.record(member, "pool.taken_in", by=by, channel=str(origin), new=created)
    return member


@transaction.atomic
def note_evidence(member: Member, evidence: str, reference: str, *, at: datetime, by: AbstractBaseUser | None) -> bool:
    """A signed form or a noted call makes a waiting person a member. Twice changes nothing.

    `evidence` is "signed", "call" or "parents", `reference` where the paper or the note is kept. A child with
    e-mail still gets the mail with the button: the signature says who may, the button that the address is right.
    """
    if member.status != MemberStatus.PENDING:
        return False
    asked = member.consent_events.filter(action=ConsentAction.REQUEST).latest("number")
    text, source = asked.text, f"{evidence}: {reference}"[:120]
    if evidence == Proof.PARENTS:
        lang = text.lang
        text = current_text(Purpose.INFORMATION, lang, at=at, way=wording.PARENTS)
    if evidence == Proof.PARENTS and member.email:
        member.awaits, member.asked_at = Proof.MAIL, at
        member.save(update_fields=["awaits", "asked_at"])
        ask_for_the_button(member, text, channel=Origin.PAPER, source=source, at=at)
    else:
        _welcome(member, text, channel=asked.channel, source=source, at=at)
    audit.record(member, "pool.evidence_noted", by=by, evidence=str(evidence))
    return True


def _welcome(member: Member, text: ConsentText, *, channel: str, source: str, at: datetime) -> None:
    member.status, member.confirmed_at, member.last_activity_at = MemberStatus.ACTIVE, at, at
    member.save(update_fields=["status", "confirmed_at", "last_activity_at"])
    append(member, ConsentAction.GRANT, text=text, channel=channel, source=source, at=at)


def _write_reach(member: Member, reach: Reach) -> None:
    if reach.street:
        address = {"name": reach.name, "street": reach.street, "postcode": reach.postcode, "town": reach.town}
        PostalAddress.objects.update_or_create(member=member, defaults=address)
    if reach.phone:
        PhoneNumber.objects.update_or_create(member=member, defaults={"number": reach.phone})
