"""The right to erasure for people without account: what points to the author goes, at once and for good."""

from functools import partial

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from mitwirken.core import audit
from mitwirken.core.models import Letter

from ..models import AuthorContact, Contribution

# Content, not interface: it stands in the record, in the language of the record, whoever erases.
ERASED_TEXT = "[auf Wunsch gelöscht]"


class ErasureReason(TextChoices):
    """Why staff erase; the code stands in the trace, nothing else does."""

    ASKED = "asked", _("The author asked for it.")
    OTHERS = "others", _("Somebody else is named or shown, and asked for it.")
    DUTY = "duty", _("A court or a supervisory authority orders it.")


@transaction.atomic
def erase_person(
    contribution: Contribution,
    *,
    by: AbstractBaseUser | None,
    reason: str = ErasureReason.ASKED,
    with_text: bool = False,
) -> None:
    """Erase name, address, account and pictures of the author; with `with_text` what they wrote and where, too.

    The contribution itself stays with its receipt, number and answer: it is part of the record. `by` is None
    if the holder of the receipt did it.
    """
    contribution.author_name, contribution.author = "", None
    if with_text:
        contribution.title = contribution.text = ERASED_TEXT
        contribution.place, contribution.lat, contribution.lon, contribution.geometry = "", None, None, None
    contribution.save(update_fields=["author_name", "author", "title", "text", "place", "lat", "lon", "geometry"])
    AuthorContact.objects.filter(contribution=contribution).delete()
    _erase_pictures(contribution)
    # A letter in a worker's hands is written back after sending; it goes with its own term of 30 days.
    Letter.objects.filter(claimed_until=None, text__contains=contribution.receipt).delete()
    audit.record(contribution, "portal.erase_person", by=by, reason=str(reason), text=with_text)


def _erase_pictures(contribution: Contribution) -> None:
    for attachment in contribution.attachments.all():
        transaction.on_commit(partial(attachment.image.storage.delete, str(attachment.image)))
        attachment.delete()
