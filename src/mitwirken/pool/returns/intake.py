"""Whose mail it is that comes to our tokenised addresses, and what it means. Registered at the inbound door."""

import re
from datetime import datetime

from django.conf import settings
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from mitwirken.core.inbound import Mail, PassOn

from .. import tokens
from ..actions import leave_by_token
from ..models import Dispatch, DispatchKind, Member, Outbox
from . import actions
from .models import ReturnKind
from .reports import read_bounce, read_complaint

BOUNCE = re.compile(r"b-[0-9a-z]{1,12}-[a-z2-7]{16}")
REPLY = re.compile(r"r-[0-9a-z]{1,12}-[a-z2-7]{16}")
LEAVE = re.compile(r"[0-9a-z]{1,12}-[a-z]{3,20}-[a-z2-7]{26}")
# Who reports that a mail did not arrive (RFC 5321 names the first); others get their words not taken for a report.
MACHINE = re.compile(r"^(mailer-?daemon|postmaster|mail-?delivery\S*|mdaemon|microsoftexchange\S*)@", re.I)


def take_bounce(mail: Mail, at: datetime) -> str | PassOn | None:
    """Mail to the envelope sender of one of our mails: a bounce, a complaint, a holiday note, or a person."""
    if not BOUNCE.fullmatch(mail.local):
        return None
    row = row_of(mail.local)
    if row is None:
        actions.note(ReturnKind.UNKNOWN, at=at)
        return "forged"
    if read_complaint(mail.message):
        actions.take_complaint(row.member, row.dispatch.purpose, at=at, row=row)
        return "complaint"
    verdict = read_bounce(mail.message) if _is_report(mail) else None
    if verdict:
        return actions.take_bounce(row, verdict, at=at)
    return _answer(mail, row.dispatch, at)


def take_reply(mail: Mail, at: datetime) -> str | PassOn | None:
    """An answer to a dispatch goes to the department that wrote; what a machine answers goes nowhere."""
    if not REPLY.fullmatch(mail.local):
        return None
    known = tokens.read_reply_address(mail.local)
    dispatch = Dispatch.objects.filter(pk=known).select_related("step__project").first() if known else None
    if dispatch is None:
        actions.note(ReturnKind.UNKNOWN, at=at)
        return "forged"
    return _answer(mail, dispatch, at)


def take_leave(mail: Mail, at: datetime) -> str | None:
    """A mail to this address ends the mails of its purpose, whatever it says (RFC 2369)."""
    token = mail.local.removeprefix("leave-")
    if token == mail.local or not LEAVE.fullmatch(token):
        return None
    if not mail.sender:  # a machine that could not deliver something never wants to leave
        return "automatic"
    if not leave_by_token(token, at=at, source="mail"):
        actions.note(ReturnKind.UNKNOWN, at=at)
        return "forged"
    actions.note(ReturnKind.LEAVE, at=at)
    return "left"


def take_report(mail: Mail, at: datetime) -> str | None:
    """Abuse reports of mail providers (ARF) to abuse@ or fbl@: they name our mail by the addresses in it."""
    clues = read_complaint(mail.message)
    if not clues:
        return None
    for clue in clues:
        found = member_of(clue)
        if found:
            member, purpose, row = found
            actions.take_complaint(member, purpose, at=at, row=row)
            return "complaint"
    actions.note(ReturnKind.UNKNOWN, at=at)
    return "unknown"


def row_of(local: str) -> Outbox | None:
    """The mail this bounce address was made for; None if we never made it, or the member has another address now."""
    pk = tokens.bounced_row(local)
    row = Outbox.objects.select_related("member", "dispatch").filter(pk=pk).first() if pk else None
    if row is None:
        return None
    key = tokens.message_key(row.dispatch_id, row.member_id, row.channel, row.occasion)
    genuine = tokens.bounce_address(row.pk, key, row.member.address_hash)
    return row if constant_time_compare(local, genuine.partition("@")[0]) else None


def member_of(clue: str) -> tuple[Member, str, Outbox | None] | None:
    """Whose mail a header or an address of it belongs to: every token in it is checked."""
    for found in BOUNCE.findall(clue.lower()):
        row = row_of(found)
        if row:
            return row.member, row.dispatch.purpose, row
    for token in LEAVE.findall(clue):
        known = tokens.read_leave_token(token)
        member = Member.objects.filter(pk=known[0]).first() if known else None
        if known and member:
            return member, known[1], None
    return None


def _answer(mail: Mail, dispatch: Dispatch, at: datetime) -> str | PassOn:
    if mail.is_automatic:
        actions.note(ReturnKind.AUTOMATIC, at=at, dispatch=dispatch)
        return "automatic"
    actions.note(ReturnKind.REPLY, at=at, dispatch=dispatch)
    if dispatch.kind == DispatchKind.CONFIRM:
        words = _(
            "This person answered the confirmation mail instead of pressing its button. That is no agreement yet: "
            "nobody else can press for them. Please write back or call, and take the person in with the words read out."
        )
    else:
        name = f"{dispatch.step.project}: {dispatch}" if dispatch.step else str(dispatch)
        words = _("Answer to the pool mail “%(mail)s”.") % {"mail": name}
    return PassOn(owner=dispatch.department_id, thread=f"pool:{dispatch.pk}", note=words)


def _is_report(mail: Mail) -> bool:
    if mail.message.get_content_type() == "multipart/report":
        # A receipt for reading comes in the same form (RFC 8098) and says nothing about the mailbox.
        return str(mail.message.get_param("report-type", "delivery-status")).lower() == "delivery-status"
    if mail.header("X-Failed-Recipients"):
        return True
    senders = mail.addresses("From")
    return any(MACHINE.match(address) for address in senders) or (
        not mail.sender and any(address.endswith("@" + settings.MAIL_DOMAIN.lower()) for address in senders)
    )
