"""Pages of the evaluation in the staff area; only the department's own runs."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from mitwirken.core import clock, paging

from .. import indicators, policies
from ..actions import enter_paper
from ..errors import AlreadyFilled, Closed, Empty
from ..forms import SheetForm, new_form_key
from ..models import IndicatorValue, Run, Way
from .results import sentence_head, sentence_rows

PER_PAGE = 30


def with_state(runs, now) -> list[dict]:
    """Each run with what staff want to know: how long, how many, how many of them on paper."""
    return [
        {
            "run": run,
            "is_open": run.is_open(at=now),
            "takes_paper": run.takes_paper(at=now),
            "url": reverse("evaluation_staff:run", args=[run.step_id]),
        }
        for run in runs
    ]


def runs(request):
    if not policies.is_evaluator(request.user):
        raise PermissionDenied
    found = with_counts(policies.visible_runs(request.user))
    page = paging.page(request, found, order=["-closes_at", "-pk"], size=PER_PAGE)
    return render(
        request,
        "evaluation/staff/runs.html",
        {
            "title": _("Participation check"),
            "icon": "clipboard-list",
            "rows": with_state(page.rows, clock.now()),
            "page": page,
        },
    )


def run(request, step):
    """One run: its state, its results as the public sees them, and the form for paper sheets."""
    found = get_object_or_404(with_counts(Run.objects.of_step(step).select_related("step__project", "step__format")))
    if not policies.may_evaluate(request.user, found.step):
        raise PermissionDenied
    now = clock.now()
    status = 200
    sheet = SheetForm(questions=found.questions, plain=True, initial={"form_key": new_form_key()})
    if request.method == "POST":
        sheet = SheetForm(request.POST, questions=found.questions, plain=True)
        if sheet.is_valid():
            try:
                enter_paper(
                    found,
                    sheet.answers,
                    at=now,
                    form_key=sheet.cleaned_data["form_key"],
                    by=request.user,
                )
            except (AlreadyFilled, Closed, Empty) as error:
                sheet.add_error(None, error.sentence)
            else:
                messages.success(request, _("The sheet has been saved. You can type in the next one."))
                return redirect("evaluation_staff:run", step)
        else:
            sheet = sheet.renewed()
        status = 400
    values = {row.code: row for row in IndicatorValue.objects.filter(step=step)}
    return render(
        request,
        "evaluation/staff/run.html",
        {
            "title": _("Participation check: {title}").format(title=found.step.title),
            "icon": "clipboard-list",
            "run": found,
            "step": found.step,
            "is_open": found.is_open(at=now),
            "takes_paper": found.takes_paper(at=now),
            "enough": found.sheet_count >= indicators.MIN_ANSWERS,
            "form": sheet,
            "head": sentence_head(),
            "sentences": sentence_rows(found, values) if "FORM" in values else [],
            "measured": values.get("FORM"),
            "paper_url": reverse("evaluation:paper", args=[step]),
            "public_url": reverse("evaluation:results", args=[step]),
        },
        status=status,
    )


def with_counts(runs):
    return runs.annotate(
        sheet_count=Count("sheets", distinct=True),
        paper_count=Count("sheets", filter=Q(sheets__way=Way.PAPER), distinct=True),
    )
