"""What a dispatch tells, as a snapshot: the mails and the archive read the same words."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext, override

from mitwirken.portal.models import Step

from . import matching
from .models import Member
from .nearby import Point


def offer_of(step: Step) -> matching.Offer:
    """What matching needs to know; a step without own topics or districts has those of its project."""
    return matching.Offer(
        topics=frozenset(topic.pk for topic in topics_of(step)),
        districts=frozenset(district.pk for district in districts_of(step)),
        kind=step.kind,
        channel=step.channel,
        point=Point.given(step.lat, step.lon),
    )


def interests_of(member: Member) -> matching.Interests:
    """What one person chose; the claim does the same for many at once (dispatch/claim.py)."""
    return matching.Interests(
        topics=frozenset(member.topic_choices.values_list("topic_id", flat=True)),
        districts=frozenset(member.district_choices.values_list("district_id", flat=True)),
        kinds=frozenset(member.kind_choices.values_list("kind", flat=True)),
        on_site=member.on_site,
        online=member.online,
        point=Point.given(member.point_lat, member.point_lon),
        radius=member.radius,
    )


def topics_of(step: Step) -> list[Any]:
    return list(step.topics.all()) or list(step.project.topics.all())


def districts_of(step: Step) -> list[Any]:
    return list(step.districts.all()) or list(step.project.districts.all())


def item(step: Step) -> dict[str, Any]:
    """One offer as it is told."""
    return {
        "step": step.pk,
        "title": step.title,
        "teaser": step.teaser,
        "project": step.project.title,
        "department": step.project.department.name,
        "url": settings.SITE_URL + step.get_absolute_url(),
        "starts_at": step.starts_at.isoformat(),
        "ends_at": step.ends_at.isoformat() if step.ends_at else "",
        "kind": step.kind,
        "channel": step.channel,
        "place": step.place,
        "lat": step.lat,
        "lon": step.lon,
        "topics": {str(topic.pk): topic.name for topic in topics_of(step)},
        "districts": {str(district.pk): district.name for district in districts_of(step)},
    }


def for_step(step: Step) -> dict[str, Any]:
    return {"subject": step.title, "items": [item(step)]}


def for_digest(steps: list[Step], period: str) -> dict[str, Any]:
    """Grouped by project: first the projects in order of their first offer, in each its offers."""
    items = [item(step) for step in steps]
    order = list(dict.fromkeys(entry["project"] for entry in items))
    with override(settings.LANGUAGE_CODE):
        subject = gettext("Your offers of the week") if period == "weekly" else gettext("Your offers of the month")
    return {
        "subject": subject,
        "period": period,
        "items": sorted(items, key=lambda entry: order.index(entry["project"])),
    }


def offer_of_item(entry: dict[str, Any]) -> matching.Offer:
    """The snapshot, as matching sees it."""
    return matching.Offer(
        topics=frozenset(map(int, entry["topics"])),
        districts=frozenset(map(int, entry["districts"])),
        kind=entry["kind"],
        channel=entry["channel"],
        point=Point.given(entry.get("lat"), entry.get("lon")),
    )
