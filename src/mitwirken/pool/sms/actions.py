"""Giving a mobile number, proving it by the code, and taking it back."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q

from mitwirken.core import audit, throttle

from .. import actions as pool
from .. import tokens
from ..actions.personal import queue_personally
from ..ledger import append
from ..models import ConsentAction, ConsentEvent, DispatchKind, Member, Origin, Outbox, Purpose, Suppression
from ..wording import current_text
from . import keys
from .models import MobileNumber

CODE_VALID = timedelta(minutes=10)
# Of a million codes, for one member and for one number: asking for new codes gives no new tries.
TRIES_A_DAY = 10
# Whoever wants to annoy somebody through our form gets three messages out of us and no more; and whoever wants to run
# up a bill with made-up members gets as many as a city needs on its busiest day.
CODES_PER_MEMBER = CODES_PER_NUMBER = 3
CODES_A_DAY = 500
DAY = timedelta(days=1)
# A number nobody proved is nobody's.
UNPROVEN = timedelta(days=1)
AT_ONCE = 500


@transaction.atomic
def ask(member: Member, number: str, *, at: datetime, words_lang: str = "de") -> None:
    """Remember the number and send it a code; says nothing, so that nobody learns which numbers are blocked.

    A proven number stays until it is taken back. `words_lang` is the language in which the words were shown.
    """
    known = MobileNumber.objects.filter(member=member).first()
    if (known and known.proven_at) or not member.consents.filter(purpose=Purpose.INFORMATION).exists():
        return
    is_due = not is_blocked(number, at=at) and not _is_too_much(member, number, at)
    if is_due or known is None or known.number != number:  # else the last code stays good
        facts = {"number": number, "asked_at": at, "code_due_at": at if is_due else None, "proven_at": None}
        MobileNumber.objects.update_or_create(member=member, defaults=facts)
    text, shown = current_text(Purpose.SMS, words_lang, at=at), _request_of(member)
    if known is None or shown is None or shown.text != text:
        append(member, ConsentAction.REQUEST, text=text, channel=Origin.WEB, source="settings", at=at)
    audit.record(member, "pool_sms.asked", by=None)


@transaction.atomic
def prove(member: Member, typed: str, *, at: datetime) -> bool:
    """The person behind the number typed the newest code within ten minutes: from now on we may write."""
    number = MobileNumber.objects.filter(member=member, proven_at=None).select_related("member").first()
    if number is None or at - number.asked_at > CODE_VALID:
        return False
    if _is_guessing(member, number.number, at) or not keys.is_code(typed, number):
        return False
    newest = MobileNumber.objects.filter(pk=number.pk, asked_at=number.asked_at, proven_at=None)
    if not newest.update(proven_at=at, code_due_at=None):
        return False
    request = _request_of(member)
    if request is None:
        raise ValueError("A number without the words agreed to.")
    append(member, ConsentAction.GRANT, text=request.text, channel=Origin.WEB, source="settings", at=at)
    member.last_activity_at = at
    member.save(update_fields=["last_activity_at"])
    audit.record(member, "pool_sms.on", by=None)
    return True


@transaction.atomic
def take_back(member: Member, *, at: datetime, source: str = "settings") -> bool:
    """Delete the number and end the agreement. Twice changes nothing."""
    had = MobileNumber.objects.filter(member=member).exists()
    left = pool.leave(member, Purpose.SMS, at=at, source=source)
    let_go(member, Purpose.SMS)
    if had or left:
        audit.record(member, "pool_sms.off", by=None)
    return had or left


@transaction.atomic
def give_up(member: Member, number: str, *, at: datetime) -> bool:
    """The gateway takes nothing for this number, for good: number and agreement end, and the member is told by mail.

    Whoever has given another number meanwhile keeps it. Twice changes nothing.
    """
    mine = MobileNumber.objects.select_for_update().filter(member=member, number=number).first()
    if mine is None:
        return False
    if not pool.leave(member, Purpose.SMS, at=at, source="number refused"):
        mine.delete()  # nobody had proven it: there is a number and no agreement yet
        audit.record(member, "pool_sms.refused", by=None)
    before = Outbox.objects.filter(dispatch__kind=DispatchKind.NUMBER, member=member).aggregate(last=Max("occasion"))
    queue_personally(DispatchKind.NUMBER, member, occasion=(before["last"] or 0) + 1, prio=1, at=at)
    return True


def let_go(member: Member, purpose: str) -> None:
    """Part of leaving: without agreement, to these messages or to the news they tell, there is no number."""
    if purpose in (Purpose.SMS, Purpose.INFORMATION):
        MobileNumber.objects.filter(member=member).delete()


@transaction.atomic
def forget(*, at: datetime) -> int:
    """Numbers nobody proved go after a day."""
    over = MobileNumber.objects.filter(proven_at=None, asked_at__lt=at - UNPROVEN).select_related("member")
    for number in (found := list(over[:AT_ONCE])):
        number.delete()
        audit.record(number.member, "pool_sms.forgotten", by=None)
    return len(found)


def is_blocked(number: str, *, at: datetime) -> bool:
    """True if somebody asked us never to use this number, whichever member has it."""
    blocks = Suppression.objects.filter(Q(until=None) | Q(until__gt=at), scope="all")
    return blocks.filter(address_hash=tokens.phone_hash(number)).exists()


def _is_too_much(member: Member, number: str, at: datetime) -> bool:
    """Count one more code; True once it is one too many today, for this member, this number or all together."""
    counts = (
        (f"pool_sms.member:{member.pk}", CODES_PER_MEMBER),
        (f"pool_sms.number:{_short(number)}", CODES_PER_NUMBER),
        ("pool_sms.codes", CODES_A_DAY),
    )
    return any(throttle.count(key, limit=limit, per=DAY, at=at) for key, limit in counts)


def _is_guessing(member: Member, number: str, at: datetime) -> bool:
    """Count one more try; True once it is one too many today, by this member or for this number."""
    keys_of_both = (f"pool_sms.try:{member.pk}", f"pool_sms.try_at:{_short(number)}")
    too_many = [throttle.count(key, limit=TRIES_A_DAY, per=DAY, at=at) for key in keys_of_both]  # both count
    return any(too_many)


def _short(number: str) -> str:
    return tokens.phone_hash(number)[:32]


def _request_of(member: Member) -> ConsentEvent | None:
    """When this member last asked for text messages, with the words they were shown."""
    asked = member.consent_events.filter(action=ConsentAction.REQUEST, purpose=Purpose.SMS)
    return asked.select_related("text").order_by("-number").first()
