"""Bring the offers of the past into the portal, each with its source: what a city once asked stays findable."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from mitwirken.box.models import Format
from mitwirken.city.actions import slug_for
from mitwirken.city.models import Department, District, Topic
from mitwirken.core import audit, clock

from .. import registry
from ..addresses import free_slug
from ..models import ProjectPage, SectionPage, Step, StepState
from ..when import UNKNOWN
from .projects import open_section

# The channels of the collection in the codes of the toolbox: by post or telephone is not digital.
ANALOG = frozenset(["vor_ort", "post", "telefon"])
DIGITAL = frozenset(["online", "email"])
WHOLE_CITY = "Gesamtstadt"
END_UNKNOWN = "Wann dieses Angebot endete, ist nicht bekannt. Wir führen es als abgeschlossen."


@dataclass(frozen=True)
class Span:
    """From when to when something was, and how precisely that is known."""

    starts_at: datetime
    ends_at: datetime
    precision: str


@transaction.atomic
def load_offers(content_dir: Path, *, by: AbstractBaseUser | None = None, at: datetime | None = None) -> list[Step]:
    """Add each offer of ``offers.json`` that is not there yet as a project with one step; the new steps.

    What is there stays as it is: staff may have completed it since. A city without an archive has no such file.
    """
    if not (content_dir / "offers.json").exists():
        return []
    offers = json.loads((content_dir / "offers.json").read_text(encoding="utf-8"))
    reviewed = json.loads((content_dir / "offer_topics.json").read_text(encoding="utf-8"))["offers"]
    known = set(Step.objects.exclude(source_key="").values_list("source_key", flat=True))
    missing = [offer for offer in offers if source_key(offer) not in known]
    if not missing:
        return []
    at = at or clock.now()
    sections = _Sections(by)
    taken = set(ProjectPage.objects.values_list("slug", flat=True))
    formats = {each.code: each for each in Format.objects.only("code")}
    steps = []
    for offer in missing:
        facts = reviewed.get(offer["title"], {})
        span = span_of(offer | facts.get("dates", {}))
        section = sections.of(offer["department"])
        project = _project(offer, facts, section.department, taken, ended=span.ends_at <= at)
        taken.add(project.slug)
        section.add_child(instance=project)
        step = _step(offer, facts, project, span, at=at)
        step.format = formats.get(facts.get("format"))
        step.search_text = step.words()
        steps.append(step)
    Step.objects.bulk_create(steps)
    _relate(steps, missing, reviewed)
    audit.record(steps[0], "portal.load_offers", by=by, offers=len(steps))
    return steps


def source_key(offer: dict[str, Any]) -> str:
    return f"offer:{slug_for(offer['title'])[:100]}"


def span_of(offer: dict[str, Any]) -> Span:
    """Begin and end of an offer; an end nobody wrote down is the end of its begin, so that nothing stays open."""
    start, end = _read(offer["start"]), _read(offer["end"])
    known = start or end
    if known is None:
        return Span(UNKNOWN, UNKNOWN + timedelta(days=1), "none")
    first, last = (start or known)[0], (end or known)[1]
    order = ["day", "month", "year"]
    precision = max((span[2] for span in (start, end) if span), key=order.index)
    return Span(_midnight(first), _midnight(last + timedelta(days=1)), precision)


def _read(value: str | None) -> tuple[date, date, str] | None:
    """First day, last day and precision of ``2024``, ``2024-09`` or ``2024-09-28``."""
    if not value:
        return None
    year, *rest = (int(part) for part in value.split("-"))
    if not rest:
        return date(year, 1, 1), date(year, 12, 31), "year"
    if len(rest) == 1:
        month = rest[0]
        following = date(year + month // 12, month % 12 + 1, 1)
        return date(year, month, 1), following - timedelta(days=1), "month"
    return date(year, *rest), date(year, *rest), "day"


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(0)))


def channel_of(channels: Iterable[str]) -> str:
    """analog, digital or hybrid; what nobody wrote down was on site."""
    channels = set(channels)
    if channels & ANALOG and channels & DIGITAL:
        return "hybrid"
    return "digital" if channels & DIGITAL else "analog"


class _Sections:
    """The section for a department's name as the source writes it; a new name becomes a department."""

    def __init__(self, by: AbstractBaseUser | None) -> None:
        self.by = by
        self.found: dict[str, SectionPage] = {}

    def of(self, name: str | None) -> SectionPage:
        name = name or ""
        if name not in self.found:
            self.found[name] = open_section(self._department(name), by=self.by)
        return self.found[name]

    def _department(self, name: str) -> Department:
        known = Department.objects.known_as(name)
        if known is None and not name:
            known = Department.objects.filter(is_coordination=True).first()
        if known is None:
            name = name or "Koordinierungsstelle Mitwirkung"
            known, _ = Department.objects.get_or_create(
                slug=slug_for(name)[:80], defaults={"name": name, "short_name": name[:60]}
            )
        return known


def _project(
    offer: dict[str, Any], facts: dict[str, Any], department: Department, taken: set[str], *, ended: bool
) -> ProjectPage:
    reference = facts.get("reference") or f"{offer['kind']}: Verfahren oder eigenes Angebot der Stadt"
    return ProjectPage(
        title=offer["title"],
        slug=free_slug(offer["title"], taken),
        summary=offer["summary"],
        municipal_reference=reference,
        source_url=offer["source_url"],
        contact_name=department.name,
        contact_email=department.email,
        contact_phone=department.phone,
        is_archive=ended,
        has_unpublished_changes=False,
    )


def _step(offer: dict[str, Any], facts: dict[str, Any], project: ProjectPage, span: Span, *, at: datetime) -> Step:
    dates = {"start": offer["start"], "end": offer["end"]} | facts.get("dates", {})
    ended = span.ends_at <= at
    return Step(
        project=project,
        # What is over elsewhere can only be linked to; the module without goals of its own does that.
        kind=registry.serving(goals=(), channel="").slug,
        slug="angebot",
        title=offer["title"],
        teaser=offer["summary"][:300],
        text=END_UNKNOWN if ended and not dates["end"] else "",
        state=StepState.PUBLISHED,
        # Long ago is not news: feeds and mailings look at this moment.
        published_at=min(span.starts_at, at),
        starts_at=span.starts_at,
        ends_at=span.ends_at,
        date_precision=span.precision,
        answered_at=span.ends_at if ended else None,
        done_at=span.ends_at if ended else None,
        channel=channel_of(offer["channels"]),
        external_url=offer["source_url"],
        settings={"dates": dates, "kind": offer["kind"]} if ended else {"kind": offer["kind"]},
        source_key=source_key(offer),
    )


def _relate(steps: list[Step], offers: list[dict[str, Any]], reviewed: dict[str, Any]) -> None:
    """Topics and districts of steps and projects, four inserts for all."""
    topics = {topic.code: topic for topic in Topic.objects.all()}
    districts = {district.name: district for district in District.objects.defer("geometry", "facts")}
    pairs: dict[str, list[tuple[Step, Any]]] = {"topic": [], "district": []}
    for step, offer in zip(steps, offers, strict=True):
        codes = reviewed.get(offer["title"], {}).get("topics", [])
        pairs["topic"] += [(step, topics[code]) for code in codes if code in topics]
        names = [name.strip() for name in offer["district"].split(",")]
        pairs["district"] += [(step, districts[name]) for name in names if name in districts]
    for relation, rows in pairs.items():
        of_steps = getattr(Step, f"{relation}s").through
        of_projects = getattr(ProjectPage, f"{relation}s").through
        of_steps.objects.bulk_create([of_steps(step_id=step.pk, **{f"{relation}_id": row.pk}) for step, row in rows])
        of_projects.objects.bulk_create(
            [of_projects(projectpage_id=step.project_id, **{f"{relation}_id": row.pk}) for step, row in rows]
        )
