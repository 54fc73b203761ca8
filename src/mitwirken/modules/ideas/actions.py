"""What happens in the ideas module: handing in an idea, keeping a picture for the review page."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from mitwirken.core import audit
from mitwirken.portal.actions import contributions
from mitwirken.portal.images import Picture
from mitwirken.portal.models import Contribution, Step

from .models import Category, Idea, Upload

# A day: long enough to be called away from the review page and to come back in the evening.
UPLOADS_LIVE = timedelta(days=1)


@transaction.atomic
def hand_in(
    step: Step, *, at: datetime, category: str = "", upload: Upload | None = None, **values: Any
) -> Contribution:
    """Take in an idea with its category and the picture from the review page.

    `values` are those of `portal.actions.contributions.hand_in`; handing in twice makes one idea.
    """
    contribution = contributions.hand_in(step, at=at, **values)
    row = Category.objects.get_or_create(step=step, name=category)[0] if category else None
    idea, created = Idea.objects.get_or_create(contribution=contribution, defaults={"category": row})
    if created:
        audit.record(idea, "ideas.hand_in", by=values.get("entered_by") or values.get("author"))
    if upload:
        Upload.objects.filter(pk=upload.pk).delete()
    return contribution


@transaction.atomic
def keep_upload(step: Step, picture: Picture, *, at: datetime) -> Upload:
    """Keep a picture until the idea is sent, or for a day."""
    row = Upload.objects.create(
        key=secrets.token_urlsafe(24),
        step=step,
        content=picture.content,
        width=picture.width,
        height=picture.height,
        created_at=at,
    )
    audit.record(row, "ideas.keep_upload", by=None)
    return row


@transaction.atomic
def forget_uploads(*, at: datetime) -> int:
    """Delete pictures that were never sent; the number of those deleted."""
    old = list(Upload.objects.filter(created_at__lt=at - UPLOADS_LIVE).defer("content"))
    for upload in old:
        audit.record(upload, "ideas.forget_upload", by=None)
        upload.delete()
    return len(old)
