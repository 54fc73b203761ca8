"""The offers for machines: JSON, GeoJSON, calendar, feed. The same filter as the page, row by row."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vUri

from mitwirken.city.models import District

from . import when
from .cards import departments_by_path, where
from .models import Step

LICENCE = "https://creativecommons.org/licenses/by/4.0/deed.de"
CHUNK = 500
# A calendar programme asks every few hours; more than this is no calendar.
MOST_EVENTS = 2000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def rows(steps: QuerySet[Step], *, at: datetime) -> Iterator[dict[str, Any]]:
    """Each step as plain data; read in portions, so that the number of offers costs no memory."""
    departments = departments_by_path()
    wanted = steps.select_related("project", "format").prefetch_related("districts", "topics")
    for step in wanted.defer("search_text", "project__body").iterator(chunk_size=CHUNK):
        department = departments.get(step.project.path[: -step.project.steplen])
        yield {
            "id": step.pk,
            "title": step.title,
            "summary": step.teaser or step.project.summary,
            "url": absolute(step.get_absolute_url()),
            "project": {"title": step.project.title, "url": absolute(step.project.get_absolute_url())},
            "department": department.name if department else None,
            "status": step.status(at=at).value,
            "starts_at": _moment(step.starts_at, step),
            "ends_at": _moment(step.ends_at, step),
            "date_precision": step.date_precision,
            "period": when.period(step, at=at),
            "module": step.kind,
            "format": step.format.code if step.format else None,
            "channel": step.channel,
            "topics": [topic.code for topic in step.topics.all()],
            "districts": [district.slug for district in step.districts.all()],
            "place": step.place or None,
            "lat": step.lat,
            "lon": step.lon,
            "archive": step.project.is_archive,
            "source": step.project.source_url or None,
        }


def _moment(value: datetime | None, step: Step) -> str | None:
    if value is None or step.date_precision == "none":
        return None
    return timezone.localtime(value).isoformat()


def as_json(steps: QuerySet[Step], *, at: datetime) -> Iterator[str]:
    """``{"license": …, "offers": […]}``, written as it is read."""
    yield f'{{"license": {json.dumps(LICENCE)}, "generated_at": {json.dumps(at.isoformat())}, "offers": ['
    for number, row in enumerate(rows(steps, at=at)):
        yield (",\n" if number else "\n") + json.dumps(row, ensure_ascii=False)
    yield "\n]}\n"


def as_geojson(steps: QuerySet[Step], *, at: datetime) -> Iterator[str]:
    """One feature per offer of the list: its own place, else the middle of its districts, else none."""
    centres = {row.slug: (row.lat, row.lon) for row in District.objects.defer("geometry", "facts")}
    yield f'{{"type": "FeatureCollection", "license": {json.dumps(LICENCE)}, "features": ['
    for number, row in enumerate(rows(steps, at=at)):
        exact = row["lat"] is not None and row["lon"] is not None
        places = [(row["lat"], row["lon"])] if exact else [centres[slug] for slug in row["districts"]]
        geometry = None
        if places:
            lat, lon = (round(sum(values) / len(places), 5) for values in zip(*places, strict=True))
            geometry = {"type": "Point", "coordinates": [lon, lat]}
        names = ("id", "title", "url", "status", "period", "districts", "place")
        feature = {
            "type": "Feature",
            "geometry": geometry,
            "properties": {name: row[name] for name in names} | {"exact": exact},
        }
        yield (",\n" if number else "\n") + json.dumps(feature, ensure_ascii=False)
    yield "\n]}\n"


def as_calendar(steps: QuerySet[Step], *, name: str) -> bytes:
    """The offers with a known time as iCalendar (RFC 5545); times in UTC, whole days as dates."""
    calendar = Calendar()
    calendar.add("prodid", "-//Mitwirken//Mitmachen//DE")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    listed = steps.exclude(date_precision__in=["year", "none"]).select_related("project")
    for step in listed.prefetch_related("districts").defer("search_text", "project__body")[:MOST_EVENTS]:
        calendar.add_component(_event(step))
    return calendar.to_ical()


def _event(step: Step) -> Event:
    event = Event()
    event.add("uid", f"schritt-{step.pk}@{settings.MAIL_DOMAIN}")
    # The moment of the last change is not kept: publication and revision say the same to a calendar.
    event.add("dtstamp", (step.published_at or step.starts_at).astimezone(UTC))
    event.add("sequence", step.revision)
    event.add("summary", _CONTROL.sub(" ", step.title))
    first, last = when.first_day(step), when.last_day(step)
    if step.ends_at and when.hours(step) and first == last:
        event.add("dtstart", step.starts_at.astimezone(UTC))
        event.add("dtend", step.ends_at.astimezone(UTC))
    else:
        event.add("dtstart", first)
        event.add("dtend", (last or first) + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
    event.add("location", _CONTROL.sub(" ", where(step)))
    url = absolute(step.get_absolute_url())
    event.add("description", _CONTROL.sub(" ", f"{step.teaser or step.project.summary}\n\n{url}"))
    event["url"] = vUri(url)
    if step.lat is not None and step.lon is not None:
        event.add("geo", (step.lat, step.lon))
    return event


def as_feed(steps: QuerySet[Step], *, title: str, address: str, feed_address: str, at: datetime) -> str:
    """The newest offers as Atom."""
    feed = Atom1Feed(
        title=title,
        link=absolute(address),
        feed_url=absolute(feed_address),
        description=_("What the people of the city can take part in"),
        language="de",
    )
    listed = steps.order_by("-published_at", "-id").select_related("project").prefetch_related("districts")
    for step in listed.defer("search_text", "project__body")[:50]:
        told = f"{step.teaser or step.project.summary} {when.period(step, at=at)}, {where(step)}."
        url = absolute(step.get_absolute_url())
        feed.add_item(
            title=_CONTROL.sub(" ", step.title),
            link=url,
            description=_CONTROL.sub(" ", told),
            pubdate=step.published_at or step.starts_at,
            updateddate=step.published_at or step.starts_at,
            unique_id=f"{url}#{step.pk}",
        )
    return feed.writeString("utf-8")
