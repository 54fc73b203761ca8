"""Lists on their way into the pool: upload, columns, trial run, real run, undo."""

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from mitwirken.core import clock, paging
from mitwirken.portal.csv_lines import csv_lines

from ...errors import Refused
from ...models import PoolSettings
from ...views.staff import for_pool_managers
from .. import actions, exports, problems, table
from ..forms import ColumnsForm, UploadForm
from ..models import ImportRun, Mode, RunState
from ..work import PORTION, counts

PAGE, SHOWN = 50, 100
VERBS = {
    "einlesen": (actions.take_in, gettext_lazy("It has begun. You may leave this page; the work goes on.")),
    "anhalten": (actions.stop, gettext_lazy("Stopped. What is done stays done.")),
    "weiter": (actions.go_on, gettext_lazy("It goes on.")),
    "zuruecknehmen": (actions.undo, gettext_lazy("It is being undone.")),
    "verwerfen": (actions.discard, gettext_lazy("Discarded. The rows are deleted; nobody was taken in.")),
}


@for_pool_managers
def index(request):
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            run = actions.upload(
                form.cleaned_data["file"].file,
                label=form.cleaned_data["label"],
                mode=form.cleaned_data["mode"],
                words=form.cleaned_data["words"],
                by=request.user,
                at=clock.now(),
            )
        except table.NotATable as problem:
            form.add_error("file", problems.FILES[problem.code])
        else:
            return redirect("pool_imports:run", run.pk)
    context = {
        "title": _("Lists for the people pool"),
        "icon": "upload",
        "form": form,
        "page": paging.page(request, ImportRun.objects.select_related("created_by"), order=["-pk"], size=PAGE),
    }
    return render(request, "pool_imports/index.html", context, status=422 if form.errors else 200)


@for_pool_managers
def run(request, pk):
    """One list: what to do next, how far it is, and the rows that need a look."""
    found = get_object_or_404(ImportRun.objects.select_related("created_by"), pk=pk)
    at_columns = found.state in (RunState.COLUMNS, RunState.CHECKED) and not found.forgotten_at
    form = ColumnsForm(found, request.POST or None) if at_columns else None
    if request.method == "POST":
        if form is None or (form.is_valid() and not actions.look(found, form.cleaned_data, by=request.user)):
            messages.warning(request, _("The columns cannot be changed any more."))
            return redirect("pool_imports:run", pk)
        if form.is_valid():
            return redirect("pool_imports:run", pk)
    # Of what is undone or over for long the rows are gone, and the numbers stay.
    numbers = found.counters if found.forgotten_at or found.state == RunState.UNDONE else counts(found)
    same = ImportRun.objects.same_file(found.content_hash).exclude(pk=pk).first()
    context = {
        "title": found.label,
        "icon": "upload",
        "run": found,
        "form": form,
        "unfold": bool(form and form.errors) or found.state == RunState.COLUMNS,
        "same": same,
        "asks": found.mode == Mode.ASK,
        "minutes": _minutes(numbers) if found.mode == Mode.ASK else 0,
        "numbers": numbers,
        "progress": _progress(found, numbers),
        "reasons": [
            (problems.sentence(code, "…"), number) for code, number in sorted(numbers.get("problems", {}).items())
        ],
        "named": [(row.line, problems.sentence(row.problem, row.detail)) for row in found.lines.named()[:SHOWN]],
        "shown": SHOWN,
    }
    return render(request, "pool_imports/run.html", context, status=422 if form and form.errors else 200)


@require_POST
@for_pool_managers
def change(request, pk, verb):
    found = get_object_or_404(ImportRun, pk=pk)
    if verb not in VERBS:
        raise Http404
    action, words = VERBS[verb]
    try:
        if action(found, by=request.user):
            messages.success(request, words)
        elif found.forgotten_at:
            messages.warning(request, _("That is not possible any more: the rows of this list are deleted."))
        else:
            messages.warning(request, _("That was not possible: the list is in another state by now."))
    except Refused as refused:
        messages.error(request, refused.sentence)
    return redirect("pool_imports:run", pk)


@require_safe
@for_pool_managers
def report(request, pk):
    """The rows with a reason, as a table: line and sentence, no address."""
    found = get_object_or_404(ImportRun, pk=pk)
    return StreamingHttpResponse(
        csv_lines(exports.named_rows(found)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="liste-{pk}-hinweise.csv"'},
    )


@require_safe
@for_pool_managers
def example(request):
    """A table to fill in."""
    return HttpResponse(
        "".join(csv_lines(exports.example_rows())),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="mitmachpool-beispiel.csv"'},
    )


def _minutes(numbers) -> int:
    """How long the confirmation mails take to leave."""
    return -(-2 * numbers.get("waiting", 0) // PoolSettings.load().mails_per_minute)


def _progress(found: ImportRun, numbers) -> dict[str, int]:
    if found.state == RunState.UNDOING:
        left = numbers["made"] + numbers["changed"]
        done = numbers["undone"] + numbers["kept"]
        return {"done": done, "all": left + done}
    return {"done": min(found.cursor * PORTION, found.rows), "all": found.rows}
