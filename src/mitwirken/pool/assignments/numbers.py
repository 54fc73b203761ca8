"""A task in numbers, for the department that asked: how many, never who."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, QuerySet, Value, When
from django.utils.translation import gettext as _

from .models import AnswerState, Assignment, Task
from .sums import FEWEST_ANSWERS, Given, Sum, add_up, labels


def states(task: Task) -> dict[str, int]:
    """How many are where; `missing` is 0, or something is wrong."""
    return states_of([task])[task.pk]


def _named(task: Task, found: dict[str, int]) -> dict[str, int]:
    if task.results:
        return dict(task.results["states"])
    counts = {str(state): found.get(state, 0) for state in AnswerState.values}
    left = task.asked - sum(counts.values()) - task.erased
    return {"asked": task.asked, **counts, "erased": task.erased, "missing": left}


def are_enough(counts: dict[str, int]) -> bool:
    """Whether answers may be shown at all: with fewer, a colleague might guess whose they are."""
    return counts["answered"] >= FEWEST_ANSWERS


def sums(task: Task) -> list[Sum]:
    """What the answers add up to; texts without order, names or dates."""
    if task.results:
        return [
            Sum(row["kind"], row["text"], row["n"], tuple(map(tuple, row["counts"])), row["mean"])
            for row in task.results["sums"]
        ]
    given = task.assignments.filter(state=AnswerState.ANSWERED).values_list("answers", "comment")
    return add_up(task.questions, (Given(answers, comment) for answers, comment in given.iterator(chunk_size=500)))


def rows(task: Task) -> Iterator[dict[str, Any]]:
    """One row per answer for a table: in the order of the codes, which are random, so it says nothing."""
    words = [dict(labels(question)) for question in task.questions]
    answered = task.assignments.filter(state=AnswerState.ANSWERED).order_by("code")
    for answers, comment in answered.values_list("answers", "comment").iterator(chunk_size=500):
        row = {}
        for number, question in enumerate(task.questions):
            value = answers.get(str(number), "")
            row[f"{number + 1}. {question['text']}"] = words[number].get(str(value), value)
        yield {**row, _("Remarks"): comment}


def states_of(tasks: list[Task]) -> dict[int, dict[str, int]]:
    """`states` of many tasks in one query."""
    found: dict[int, dict[str, int]] = {task.pk: {} for task in tasks}
    counted = Assignment.objects.filter(task__in=tasks).values_list("task", "state").annotate(Count("pk")).order_by()
    for task_id, state, count in counted:
        found[task_id][state] = count
    return {task.pk: _named(task, found[task.pk]) for task in tasks}


def totals() -> dict[str, int]:
    """All reported tasks together, for the public page."""
    reported = Task.objects.reported()
    answered = Assignment.objects.filter(task__in=reported, state=AnswerState.ANSWERED).count()
    kept = sum(
        results["states"]["answered"] for results in reported.exclude(results={}).values_list("results", flat=True)
    )
    return {"tasks": reported.count(), "answers": answered + kept}


def figures(start: datetime, end: datetime) -> list[tuple[str, int]]:
    """Lines of the pool's report for a span of time."""
    begun = Task.objects.filter(started_at__gte=start, started_at__lt=end)
    answered = Assignment.objects.filter(answered_at__gte=start, answered_at__lt=end, state=AnswerState.ANSWERED)
    reported = Task.objects.filter(reported_at__gte=start, reported_at__lt=end)
    return [
        (_("Tasks sent"), begun.count()),
        (_("Answers to tasks"), answered.count()),
        (_("Tasks reported back"), reported.count()),
    ]


def taking_part(start: datetime, end: datetime) -> QuerySet[Assignment]:
    """Who was asked in this time, and whether an answer came; "not this time" is none."""
    asked = Assignment.objects.filter(task__started_at__gte=start, task__started_at__lt=end)
    return asked.annotate(took_part=Case(When(state=AnswerState.ANSWERED, then=Value(True)), default=Value(False)))
