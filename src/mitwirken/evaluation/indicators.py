"""What the numbers say and when they must stay silent: pure arithmetic, no database, no clock.

The rules are those of docs (evaluation, section 6): value = (mean − 1) / 4 × 100, always with the share of
4–5, n and the unknown; 95 % range after Wilson; nothing below ten answers; no cell that others give away.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean
from statistics import median as middle
from typing import TypeVar

METHOD_VERSION = "1"
MIN_ANSWERS = 10
# Below this response rate a result speaks for those who answered only.
GENERAL_FROM = 30.0
Z_95 = 1.959964

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Result:
    """One sentence of the form, in numbers; everything but `n` is None while too few answered."""

    n: int
    value: float | None = None
    share: float | None = None
    low: float | None = None
    high: float | None = None
    unknown: float | None = None
    counts: tuple[int, int, int] | None = None

    @property
    def suppressed(self) -> bool:
        return self.value is None


def scaled(mean: float) -> float:
    """A mean on the scale 1–5 as a value from 0 to 100."""
    return (mean - 1) / 4 * 100


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % range of a share in percent. It stays within 0–100 and never pretends certainty."""
    if not 0 <= hits <= n or n == 0:
        raise ValueError("a share needs 0 <= hits <= n and n > 0")
    share = hits / n
    width = 1 + Z_95**2 / n
    centre = (share + Z_95**2 / (2 * n)) / width
    half = Z_95 * sqrt(share * (1 - share) / n + Z_95**2 / (4 * n**2)) / width
    return max(0.0, (centre - half) * 100), min(100.0, (centre + half) * 100)


def result(answers: Iterable[int | None]) -> Result:
    """What these answers (1–5, None for "I do not know") say together. Left-out questions are not given."""
    given = list(answers)
    known = [answer for answer in given if answer is not None]
    n = len(known)
    if n < MIN_ANSWERS:
        return Result(n=n)
    agree = sum(answer >= 4 for answer in known)
    disagree = sum(answer <= 2 for answer in known)
    low, high = wilson(agree, n)
    return Result(
        n=n,
        value=scaled(fmean(known)),
        share=agree / n * 100,
        low=low,
        high=high,
        unknown=(len(given) - n) / len(given) * 100,
        counts=(disagree, n - agree - disagree, agree),
    )


def rate(part: int, whole: int) -> float | None:
    """Percent of `whole`; None when there is nothing to take a part of."""
    return part / whole * 100 if whole else None


def response_rate(sheets: int, people: int) -> float | None:
    """Sheets per participant in percent; None when it cannot be told (open link: more sheets than people)."""
    return rate(sheets, people) if sheets <= people else None


def may_be_generalised(response: float | None) -> bool:
    return response is not None and response >= GENERAL_FROM


def per_thousand(people: int, population: int) -> float | None:
    return people / population * 1000 if population else None


def median(values: Sequence[float]) -> float | None:
    return float(middle(values)) if values else None


def suppress(cells: Mapping[Key, int]) -> dict[Key, int | None]:
    """The cells of a table whose sum is public, without those that could give a person away.

    A cell from 1 to 9 is hidden. If it were the only one, sum minus rest would name it: the smallest other
    cell is hidden with it. Empty cells stay: nobody is in them.
    """
    hidden = {key for key, count in cells.items() if 0 < count < MIN_ANSWERS}
    others = {key: count for key, count in cells.items() if count >= MIN_ANSWERS}
    if len(hidden) == 1 and others:
        hidden.add(min(others, key=lambda key: others[key]))
    return {key: None if key in hidden else count for key, count in cells.items()}
