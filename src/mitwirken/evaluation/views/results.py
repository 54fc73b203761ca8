"""One step's results: every number with n, date and the way to read it."""

from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mitwirken.core import clock
from mitwirken.portal.csv_lines import csv_lines
from mitwirken.portal.models import Channel

from .. import indicators
from ..exports import result_rows
from ..models import IndicatorValue, Run, Way


@require_safe
def results(request, step):
    run = get_object_or_404(Run.objects.shown().of_step(step).select_related("step__project", "step__format"))
    values = {row.code: row for row in IndicatorValue.objects.filter(step=step)}
    form = values.get("FORM")
    people = values.get("R2")
    response = indicators.response_rate(form.n, people.n) if form and people else None
    now = clock.now()
    return render(
        request,
        "evaluation/results.html",
        {
            "trail": [
                {"label": _("Impact"), "url": reverse("evaluation:impact")},
                {"label": run.step.title, "url": ""},
            ],
            "channel_head": [_("Channel"), _("Contributions")],
            "way_head": [_("Way"), _("Forms")],
            "sentence_head": sentence_head(),
            "files": [
                {
                    "label": _("All numbers of this page"),
                    "url": reverse("evaluation:numbers", args=[run.step_id]),
                    "type": "CSV",
                }
            ],
            "run": run,
            "step": run.step,
            "project": run.step.project,
            "is_open": run.is_open(at=now),
            "status": run.step.status(at=now),
            "values": values,
            "people": people,
            "rate": values.get("R3"),
            "reach": values.get("R1"),
            "answered": values.get("W3"),
            "wait": values.get("W4"),
            "taken_up": values.get("W5"),
            "reasoned": values.get("W6"),
            "realised": values.get("W7"),
            "channels": channel_rows(people),
            "form": form,
            "ways": way_rows(form),
            "response": response,
            "general": indicators.may_be_generalised(response),
            "sentences": sentence_rows(run, values) if form else [],
            "bars": bars(run, values) if form else [],
        },
    )


@require_safe
def numbers(request, step):
    """The same numbers for spreadsheets."""
    run = get_object_or_404(Run.objects.shown().of_step(step))
    return StreamingHttpResponse(
        csv_lines(result_rows(run)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="wirkung-{step}.csv"'},
    )


def whole(number: float) -> str:
    return localize(round(number))


def channel_rows(people: IndicatorValue | None) -> list[list[str]]:
    if people is None:
        return []
    labels = dict(Channel.choices)
    return [[labels.get(code, code), localize(count)] for code, count in people.detail["channels"].items()]


def way_rows(form: IndicatorValue | None) -> list[list[str]]:
    """How the sheets came; small cells are not shown, nor those that would give them away."""
    if form is None:
        return []
    labels = dict(Way.choices)
    return [
        [labels.get(code, code), _("not shown (fewer than 10)") if count is None else localize(count)]
        for code, count in form.detail["ways"].items()
    ]


def sentence_head() -> list[str]:
    return [
        _("Sentence"),
        _("Value (0–100)"),
        _("Yes"),
        _("A little"),
        _("No"),
        _("Share of “yes” (95 % range)"),
        _("Do not know"),
        _("Answers (n)"),
    ]


def sentence_rows(run: Run, values: dict[str, IndicatorValue]) -> list[list[str]]:
    rows = []
    for question in run.questions:
        row = values.get(question["code"])
        if row is None or row.value is None:
            hidden = _("fewer than 10 answers")
            rows.append([question["text"], hidden, "–", "–", "–", "–", "–", "–"])
            continue
        disagree, partly, agree = row.detail["counts"]
        rows.append(
            [
                question["text"],
                whole(row.value),
                localize(agree),
                localize(partly),
                localize(disagree),
                f"{whole(row.detail['share'])} % ({whole(row.detail['low'])}–{whole(row.detail['high'])} %)",
                f"{whole(row.detail['unknown'])} %",
                localize(row.n),
            ]
        )
    return rows


def bars(run: Run, values: dict[str, IndicatorValue]) -> list[dict]:
    return [
        {"label": question["text"], "value": f"{whole(row.detail['share'])} %", "share": row.detail["share"]}
        for question in run.questions
        if (row := values.get(question["code"])) and not row.suppressed
    ]
