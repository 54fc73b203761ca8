"""One mutating action, one row."""

from typing import Any

from django.db import models

from . import clock
from .models import AuditEntry


def record(obj: models.Model, action: str, *, by: Any, **facts: Any) -> AuditEntry:
    """Write the trace of `action` (``app.verb``) on `obj`; call it inside the action's transaction.

    `by` is the acting user, or None for residents without account and for the clockwork. `facts` are codes
    and counts, never what people wrote and never an address.
    """
    return AuditEntry.objects.create(
        at=clock.now(),
        action=action,
        actor=by if by is not None and by.pk else None,
        object_type=obj._meta.label_lower,
        object_id=str(obj.pk),
        facts=facts,
    )
