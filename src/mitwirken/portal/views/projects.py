"""A project, and everything one department offers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mitwirken.core import clock

from .. import cards, offers
from ..models import ProjectPage, SectionPage
from ..offers import OfferFilter
from ..showing import project_context


@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    """Projects are found by what one can do in them: the list of all offers."""
    return redirect(OfferFilter(statuses=(offers.ALL,)).in_full)


@require_safe
def project(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(ProjectPage.objects.live().select_related("image"), slug=slug)
    context = project_context(found, request, at=clock.now())
    return render(request, "portal/project.html", {"page": found, **context})


@require_safe
def section(request: HttpRequest, slug: str) -> HttpResponse:
    """One department: what it offers now, and what it offered."""
    now = clock.now()
    found = get_object_or_404(SectionPage.objects.live().select_related("department"), department__slug=slug)
    below = {"project__path__startswith": found.path}
    current = OfferFilter(after=OfferFilter.read(request.GET, place="jetzt").after)
    earlier = OfferFilter(statuses=("evaluation", "answered", "done"), after=OfferFilter.read(request.GET).after)
    now_open, later = current.page(at=now, **below)
    past, older = earlier.page(at=now, **below)
    # One query less than two lists of their own.
    shown = cards.cards([*now_open, *past], at=now)
    return render(
        request,
        "portal/section.html",
        {
            "section": found,
            "trail": [
                {"label": _("Take part"), "url": reverse("portal:offers")},
                {"label": found.department.name, "url": ""},
            ],
            "first_url": "" if earlier.after is None else request.path,
            "first_open_url": "" if current.after is None else request.path,
            "more_open_url": later.in_place("jetzt") if later else "",
            "department": found.department,
            "now_open": shown[: len(now_open)],
            "past": shown[len(now_open) :],
            "is_first_page": earlier.after is None,
            "is_continued": bool(earlier.after or current.after),
            "older_url": older.in_place() if older else "",
        },
    )
