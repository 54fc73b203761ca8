"""The pool's numbers for the operator's monitoring."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Min, Sum

from mitwirken.core.metrics import Gauge

from .dispatch import rate
from .models import DispatchState, Installation, Outbox, OutboxState, Worker

NAMES = {True: "urgent", False: "news"}


def gauges(at: datetime) -> Iterator[Gauge]:
    """How long mails wait, how many left, what is unclear, who asks us to wait."""
    ready = Outbox.objects.ready(at=at, channel=0).filter(dispatch__state=DispatchState.RUNNING)
    for urgent, name in NAMES.items():
        lane = ready.filter(prio__lt=Outbox.BULK_PRIO) if urgent else ready.filter(prio__gte=Outbox.BULK_PRIO)
        oldest = lane.aggregate(oldest=Min("due_at"))["oldest"]
        age = (at - oldest).total_seconds() if oldest else 0
        yield Gauge("pool_ready_age_seconds", "How long the oldest due mail has waited.", age, {"lane": name})
        yield Gauge("pool_ready", "Mails that are due.", lane.count(), {"lane": name})
    sent = Worker.objects.aggregate(sent=Sum("accepted"))["sent"] or 0
    yield Gauge("pool_accepted_total", "Mails the relay took; written every ten seconds.", sent, kind="counter")
    states = dict(
        Outbox.objects.filter(state__in=[OutboxState.IN_DOUBT, OutboxState.HELD])
        .values_list("state")
        .annotate(Count("pk"))
        .order_by()
    )
    yield Gauge("pool_in_doubt", "Mails whose answer never came.", states.get(OutboxState.IN_DOUBT, 0))
    yield Gauge("pool_held", "Mails a person must decide about.", states.get(OutboxState.HELD, 0))
    deferred: Counter[str] = Counter()
    waiting = Outbox.objects.filter(state=OutboxState.READY, due_at__gt=at, reply_code__gte=400)
    for email in waiting.values_list("member__email", flat=True)[:10_000].iterator():
        deferred[rate.group_of(email)] += 1
    for group in [*rate.GROUPS, "own", rate.OTHERS]:
        yield Gauge("pool_deferred", "Mails a provider asked us to send later.", deferred[group], {"group": group})
    for group, pace in rate.paces().items():
        yield Gauge("pool_pace_per_minute", "What a provider bears at present.", pace, {"group": group})
    installation = Installation.objects.first()
    refused = bool(installation and installation.refusal)
    yield Gauge("pool_refuses", "1 while nothing may be sent (pool_resume).", refused)
    yield Gauge("pool_alarms", "Broken promises found last.", len(installation.alarms) if installation else 0)
