"""A member's offers as Atom (RFC 4287) and iCalendar (RFC 5545). Neither says whose they are, or why."""

import re
import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from icalendar import Calendar

from mitwirken.portal import when
from mitwirken.portal.cards import where
from mitwirken.portal.exports import absolute, as_calendar
from mitwirken.portal.models import Step

from .. import content, matching
from .models import Feed

# How often programs should look again, in their own words (RFC 7986 and its forerunner).
REFRESH = timedelta(hours=6)
MOST_ENTRIES = 50
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def offers_for(feed: Feed, *, at: datetime) -> list[int]:
    """Published offers that can still be taken part in and fit what the member chose, the newest first."""
    current = (
        Step.objects.published()
        .filter(Q(ends_at=None) | Q(ends_at__gt=at), published_at__lte=at, project__is_archive=False)
        .select_related("project")
        .prefetch_related("topics", "districts", "project__topics", "project__districts")
        .defer("text", "search_text", "project__body")
        .order_by("-published_at", "-pk")
    )
    interests = content.interests_of(feed.member)
    return [step.pk for step in current if matching.fits(content.offer_of(step), interests)]


class _Atom(Atom1Feed):
    """An empty feed was last changed when it was switched on, not this second: else no ETag would ever match."""

    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else self.feed["changed_at"]


def as_atom(feed: Feed, address: str, *, at: datetime) -> bytes:
    """The newest offers that fit."""
    atom = _Atom(
        title=_("My offers to take part"),
        link=absolute(reverse("pool:start")),
        feed_url=absolute(address),
        feed_guid=uuid.uuid5(uuid.NAMESPACE_URL, f"{settings.SITE_URL}|{feed.key}").urn,
        description=_("Offers that fit what I chose in the people pool"),
        language=feed.member.lang,
        changed_at=feed.changed_at,
    )
    found = offers_for(feed, at=at)[:MOST_ENTRIES]
    listed = Step.objects.filter(pk__in=found).select_related("project").prefetch_related("districts")
    for step in listed.order_by("-published_at", "-pk").defer("search_text", "project__body"):
        url = absolute(step.get_absolute_url())
        told = f"{step.teaser or step.project.summary} {when.period(step, at=at)}, {where(step)}."
        atom.add_item(
            title=_CONTROL.sub(" ", step.title),
            link=url,
            description=_CONTROL.sub(" ", told),
            pubdate=step.published_at or step.starts_at,
            updateddate=step.published_at or step.starts_at,
            unique_id=f"{url}#{step.pk}",
        )
    return atom.writeString("utf-8").encode()


def as_ics(feed: Feed, *, at: datetime) -> bytes:
    """The offers that fit and have a known time; each under the same UID as in the public calendar."""
    steps = Step.objects.filter(pk__in=offers_for(feed, at=at)).order_by("starts_at", "pk")
    calendar = Calendar.from_ical(as_calendar(steps, name=_("My offers to take part")))
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    return calendar.to_ical()
