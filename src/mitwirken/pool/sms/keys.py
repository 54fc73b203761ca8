"""What is worked out instead of stored: the code that proves a number, the key of the link that ends the messages."""

import base64
import hmac

from django.conf import settings

from ..models import Channel, Member
from ..tokens import DIGITS, message_key
from .models import MobileNumber

# 60 bits: short enough for a text message, and all it opens is a button that ends them.
SIGNS = 12


def code_of(number: MobileNumber) -> str:
    """Six digits for this number of this member, other ones each time they are asked for."""
    facts = (number.member_id, number.number, number.asked_at.timestamp(), number.member.link_key)
    return f"{int.from_bytes(_mac('code', *facts)[:8]) % 1_000_000:06d}"


def is_code(typed: str, number: MobileNumber) -> bool:
    return hmac.compare_digest(typed.encode("utf-8", "replace"), code_of(number).encode())


def code_name(number: MobileNumber) -> str:
    """The name of the code's message at the gateway: another for each code. No dispatch has the number 0."""
    return message_key(0, number.member_id, Channel.SMS, int(number.asked_at.timestamp() * 1000))


def stop_key(member: Member) -> str:
    """Ends the text messages; never expires, survives a change of the link key (as in mails)."""
    return f"{_base36(member.pk)}-{_sign(member)}"


def member_of_stop_key(key: str) -> Member | None:
    number, _, sign = key.partition("-")
    if not number or len(number) > 12 or any(each not in DIGITS for each in number):
        return None
    member = Member.objects.active().filter(pk=int(number, 36)).first()
    if member is None or not hmac.compare_digest(sign.encode("utf-8", "replace"), _sign(member).encode()):
        return None
    return member


def _sign(member: Member) -> str:
    return base64.b32encode(_mac("stop", member.pk)).decode().lower()[:SIGNS]


def _mac(label: str, *facts: object) -> bytes:
    text = "|".join([f"pool.sms.{label}", *map(str, facts)])
    return hmac.digest(settings.SECRET_KEY.encode(), text.encode(), "sha256")


def _base36(number: int) -> str:
    signs = ""
    while number:
        number, rest = divmod(number, 36)
        signs = DIGITS[rest] + signs
    return signs
