"""Saved selections in the staff area: a list, an editor that counts, and the way to delete."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mitwirken.core import clock, paging
from mitwirken.core.models import AuditEntry
from mitwirken.core.typed import searched

from .. import actions, selecting
from ..actions.selections import ChangedMeanwhile, NameTaken
from ..models import Purpose, Selection
from ..policies import may_change_selection, selections_for
from ..rule_form import RuleForm
from ..views.staff import for_writers, gone
from . import policies
from .forms import NameForm

PAGE, VERSIONS = 50, 20
INDEX = "pool_selections:index"


@for_writers
def index(request):
    """The selections of one's departments, by name, page by page."""
    found = known = selections_for(request.user)
    search = searched(request)
    if search:
        found = found.filter(name__icontains=search)
    page = paging.page(request, found, order=["name", "pk"], size=PAGE, among=known)
    names = selecting.Names()
    context = {
        "title": _("Selections"),
        "icon": "group",
        "rows": [{"selection": row, "sentence": selecting.in_words(row.rule, names)} for row in page.rows],
        "page": page,
        "search": search,
        "may_save": bool(policies.departments_for_saving(request.user, at=clock.now())),
    }
    return render(request, "pool_selections/index.html", context)


@for_writers
def new(request):
    now = clock.now()
    departments = policies.departments_for_saving(request.user, at=now)
    if not departments:
        raise PermissionDenied
    name_form = NameForm(request.POST or None, departments=departments)
    rule_form = _rule_form(request, now)
    if _is_sent(request) and name_form.is_valid() and rule_form.is_valid():
        given = name_form.cleaned_data
        try:
            actions.save_selection(
                given["name"], rule_form.rule(), department=given["department"], by=request.user, at=now
            )
        except NameTaken:
            name_form.refuse_name()
        else:
            messages.success(request, _("Saved. You find it wherever you choose whom to write to."))
            return redirect(INDEX)
    return _editor(request, name_form, rule_form, {"title": _("New selection")})


@for_writers
def edit(request, pk):
    now = clock.now()
    found = selections_for(request.user).filter(pk=pk).first()
    if found is None:
        return gone(request, INDEX)
    may_change = may_change_selection(request.user, found, at=now)
    if request.method == "POST" and "count" not in request.POST and not may_change:
        raise PermissionDenied
    name_form = NameForm(request.POST or None, departments=[found.department], selection=found)
    rule_form = _rule_form(request, now, rule=found.rule)
    if _is_sent(request) and name_form.is_valid() and rule_form.is_valid():
        given = name_form.cleaned_data
        try:
            actions.change_selection(
                found, name=given["name"], rule=rule_form.rule(), seen=given["version"], by=request.user, at=now
            )
        except NameTaken:
            name_form.refuse_name()
        except ChangedMeanwhile:
            found.refresh_from_db()
            name_form.refuse_version(found)
        else:
            messages.success(request, _("Saved. What was sent before keeps its own rule."))
            return redirect(INDEX)
    context = {
        "title": found.name,
        "selection": found,
        "may_change": may_change,
        "versions": _versions(request, found),
    }
    return _editor(request, name_form, rule_form, context)


@require_POST
@for_writers
def delete(request, pk):
    now = clock.now()
    found = selections_for(request.user).filter(pk=pk).first()
    if found is None:
        return gone(request, INDEX)
    if not may_change_selection(request.user, found, at=now):
        raise PermissionDenied
    if actions.delete_selection(found, by=request.user, at=now):
        messages.success(request, _("Deleted."))
        return redirect(INDEX)
    messages.error(request, _("This selection is in use and stays: a mailing was written with it."))
    return redirect("pool_selections:edit", pk)


def _rule_form(request, at, *, rule=None):
    return RuleForm(
        request.POST or None, user=request.user, purpose=Purpose.INFORMATION, at=at, rule=rule, with_saved=False
    )


def _is_sent(request):
    return request.method == "POST" and "count" not in request.POST


def _editor(request, name_form, rule_form, context):
    if request.method == "POST" and "count" in request.POST:
        # Who only counts is not scolded for a missing name.
        name_form.errors.clear()
    wrong = _is_sent(request) and bool(name_form.errors or rule_form.errors)
    context = {"icon": "group", "may_change": True, "name_form": name_form, "form": rule_form} | context
    return render(request, "pool_selections/edit.html", context, status=422 if wrong else 200)


def _versions(request, selection: Selection):
    """What the rule said before, from the audit trail, the newest first."""
    names = selecting.Names()
    entries = AuditEntry.objects.filter(
        object_type="pool.selection",
        object_id=str(selection.pk),
        action__startswith="pool.selection_",
        facts__rule__isnull=False,
    ).select_related("actor")
    page = paging.page(request, entries, order=["-pk"], size=VERSIONS, name="fassungen")
    rows = [
        {
            "at": entry.at,
            "by": entry.actor,
            "version": entry.facts.get("version"),
            "sentence": selecting.in_words(entry.facts["rule"], names),
        }
        for entry in page.rows
    ]
    return {"rows": rows, "page": page}
