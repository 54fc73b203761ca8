"""What participation has achieved: the sums, the finished steps, the things that were done."""

from datetime import datetime

from django.db.models import Case, Count, Q, When
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from mitwirken.core import clock
from mitwirken.core.typed import whole_number
from mitwirken.portal.models import Contribution, Measure, ModerationState, Standing, Step

from .. import indicators
from ..models import IndicatorValue, Run

PER_PAGE = 12
DONE_FIRST = Case(
    When(progress=Measure.Progress.DONE, then=0), When(progress=Measure.Progress.UNDERWAY, then=1), default=2
)


@require_safe
def impact(request):
    now = clock.now()
    before = request.GET.get("vor", "")
    is_first = whole_number(before) is None
    runs, older = page_of_runs(before, now)
    return render(
        request,
        "evaluation/impact.html",
        {
            "totals": totals(now),
            "runs": with_numbers(runs, now),
            "older": older,
            "older_url": f"?vor={older}" if older else "",
            "newer_url": "" if is_first else reverse("evaluation:impact"),
            "offers_url": reverse("portal:offers"),
            "is_first": is_first,
            "asking": [run for run in runs if run.is_open(at=now)],
            "measures": Measure.objects.filter(project__live=True)
            .exclude(progress=Measure.Progress.DROPPED)
            .select_related("project")
            .order_by(DONE_FIRST, "-due_on", "-pk")[:6],
        },
    )


def page_of_runs(before: str, now: datetime) -> tuple[list[Run], str]:
    """The runs of one page, newest closed step first, and the key of the next page ("" if there is none)."""
    runs = (
        Run.objects.shown()
        .filter(step__ends_at__lte=now)
        .select_related("step__project", "step__format")
        .prefetch_related("step__indicator_values")
    )
    after = Run.objects.filter(pk=whole_number(before) or 0).select_related("step").first()
    if after and after.step.ends_at:
        ended = after.step.ends_at
        runs = runs.filter(Q(step__ends_at__lt=ended) | Q(step__ends_at=ended, pk__lt=after.pk))
    found = list(runs.order_by("-step__ends_at", "-pk")[: PER_PAGE + 1])
    return found[:PER_PAGE], str(found[PER_PAGE - 1].pk) if len(found) > PER_PAGE else ""


def with_numbers(runs: list[Run], now) -> list[dict]:
    """Each run with the numbers a card shows."""
    rows = []
    for run in runs:
        values: dict[str, IndicatorValue] = {row.code: row for row in run.step.indicator_values.all()}
        rows.append(
            {
                "run": run,
                "step": run.step,
                "status": run.step.status(at=now),
                "is_open": run.is_open(at=now),
                "people": values.get("R2"),
                "answered": values.get("W3"),
                "again": shown(values.get("S6")),
            }
        )
    return rows


def shown(row: IndicatorValue | None) -> IndicatorValue | None:
    return None if row is None or row.suppressed else row


def totals(now) -> dict:
    """The city's sums over everything that was ever open here. Pairs stay pairs (W5 with W6)."""
    public = Q(step__state="published", step__project__live=True, step__project__is_archive=False)
    ended = Q(step__ends_at__lte=now)
    sums = (
        Contribution.objects.filter(public)
        .exclude(moderation=ModerationState.HIDDEN)
        .aggregate(
            handed_in=Count("pk"),
            # Nobody is late while people still hand in: the share is about finished steps.
            finished_rows=Count("pk", filter=ended),
            answered=Count("pk", filter=ended & Q(answer__isnull=False)),
            taken_up=Count("pk", filter=Q(standing__in=[Standing.ACCEPTED, Standing.PARTLY, Standing.REALISED])),
            declined=Count("pk", filter=Q(standing=Standing.DECLINED)),
            reasoned=Count("pk", filter=Q(standing=Standing.DECLINED, answer__isnull=False)),
        )
    )
    measures = Measure.objects.filter(project__live=True).aggregate(
        planned=Count("pk", filter=~Q(progress=Measure.Progress.DROPPED)),
        done=Count("pk", filter=Q(progress=Measure.Progress.DONE)),
    )
    steps = Step.objects.closed(at=now).filter(project__is_archive=False).aggregate(finished=Count("pk"))
    decided = sums["taken_up"] + sums["declined"]
    return {
        **sums,
        **measures,
        **steps,
        "decided": decided,
        "answered_share": indicators.rate(sums["answered"], sums["finished_rows"]),
        "taken_up_share": indicators.rate(sums["taken_up"], decided),
        "reasoned_share": indicators.rate(sums["reasoned"], sums["declined"]),
    }
