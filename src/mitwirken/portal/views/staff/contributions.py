"""What people handed in: read, answer, merge, type in from paper, hand out as a file."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mitwirken.core import clock, codes, paging
from mitwirken.core.models import AuditEntry
from mitwirken.core.typed import whole_number

from ... import policies
from ...actions import contributions as actions
from ...actions import erasure
from ...csv_lines import csv_lines
from ...errors import DomainError
from ...forms.staff import AnswerForm, EnterForm, ErasePersonForm, FilterForm, MergeForm
from ...models import Contribution
from . import scope
from .words import said

PER_PAGE, REPORTS_SHOWN = 50, 10
FILTERS = {"stand": "standing", "sicht": "moderation", "weg": "channel", "bezirk": "district"}


def index(request, step_id):
    """The contributions of one step, newest first, with search and filters."""
    step = scope.step(request, step_id, *scope.MODERATORS)
    asked = {key: value.replace("\0", "") for key, value in request.GET.items()}
    form = FilterForm(asked)
    form.is_valid()
    rows = step.contributions.select_related("district", "answer")
    for name, field in FILTERS.items():
        if value := form.cleaned_data.get(name):
            rows = rows.filter(**{field: value})
    if search := form.cleaned_data.get("q"):
        rows = rows.filter(Q(title__icontains=search) | Q(text__icontains=search) | Q(receipt__iexact=search))
    total = rows.count()
    page = paging.page(request, rows, order=["-pk"], size=PER_PAGE)
    context = {
        "title": _("Contributions: %(step)s") % {"step": step.title},
        "icon": "list-ul",
        "step": step,
        "project": step.project,
        "form": form,
        "page": page,
        "total": total,
    }
    return render(request, "portal/staff/contributions.html", context)


def detail(request, contribution_id):
    return _detail(request, scope.contribution(request, contribution_id))


def _detail(request, row, *, answer_form=None, merge_form=None, erase_form=None):
    answered = getattr(row, "answer", None)
    start = {"text": answered.text, "standing": row.standing} if answered else {}
    trail = AuditEntry.objects.filter(object_type="portal.contribution", object_id=str(row.pk))
    history = paging.page(request, trail.select_related("actor"), order=["-pk"], size=30, name="verlauf")
    context = {
        "title": row.title,
        "icon": "doc-full",
        "row": row,
        "step": row.step,
        "project": row.step.project,
        "answered": answered,
        "has_contact": hasattr(row, "contact"),
        "attachments": list(row.attachments.all()),
        "comments": paging.page(request, row.comments.all(), order=["-pk"], size=PER_PAGE, name="anmerkungen"),
        "reports": paging.page(
            request, row.reports.filter(settled_at=None), order=["pk"], size=REPORTS_SHOWN, name="meldungen"
        ),
        "became": list(row.became.select_related("target")),
        "origins": list(row.origins.select_related("source")),
        "may_answer": policies.may_answer(request.user, row.step),
        "answer_form": answer_form or AnswerForm(initial=start),
        "merge_form": merge_form or MergeForm(),
        "erase_form": erase_form or ErasePersonForm(prefix="erase"),
        "history": history,
        "said": [(entry.at, said(entry.action), entry.actor) for entry in history.rows],
    }
    return render(request, "portal/staff/contribution.html", context)


@require_POST
def answer(request, contribution_id):
    row = scope.contribution(request, contribution_id)
    if not policies.may_answer(request.user, row.step):
        raise PermissionDenied
    form = AnswerForm(request.POST)
    if form.is_valid():
        typed = form.cleaned_data
        try:
            actions.answer(row, typed["text"], standing=typed["standing"], by=request.user, at=clock.now())
        except DomainError as error:
            form.add_error(None, error.sentence)
        else:
            messages.success(request, _("The answer is public. If the author left an address, it is on its way."))
            return redirect("portal_staff:contribution", contribution_id)
    return _detail(request, row, answer_form=form)


@require_POST
def merge(request, contribution_id):
    row = scope.contribution(request, contribution_id)
    if not policies.may_answer(request.user, row.step):
        raise PermissionDenied
    form = MergeForm(request.POST)
    if form.is_valid():
        receipt = codes.normalise(form.cleaned_data["target"])
        target = (
            Contribution.objects.filter(receipt=receipt, step__project=row.step.project).first() if receipt else None
        )
        try:
            if target is None:
                raise DomainError(_("No contribution of this project has this code. Please check the code."))
            actions.merge(row, target, by=request.user)
        except DomainError as error:
            form.add_error("target", error.sentence)
        else:
            messages.success(request, _("Both contributions point to each other now."))
            return redirect("portal_staff:contribution", contribution_id)
    return _detail(request, row, merge_form=form)


@require_POST
def erase(request, contribution_id):
    """Somebody asked for erasure: name, address, account and pictures, if need be the text."""
    row = scope.contribution(request, contribution_id)
    if not policies.may_moderate(request.user, row.step):
        raise PermissionDenied
    form = ErasePersonForm(request.POST, prefix="erase")
    if not form.is_valid():
        return _detail(request, row, erase_form=form)
    typed = form.cleaned_data
    erasure.erase_person(row, reason=typed["reason"], with_text=typed["with_text"], by=request.user)
    messages.success(request, _("The personal data of this contribution has been erased."))
    return redirect("portal_staff:contribution", contribution_id)


def enter(request):
    """Type in what came on paper, by telephone or on site; it gets the same receipt."""
    step_id = whole_number(request.GET.get("step"))
    if step_id is None:
        return _choose_step(request)
    step = scope.step(request, step_id, *scope.MODERATORS)
    form = EnterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.hand_in(
                step,
                at=clock.now(),
                entered_by=request.user,
                submission_key=request.POST.get("submission_key", "").replace("\0", "")[:40] or None,
                **form.cleaned_data,
            )
        except DomainError as error:
            form.add_error(None, error.sentence)
        else:
            return redirect("portal_staff:slip", row.pk)
    context = {
        "title": _("Type in a contribution"),
        "icon": "edit",
        "step": step,
        "project": step.project,
        "form": form,
        "submission_key": request.POST.get("submission_key") or codes.new_code(),
    }
    return render(request, "portal/staff/enter.html", context)


def _choose_step(request):
    steps = (
        scope.steps(request.user, *scope.MODERATORS)
        .published()
        .filter(external_url="")
        .filter(starts_at__lte=clock.now())
    )
    context = {
        "title": _("Type in a contribution"),
        "icon": "edit",
        "page": paging.page(request, steps.select_related("project"), order=["-starts_at", "-pk"], size=PER_PAGE),
    }
    return render(request, "portal/staff/enter_where.html", context)


def slip(request, contribution_id):
    """The receipt to print or read out."""
    row = scope.contribution(request, contribution_id)
    context = {"title": _("Receipt"), "icon": "tick", "row": row, "step": row.step, "project": row.step.project}
    return render(request, "portal/staff/slip.html", context)


def export(request, step_id):
    """Everything handed in as CSV, streamed; opens in a spreadsheet without running anything."""
    step = scope.step(request, step_id, *scope.MODERATORS)
    response = StreamingHttpResponse(csv_lines(step.module.rows(step)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="beitraege-{step.slug}-{step.pk}.csv"'
    return response
