"""The letters an author gets, and the slip sent on request. Each is queued with what it tells."""

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from mitwirken.core import audit, mail, throttle

from ..errors import DomainError
from ..models import Answer, AuthorContact, Contribution

# A receipt is no way to bother strangers: one slip a day to the same address, three a day in all.
SLIPS_PER_DAY = 3
# Handing in is free to everybody, and nobody has proved yet that the address is theirs: enough for a keen
# family, too few to fill a stranger's mailbox.
RECEIPTS_PER_ADDRESS_AND_DAY = 20


def receipt(contribution: Contribution, email: str, *, at: datetime, occasion: str = "") -> bool:
    """The slip by mail; False, and no mail, once the address has had many today."""
    key = f"receipts-to:{mail.keyed(email.lower())}"
    if throttle.count(key, limit=RECEIPTS_PER_ADDRESS_AND_DAY, per=timedelta(days=1), at=at):
        return False
    _post(contribution, email, "receipt", key=f"receipt:{contribution.pk}:{occasion}")
    return True


def answered(contribution: Contribution, answer: Answer) -> None:
    """The city has answered."""
    if email := _address_of(contribution):
        key = f"answer:{contribution.pk}:{contribution.standing}"
        _post(contribution, email, "answered", key=key, answer=answer)


def hidden(contribution: Contribution, *, at: datetime) -> None:
    """The contribution is no longer shown, and why."""
    if email := _address_of(contribution):
        _post(contribution, email, "hidden", key=f"hidden:{contribution.pk}:{at.isoformat()}")


@transaction.atomic
def send_receipt(
    contribution: Contribution, email: str, *, keep: bool, may_ask_later: bool = False, at: datetime
) -> None:
    """Mail the slip to whoever holds the receipt; the address is kept only if they want to hear more."""
    name = hashlib.blake2s(email.lower().encode(), digest_size=8).hexdigest()
    is_much = throttle.count(f"slip:{contribution.pk}", limit=SLIPS_PER_DAY, per=timedelta(days=1), at=at)
    if is_much or not receipt(contribution, email, at=at, occasion=f"{at.date()}:{name}"):
        raise DomainError(_("The receipt was mailed several times today. Please try again tomorrow."))
    if keep:
        AuthorContact.objects.update_or_create(
            contribution=contribution, defaults={"email": email, "may_ask_later": may_ask_later}
        )
    audit.record(contribution, "portal.send_receipt", by=None, kept=keep)


@transaction.atomic
def forget_contact(contribution: Contribution) -> bool:
    """Erase the author's address; False if there was none."""
    gone, _rows = AuthorContact.objects.filter(contribution=contribution).delete()
    if gone:
        audit.record(contribution, "portal.forget_contact", by=None)
    return bool(gone)


def _address_of(contribution: Contribution) -> str:
    return AuthorContact.objects.filter(contribution=contribution).values_list("email", flat=True).first() or ""


def _post(contribution: Contribution, email: str, name: str, *, key: str, **context: object) -> None:
    project = contribution.step.project
    # The author reads the language of the site, whatever language the sender's screen has.
    with translation.override(settings.LANGUAGE_CODE):
        mail.post(
            email,
            f"portal/mail/{name}",
            {
                "contribution": contribution,
                "step": contribution.step,
                "project": project,
                "receipt_url": settings.SITE_URL + reverse("portal:receipt", args=[contribution.receipt]),
                **context,
            },
            key=key,
            reply_to=project.contact_email,
        )
