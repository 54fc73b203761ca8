"""Numbers of a format as a person would say them. Estimates are always called estimates."""

from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from .models import Evidence, Format


def number(value: float) -> str:
    """A number as it is written here: 12.500 or 0,5."""
    whole = float(value).is_integer()
    return number_format(int(value) if whole else round(value, 1), force_grouping=True)


def span(low: float, high: float) -> str:
    """From low to high; one number when they are the same."""
    if low == high:
        return number(low)
    return _("%(low)s to %(high)s") % {"low": number(low), "high": number(high)}


def ranged(words: Any, low: float, high: float) -> str:
    """A range with its unit, in the plural the larger figure asks for."""
    return words % {"span": span(low, high), "high": 1 if high == 1 else 2}


def people(format: Format) -> str:
    return ranged(
        ngettext_lazy("%(span)s person", "%(span)s people", "high"), format.participants_min, format.participants_max
    )


def cost(format: Format) -> str:
    if not format.cost_max:
        return _("no external cost")
    return f"{span(format.cost_min, format.cost_max)} €"


def basis(format: Format) -> str:
    """Where the cost comes from: always shown beside it."""
    return _("Source") if format.cost_basis == "source" else _("Editors' estimate")


def staff(format: Format) -> str:
    return ranged(
        ngettext_lazy("%(span)s working day", "%(span)s working days", "high"),
        format.staff_days_min,
        format.staff_days_max,
    )


def lead(format: Format) -> str:
    return ranged(
        ngettext_lazy("%(span)s week", "%(span)s weeks", "high"), format.lead_weeks_min, format.lead_weeks_max
    )


def hours(format: Format) -> str:
    return ranged(
        ngettext_lazy("%(span)s hour per person", "%(span)s hours per person", "high"),
        format.hours_min,
        format.hours_max,
    )


# Units of the evaluation framework's indicators; the others are plain numbers.
POINTS = {"Q1", "Q2", "Q3", "Q4", "Z1", "Z2", "L1", "L2", "W1", "W2", "I1"}
PERCENT = {"R5", "R6", "R7", "R8", "I3", "I4", "Q5", "W3", "W5", "W6", "W7"}
EUROS = {"K1", "K2"}


def measured(evidence: Evidence) -> str:
    """A measured value with its unit."""
    value = number(evidence.value)
    if evidence.indicator in POINTS:
        return _("%(value)s of 100 points") % {"value": value}
    if evidence.indicator in PERCENT:
        return f"{value} %"
    if evidence.indicator in EUROS:
        return f"{value} €"
    return _("%(value)s days") % {"value": value} if evidence.indicator == "W4" else value
