"""When a mailing will be finished, told from the buckets: the one number staff ask for."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from .. import windows
from ..models import Dispatch, Outbox, OutboxState, PoolSettings
from . import rate


def done_about(dispatch: Dispatch, *, at: datetime) -> datetime | None:
    """The moment the last mail leaves if nothing happens; None if nothing waits."""
    waiting = Outbox.objects.filter(state__in=[OutboxState.READY, OutboxState.CLAIMED], dispatch__state="running")
    if not waiting.filter(dispatch=dispatch).exists():
        return None
    limits = PoolSettings.load()
    pace = float(limits.mails_per_minute)
    if settings.MAIL_PACED:
        # A group nobody has written to yet is not in the way; the ones that are soon reach their setting.
        pace = min(pace, max(sum(rate.paces().values()), rate.SLOW_START))
    minutes = waiting.filter(dispatch__lte=dispatch.pk).count() / pace
    if not settings.QUIET_HOURS:
        return windows.awake_after(at, minutes, timezone.get_default_timezone(), limits.quiet_from, limits.quiet_from)
    return windows.awake_after(at, minutes, timezone.get_default_timezone(), limits.quiet_from, limits.quiet_until)
