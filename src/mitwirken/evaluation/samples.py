"""Believable runs and sheets, for tests and the demo."""

import random
from datetime import timedelta

from mitwirken.core import clock
from mitwirken.portal import samples as portal_samples
from mitwirken.portal.models import Step

from . import actions
from .models import IndicatorValue, Run, Sheet, Way

# How likely "no", "a little", "yes" and "I do not know" are, sentence by sentence: people are kind about
# each other and doubtful about the effect, as in real forms.
MOODS = {
    "S1": (6, 25, 66, 3),
    "S2": (10, 30, 57, 3),
    "S3": (2, 10, 70, 18),
    "S4": (15, 35, 45, 5),
    "S5": (25, 40, 20, 15),
    "S6": (7, 23, 65, 5),
}


def closed_step(**fields) -> Step:
    """A published step that ended two days ago."""
    now = clock.now()
    project = fields.pop("project_page", None)
    values = {"starts_at": now - timedelta(days=30), "ends_at": now - timedelta(days=2)} | fields
    return portal_samples.step(project, **values)


def run(step: Step | None = None) -> Run:
    """A run that is open now, unless the step ended long ago."""
    return actions.open_run(step or closed_step(), at=clock.now())


def sheet(of_run: Run, **fields) -> Sheet:
    values = {"answers": {"S1": 5, "S2": 3, "S6": 5}, "given_on": clock.today()} | fields
    return Sheet.objects.create(run=of_run, **values)


def sheets(of_run: Run, count: int, *, seed: int = 1) -> list[Sheet]:
    """As many sheets as real people might fill in; the same for the same seed."""
    dice = random.Random(seed)
    last_day = min(of_run.closes_at, clock.now())
    days = max((last_day - of_run.opened_at).days, 0)
    rows = []
    for _number in range(count):
        marks = {code: dice.choices((1, 3, 5, None), weights)[0] for code, weights in MOODS.items()}
        rows.append(
            Sheet(
                run=of_run,
                way=dice.choices(list(Way), (6, 3, 2))[0],
                # One sentence in twenty is left out.
                answers={code: mark for code, mark in marks.items() if dice.random() > 0.05},
                given_on=(of_run.opened_at + timedelta(days=dice.randint(0, days))).date(),
            )
        )
    found = Sheet.objects.bulk_create(rows)
    Run.objects.filter(pk=of_run.pk).update(measured_at=None)
    of_run.measured_at = None
    return found


def demo_runs(now=None) -> list[Run]:
    """Runs for every finished demo step: the newest has too few sheets to be shown, the others enough."""
    now = now or clock.now()
    actions.open_due(at=now)
    runs = list(Run.objects.shown().select_related("step__project", "step__format").order_by("-step__ends_at"))
    for place, found in enumerate(runs):
        if found.sheets.exists():
            continue
        actions.measure(found, at=now)
        people = IndicatorValue.objects.filter(step=found.step, code="R2").first()
        # Some steps are answered by many, some by few: the page says which may be generalised.
        share = (0.22, 0.37, 0.45)[place % 3]
        count = 7 if place == 0 else max(14, round(people.n * share) if people else 0)
        sheets(found, count, seed=place + 1)
        actions.measure(found, at=now)
    return runs
