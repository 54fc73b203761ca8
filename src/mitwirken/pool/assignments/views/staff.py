"""Tasks in the staff area: write, send, watch, close, report. Counts and answers, never people."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from mitwirken.core import clock
from mitwirken.portal.csv_lines import csv_lines

from ... import selecting
from ...asking import views as drafts
from ...errors import Refused
from ...models import Purpose
from ...policies import departments_for_writing, departments_seen, may_see, may_write
from ...rule_form import PeopleForm
from ...views.staff import newest_first, quotas
from .. import actions, numbers
from ..forms import AnswerForm, EnterForm, ProlongForm, ReportForm, TaskForm, question_set
from ..models import Occasion, Task, TaskState
from ..sums import FEWEST_ANSWERS

PAGE = 30
with_task = drafts.with_row(Task, "department", "created_by", "sent_by")


@require_safe
def index(request):
    """All tasks of the own departments: first what runs or waits, in order of age; page by page."""
    if not may_see(request.user):
        raise PermissionDenied
    found = Task.objects.of_departments(departments_seen(request.user)).select_related("department")
    wanted = request.GET.get("stand", "")
    if wanted in TaskState.values:
        found = found.filter(state=wanted)
    rows, older = newest_first(request, found, PAGE)
    counted = numbers.states_of(rows)
    context = {
        "title": _("Tasks"),
        "icon": "clipboard-list",
        "rows": [{"task": task, "counts": counted[task.pk]} for task in rows],
        "older": older,
        "states": TaskState.choices,
        "wanted": wanted,
        "quotas": quotas(request.user, at=clock.now()),
    }
    return render(request, "assignments/staff/index.html", context)


def new(request):
    if not departments_for_writing(request.user, at=clock.now()):
        raise PermissionDenied
    return _write(request, Task(created_at=clock.now(), created_by=request.user))


@with_task
def edit(request, task):
    if not may_write(request.user, task.department, at=clock.now()):
        raise PermissionDenied
    if task.state != TaskState.DRAFT:
        return redirect("pool_assignments_staff:task", task.pk)
    return _write(request, task)


def _write(request, task):
    now = clock.now()
    given = request.POST if request.method == "POST" else None
    rule = task.selection or selecting.EVERYBODY
    form = TaskForm(given, instance=task, departments=departments_for_writing(request.user, at=now))
    people = PeopleForm(given, user=request.user, purpose=Purpose.TASKS, at=now, rule=rule)
    questions = question_set(given, task.questions)
    if given is not None and "count" not in given and all([form.is_valid(), people.is_valid(), questions.is_valid()]):
        task = form.save(commit=False)
        task.selection, task.questions = people.rule(), questions.questions()
        try:
            actions.save(task, by=request.user)
        except Refused as refused:
            messages.error(request, refused.sentence)
        else:
            messages.success(request, _("Saved. Nobody has been asked yet."))
        return redirect("pool_assignments_staff:task", task.pk)
    context = {
        "title": task.title if task.pk else _("A new task"),
        "icon": "clipboard-list",
        "form": form,
        "rule_form": people,
        "questions": questions,
        "filled": max(len(task.questions), 2),
    }
    has_errors = given is not None and "count" not in given
    return render(request, "assignments/staff/edit.html", context, status=422 if has_errors else 200)


@require_safe
@with_task
def task(request, task):
    counts = numbers.states(task)
    enough = numbers.are_enough(counts)
    context = {
        "title": task.title,
        "icon": "clipboard-list",
        "task": task,
        "counts": counts,
        "enough": enough,
        "smallest": FEWEST_ANSWERS,
        "sums": numbers.sums(task) if enough else [],
        "prolong_form": ProlongForm(initial={"ends_at": task.ends_at, "remind_days": task.remind_days}),
        "is_reminded": task.mailings.filter(occasion=Occasion.REMIND).exists(),
        "mailings": task.mailings.select_related("dispatch").order_by("pk"),
        **drafts.way_out(request, task),
    }
    return render(request, "assignments/staff/task.html", context)


@require_safe
@with_task
def preview(request, task):
    """The page as a member sees it; its buttons do nothing."""
    return render(
        request,
        "assignments/staff/preview.html",
        {"title": _("How members see it"), "icon": "view", "task": task, "form": AnswerForm(task=task)},
    )


VERBS = drafts.verbs(actions.start, actions.release, gettext_lazy("Sent. The mails leave in the next minutes.")) | {
    "erinnern": (
        lambda task, user, now: (
            gettext_lazy("Reminded: everybody who has not answered gets one mail.")
            if actions.remind(task, by=user, at=now)
            else gettext_lazy("There is one reminder only, and it has been sent.")
        )
    ),
    "beenden": (
        lambda task, user, now: (
            actions.close(task, by=user, at=now) or gettext_lazy("Closed. Who answered is thanked. Please report back.")
        )
    ),
}


@require_POST
@with_task
def act(request, task, verb):
    return drafts.act(
        request, task, verb, VERBS, page="pool_assignments_staff:task", index="pool_assignments_staff:index"
    )


@require_POST
@with_task
def prolong(request, task):
    form = ProlongForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.prolong(
                task, ends_at=given["ends_at"], remind_days=given["remind_days"], by=request.user, at=clock.now()
            )
            messages.success(request, _("The new last day counts from now on."))
        except Refused as refused:
            messages.error(request, refused.sentence)
    else:
        messages.error(request, _("Please give a day with time, and a number of days between 0 and 30."))
    return redirect("pool_assignments_staff:task", task.pk)


@with_task
def report(request, task):
    """What came of it; without it a task is not finished."""
    form = ReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.report(task, form.cleaned_data["report"], by=request.user, at=clock.now())
        except Refused as refused:
            form.add_error("report", refused.sentence)
        else:
            messages.success(request, _("Reported. Everybody who answered gets it by mail, and it is public."))
            return redirect("pool_assignments_staff:task", task.pk)
    context = {
        "title": _("Report back: %(title)s") % {"title": task.title},
        "icon": "clipboard-list",
        "task": task,
        "form": form,
        "counts": numbers.states(task),
    }
    return render(request, "assignments/staff/report.html", context, status=422 if form.errors else 200)


@with_task
def enter(request, task):
    """An answer that came by letter or telephone."""
    given = request.POST if request.method == "POST" else None
    form = EnterForm(given, task=task)
    if given is not None and form.is_valid():
        typed = form.cleaned_data
        try:
            actions.enter(
                task,
                typed["code"],
                form.answers,
                typed["comment"],
                channel=typed["channel"],
                at=clock.now(),
                by=request.user,
            )
        except Refused as refused:
            form.add_error("code", refused.sentence)
        else:
            messages.success(request, _("Stored. You can type in the next answer."))
            return redirect("pool_assignments_staff:enter", task.pk)
    context = {
        "title": _("Type in an answer: %(title)s") % {"title": task.title},
        "icon": "clipboard-list",
        "task": task,
        "form": form,
    }
    return render(request, "assignments/staff/enter.html", context, status=422 if form.errors else 200)


@require_safe
@with_task
def table(request, task):
    """All answers as CSV, line by line: no names, no numbers of members, no dates."""
    if not numbers.are_enough(numbers.states(task)) or task.results:
        messages.error(request, _("There are not enough answers to show any. So nobody can guess whose they are."))
        return redirect("pool_assignments_staff:task", task.pk)
    response = StreamingHttpResponse(csv_lines(numbers.rows(task)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="aufgabe-{task.pk}.csv"'
    return response
