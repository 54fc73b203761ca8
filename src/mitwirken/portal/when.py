"""When something takes place, in words: with weekday, without times nobody meant."""

import re
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .models import OfferStatus, Step

# Where an offer without any known date is filed, so that it sorts last.
UNKNOWN = datetime(2000, 1, 1, tzinfo=timezone.get_fixed_timezone(60))


def day(value: date) -> str:
    """Friday, 14 April 2026."""
    return f"{date_format(value, 'l')}, {date_format(value, 'DATE_FORMAT')}"


def first_day(step: Step) -> date:
    return timezone.localtime(step.starts_at).date()


def last_day(step: Step) -> date | None:
    """The last day on which the step runs; midnight belongs to the day before."""
    if step.ends_at is None:
        return None
    return max(timezone.localtime(step.ends_at - timedelta(microseconds=1)).date(), first_day(step))


def hours(step: Step) -> str:
    """The clock times of an event of one day, empty when it lasts all day."""
    start = timezone.localtime(step.starts_at).time()
    end = timezone.localtime(step.ends_at).time() if step.ends_at else None
    if start == time(0) or end is None:
        return ""
    if end == start or (end.hour, end.minute) == (23, 59):
        return _("from %(start)s o’clock") % {"start": date_format(timezone.localtime(step.starts_at), "TIME_FORMAT")}
    return _("%(start)s to %(end)s o’clock") % {
        "start": date_format(timezone.localtime(step.starts_at), "TIME_FORMAT"),
        "end": date_format(timezone.localtime(step.ends_at), "TIME_FORMAT"),
    }


def period(step: Step, *, at: datetime) -> str:
    """When this step takes place, as a resident would say it at the moment `at`."""
    if "dates" in step.settings:
        return _reported(step.settings["dates"])
    start, end = first_day(step), last_day(step)
    if end == start:
        return ", ".join(filter(None, [day(start), hours(step)]))
    status = step.status(at=at)
    if status is OfferStatus.ANNOUNCED:
        if end is None:
            return _("from %(start)s") % {"start": day(start)}
        return _between(date_format(start, "DATE_FORMAT"), date_format(end, "DATE_FORMAT"))
    if status in (OfferStatus.OPEN, OfferStatus.CLOSING_SOON):
        return _("until %(end)s") % {"end": day(end)} if end else _("at any time, no end fixed")
    return _between(date_format(start, "DATE_FORMAT"), date_format(end or start, "DATE_FORMAT"))


def _between(start: str, end: str) -> str:
    return _("%(start)s to %(end)s") % {"start": start, "end": end}


def _reported(dates: dict[str, str | None]) -> str:
    """What a source says about the time of an old offer, as precisely as it says it and no more."""
    start, end = (_words(dates.get(which)) for which in ("start", "end"))
    if start and end:
        return start if start == end else _between(start, end)
    if end:
        return _("until %(end)s, begin not known") % {"end": end}
    if start:
        return _("from %(start)s, end not known") % {"start": start}
    return _("period not known")


def _words(value: str | None) -> str:
    """``2024-09`` becomes "September 2024", ``2024`` stays, a full date gets its words."""
    if not value:
        return ""
    match = re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", value)
    if match is None:
        return value
    year, month, of_month = match.groups()
    if month is None:
        return year
    named = date(int(year), int(month), int(of_month or 1))
    return date_format(named, "DATE_FORMAT") if of_month else date_format(named, "F Y")
