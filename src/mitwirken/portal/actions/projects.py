"""What staff do with projects and their steps: start from a format, publish, change, answer, finish."""

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Site

from mitwirken.box.models import Format
from mitwirken.city.models import Department
from mitwirken.core import audit

from .. import readiness, registry
from ..addresses import free_slug
from ..errors import DomainError, NotReady
from ..models import Measure, ProjectPage, SectionPage, Step, StepState, Update

Person = AbstractBaseUser | None

# What `change_step` may touch: the address and the module of a step stay, people may have noted them.
CHANGEABLE = frozenset(
    [
        *["title", "teaser", "text", "position", "starts_at", "ends_at", "format", "channel", "offline_ways"],
        *["place", "lat", "lon", "external_url", "identity", "premoderated", "settings", "answer_until"],
        *["topics", "districts"],
    ]
)


@transaction.atomic
def open_section(department: Department, *, by: Person) -> SectionPage:
    """The department's section page; made below the home page when it has none yet."""
    found = SectionPage.objects.filter(department=department).first()
    if found:
        return found
    site = Site.objects.select_related("root_page").filter(is_default_site=True).first()
    if site is None:
        raise DomainError(_("There is no home page yet. Load the content of the city first."))
    section = SectionPage(title=department.name, slug=f"bereich-{department.slug}", department=department)
    site.root_page.specific.add_child(instance=section)
    audit.record(section, "portal.open_section", by=by, department=department.slug)
    return section


@transaction.atomic
def start_project(
    format: Format | None, department: Department, *, title: str, by: Person, at: datetime
) -> ProjectPage:
    """A draft project with what its format knows already; what only people know stands in brackets.

    Nothing in brackets can be published (`readiness.placeholders`), so no form letter ever goes public.
    """
    levels = format.codes("level") if format else []
    project = ProjectPage(
        title=title,
        slug=free_slug(title, ProjectPage.objects.values_list("slug", flat=True)),
        live=False,
        has_unpublished_changes=True,
        summary=readiness.blank(_("two sentences: what is it about, and for whom?")),
        question=readiness.blank(_("one neutral question that people can answer")),
        open_points=readiness.blank(_("what can still be decided differently?")),
        fixed_points=readiness.blank(_("what is settled, and why?")),
        decision=readiness.blank(_("who decides, and by when?")),
        municipal_reference=readiness.blank(_("which task, procedure or event of the city?")),
        promised_level=next((level for level in levels if level != "inform"), "inform"),
        contact_name=department.short_name,
        contact_email=department.email,
        contact_phone=department.phone,
        started_from=format,
        checklist=_checklist(format),
    )
    open_section(department, by=by).add_child(instance=project)
    project.save_revision(user=by)
    Step.objects.create(project=project, **_first_step(format, at=at))
    audit.record(project, "portal.start_project", by=by, format=format.code if format else "")
    return project


def _checklist(format: Format | None) -> list[dict[str, Any]]:
    return [
        {"phase": step["when"], "title": step["title"], "text": step["text"], "done": False}
        for step in (format.process_steps if format else [])
    ]


def _first_step(format: Format | None, *, at: datetime) -> dict[str, Any]:
    channels = format.codes("channel") if format else ["hybrid"]
    channel = next((code for code in ("hybrid", "digital", "analog") if code in channels), "hybrid")
    module = registry.serving(goals=format.codes("goal") if format else [], channel=channel)
    weeks = format.lead_weeks_min if format else 4
    begins = timezone.localtime(at + timedelta(weeks=max(weeks, 1))).replace(hour=9, minute=0, second=0, microsecond=0)
    return {
        "kind": module.slug,
        "slug": "mitmachen",
        "title": format.name if format else _("Take part"),
        "teaser": readiness.blank(_("one sentence: what can people do here?")),
        "text": format.summary if format else "",
        "starts_at": begins,
        "ends_at": (begins + timedelta(weeks=3)).replace(hour=23, minute=59),
        "format": format,
        "channel": channel,
        "place": "" if channel == "digital" else readiness.blank(_("place, with the way without steps")),
        "offline_ways": readiness.blank(_("how people take part without the internet")),
    }


@transaction.atomic
def publish_project(project: ProjectPage, *, by: Person, at: datetime, with_steps: bool = False) -> ProjectPage:
    """Show the project to everybody, in its newest draft; `with_steps` its draft steps with it.

    Refused with all reasons as long as one exists: either everything becomes public or nothing.
    """
    newest = project.get_latest_revision_as_object() if project.has_unpublished_changes else project
    drafts = list(project.steps.filter(state=StepState.DRAFT)) if with_steps else []
    reasons = readiness.of_project(newest)
    for step in drafts:
        reasons += [f"{step.title}: {reason}" for reason in readiness.of_step(step, at=at)]
    if reasons:
        raise NotReady(reasons)
    newest.save_revision(user=by).publish(user=by, log_action=False)
    for step in drafts:
        _show(step, at=at)
    audit.record(project, "portal.publish_project", by=by, steps=[step.pk for step in drafts])
    project.refresh_from_db()
    return project


def _show(step: Step, *, at: datetime) -> None:
    step.state = StepState.PUBLISHED
    step.published_at = step.published_at or at
    step.revision += 1
    step.save()


@transaction.atomic
def add_step(project: ProjectPage, *, kind: str, title: str, by: Person, **fields: Any) -> Step:
    """Add a draft step of one module to the project."""
    taken = project.steps.filter(kind=kind).values_list("slug", flat=True)
    step = Step(project=project, kind=kind, title=title, slug=free_slug(title, taken))
    many = _apply(step, fields)
    step.position = fields.get("position", project.steps.count())
    step.save()
    for name, rows in many.items():
        getattr(step, name).set(rows)
    audit.record(step, "portal.add_step", by=by, kind=kind)
    return step


@transaction.atomic
def publish_step(step: Step, *, by: Person, at: datetime) -> Step:
    """Offer the step to everybody from its begin on. Refused with all reasons as long as one exists."""
    reasons = [*readiness.of_project(step.project), *readiness.of_step(step, at=at)]
    if not step.project.live:
        reasons.insert(0, _("The project is not public yet. Publish the project first."))
    if reasons:
        raise NotReady(reasons)
    _show(step, at=at)
    audit.record(step, "portal.publish_step", by=by, kind=step.kind)
    return step


@transaction.atomic
def withdraw_step(step: Step, *, by: Person) -> Step:
    """Take the step off the site; what people handed in stays and stays findable by receipt."""
    step.state = StepState.WITHDRAWN
    step.revision += 1
    step.save(update_fields=["state", "revision"])
    audit.record(step, "portal.withdraw_step", by=by)
    return step


@transaction.atomic
def change_step(step: Step, *, by: Person, **fields: Any) -> Step:
    """Change what a step says. A public step must stay complete: a change that breaks it is refused whole."""
    many = _apply(step, fields)
    if step.state == StepState.PUBLISHED and (reasons := readiness.of_step(step, at=None)):
        raise NotReady(reasons)
    step.revision += 1
    step.save()
    for name, rows in many.items():
        getattr(step, name).set(rows)
    audit.record(step, "portal.change_step", by=by, fields=sorted(fields))
    return step


def _apply(step: Step, fields: dict[str, Any]) -> dict[str, Any]:
    """Set the plain fields on the row; the relations come back, they need the row to be saved."""
    if unknown := set(fields) - CHANGEABLE:
        raise ValueError(f"a step's {', '.join(sorted(unknown))} cannot be changed")
    for name, value in fields.items():
        if name not in ("topics", "districts"):
            setattr(step, name, value)
    return {name: fields[name] for name in ("topics", "districts") if name in fields}


@transaction.atomic
def mark_answered(step: Step, *, by: Person, at: datetime) -> Step:
    """Everything handed in has its answer: say so in public."""
    _require_closed(step, at=at)
    step.answered_at = at
    step.save(update_fields=["answered_at"])
    audit.record(step, "portal.mark_answered", by=by)
    return step


@transaction.atomic
def mark_done(step: Step, *, by: Person, at: datetime) -> Step:
    """The step is over for good: answered, and what follows from it is told."""
    _require_closed(step, at=at)
    step.done_at = at
    step.answered_at = step.answered_at or at
    step.save(update_fields=["done_at", "answered_at"])
    audit.record(step, "portal.mark_done", by=by)
    return step


def _require_closed(step: Step, *, at: datetime) -> None:
    if step.state != StepState.PUBLISHED or step.ends_at is None or step.ends_at > at:
        raise NotReady([_("People can still take part. Set an end that has passed, then close the step.")])


@transaction.atomic
def post_update(project: ProjectPage, title: str, text: str, *, by: Person, at: datetime) -> Update:
    """Tell what is new in the project."""
    update = Update.objects.create(project=project, title=title, text=text, published_at=at)
    audit.record(update, "portal.post_update", by=by, project=project.pk)
    return update


@transaction.atomic
def set_measure(
    project: ProjectPage,
    *,
    title: str,
    by: Person,
    text: str = "",
    progress: str = Measure.Progress.PLANNED,
    due_on: date | None = None,
    contributions: Any = (),
    measure: Measure | None = None,
) -> Measure:
    """Say what the city does because of the project, or how far it is with it (`measure`)."""
    measure = measure or Measure(project=project, position=project.measures.count())
    measure.title, measure.text, measure.progress, measure.due_on = title, text, progress, due_on
    measure.save()
    if contributions:
        measure.contributions.add(*contributions)
    audit.record(measure, "portal.set_measure", by=by, project=project.pk, progress=str(progress))
    return measure


@transaction.atomic
def say_result(project: ProjectPage, text: str, *, by: Person) -> ProjectPage:
    """The city's summary answer to everybody who took part, shown at the top of the project."""
    project.result = text
    revision = project.save_revision(user=by)
    if project.live:
        revision.publish(user=by, log_action=False)
    audit.record(project, "portal.say_result", by=by)
    return project


@transaction.atomic
def tick(project: ProjectPage, position: int, *, done: bool, by: Person) -> ProjectPage:
    """Tick an item of the project's checklist, or take the tick back."""
    checklist = [dict(item) for item in project.checklist]
    if not 0 <= position < len(checklist):
        raise DomainError(_("This item is no longer on the checklist. Please reload the page."))
    checklist[position]["done"] = done
    ProjectPage.objects.filter(pk=project.pk).update(checklist=checklist)
    project.checklist = checklist
    if project.has_unpublished_changes:
        draft = project.get_latest_revision_as_object()
        draft.checklist = checklist
        draft.save_revision(user=by)
    audit.record(project, "portal.tick", by=by, position=position, done=done)
    return project
