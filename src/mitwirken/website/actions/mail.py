"""Mail that comes in by itself: to a case, in answer to a mailing, or to the city's mailbox."""

import hashlib
import re
from datetime import datetime, timedelta

from django.db import transaction

from mitwirken.core import throttle
from mitwirken.core.audit import record
from mitwirken.core.inbound import Mail, PassOn
from mitwirken.core.mail import keyed

from .. import post
from ..models import CaseState, ContactCase, ContactMessage, Direction, Subject
from .desk import receive_mail

MAILS_PER_SENDER = 20  # a day


def take_reply(mail: Mail, at: datetime) -> str | None:
    """A mail to the address of a case; what has no case's address is for the desk."""
    if not post.is_case_address(mail.recipient):
        return None
    return "case" if receive_mail(mail.raw, at=at, recipients=(mail.recipient,)) else "ignored"


def take_mail(mail: Mail, passed: PassOn, at: datetime) -> str:
    """Make a case of a mail that belongs to none, or go on with the case of the same matter.

    No receipt goes out: whoever writes a mail knows that they did, and senders are easily forged.
    """
    if mail.is_automatic:
        return "automatic"
    answered = post.case_of_answer(
        re.findall(r"<[^<>\s]{3,200}>", mail.header("In-Reply-To") + mail.header("References"))
    )
    if answered:
        return "case" if receive_mail(mail.raw, at=at, recipients=(answered,)) else "ignored"
    letter = post.read_new(mail.raw)
    if letter is None or not (letter.text or letter.attachments):
        return "unreadable"
    if throttle.count(f"mail-from:{keyed(letter.sender)}", limit=MAILS_PER_SENDER, per=timedelta(days=1), at=at):
        return "flood"
    _file(letter, passed, at=at)
    return "case"


@transaction.atomic
def _file(letter: post.Letter, passed: PassOn, *, at: datetime) -> ContactCase:
    case = None
    thread = hashlib.sha256(f"{passed.thread}|{letter.sender}".encode()).hexdigest()[:40] if passed.thread else None
    if thread:
        case = ContactCase.objects.select_for_update().filter(submission_key=thread).first()
    is_new = case is None
    if case is None:
        case = ContactCase.objects.create(
            subject=Subject.OTHER,
            email=letter.sender,
            department_id=passed.owner,
            submission_key=thread,
            created_at=at,
            changed_at=at,
        )
    else:
        case.state, case.changed_at, case.closed_at = CaseState.OPEN, at, None
        case.save(update_fields=["state", "changed_at", "closed_at"])
    ContactMessage.objects.create(
        case=case,
        direction=Direction.IN,
        text=letter.text or "…",
        at=at,
        mail_key=hashlib.sha256(f"{case.pk}|{letter.key}".encode()).hexdigest(),
        dropped_attachments=letter.attachments,
    )
    if is_new and passed.note:
        ContactMessage.objects.create(case=case, direction=Direction.NOTE, text=passed.note, at=at)
    record(case, "website.take_mail", by=None, files=letter.attachments, new=is_new)
    return case
