"""Tasks in the staff area: write, send, watch, close, report. Counts and answers, never people."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from mitwirken.core import clock, paging
from mitwirken.portal.csv_lines import csv_lines

from ... import selecting
from ...asking import views as drafts
from ...models import Purpose
from ...policies import departments_for_writing, departments_seen, may_see
from ...rule_form import PeopleForm
from ...views.staff import done, quotas
from .. import actions, numbers
from ..forms import AnswerForm, EnterForm, ProlongForm, ReportForm, TaskForm, question_set
from ..models import Task, TaskState
from ..sums import FEWEST_ANSWERS

PAGE = 30
INDEX, PAGE_OF_ONE = "pool_assignments_staff:index", "pool_assignments_staff:task"
REMINDED = gettext_lazy("Reminded: everybody who has not answered gets one mail.")
CLOSED = gettext_lazy("Closed. Who answered is thanked. Please report back.")
with_task = drafts.with_row(Task, "department", "created_by", "sent_by", index=INDEX)


@require_safe
def index(request):
    """All tasks of the own departments: first what runs or waits, in order of age; page by page."""
    if not may_see(request.user):
        raise PermissionDenied
    found = known = Task.objects.of_departments(departments_seen(request.user)).select_related("department")
    wanted = request.GET.get("stand", "")
    if wanted in TaskState.values:
        found = found.filter(state=wanted)
    page = paging.page(request, found, order=["-pk"], size=PAGE, among=known)
    counted = numbers.states_of(page.rows)
    context = {
        "title": _("Tasks"),
        "icon": "clipboard-list",
        "rows": [{"task": task, "counts": counted[task.pk]} for task in page.rows],
        "page": page,
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
@drafts.to_write
def edit(request, task):
    return _write(request, task) if drafts.still_a_draft(request, task) else redirect(PAGE_OF_ONE, task.pk)


def _write(request, task):
    now = clock.now()
    given = request.POST if request.method == "POST" else None
    rule = task.selection or selecting.EVERYBODY
    form = TaskForm(given, instance=task, departments=departments_for_writing(request.user, at=now))
    people = PeopleForm(given, user=request.user, purpose=Purpose.TASKS, at=now, rule=rule)
    questions = question_set(given, task.questions)

    def keep(_typed):
        task = form.save(commit=False)
        task.selection, task.questions = people.rule(), questions.questions()
        actions.save(task, by=request.user)
        return _("Saved. Nobody has been asked yet.")

    if drafts.is_sent(request, form, people, questions) and done(request, form, keep):
        return redirect(PAGE_OF_ONE, task.pk)
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
        "may_remind": task.takes_answers(at=clock.now()) and not task.is_reminded,
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
    "erinnern": lambda task, user, now: actions.remind(task, by=user, at=now) and REMINDED,
    "beenden": lambda task, user, now: actions.close(task, by=user, at=now) or CLOSED,
}


@require_POST
@with_task
@drafts.to_write
def act(request, task, verb):
    return drafts.act(request, task, verb, VERBS, page=PAGE_OF_ONE, index=INDEX)


@require_POST
@with_task
@drafts.to_write
def prolong(request, task):
    form = ProlongForm(request.POST)

    def move(typed):
        actions.prolong(task, **typed, by=request.user, at=clock.now())
        return _("The new last day counts from now on.")

    if not done(request, form, move):
        # The form stands folded on a long page: what is wrong is said at its head.
        for sentence in form.non_field_errors() or [_("Please give a day with time, and days between 0 and 30.")]:
            messages.error(request, sentence)
    return redirect(PAGE_OF_ONE, task.pk)


@with_task
def report(request, task):
    """What came of it; without it a task is not finished."""
    form = ReportForm(request.POST if request.method == "POST" else None)

    def publish(typed):
        actions.report(task, typed["report"], by=request.user, at=clock.now())
        return _("Reported. Everybody who answered gets it by mail, and it is public.")

    if done(request, form, publish, field="report"):
        return redirect(PAGE_OF_ONE, task.pk)
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
    form = EnterForm(request.POST if request.method == "POST" else None, task=task)

    def store(typed):
        said = {"channel": typed["channel"], "at": clock.now(), "by": request.user}
        actions.enter(task, typed["code"], form.answers, typed["comment"], **said)
        return _("Stored. You can type in the next answer.")

    if done(request, form, store, field="code"):
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
        return redirect(PAGE_OF_ONE, task.pk)
    response = StreamingHttpResponse(csv_lines(numbers.rows(task)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="aufgabe-{task.pk}.csv"'
    return response
