"""Take the numbers of a closed step, keep them, and hand them down to the format that was used."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import fmean
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import override

from mitwirken.box.actions import record_evidence
from mitwirken.city.models import District
from mitwirken.core import audit
from mitwirken.pool.numbers import delivered_for_step
from mitwirken.portal.models import Contribution, ModerationState, Standing, Step, Support

from .. import indicators
from ..catalogue import EVIDENCE
from ..models import OPEN_FOR, IndicatorValue, Run

# Answers and decisions go on for months after a step closed: look again this often.
LOOK_AGAIN = timedelta(minutes=10)
AT_ONCE = 20
# Results are refreshed by at least this many sheets, so that no sheet is the difference of two days.
BLOCK = 5

TAKEN_UP = {Standing.ACCEPTED, Standing.PARTLY, Standing.REALISED}


@dataclass(frozen=True)
class Number:
    """A measured number on its way to its row."""

    value: float | None
    n: int
    detail: dict[str, Any] = field(default_factory=dict)
    suppressed: bool = False


def measure_due(*, at: datetime) -> int:
    """Measure the runs with news, oldest look first; how many were looked at."""
    runs = (
        Run.objects.to_measure(at=at, older_than=LOOK_AGAIN)
        .select_related("step__format", "step__project")
        .order_by(F("measured_at").asc(nulls_first=True), "pk")
    )
    for run in (found := list(runs[:AT_ONCE])):
        measure(run, at=at)
    return len(found)


@transaction.atomic
def measure(run: Run, *, at: datetime) -> list[str]:
    """Take all numbers of the run's step; the codes of those that changed. Measuring twice changes nothing."""
    step = run.step
    if step.ends_at and run.opened_at != step.ends_at:
        # The step was prolonged or cut short: the form follows it.
        run.opened_at, run.closes_at = step.ends_at, step.ends_at + OPEN_FOR
    numbers = _from_portal(step) | _from_form(run, at=at)
    known = {row.code: row for row in IndicatorValue.objects.filter(step=step)}
    changed = [code for code, number in numbers.items() if _differs(known.get(code), number)]
    for code in changed:
        number = numbers[code]
        IndicatorValue.objects.update_or_create(
            step=step,
            code=code,
            defaults={
                "value": number.value,
                "n": number.n,
                "detail": number.detail,
                "suppressed": number.suppressed,
                "method_version": indicators.METHOD_VERSION,
                "measured_at": at,
            },
        )
    run.measured_at = at
    run.save(update_fields=["opened_at", "closes_at", "measured_at", "published_sheets"])
    if changed:
        audit.record(run, "evaluation.measure", by=None, changed=changed)
        _hand_down(step, {code: numbers[code] for code in changed}, at=at)
    return changed


def _differs(row: IndicatorValue | None, number: Number) -> bool:
    if row is None:
        return True
    stored = (row.value, row.n, row.detail, row.suppressed)
    return stored != (number.value, number.n, number.detail, number.suppressed)


def _from_portal(step: Step) -> dict[str, Number]:
    """What the portal knows by itself: reach, participation, answers, decisions."""
    rows: list[Any] = list(
        Contribution.objects.filter(step=step)
        .exclude(moderation=ModerationState.HIDDEN)
        .values_list(
            "channel",
            "standing",
            "created_at",
            "answer__answered_at",
            "contact__email",
            "author_id",
            named=True,
        )
    )
    numbers: dict[str, Number] = {}
    delivered = delivered_for_step(step)
    # Few letters would tell who is in the pool.
    if delivered >= indicators.MIN_ANSWERS:
        numbers["R1"] = Number(delivered, delivered)
    if not rows:
        return numbers
    numbers |= _participation(step, rows)
    waits = sorted((r.answer__answered_at - r.created_at).days for r in rows if r.answer__answered_at)
    numbers["W3"] = Number(indicators.rate(len(waits), len(rows)), len(rows), {"part": len(waits), "whole": len(rows)})
    if waits:
        detail: dict[str, Any] = {}
        if step.answer_until:
            answered = [r.answer__answered_at for r in rows if r.answer__answered_at]
            on_time = sum(localdate(moment) <= step.answer_until for moment in answered)
            detail = {"on_time": on_time, "whole": len(answered)}
        numbers["W4"] = Number(indicators.median(waits), len(waits), detail)
    taken_up = sum(r.standing in TAKEN_UP for r in rows)
    declined = [r for r in rows if r.standing == Standing.DECLINED]
    decided = taken_up + len(declined)
    if decided:
        # W5 is never without W6 (framework, section 5): a rate of refusals needs its reasons beside it.
        reasoned = sum(r.answer__answered_at is not None for r in declined)
        numbers["W5"] = Number(indicators.rate(taken_up, decided), decided, {"part": taken_up, "whole": decided})
        numbers["W6"] = Number(
            indicators.rate(reasoned, len(declined)), len(declined), {"part": reasoned, "whole": len(declined)}
        )
    if taken_up:
        realised = sum(r.standing == Standing.REALISED for r in rows)
        numbers["W7"] = Number(indicators.rate(realised, taken_up), taken_up, {"part": realised, "whole": taken_up})
    return numbers


def _participation(step: Step, rows: list[Any]) -> dict[str, Number]:
    """An estimate: without accounts, one person may be counted twice. Known contacts count once."""
    known = {r.contact__email.lower() if r.contact__email else r.author_id for r in rows} - {None}
    nameless = sum(not r.contact__email and r.author_id is None for r in rows)
    supporters = Support.objects.filter(contribution__step=step).values("device_key").distinct().count()
    contributors = len(known) + nameless
    people = contributors + supporters
    population = (step.districts.all() if step.districts.exists() else District.objects.all()).aggregate(
        total=Sum("population")
    )["total"]
    numbers = {
        "R2": Number(
            people,
            people,
            {
                "contributions": len(rows),
                "contributors": contributors,
                "supporters": supporters,
                "least": max(len(known) + bool(nameless), supporters),
                "channels": dict(sorted(Counter(r.channel for r in rows).items())),
            },
        )
    }
    rate = indicators.per_thousand(people, population or 0)
    if rate is not None:
        numbers["R3"] = Number(rate, people, {"population": population})
    return numbers


def _from_form(run: Run, *, at: datetime) -> dict[str, Number]:
    """The six sentences, once there is enough and only in blocks; nothing new means nothing to say."""
    sheets: list[Any] = list(run.sheets.values_list("answers", "way", named=True))
    fresh = len(sheets) - run.published_sheets
    final = not run.is_open(at=at)
    if len(sheets) < indicators.MIN_ANSWERS or fresh <= 0 or (run.published_sheets and fresh < BLOCK and not final):
        return {}
    run.published_sheets = len(sheets)
    numbers = {
        "FORM": Number(len(sheets), len(sheets), {"ways": indicators.suppress(dict(Counter(s.way for s in sheets)))})
    }
    for question in run.questions:
        code = question["code"]
        found = indicators.result(sheet.answers[code] for sheet in sheets if code in sheet.answers)
        numbers[code] = Number(
            found.value,
            found.n if not found.suppressed else 0,
            {}
            if found.suppressed
            else {
                "share": found.share,
                "low": found.low,
                "high": found.high,
                "unknown": found.unknown,
                "counts": list(found.counts or ()),
            },
            suppressed=found.suppressed,
        )
    return numbers


def _hand_down(step: Step, numbers: dict[str, Number], *, at: datetime) -> None:
    """What the format's page learns from this step, in the framework's codes; never a suppressed value."""
    if step.format is None:
        return
    with override(settings.LANGUAGE_CODE):
        for code, parts in EVIDENCE.items():
            found = [numbers[part] for part in parts if part in numbers]
            values = [number.value for number in found if number.value is not None]
            if not values:
                continue
            source = _("Short form in plain language") if parts[0].startswith("S") else _("Portal")
            record_evidence(
                step.format,
                step_label=f"{step.project.title}: {step.title}",
                step_url=reverse("evaluation:results", args=[step.pk]),
                indicator=code,
                value=round(fmean(values), 1),
                n=min(number.n for number in found if number.value is not None),
                measured_on=localdate(at),
                source=_("{source}, method {version}").format(source=source, version=indicators.METHOD_VERSION),
            )
