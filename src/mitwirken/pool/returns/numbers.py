"""What came back, in numbers: per week and kind, and how many addresses rest."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count
from django.db.models.functions import TruncWeek

from ..models import Member
from .models import AddressScore, Returned, ReturnKind

WEEKS = 13
SHOWN = 6  # as many as fit beside each other


@dataclass(frozen=True)
class Week:
    """One week's numbers in the order of `ReturnKind`."""

    begins: date
    counts: list[int]


def weeks(*, at: datetime, departments: set[int] | None) -> list[Week]:
    """The last quarter, newest first; None means all departments and what belongs to none."""
    rows = Returned.objects.filter(at__gte=at - timedelta(weeks=WEEKS))
    if departments is not None:
        rows = rows.filter(dispatch__department__in=departments)
    found: dict[date, Counter] = {}
    counted = rows.annotate(week=TruncWeek("at")).values_list("week", "kind").annotate(Count("pk")).order_by()
    for week, kind, number in counted:
        found.setdefault(week.date(), Counter())[kind] += number
    return [Week(week, [found[week][kind] for kind in ReturnKind.values]) for week in sorted(found, reverse=True)]


def by_kind(found: list[Week]) -> list[tuple[str, list[int], int]]:
    """The same with a line for each kind: its name, the newest weeks, and the sum of them all."""
    counts = list(zip(*(week.counts for week in found), strict=True))
    return [
        (str(label), list(counts[place][:SHOWN]), sum(counts[place]))
        for place, label in enumerate(ReturnKind.labels)
        if counts
    ]


def silenced(*, at: datetime) -> dict[str, int]:
    """How many addresses we do not write to now, and how many of these people have a postal address."""
    resting = AddressScore.objects.silenced(at=at)
    members = Member.objects.active().filter(address_hash__in=resting.values("address_hash"))
    return {"addresses": members.count(), "letters": resting.filter(by_letter=True).count()}
