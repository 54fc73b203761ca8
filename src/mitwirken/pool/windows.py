"""The windows of time a digest tells about. No clock: the moment comes in."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

# People read their mail in the morning; the window itself ends at midnight.
SENT_AT_HOUR = 6
CAUGHT_UP_WITHIN = timedelta(days=7)


def is_quiet(at: datetime, zone: ZoneInfo, quiet_from: time, quiet_until: time) -> bool:
    """True while news should not disturb; the hours usually include midnight."""
    local = at.astimezone(zone).time()
    if quiet_from <= quiet_until:
        return quiet_from <= local < quiet_until
    return local >= quiet_from or local < quiet_until


def awake_after(at: datetime, minutes: float, zone: ZoneInfo, quiet_from: time, quiet_until: time) -> datetime:
    """The moment when so many minutes outside the quiet hours have passed."""
    step = timedelta(minutes=15)
    left = timedelta(minutes=minutes)
    # A mailing of more than a month is told as a month: nobody plans on such a number.
    for _ in range(31 * 24 * 4):
        quiet = is_quiet(at, zone, quiet_from, quiet_until)
        if not quiet and left <= step:
            return at + left
        at, left = at + step, left if quiet else left - step
    return at


def due_window(period: str, at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """The last finished window of this period, if its digest is due or was missed within seven days."""
    today = (at.astimezone(zone) - timedelta(hours=SENT_AT_HOUR)).date()
    if period == "weekly":
        last = today - timedelta(days=today.weekday())
        first = last - timedelta(days=7)
    else:
        last = today.replace(day=1)
        first = (last - timedelta(days=1)).replace(day=1)
    start, end = (datetime.combine(day, time(), tzinfo=zone) for day in (first, last))
    return (start, end) if at - end <= CAUGHT_UP_WITHIN else None
