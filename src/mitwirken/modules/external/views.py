"""An offer that takes place elsewhere: when, where, who runs it, what came of it, and the way there."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mitwirken.core import clock
from mitwirken.portal import step_pages
from mitwirken.portal.models import Step

from .exports import count


@require_safe
def step(request: HttpRequest, project: str, step: str) -> HttpResponse:
    row = step_pages.find("external", project, step)
    at = clock.now()
    context = step_pages.context(row, at=at)
    context |= {
        "lead": row.teaser or row.project.summary,
        "is_named_alike": row.title == row.project.title,
        "kicker": "" if row.title == row.project.title else row.project.title,
        "contact_url": "" if row.project.contact_email else "/kontakt/",
        "provider": provider_of(row),
        "link": row.external_url if not context["is_withdrawn"] else "",
        "has_begun": at >= row.starts_at,
        "participants": count(row),
        "result": row.settings.get("result") or row.project.result,
        "source_url": row.settings.get("source_url") or row.project.source_url,
        "facts": _facts(row, context),
    }
    return render(request, "external/step.html", context, status=410 if context["is_withdrawn"] else 200)


def provider_of(step: Step) -> str:
    """Who runs it: as staff said, or the name of the other site; empty when nobody knows."""
    host = (urlsplit(step.external_url).hostname or "").removeprefix("www.")
    # The archive knows where something was written about; that need not be who ran it.
    return step.settings.get("provider") or ("" if step.project.is_archive else host)


def _facts(step: Step, context: dict) -> list[dict[str, str]]:
    rows = [
        (_("When"), context["period"]),
        (_("Where"), context["where"]),
        (_("Way"), step.get_channel_display()),
        (_("Run by"), provider_of(step)),
        (_("Took part"), str(count(step)) if count(step) else ""),
    ]
    return [{"term": term, "text": text} for term, text in rows if text]
