"""What waits to be read: new contributions and remarks of checked steps, and what people reported."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mitwirken.core import clock, paging

from ... import policies
from ...actions import contributions as actions
from ...errors import DomainError
from ...forms.staff import ModerationForm
from ...models import Comment, ModerationState, Report
from . import scope

PER_PAGE = 25


def waiting(user):
    """Three querysets, oldest first: contributions, remarks, reports."""
    mine = scope.contributions(user, *scope.MODERATORS)
    return {
        "beitraege": mine.filter(moderation=ModerationState.PENDING).order_by("id"),
        "kommentare": Comment.objects.filter(
            contribution__in=mine.values("pk"), moderation=ModerationState.PENDING
        ).order_by("id"),
        "meldungen": Report.objects.filter(contribution__in=mine.values("pk"), settled_at=None).order_by("id"),
    }


def queue(request):
    if not policies.visible_projects(request.user, *scope.MODERATORS).exists() and not request.user.is_superuser:
        raise PermissionDenied
    lists = waiting(request.user)
    kind = request.GET.get("art") if request.GET.get("art") in lists else ""
    counts = {name: rows.count() for name, rows in lists.items()}
    kind = kind or next((name for name, count in counts.items() if count), "beitraege")
    related = {
        "beitraege": ["step__project"],
        "kommentare": ["contribution__step__project"],
        "meldungen": ["contribution__step__project", "comment"],
    }
    rows = lists[kind].select_related(*related[kind])
    words = {"beitraege": _("Contributions"), "kommentare": _("Remarks"), "meldungen": _("Reports")}
    context = {
        "title": _("To moderate"),
        "icon": "check",
        "kind": kind,
        "tabs": [
            {"name": name, "label": words[name], "count": counts[name], "current": name == kind} for name in lists
        ],
        "page": paging.page(request, rows, order=["pk"], size=PER_PAGE),
    }
    return render(request, "portal/staff/moderation.html", context)


def _back(request):
    """To the page the form stood on, if it is ours."""
    way = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(way, {request.get_host()}, require_https=request.is_secure())
    return redirect(way if own and way.startswith("/staff/") else reverse("portal_staff:moderation"))


def _decide(request, action, row):
    form = ModerationForm(request.POST)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(errors))
        return _back(request)
    try:
        action(row, form.cleaned_data)
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        shown = form.cleaned_data["state"] == ModerationState.VISIBLE
        messages.success(request, _("It is visible now.") if shown else _("It is hidden now."))
    return _back(request)


@require_POST
def contribution(request, contribution_id):
    row = scope.contribution(request, contribution_id)

    def moderate(row, typed):
        actions.moderate(row, typed["state"], reason=typed["reason"], by=request.user, at=clock.now())

    return _decide(request, moderate, row)


@require_POST
def comment(request, comment_id):
    row = scope.comment(request, comment_id)

    def moderate(row, typed):
        actions.moderate_comment(row, typed["state"], by=request.user, at=clock.now())

    return _decide(request, moderate, row)


@require_POST
def settle(request, report_id):
    """The report was looked at and nothing has to change."""
    row = scope.report(request, report_id)
    if row.settled_at is None:
        actions.settle(row, by=request.user, at=clock.now())
        messages.success(request, _("The report is settled. The contribution stays visible."))
    return _back(request)
