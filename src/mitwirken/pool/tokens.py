"""Signed names: links without password, message identities, addresses' hashes. All keyed, none stored.

Every purpose has its own label, so that a token for one thing is worthless for another.
"""

import hmac

from django.conf import settings

from mitwirken.city import streets
from mitwirken.core import codes

from .models import Member

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
BASE32 = "abcdefghijklmnopqrstuvwxyz234567"


def address_hash(email: str) -> str:
    """The keyed hash of an address; the same for every way of writing it in capitals."""
    return _mac("address", email.strip().lower()).hex()


def postal_hash(name: str, street: str, postcode: str) -> str:
    """The keyed hash of a postal address; the same for ``Haupt-Str. 5`` and ``Hauptstraße 5``."""
    return _mac("post", *(streets.normalise(part) for part in (name, street, postcode))).hex()


def phone_hash(number: str) -> str:
    """The keyed hash of a telephone number; the same with and without the country's code."""
    return _mac("phone", plain_number(number)).hex()


def plain_number(number: str) -> str:
    """A number as dialled inside the country: ``+49 (0)231 50-0`` becomes ``0231500``."""
    digits = "".join(sign for sign in number if sign in "+0123456789")
    for prefix in ("+49", "0049"):
        if digits.startswith(prefix):
            digits = "0" + digits.removeprefix(prefix).lstrip("0")
    return digits.replace("+", "00")


def leave_token(member_id: int, purpose: str) -> str:
    """Ends one purpose's mails; never expires (RFC 8058), survives a change of the link key."""
    return f"{_base36(member_id)}-{purpose}-{_sign('leave', member_id, purpose)}"


def read_leave_token(token: str) -> tuple[int, str] | None:
    """Member id and purpose, or None if we never made this token."""
    number, _, rest = token.partition("-")
    purpose, _, sign = rest.partition("-")
    member_id = _number(number)
    if member_id is None or not _same(sign, _sign("leave", member_id, purpose)):
        return None
    return member_id, purpose


def settings_token(member: Member) -> str:
    """Opens the preference centre until the member's link key is renewed."""
    return f"{_base36(member.pk)}-{_sign('settings', member.pk, member.link_key)}"


def member_of_settings_token(token: str) -> Member | None:
    number, _, sign = token.partition("-")
    member_id = _number(number)
    member = Member.objects.active().filter(pk=member_id).first() if member_id is not None else None
    if member is None or not _same(sign, _sign("settings", member.pk, member.link_key)):
        return None
    return member


def confirm_token(member: Member) -> str:
    """Confirms the newest request only: the next one makes it worthless."""
    number, generation = _base36(member.pk), _base36(member.generation)
    return f"{number}-{generation}-{_sign('confirm', member.pk, member.generation, member.link_key)}"


def read_confirm_token(token: str) -> tuple[Member, bool] | None:
    """The member and whether this is the newest request; None if we never made this token."""
    number, _, rest = token.partition("-")
    counted, _, sign = rest.partition("-")
    member_id, generation = _number(number), _number(counted)
    if member_id is None or generation is None:
        return None
    member = Member.objects.filter(pk=member_id).first()
    if member is None or not _same(sign, _sign("confirm", member_id, generation, member.link_key)):
        return None
    return member, member.generation == generation


def entry_code(member: Member) -> str:
    """Opens the settings like the link does; stands in the newest link mail and is worthless after the next."""
    digest = _mac("entry", member.pk, member.generation, member.link_key)
    return codes.code_from(digest[:8], groups=2)


def is_entry_code(typed: str, member: Member) -> bool:
    number = codes.read(typed, groups=2)
    return number is not None and _same(codes.spell(number, groups=2), entry_code(member))


def personal_token(label: str, number: int, member: Member) -> str:
    """Opens what one thing of a feature (its number) asks this member; worthless once the link key is renewed."""
    return f"{_base36(number)}-{_base36(member.pk)}-{_sign(label, number, member.pk, member.link_key)}"


def read_personal_token(label: str, token: str) -> tuple[int, Member] | None:
    """The thing's number and the member, or None if we never made this token."""
    thing, _, rest = token.partition("-")
    person, _, sign = rest.partition("-")
    number, member_id = _number(thing), _number(person)
    if number is None or member_id is None:
        return None
    member = Member.objects.filter(pk=member_id).first()
    if member is None or not _same(sign, _sign(label, number, member_id, member.link_key)):
        return None
    return number, member


def message_key(dispatch_id: int, member_id: int, channel: int, occasion: int) -> str:
    """The mail's name: the same at each retry, so a relay can recognise a repeat; tells nothing."""
    return _sign("message", settings.SITE_URL, dispatch_id, member_id, channel, occasion)


def bounce_address(row_id: int, key: str, address_hash: str) -> str:
    """Envelope sender of one mail (VERP): names its row, and nobody else can make it.

    The seal covers the address it went to: once a member has another one, old bounces mean nothing.
    """
    return f"b-{_base36(row_id)}-{_sign('bounce', row_id, key, address_hash)[:16]}@{settings.MAIL_DOMAIN}"


def bounced_row(local: str) -> int | None:
    """The row a bounce address speaks of; whether it is genuine says `bounce_address` of that row alone."""
    _b, _, rest = local.partition("-")
    return _number(rest.partition("-")[0])


def reply_address(dispatch_id: int) -> str:
    """Where answers to this dispatch go."""
    return f"r-{_base36(dispatch_id)}-{_sign('reply', dispatch_id)[:16]}@{settings.MAIL_DOMAIN}"


def read_reply_address(local: str) -> int | None:
    """The dispatch this answer is about, or None if we never made this address."""
    _r, _, rest = local.lower().partition("-")
    number, _, sign = rest.partition("-")
    dispatch_id = _number(number)
    if dispatch_id is None or not _same(sign, _sign("reply", dispatch_id)[:16]):
        return None
    return dispatch_id


def leave_address(token: str) -> str:
    """Where a mail program sends a mail to end these mails (RFC 2369)."""
    return f"leave-{token}@{settings.MAIL_DOMAIN}"


def _mac(label: str, *facts: object) -> bytes:
    text = "|".join([f"pool.{label}", *map(str, facts)])
    return hmac.digest(settings.SECRET_KEY.encode(), text.encode(), "sha256")


# Base 32 (RFC 4648), two letters at a time: each mail needs four signatures, and a table is five times quicker.
_PAIRS = [first + second for first in BASE32 for second in BASE32]
_SHIFTS = range(120, -1, -10)


def _sign(label: str, *facts: object) -> str:
    number = int.from_bytes(_mac(label, *facts)[:17]) >> 6
    return "".join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def _base36(number: int) -> str:
    signs = ""
    while number:
        number, rest = divmod(number, 36)
        signs = DIGITS[rest] + signs
    return signs or "0"


def _number(text: str) -> int | None:
    if not text or len(text) > 12 or any(sign not in DIGITS for sign in text):
        return None
    return int(text, 36)
