"""Retention: what points to a person is forgotten when nobody needs it any more (privacy.toml)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from mitwirken.core import audit

from ..models import AuthorContact, Step, Support

# A year after the city said "done" nobody waits for an answer; two after an end that nobody declared done.
AFTER_DONE = timedelta(days=365)
AFTER_END = timedelta(days=730)


@transaction.atomic
def forget(*, at: datetime) -> tuple[int, int]:
    """Erase authors' addresses and supporters' device keys of steps long over; the counts stay.

    Returns how many of each are gone.
    """
    over = Step.objects.filter(Q(done_at__lt=at - AFTER_DONE) | Q(done_at=None, ends_at__lt=at - AFTER_END))
    kept = over.filter(Q(contributions__contact__isnull=False) | Q(contributions__supports__isnull=False)).distinct()
    addresses = devices = 0
    for step in kept:
        contacts, _rows = AuthorContact.objects.filter(contribution__step=step).delete()
        supports, _rows = Support.objects.filter(contribution__step=step).delete()
        audit.record(step, "portal.forget", by=None, addresses=contacts, devices=supports)
        addresses, devices = addresses + contacts, devices + supports
    return addresses, devices
