"""How the trial goes, in numbers that never point at a person. No database, no clock."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from ..handful import SMALLEST, percent, shown


def per_thousand(part: int, whole: int | None) -> float | None:
    """Members per 1,000 residents with one decimal; None where one of both is unknown or too small."""
    return round(1000 * part / whole, 1) if whole and shown(part) is not None else None


@dataclass(frozen=True)
class Month:
    """One month of the pool: who came, who left, who was there at its end."""

    begins: date
    joined: int
    left: int
    members: int


@dataclass(frozen=True)
class Reach:
    """One district: members who want to hear of it, beside the people who live there."""

    name: str
    members: int | None
    population: int | None
    rate: float | None


@dataclass(frozen=True)
class OfDepartment:
    """What one department did with the pool."""

    name: str
    enabled_at: datetime | None
    mailings: int
    sent: int
    refused: int


@dataclass(frozen=True)
class Group:
    """Members with something in common: how many were asked, and how many of these took part."""

    name: str
    asked: int
    took_part: int

    @property
    def may_be_shown(self) -> bool:
        """Neither who took part nor who did not is a handful: one number is the other's difference."""
        parts = (self.took_part, self.asked - self.took_part)
        return self.asked >= SMALLEST and all(shown(part) is not None for part in parts)

    @property
    def share(self) -> int | None:
        return percent(self.took_part, self.asked) if self.may_be_shown else None


def put_together(groups: Iterable[Group], rest: str) -> list[Group]:
    """The groups that may be shown, and all others as one, called `rest`; everybody belongs to one group only.

    Nothing is left out, so that no small group is the difference between a total and what is shown. While the rest
    is too small itself, the smallest group that could be shown joins it. Empty if only the total can be told.
    """
    asked = [group for group in groups if group.asked]
    alone = sorted((group for group in asked if group.may_be_shown), key=lambda group: group.asked)
    others = [group for group in asked if not group.may_be_shown]
    while others and not (whole := _sum(others, rest)).may_be_shown:
        if not alone:
            return []
        others.append(alone.pop(0))
    kept = [group for group in asked if group in alone]
    return [*kept, whole] if kept and others else kept


def _sum(groups: Iterable[Group], name: str) -> Group:
    found = list(groups)
    return Group(name, sum(group.asked for group in found), sum(group.took_part for group in found))


@dataclass(frozen=True)
class TakingPart:
    """Who takes part, of those who allowed us to count them; small groups are put together already."""

    allowed: int
    everybody: Group
    by_district: list[Group]
    by_frequency: list[Group]
    by_channel: list[Group]


# More codes than these are a list for the staff area, not for a report.
MOST_CODES = 12


@dataclass(frozen=True)
class Codes:
    """The codes on flyers that brought most members, by name; all others are one number."""

    named: list[tuple[str, int]]
    others: int
    brought: int | None


def strongest(codes: Iterable[tuple[str, int]]) -> Codes:
    """Those of ten members and more, the strongest first; small ones are counted with all that follow."""
    ranked = sorted(codes, key=lambda code: (-code[1], code[0]))
    named = [code for code in ranked if code[1] >= SMALLEST][:MOST_CODES]
    rest = ranked[len(named) :]
    return Codes(named, len(rest), shown(sum(count for _name, count in rest)))


@dataclass(frozen=True)
class Report:
    """Everything the page and the PDF say."""

    start: datetime
    end: datetime
    members: int
    months: list[Month]
    sources: list[tuple[str, int | None]]
    codes: Codes
    asked: int
    confirmed: int
    opt_in: int | None
    mails: dict[str, int]
    matched: int | None
    reach: list[Reach]
    departments: list[OfDepartment]
    taking_part: TakingPart
    figures: list[tuple[str, int | None]] = field(default_factory=list)

    @property
    def joined(self) -> int:
        return sum(month.joined for month in self.months)

    @property
    def left(self) -> int:
        return sum(month.left for month in self.months)

    @property
    def leaving_per_thousand(self) -> float | None:
        """Withdrawals per 1,000 mails that arrived."""
        return round(1000 * self.left / self.mails["sent"], 1) if self.mails["sent"] >= 100 else None


def months_between(start: datetime, end: datetime) -> list[date]:
    """The first day of each month the period touches; `end` itself is outside."""
    found, year, month = [], start.year, start.month
    while date(year, month, 1) < end.date():
        found.append(date(year, month, 1))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


def growth(before: int, joined: dict[date, int], left: dict[date, int], months: Iterable[date]) -> list[Month]:
    """Month by month; `before` is how many were members when the first month began."""
    rows, members = [], before
    for month in months:
        members += joined.get(month, 0) - left.get(month, 0)
        rows.append(Month(month, joined.get(month, 0), left.get(month, 0), members))
    return rows
