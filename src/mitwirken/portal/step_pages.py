"""What the page of every step shares, whatever its module: finding it, its head, why it is closed."""

from datetime import datetime
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from . import when
from .actions.contributions import why_not_open
from .cards import badge, where
from .models import Step, StepState


def find(kind: str, project: str, slug: str) -> Step:
    """The step at this public address. A withdrawn one is found too: whoever has the link is told."""
    step = (
        Step.objects.filter(kind=kind, project__slug=project, slug=slug, project__live=True)
        .exclude(state=StepState.DRAFT)
        .select_related("project", "format")
        .first()
    )
    if step is None:
        raise Http404("no such step")
    return step


def context(step: Step, *, at: datetime, here: str = "") -> dict[str, Any]:
    """Title, dates, place and trail; `here` names a page below the step's own."""
    withdrawn = step.state == StepState.WITHDRAWN
    trail = [
        {"label": _("Take part"), "url": "/mitmachen/"},
        {"label": step.project.title, "url": step.project.get_absolute_url()},
        {"label": step.title, "url": step.get_absolute_url() if here else ""},
    ]
    if here:
        trail.append({"label": here, "url": ""})
    withdrawn_badge = {"kind": "warning", "label": _("withdrawn"), "icon": "close"}
    return {
        "step": step,
        "project": step.project,
        "trail": trail,
        "badges": [withdrawn_badge if withdrawn else badge(step.status(at=at))],
        "period": when.period(step, at=at),
        "where": where(step),
        "is_open": step.is_open(at=at),
        "is_withdrawn": withdrawn,
        "closed_because": _begins(step, at=at) or why_not_open(step, at=at),
    }


def _begins(step: Step, *, at: datetime) -> str:
    """Who reads of an announced step wants the day; only who sent something must hear that nothing was stored."""
    if step.state != StepState.PUBLISHED or at >= step.starts_at:
        return ""
    return _("You can take part here from %(day)s.") % {"day": when.day(when.first_day(step))}
