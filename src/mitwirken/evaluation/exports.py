"""The published numbers of one step as a table for spreadsheets; nothing that is not on the page."""

from collections.abc import Iterator
from typing import Any

from .catalogue import NAMES
from .models import IndicatorValue, Run

PARTS = ("share", "low", "high", "unknown", "part", "whole", "population", "least")


def rounded(number: float | None) -> float | None:
    """One digit behind the point: more would pretend a precision that is not there."""
    return round(number, 1) if isinstance(number, float) else number


def result_rows(run: Run) -> Iterator[dict[str, Any]]:
    """One number per row; a suppressed one has no value."""
    sentences = {question["code"]: question["text"] for question in run.questions}
    for row in IndicatorValue.objects.filter(step=run.step_id).iterator():
        yield {
            "code": row.code,
            "name": NAMES.get(row.code) or sentences.get(row.code),
            "value": rounded(row.value),
            "n": row.n,
            **{part: rounded(row.detail.get(part)) for part in PARTS},
            "method": row.method_version,
            "measured_at": row.measured_at.isoformat(),
        }
