"""What staff change through Wagtail's own pages leaves the same trace as our actions."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from wagtail.models import ModelLogEntry, PageLogEntry

from mitwirken.core import clock
from mitwirken.core.models import AuditEntry

from .actions import before_deletion
from .models import User

# As long as our own trace (core/tasks.py).
KEPT = timedelta(days=731)


def wagtail_logged(sender: type, instance: Any, created: bool, **kwargs: Any) -> None:
    """Wagtail wrote a line in its own history: copy who, what and when (never the content) into ours.

    The page cache needs this too: it forgets a page when a newer row of the trace exists.
    """
    if not created:
        return
    person = instance.user_id
    AuditEntry.objects.create(
        at=clock.now(),
        action=instance.action[:60],
        actor_id=person if person and get_user_model().objects.filter(pk=person).exists() else None,
        object_type=f"{instance.content_type.app_label}.{instance.content_type.model}"
        if instance.content_type
        else "unknown",
        object_id=str(getattr(instance, "page_id", None) or getattr(instance, "object_id", "")),
    )


@before_deletion
def forget_author(user: User) -> None:
    """Wagtail's history keeps the number of a deleted account; ours does not."""
    for log in (PageLogEntry, ModelLogEntry):
        log.objects.filter(user=user).update(user=None)


def forget(*, at: datetime) -> int:
    """Delete what stood in Wagtail's history for two years; the number of lines."""
    return sum(log.objects.filter(timestamp__lt=at - KEPT).delete()[0] for log in (PageLogEntry, ModelLogEntry))
