"""How many letters and calls wait, and of which mailing."""

from datetime import datetime

from django.db.models import Count

from ..models import Channel, Dispatch, Outbox, OutboxState
from .models import BatchState, Sheet


def waiting(channel: int, *, at: datetime) -> list[dict[str, object]]:
    """The mailings with rows of this channel that may leave now, the newest last."""
    counts = dict(
        Outbox.objects.ready(at=at, channel=channel)
        .filter(dispatch__in=Dispatch.objects.sendable().values("pk"))
        .values_list("dispatch")
        .annotate(Count("pk"))
        .order_by()
    )
    found = Dispatch.objects.in_bulk(counts)
    return [{"dispatch": found[pk], "count": counts[pk]} for pk in sorted(counts)]


def how_many_wait(*, at: datetime) -> int:
    """All that somebody has to print or to call, and what lies in batches that nobody has finished."""
    rows = Outbox.objects.filter(state=OutboxState.READY, due_at__lte=at, channel__in=[Channel.LETTER, Channel.PHONE])
    sendable = Dispatch.objects.sendable().values("pk")
    return rows.filter(dispatch__in=sendable).count() + Sheet.objects.filter(batch__state=BatchState.OPEN).count()
