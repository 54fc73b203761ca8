"""What must always hold; whoever breaks it is named in the log and on the staff's first page."""

import logging
from datetime import datetime, timedelta

from django.db.models import Max, Q

from . import ledger
from .actions import conservation
from .models import Alarm, Dispatch, DispatchState, EventKind, Installation, Outbox, OutboxState

log = logging.getLogger(__name__)

# So long a mail may be unclear before somebody should look: longer than any relay takes to tell.
DOUBT = timedelta(minutes=15)


def every_minute(*, at: datetime) -> list[str]:
    """Count the recipients of what is under way, and what is unclear for too long; the alarms raised."""
    alarms: list[str] = []
    under_way = Q(state__in=[DispatchState.RUNNING, DispatchState.PAUSED]) | Q(done_at__gt=at - timedelta(hours=1))
    if any(_missing(dispatch) for dispatch in Dispatch.objects.filter(under_way)):
        alarms.append(Alarm.MISSING)
    since = Max("events__at", filter=Q(events__kind=EventKind.IN_DOUBT))
    doubtful = Outbox.objects.filter(state=OutboxState.IN_DOUBT).annotate(since=since).filter(since__lt=at - DOUBT)
    if number := doubtful.count():
        log.error("pool: %s mails in doubt for more than 15 minutes", number)
        alarms.append(Alarm.DOUBT)
    Installation.objects.exclude(alarms=alarms).update(alarms=alarms)
    return alarms


def run(*, at: datetime) -> list[str]:
    """Count every recipient of the last weeks and walk the consent ledger; the broken promises."""
    recent = Dispatch.objects.filter(created_at__gte=at - timedelta(days=30)).exclude(state=DispatchState.FREEZING)
    broken = [f"dispatch {dispatch.pk}: {missing} recipients" for dispatch in recent if (missing := _missing(dispatch))]
    chains = [f"consent ledger: chain {subject[:12]} is broken" for subject in ledger.broken_chains()]
    for line in chains:
        log.error("pool: %s", line)
    return broken + chains


def _missing(dispatch: Dispatch) -> int:
    missing = 0
    for _ in range(3):
        missing = conservation(dispatch)["missing"]
        if not missing:
            return 0
        dispatch.refresh_from_db()  # somebody may have come or gone between the two numbers
    log.error("pool: dispatch %s: %s recipients not accounted for", dispatch.pk, missing)
    return missing
