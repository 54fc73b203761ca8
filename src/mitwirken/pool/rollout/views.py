"""Departments on their way into the pool, and the report on how it goes."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mitwirken.city.models import Department
from mitwirken.core import clock

from ..models import DepartmentAccess
from ..policies import messages_left
from . import actions, exports, figures, policies
from .checklist import TICKED, missing
from .forms import POINTS, AccessForm, PeriodForm


def for_enablers(view):
    """Open to the pool managers of the whole city."""

    def wrapper(request, *args, **kwargs):
        if not policies.may_enable(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return wrapper


@require_safe
@for_enablers
def departments(request):
    found = DepartmentAccess.objects.select_related("department")
    known = {access.department_id: access for access in found}
    rows = [{"department": row, "access": known.get(row.pk)} for row in Department.objects.order_by("name")]
    context = {
        "title": _("Departments in the people pool"),
        "icon": "group",
        "enabled": [row for row in rows if row["access"] and row["access"].enabled_at],
        "others": [row for row in rows if not (row["access"] and row["access"].enabled_at)],
    }
    return render(request, "pool_rollout/departments.html", context)


@for_enablers
def department(request, pk):
    found = get_object_or_404(Department, pk=pk)
    access = DepartmentAccess.objects.filter(department=found).first() or DepartmentAccess(department=found)
    form = AccessForm.of(access, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        actions.prepare(
            found,
            checklist={point: given[point] for point in TICKED},
            mails_per_month=given["mails_per_month"],
            reply_to=given["reply_to"],
            by=request.user,
        )
        messages.success(request, _("Saved."))
        return redirect("pool_rollout:department", pk)
    context = {
        "title": found.name,
        "icon": "group",
        "department": found,
        "access": access,
        "form": form,
        "open_points": [POINTS[point] for point in missing(access.checklist, actions.facts(found, access))],
        "left": messages_left(found, at=clock.now()),
    }
    return render(request, "pool_rollout/department.html", context, status=422 if form.errors else 200)


@require_POST
@for_enablers
def switch(request, pk):
    found = get_object_or_404(Department, pk=pk)
    if "disable" in request.POST:
        actions.disable(found, by=request.user)
        messages.success(request, _("This department starts no new mailings now. What is under way goes on."))
    else:
        try:
            actions.enable(found, by=request.user, at=clock.now())
            messages.success(request, _("From now on this department may write to the pool."))
        except actions.NotReady as refused:
            points = " ".join(str(POINTS[point]) for point in refused.points)
            messages.error(request, _("Not yet. Still open: %(points)s") % {"points": points})
    return redirect("pool_rollout:department", pk)


def _report(request):
    """The period asked for (or the last twelve months) and its report; None while the dates make no sense."""
    if not policies.may_read_report(request.user):
        raise PermissionDenied
    today = timezone.localdate(clock.now())
    usual = {"von": (today - timedelta(days=364)).isoformat(), "bis": today.isoformat()}
    form = PeriodForm({name: request.GET.get(name, usual[name]).replace("\x00", "") for name in usual})
    if not form.is_valid():
        return form, None
    start, end = form.period()
    return form, figures.report(request.user, start=start, end=end)


@require_safe
def report(request):
    form, found = _report(request)
    context = {
        "title": _("Report on the people pool"),
        "icon": "doc-full",
        "form": form,
        "words": exports.words_for(found) if found else None,
    }
    return render(request, "pool_rollout/report.html", context, status=200 if found else 422)


@require_safe
def report_pdf(request):
    form, found = _report(request)
    if found is None:
        return render(
            request,
            "pool_rollout/report.html",
            {"title": _("Report on the people pool"), "icon": "doc-full", "form": form, "words": None},
            status=422,
        )
    response = HttpResponse(exports.as_pdf(found, at=clock.now()), content_type="application/pdf")
    response.headers["Content-Disposition"] = 'attachment; filename="mitmachpool-bericht.pdf"'
    return response
