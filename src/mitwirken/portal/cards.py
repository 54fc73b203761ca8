"""Offers as the cards of a list, with what a resident decides by: until when, where, how, from whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mitwirken.city.models import Department

from . import when
from .models import Contribution, OfferStatus, SectionPage, Step

BADGES = {
    OfferStatus.ANNOUNCED: ("info", "calendar"),
    OfferStatus.OPEN: ("success", "check"),
    OfferStatus.CLOSING_SOON: ("warning", "clock"),
    OfferStatus.IN_EVALUATION: ("neutral", "search"),
    OfferStatus.ANSWERED: ("info", "comment"),
    OfferStatus.DONE: ("neutral", "check"),
}


@dataclass(frozen=True)
class OfferCard:
    """One step ready to be shown, with the props of the `card` component."""

    step: Step
    title: str
    url: str
    text: str
    kicker: str
    badges: list[dict[str, str]]
    meta: list[dict[str, str]]


def badge(status: OfferStatus) -> dict[str, str]:
    kind, icon = BADGES[status]
    return {"kind": kind, "label": str(status.label), "icon": icon}


def cards(steps: Sequence[Step], *, at: datetime) -> list[OfferCard]:
    """The steps as cards, two queries for all of them; `steps` come from `offers.with_what_a_list_shows`."""
    departments = departments_by_path()
    handed_in = dict(
        Contribution.objects.filter(step__in=[step.pk for step in steps])
        .visible()
        .order_by()
        .values("step")
        .annotate(number=Count("pk"))
        .values_list("step", "number")
    )
    return [
        OfferCard(
            step=step,
            title=step.title,
            url=step.get_absolute_url(),
            text=step.teaser or step.project.summary,
            kicker=_kicker(step, departments.get(step.project.path[: -step.project.steplen])),
            badges=[badge(step.status(at=at)), *_archive(step)],
            meta=_meta(step, handed_in.get(step.pk, 0), at=at),
        )
        for step in steps
    ]


def departments_by_path() -> dict[str, Department]:
    """Each section's place in the page tree and its department: a project lies below exactly one."""
    return {page.path: page.department for page in SectionPage.objects.select_related("department")}


def where(step: Step) -> str:
    names = ", ".join(district.name for district in step.districts.all())
    return ", ".join(filter(None, [step.place, names])) or _("whole city")


def _kicker(step: Step, department: Department | None) -> str:
    title = step.settings.get("kind", "") if step.project.title == step.title else step.project.title
    return " · ".join(filter(None, [title, department.short_name if department else ""]))


def _archive(step: Step) -> list[dict[str, str]]:
    return [{"kind": "neutral", "label": _("archive"), "icon": "document"}] if step.project.is_archive else []


def _meta(step: Step, handed_in: int, *, at: datetime) -> list[dict[str, Any]]:
    icons = {"analog": "people", "digital": "online", "hybrid": "people"}
    meta = [
        {"icon": "calendar", "label": when.period(step, at=at)},
        {"icon": "place", "label": where(step)},
        {"icon": icons[step.channel], "label": step.get_channel_display()},
    ]
    if handed_in:
        number = ngettext("%(n)s contribution", "%(n)s contributions", handed_in) % {"n": handed_in}
        meta.append({"icon": "comment", "label": number})
    return meta
