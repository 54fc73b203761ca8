"""What the page of a project shows, in public and in the preview of the staff area."""

import json
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count, Q
from django.http import HttpRequest
from django.template.defaultfilters import linebreaksbr
from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from mitwirken.box.models import Term
from mitwirken.city.models import Department, District, Topic
from mitwirken.core import paging
from mitwirken.core.typed import whole_number

from . import registry, when
from .cards import badge
from .models import Measure, OfferStatus, ProjectPage, SectionPage, Step, StepState, Update
from .models.contributions import ModerationState
from .offers import OfferFilter

# What a step's place in time is called in a timeline.
PLACES = {
    OfferStatus.ANNOUNCED: "next",
    OfferStatus.OPEN: "current",
    OfferStatus.CLOSING_SOON: "current",
    OfferStatus.IN_EVALUATION: "done",
    OfferStatus.ANSWERED: "done",
    OfferStatus.DONE: "done",
}
# Statuses that say more than "now", "later" and "finished".
TELLING = {OfferStatus.CLOSING_SOON, OfferStatus.IN_EVALUATION, OfferStatus.ANSWERED}
PROGRESS = {
    Measure.Progress.PLANNED: ("info", "calendar"),
    Measure.Progress.UNDERWAY: ("warning", "refresh"),
    Measure.Progress.DONE: ("success", "check"),
    Measure.Progress.DROPPED: ("neutral", "close"),
}
# More steps than a project ever has in one piece: then page by page. More buttons than that are a list, not a choice.
STEPS_SHOWN, WAYS_SHOWN = 30, 6
# "<" and its like inside a data block must not end it.
_HARMLESS = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def project_context(project: ProjectPage, request: HttpRequest, *, at: datetime, draft: bool = False) -> dict[str, Any]:
    """Everything the template needs, in eleven queries however much happened; `draft` shows drafts as well."""
    section = SectionPage.objects.select_related("department").filter(path=project.path[: -project.steplen]).first()
    steps = list(_steps(project, draft=draft)) if project.pk else []
    for step in steps:
        step.project = project
    statuses = [step.status(at=at) for step in steps]
    open_steps = [step for step, status in zip(steps, statuses, strict=True) if PLACES[status] == "current"]
    department = section.department if section else None
    topics, districts = list(project.topics.all()), list(project.districts.all())
    shown, moments = _window(request, steps, [PLACES[status] for status in statuses])
    measures = paging.page(
        request, Measure.objects.filter(project=project.pk), order=["position", "pk"], size=24, name="massnahmen"
    )
    told = Update.objects.filter(project=project.pk, published_at__lte=at)
    reported = next((step.settings["kind"] for step in steps if "kind" in step.settings), "")
    return {
        "project": project,
        "department": department,
        "department_name": department.name if department else "",
        "kicker": reported or _("Project"),
        "trail": _trail(project, department),
        "limits": _limits(project),
        "contact": _contact(project, department),
        "facts": _facts(project, department, steps, topics, districts, at=at),
        "source_host": urlsplit(project.source_url).netloc,
        "pool_url": _pool_url(topics, districts),
        "badges": _badges(project, statuses),
        "timeline": [_moment(step, at=at) for step in shown],
        "moments": moments,
        "ways_in": [_way_in(step) for step in open_steps[:WAYS_SHOWN]],
        "more_ways": len(open_steps) > WAYS_SHOWN,
        "level": _level(project.promised_level),
        "numbers": _numbers(steps),
        "updates": paging.page(request, told, order=["-published_at", "-pk"], size=20, name="neues"),
        "measures": [_measure(measure) for measure in measures.rows],
        "more_measures": measures,
        "documents": [_document(row) for row in _documents(project)],
        "picture": project.image.get_rendition("max-1200x800|format-webp") if project.image else None,
        "ended_unknown": [step.text for step in steps if "dates" in step.settings and step.text],
        "linked_data": linked_data(project, shown),
        "is_preview": draft,
    }


def _window(request: HttpRequest, steps: list[Step], places: list[str]) -> tuple[list[Step], dict[str, str]]:
    """The steps one page shows, and the addresses of the pages around it; at first the page on which it goes on."""
    pages = max(-(-len(steps) // STEPS_SHOWN), 1)
    going_on = next((place for place, name in enumerate(places) if name != "done"), len(steps) - 1)
    asked = whole_number(request.GET.get("schritte"))
    number = min(max(asked, 1), pages) if asked is not None else max(going_on, 0) // STEPS_SHOWN + 1
    moments = {
        "newer_url": f"?schritte={number - 1}#schritte" if number > 1 else "",
        "older_url": f"?schritte={number + 1}#schritte" if number < pages else "",
    }
    return steps[(number - 1) * STEPS_SHOWN : number * STEPS_SHOWN], moments


def _trail(project: ProjectPage, department: Department | None) -> list[dict[str, str]]:
    trail = [{"label": _("Take part"), "url": reverse("portal:offers")}]
    if department:
        trail.append({"label": department.short_name, "url": reverse("portal:section", args=[department.slug])})
    return [*trail, {"label": project.title, "url": ""}]


def _limits(project: ProjectPage) -> list[dict[str, Any]]:
    rows = [
        (_("What is open"), project.open_points),
        (_("What is fixed"), project.fixed_points),
        (_("Who decides, and when"), project.decision),
    ]
    return [{"term": term, "text": linebreaksbr(text, autoescape=True)} for term, text in rows if text]


def _facts(
    project: ProjectPage,
    department: Department | None,
    steps: list[Step],
    topics: list[Topic],
    districts: list[District],
    *,
    at: datetime,
) -> list[dict[str, Any]]:
    rows = [
        (_("Period"), when.period(steps[0], at=at) if project.is_archive and steps else ""),
        (_("Where"), ", ".join(district.name for district in districts) or _("whole city")),
        (_("Topics"), ", ".join(topic.name for topic in topics)),
        (_("Department"), department.name if department else ""),
        (_("Municipal reference"), project.municipal_reference),
    ]
    return [{"term": term, "text": text} for term, text in rows if text]


def _contact(project: ProjectPage, department: Department | None) -> dict[str, str]:
    """Whom to ask; who left neither address nor number is reached through the city's contact desk."""
    name = project.contact_name or (department.name if department else "")
    reachable = project.contact_email or project.contact_phone
    return {
        "name": name,
        "organisation": department.name if department and department.name != name else "",
        "email": project.contact_email,
        "phone": project.contact_phone,
        "url": "" if reachable else _address("website:contact"),
    }


def _address(name: str) -> str:
    """The address of a page of an app above; empty in a city that goes without it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _pool_url(topics: list[Topic], districts: list[District]) -> str:
    """The pool's form with this project's topics and districts chosen; empty in a city without a pool."""
    if not (address := _address("pool:join")):
        return ""
    chosen = OfferFilter(topics=tuple(topic.code for topic in topics), districts=tuple(row.slug for row in districts))
    return f"{address}?{query}" if (query := chosen.query()) else address


def _steps(project: ProjectPage, *, draft: bool):
    visible = Q(contributions__moderation=ModerationState.VISIBLE)
    states = [StepState.PUBLISHED, StepState.DRAFT] if draft else [StepState.PUBLISHED]
    return (
        Step.objects.filter(project=project, state__in=states)
        .annotate(
            handed_in=Count("contributions", filter=visible),
            answered=Count("contributions", filter=visible & Q(contributions__answer__isnull=False)),
        )
        .defer("search_text")
        .order_by("starts_at", "position", "id")
    )


def _badges(project: ProjectPage, statuses: list[OfferStatus]) -> list[dict[str, str]]:
    if project.is_archive:
        return [{"kind": "neutral", "label": _("archive"), "icon": "document"}]
    order = [
        *[OfferStatus.CLOSING_SOON, OfferStatus.OPEN, OfferStatus.ANNOUNCED],
        *[OfferStatus.IN_EVALUATION, OfferStatus.ANSWERED, OfferStatus.DONE],
    ]
    return [badge(status) for status in order if status in statuses][:1]


def _moment(step: Step, *, at: datetime) -> dict[str, str]:
    status, period = step.status(at=at), when.period(step, at=at)
    title = step.title if step.state == StepState.PUBLISHED else _("%(title)s (draft)") % {"title": step.title}
    return {
        "title": title,
        "state": PLACES[status],
        "date": f"{status.label} · {period}" if status in TELLING else period,
        "text": "" if step.teaser == step.project.summary else step.teaser,
        "url": step.get_absolute_url() if step.state == StepState.PUBLISHED else "",
    }


def _way_in(step: Step) -> dict[str, Any]:
    module = next((each for each in registry.modules() if each.slug == step.kind), None)
    label = (module.action_label if module else "") or _("Take part now")
    return {"step": step, "url": step.get_absolute_url(), "label": label}


def _level(code: str) -> Term | None:
    return Term.objects.filter(vocabulary="level", code=code).first() if code else None


def _numbers(steps: list[Any]) -> dict[str, int]:
    return {
        "contributions": sum(step.handed_in for step in steps),
        "answered": sum(step.answered for step in steps),
    }


def _measure(measure: Measure) -> dict[str, Any]:
    kind, icon = PROGRESS[Measure.Progress(measure.progress)]
    due = _("by %(day)s") % {"day": date_format(measure.due_on, "DATE_FORMAT")} if measure.due_on else ""
    return {
        "title": measure.title,
        "text": measure.text,
        "badges": [{"kind": kind, "label": measure.get_progress_display(), "icon": icon}],
        "meta": [{"icon": "calendar", "label": due}] if due else [],
    }


def _documents(project: ProjectPage):
    # A preview carries unsaved rows, which no query finds.
    return [row for row in project.documents.all() if row.document_id]


def _document(row) -> dict[str, str]:
    document = row.document
    return {
        "label": row.title,
        "url": document.url,
        "type": document.file_extension.upper(),
        "size": _size(document.file_size),
        "note": " ".join(filter(None, [row.summary, str(row.get_accessible_display()) + "."])),
    }


def _size(number: int | None) -> str:
    if not number:
        return ""
    return f"{number / 1e6:.1f} MB".replace(".", ",") if number >= 1e6 else f"{max(number // 1000, 1)} kB"


def linked_data(project: ProjectPage, steps: list[Step]) -> SafeString | str:
    """The steps that take place somewhere as schema.org events, for search engines; empty without any."""
    events = [
        {
            "@type": "Event",
            "name": step.title,
            "description": strip_tags(step.teaser or project.summary),
            "startDate": localtime(step.starts_at).isoformat(),
            **({"endDate": localtime(step.ends_at).isoformat()} if step.ends_at else {}),
            "eventAttendanceMode": "https://schema.org/"
            + ("Mixed" if step.channel == "hybrid" else "Offline")
            + "EventAttendanceMode",
            "location": {"@type": "Place", "name": step.place},
            "url": f"{settings.SITE_URL}{step.get_absolute_url()}",
        }
        for step in steps
        if step.channel != "digital"
        and step.place
        and step.date_precision == "day"
        and step.state == StepState.PUBLISHED
    ]
    if not events:
        return ""
    data = json.dumps({"@context": "https://schema.org", "@graph": events}, ensure_ascii=False)
    return mark_safe(data.translate(_HARMLESS))  # noqa: S308 JSON without a sign that HTML knows
