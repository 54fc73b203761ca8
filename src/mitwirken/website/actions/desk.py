"""What happens at the contact desk."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from mitwirken.accounts.models import User
from mitwirken.city.models import Department
from mitwirken.core import throttle
from mitwirken.core.audit import record
from mitwirken.core.mail import keyed
from mitwirken.core.mail import post as send

from .. import post
from ..errors import Settled
from ..models import CaseState, ContactCase, ContactMessage, Direction

REPLIES_PER_DAY = 20
# privacy.toml: a settled matter is kept for a year, so that a second letter about it finds the first.
KEPT_AFTER_CLOSING = timedelta(days=365)
# What was answered and never taken up again counts as settled.
SETTLES_AFTER = timedelta(days=60)


@transaction.atomic
def open_case(
    *,
    subject: str,
    text: str,
    at: datetime,
    name: str = "",
    email: str = "",
    page: str = "",
    submission_key: str | None = None,
    by: User | None = None,
) -> ContactCase:
    """Take a message to the desk; whoever left an address gets a receipt. Sending twice makes one case."""
    if submission_key:
        known = ContactCase.objects.filter(submission_key=submission_key).first()
        if known:
            return known
    try:
        with transaction.atomic():
            case = ContactCase.objects.create(
                subject=subject,
                name=name,
                email=email,
                page=page,
                created_at=at,
                changed_at=at,
                submission_key=submission_key,
            )
    except IntegrityError:  # the same form arrived twice at the same moment
        return ContactCase.objects.get(submission_key=submission_key)
    ContactMessage.objects.create(case=case, direction=Direction.IN, text=text, at=at)
    # Nobody has proved yet that the address is theirs: what goes there says nothing a stranger could have
    # chosen, and no address gets many of them.
    if email and not throttle.count(f"contact-to:{keyed(email.lower())}", limit=5, per=timedelta(days=1), at=at):
        send(
            email,
            "website/mail/contact_receipt",
            {"case": case},
            key=f"contact:{case.pk}:receipt",
            reply_to=post.address_for(case.pk),
        )
    record(case, "website.open_case", by=by, subject=subject)
    return case


@transaction.atomic
def answer_case(case: ContactCase, text: str, *, by: User, at: datetime) -> ContactMessage:
    """Answer in the city's name. By mail if an address was left; a reply to it comes back into the case."""
    case = ContactCase.objects.select_for_update().get(pk=case.pk)
    if case.state == CaseState.CLOSED:
        raise Settled(_("This case is closed. Open it again before you answer."))
    message = ContactMessage.objects.create(case=case, direction=Direction.OUT, text=text, at=at, written_by=by)
    if case.email:
        send(
            case.email,
            "website/mail/contact_answer",
            {"case": case, "text": text},
            key=f"contact:{case.pk}:{message.pk}",
            reply_to=post.address_for(case.pk),
        )
    _move(case, CaseState.ANSWERED, at)
    record(case, "website.answer_case", by=by, mailed=bool(case.email))
    return message


@transaction.atomic
def note_case(case: ContactCase, text: str, *, by: User, at: datetime) -> ContactMessage:
    """Leave a note for colleagues; nobody outside sees it."""
    note = ContactMessage.objects.create(case=case, direction=Direction.NOTE, text=text, at=at, written_by=by)
    record(case, "website.note_case", by=by)
    return note


@transaction.atomic
def assign_case(case: ContactCase, department: Department | None, *, by: User, at: datetime) -> None:
    """Hand the case to a department (None: back to the coordination office)."""
    case.department = department
    case.changed_at = at
    case.save(update_fields=["department", "changed_at"])
    record(case, "website.assign_case", by=by, department=department.slug if department else "")


@transaction.atomic
def close_case(case: ContactCase, *, by: User, at: datetime) -> None:
    """Nothing more to do. A mail in this case opens it again."""
    _move(case, CaseState.CLOSED, at)
    record(case, "website.close_case", by=by)


@transaction.atomic
def reopen_case(case: ContactCase, *, by: User, at: datetime) -> None:
    """Take a closed case up again."""
    _move(case, CaseState.OPEN, at)
    record(case, "website.reopen_case", by=by)


def _move(case: ContactCase, state: str, at: datetime) -> None:
    case.state = state
    case.changed_at = at
    case.closed_at = at if state == CaseState.CLOSED else None
    case.save(update_fields=["state", "changed_at", "closed_at"])


@transaction.atomic
def receive_mail(raw: bytes, *, at: datetime, recipients: Iterable[str] = ()) -> ContactMessage | None:
    """File a reply in its case; None when it is no reply of a person, or was filed before.

    `recipients` are the envelope's, if the mail server names them. Files are not taken; who sent some is told so.
    """
    letter = post.read(raw, tuple(recipients))
    if letter is None or not (letter.text or letter.attachments):
        return None
    case = ContactCase.objects.select_for_update().filter(pk=letter.case_id).first()
    if case is None or ContactMessage.objects.filter(mail_key=letter.key).exists():
        return None
    if throttle.count(f"contact-mail:{case.pk}", limit=REPLIES_PER_DAY, per=timedelta(days=1), at=at):
        return None
    message = ContactMessage.objects.create(
        case=case,
        direction=Direction.IN,
        text=letter.text or _("(no text, only files)"),
        at=at,
        mail_key=letter.key,
        from_other_address=letter.sender != case.email.lower(),
        dropped_attachments=letter.attachments,
    )
    if letter.attachments and case.email:
        # To the address we know, never to the sender of this mail: nobody shall be mailed through us.
        send(
            case.email,
            "website/mail/contact_no_files",
            {"case": case},
            key=f"contact:{case.pk}:files:{message.pk}",
            reply_to=post.address_for(case.pk),
        )
    _move(case, CaseState.OPEN, at)
    record(case, "website.receive_mail", by=None, files=letter.attachments)
    return message


@transaction.atomic
def forget_cases(*, at: datetime) -> int:
    """Retention: close what was answered two months ago, erase what was closed a year ago; the number erased."""
    quiet = ContactCase.objects.filter(state=CaseState.ANSWERED, changed_at__lt=at - SETTLES_AFTER)
    quiet.update(state=CaseState.CLOSED, closed_at=at)
    old = ContactCase.objects.filter(state=CaseState.CLOSED, closed_at__lt=at - KEPT_AFTER_CLOSING)
    number = old.count()
    if number:
        record(old[0], "website.forget_cases", by=None, erased=number)
        old.delete()
    return number
