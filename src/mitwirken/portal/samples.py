"""Believable projects, steps and contributions, for tests and the demo."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.models import Locale, Page, Site

from mitwirken.box.models import Format
from mitwirken.city import samples as city_samples
from mitwirken.city.models import Department, District, Topic
from mitwirken.core import clock

from . import registry
from .actions import contributions as voices
from .actions import projects as actions
from .models import Contribution, ProjectPage, SectionPage, Step, StepState


def home() -> Page:
    """The home page below Wagtail's root; created with its site when missing."""
    from django.apps import apps  # website lies above the portal: found by name, never imported

    home_page = apps.get_model("website", "HomePage")
    found = home_page.objects.first()
    if found:
        return found
    Locale.objects.get_or_create(language_code="de")
    root = Page.objects.filter(depth=1).first() or Page.add_root(title="Root", slug="root")
    found = root.add_child(instance=home_page(title="Mitwirken", slug="start"))
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "port": 80, "root_page": found}
    )
    return found


def section(department=None) -> SectionPage:
    department = department or city_samples.department()
    found = SectionPage.objects.filter(department=department).first()
    return found or home().add_child(
        instance=SectionPage(title=department.name, slug=f"bereich-{department.slug}", department=department)
    )


def project(department=None, **fields) -> ProjectPage:
    number = ProjectPage.objects.count() + 1
    values = {
        "title": f"Ein Platz für alle {number}",
        "slug": f"ein-platz-fuer-alle-{number}",
        "summary": "Der Marktplatz wird umgebaut. Sagen Sie uns, was Ihnen wichtig ist.",
        "question": "Wie soll der Marktplatz nach dem Umbau genutzt werden?",
        "open_points": "Sitzplätze, Bäume, Spiel und die Wochenmarkt-Aufstellung.",
        "fixed_points": "Die Fläche bleibt autofrei. Das Budget steht fest.",
        "decision": "Die Bezirksvertretung entscheidet im Juni.",
        "promised_level": "consult",
        "contact_name": "Team Freiraum",
        "contact_email": "freiraum@stadt.example",
        "contact_phone": "0123 50-2211",
        "municipal_reference": "Umbau des Marktplatzes, eigene Planung der Stadt",
    } | fields
    return section(department).add_child(instance=ProjectPage(**values))


def step(project_page=None, *, districts=(), topics=(), **fields) -> Step:
    """A published, open step of the module `ideas`; override `starts_at`, `ends_at`, `state` for others."""
    now = clock.now()
    number = Step.objects.count() + 1
    values = {
        "kind": "ideas",
        "slug": f"ideen-{number}",
        "title": f"Ideen für den Platz {number}",
        "teaser": "Was fehlt, was stört, was soll bleiben?",
        "state": StepState.PUBLISHED,
        "published_at": now - timedelta(days=3),
        "starts_at": now - timedelta(days=3),
        "ends_at": now + timedelta(days=21),
        "offline_ways": "Postkarte im Bezirksbüro oder telefonisch unter 0123 50-2211.",
    } | fields
    row = Step.objects.create(project=project_page or project(), **values)
    row.districts.set(districts)
    row.topics.set(topics)
    return row


def contribution(on_step=None, **fields) -> Contribution:
    values = {
        "title": "Mehr Bänke im Schatten",
        "text": "An der Südseite fehlen Sitzplätze. Ältere Menschen brauchen sie auf halbem Weg.",
        "created_at": clock.now(),
    } | fields
    return Contribution.objects.create(step=on_step or step(), **values)


def demo_projects(now: datetime | None = None) -> list[ProjectPage]:
    """Lively projects all over the city, one in every state, with dates around `now`; those that exist stay."""
    now = now or clock.now()
    home()
    rows = json.loads((Path(__file__).parent / "samples.json").read_text(encoding="utf-8"))
    known = set(ProjectPage.objects.filter(slug__in=[row["slug"] for row in rows]).values_list("slug", flat=True))
    return [_demo_project(row, now=now) for row in rows if row["slug"] not in known]


@transaction.atomic
def _demo_project(row: dict[str, Any], *, now: datetime) -> ProjectPage:
    department = (
        Department.objects.filter(slug=row["department"]).first()
        or Department.objects.first()
        or city_samples.department()
    )
    name, email, phone = row["contact"]
    all_districts = list(District.objects.defer("geometry", "facts"))
    districts = {all_districts[each % len(all_districts)] for each in row["districts"]} if all_districts else set()
    topics = list(Topic.objects.filter(code__in=row["topics"]))
    page = project(
        department,
        slug=row["slug"],
        title=row["title"],
        summary=row["summary"],
        question=row["question"],
        open_points=row["open"],
        fixed_points=row["fixed"],
        decision=row["decision"],
        body=row["body"],
        promised_level=row["level"],
        contact_name=name,
        contact_email=email,
        contact_phone=phone,
        municipal_reference=row["reference"],
        result=row.get("result", ""),
        started_from=Format.objects.filter(code=row["format"]).first(),
    )
    page.topics.set(topics)
    page.districts.set(districts)
    page.save_revision().publish()
    for position, each in enumerate(row["steps"]):
        _demo_step(page, each, position, districts, topics, now=now)
    for title, text, progress, due in row.get("measures", []):
        due_on = (now + timedelta(days=due)).date() if due else None
        actions.set_measure(page, title=title, text=text, progress=progress, due_on=due_on, by=None)
    for days, title, text in reversed(row["updates"]):
        actions.post_update(page, title, text, by=None, at=now + timedelta(days=days))
    return page


def _demo_step(page: ProjectPage, row: dict[str, Any], position: int, districts, topics, *, now: datetime) -> Step:
    from_hour, to_hour = row.get("hours", (9, 23))
    starts_at = _at(now, row["from"], from_hour)
    ends_at = _at(now, row.get("to", row["from"]), to_hour, 59 if "to" in row else 0)
    is_event = row["kind"] == "event"
    module = registry.serving(goals=() if is_event else ("collect_ideas",), channel="hybrid")
    own_format = Format.objects.filter(code=row["format"]).first() if "format" in row else page.started_from
    step = Step.objects.create(
        project=page,
        kind=module.slug,
        slug=row["slug"],
        title=row["title"],
        teaser=row["teaser"],
        position=position,
        starts_at=starts_at,
        ends_at=ends_at,
        channel=row["channel"],
        place=row["place"],
        offline_ways=row["offline"],
        format=own_format,
        lat=_offset(districts, "lat") if row["place"] else None,
        lon=_offset(districts, "lon") if row["place"] else None,
        settings={"categories": row["categories"]} if "categories" in row else {},
        answer_until=(now + timedelta(days=row["answer_until"])).date() if "answer_until" in row else None,
        source_key=f"demo:{page.slug}:{row['slug']}",
    )
    step.districts.set(districts)
    step.topics.set(topics)
    actions.publish_step(step, by=None, at=min(starts_at - timedelta(days=5), now))
    if "fill" in row:
        own = {"own": row["own"], "ideas": len(row["own"])} if "own" in row else {}
        module.sample(step, at=now, **row["fill"], **own)
    for number, reason in enumerate(row.get("reports", [])):
        voices.report(step.contributions.order_by("pk")[number], reason=reason, at=now)
    if "then" in row:
        mark = {"answered": actions.mark_answered, "done": actions.mark_done}[row["then"]]
        mark(step, by=None, at=now + timedelta(days=row["then_at"]) if "then_at" in row else ends_at)
    return step


def _at(now: datetime, days: int, hour: int, minute: int = 0) -> datetime:
    day = timezone.localtime(now + timedelta(days=days))
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)


def _offset(districts, axis: str) -> float | None:
    """A place in the first district, beside its very middle."""
    first = min(districts, key=lambda district: district.pk, default=None)
    return getattr(first, axis) + 0.003 if first else None
