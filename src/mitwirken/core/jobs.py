"""Recurring work. Rows are the truth: a job looks for rows that need something, so a lost run is harmless.

A job is a function without arguments in an app's `tasks.py`, marked ``@every(seconds=60)``. Any number of
workers may run; the conditional update of `Job.next_at` decides who does (docs/adr/0002-jobs-over-rows.md).
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.module_loading import autodiscover_modules

from .models import Job

log = logging.getLogger(__name__)

_jobs: dict[str, tuple[Callable[[], object], timedelta]] = {}


def every(*, seconds: float) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Register the function to run about every `seconds` s, in one worker at a time."""

    def mark(function: Callable[[], object]) -> Callable[[], object]:
        _jobs[f"{function.__module__}.{function.__name__}"] = (function, timedelta(seconds=seconds))
        return function

    return mark


def run_due(*, at: datetime) -> list[str]:
    """Run each job that is due and not yet taken by another worker; the names of those that ran.

    A job that fails is logged and tried again at its next turn: it must not stop the others.
    """
    planned = dict(Job.objects.values_list("name", "next_at"))
    ran = []
    for name, (function, interval) in _jobs.items():
        if name not in planned:
            Job.objects.get_or_create(name=name, defaults={"next_at": at})
        elif planned[name] > at:
            continue
        if Job.objects.filter(name=name, next_at__lte=at).update(next_at=at + interval):
            try:
                function()
                ran.append(name)
            except Exception:
                log.exception("job %s failed", name)
    return ran


@dataclass(frozen=True)
class Turn:
    """When a job last began; `is_late` if it never did or has missed a turn since."""

    name: str
    last: datetime | None
    is_late: bool


def turns(*, at: datetime) -> list[Turn]:
    """The last turn of each job of every app, by name."""
    autodiscover_modules("tasks")
    planned = dict(Job.objects.values_list("name", "next_at"))
    found = []
    for name, (_function, interval) in sorted(_jobs.items()):
        last = planned[name] - interval if name in planned else None
        found.append(Turn(name, last, last is None or at > last + 2 * interval))
    return found
