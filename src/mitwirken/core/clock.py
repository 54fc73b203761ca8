"""The one place that asks the computer for the time; everything else takes it as an argument."""

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    """The current moment, timezone-aware (UTC)."""
    return timezone.now()


def today() -> date:
    """Today's date in the city's time zone."""
    return timezone.localdate()
