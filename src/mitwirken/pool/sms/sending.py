"""Carrying text messages out: a row for whoever is told at once, one message each, no second one in silence."""

import time
from datetime import datetime, timedelta

import requests

from .. import beside, tokens
from ..dispatch import doubts
from ..dispatch.claim import LONG_LEASE, Letter, claim_for
from ..dispatch.fence import may_hand_over
from ..dispatch.settle import DELIVERED, LATER, REFUSED, Outcome, leave_out, settle
from ..models import Channel, Dispatch, Member, Outbox, Purpose
from . import gateways, keys, words
from .actions import CODE_VALID, give_up, is_blocked
from .gateways import GONE, REST, SENT, UNCLEAR, WAIT, Answer, Gateway
from .models import MobileNumber

AT_ONCE = 50
# Past half the lease nothing new begins.
LONGEST_ROUND = LONG_LEASE.total_seconds() / 2


def add_rows(dispatch: Dispatch, low: int, high: int, at: datetime) -> int:
    """Part of freezing a chunk: whoever is told of an offer at once and has proven a number is told there, too."""
    if gateways.configured() is None:
        return 0
    return beside.add_rows(dispatch, low, high, at, channel=Channel.SMS, reached=MobileNumber.objects.proven())


def send(*, at: datetime) -> int:
    """One round: the codes somebody waits for, then the news. May be killed at any point; the number of news taken."""
    gateway = gateways.configured()
    if gateway is None or not may_hand_over(at=at, is_caught=gateways.stays_here(gateway)):
        return 0
    with requests.Session() as session:
        if not _send_codes(gateway, session, at):
            return 0
        doubts.sort_out(Channel.SMS, at=at, again=gateway.knows_repeats)
        return _send_news(gateway, session, at)


def _send_codes(gateway: Gateway, session: requests.Session, at: datetime) -> bool:
    """Each code at most once: whoever gets none asks again. False if the gateway wants to be left alone."""
    due = MobileNumber.objects.filter(code_due_at__lte=at, asked_at__gt=at - CODE_VALID).select_related("member")
    for number in due.order_by("asked_at")[:AT_ONCE]:
        mine = MobileNumber.objects.filter(pk=number.pk, asked_at=number.asked_at)
        if not mine.exclude(code_due_at=None).update(code_due_at=None):
            continue
        answer = gateways.hand_over(
            gateway, number.number, words.code(number), name=keys.code_name(number), session=session
        )
        if answer.word == GONE:
            give_up(number.member, number.number, at=at)
        if answer.word in (WAIT, REST):  # it has surely not left
            mine.update(code_due_at=at + _rest(answer))
        if answer.word == REST:
            MobileNumber.objects.filter(code_due_at__lte=at).update(code_due_at=at + _rest(answer))
            return False
    return True


def _send_news(gateway: Gateway, session: requests.Session, at: datetime) -> int:
    claim_id, letters = claim_for(Channel.SMS, at=at, limit=AT_ONCE, urgent=False)
    taken, ends, rest = 0, time.monotonic() + LONGEST_ROUND, timedelta(0)
    for letter in letters:
        if rest or time.monotonic() > ends:
            settle([Outcome(letter.row, put_back=True)], claim_id, at=at)
            continue
        number = _number_of(letter.member, at)
        if number is None:
            leave_out([(letter.row, "consent")], claim_id, at=at)
            continue
        text, name = words.news(letter), _name(letter)
        if not doubts.begin(letter.row, claim_id):
            continue
        answer = gateways.hand_over(gateway, number, text, name=name, session=session)
        doubts.end(_outcome(letter, answer, gateway), claim_id, at=at)
        taken += answer.word == SENT
        if answer.word == GONE:
            give_up(letter.member, number, at=at)
        # Whoever does not answer clearly is not asked fifty times in a row, either.
        if answer.word in (REST, UNCLEAR):
            rest = _rest(answer)
    if rest:
        Outbox.objects.ready(at=at, channel=Channel.SMS).update(due_at=at + rest)
    return taken


def _rest(answer: Answer) -> timedelta:
    return timedelta(seconds=answer.seconds or gateways.REST_SECONDS)


def _outcome(letter: Letter, answer: Answer, gateway: Gateway) -> Outcome:
    wait = timedelta(seconds=answer.seconds) or None
    if answer.word == SENT:
        return Outcome(letter.row, reply=DELIVERED)
    if answer.word in (WAIT, REST) or (answer.word == UNCLEAR and gateway.knows_repeats):
        return Outcome(letter.row, reply=LATER, wait=wait)
    if answer.word == UNCLEAR:
        return Outcome(letter.row, doubt=True)
    return Outcome(letter.row, reply=REFUSED)


def _number_of(member: Member, at: datetime) -> str | None:
    """Asked right before each message: whoever removed the number a moment ago gets none."""
    agreed = MobileNumber.objects.proven().filter(member=member, member__consents__purpose=Purpose.SMS)
    number = agreed.values_list("number", flat=True).first()
    return number if number and not is_blocked(number, at=at) else None


def _name(letter: Letter) -> str:
    return tokens.message_key(letter.row.dispatch_id, letter.member.pk, Channel.SMS, letter.row.occasion)
