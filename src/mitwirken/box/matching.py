"""Which formats fit a task, and why. Pure: formats and wishes in, a reasoned order out; no database, no clock.

Only answered questions count. A format is excluded for few, hard reasons; all others only cost points.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

LEVELS = ("inform", "consult", "involve", "collaborate", "empower")
WEIGHTS = {"goals": 30, "phase": 15, "level": 15, "targets": 15, "people": 10, "cost": 5, "lead": 5, "conflict": 5}
# Events and building blocks may be held several times; more often is no plan any more.
MOST_RUNS = 8
REPEATABLE = {"event", "building_block"}
# A format for 30 also works with 21, one for 30 also with 39.
LOWER_TOLERANCE, UPPER_TOLERANCE = 0.7, 1.3
# A broad format that reaches every wanted group loses points, but there is nothing to mind.
GOOD_ENOUGH = {"targets": 0.8}
# Open conflict -> how well a format of each fit copes with it.
CONFLICT_FIT = {
    "low": {"high": 1.0, "medium": 1.0, "low": 1.0, "avoid": 0.5},
    "medium": {"high": 1.0, "medium": 1.0, "low": 0.3},
    "hard": {"high": 1.0, "medium": 0.5, "low": 0.0},
}


@dataclass(frozen=True)
class Candidate:
    """What matching needs to know of a format."""

    code: str
    kind: str
    goals: frozenset[str]
    phases: frozenset[str]
    levels: frozenset[str]
    targets: frozenset[str]
    channels: frozenset[str]
    people: tuple[int, int]
    lead_weeks: tuple[int, int]
    cost: tuple[int, int]
    staff_days: float
    conflict_fit: str


@dataclass(frozen=True)
class Wish:
    """The answers; an empty one was skipped."""

    goals: frozenset[str] = frozenset()
    phase: str = ""
    level: str = ""
    people: int | None = None
    targets: frozenset[str] = frozenset()
    weeks: int | None = None
    budget: int | None = None
    staff_days: int | None = None
    conflict: str = ""
    channel: str = ""


@dataclass(frozen=True)
class Match:
    """One format judged: its points of 100, what speaks for it, what to mind, what excludes it."""

    code: str
    kind: str
    points: int
    runs: int
    because: tuple[str, ...]
    mind: tuple[str, ...]
    excluded: tuple[str, ...]
    staff_days: float


@dataclass(frozen=True)
class Result:
    """The three lists, and what was excluded for one reason only."""

    formats: tuple[Match, ...]
    building_blocks: tuple[Match, ...]
    formal: tuple[Match, ...]
    narrowly: tuple[Match, ...]


def match(candidates: Iterable[Candidate], wish: Wish) -> Result:
    """Judge all candidates. Ties go to less staff, then to the code: the same answers give the same order."""
    judged = sorted(
        (judge(candidate, wish) for candidate in candidates),
        key=lambda found: (-found.points, found.staff_days, found.code),
    )
    fitting = [found for found in judged if not found.excluded]
    return Result(
        formats=tuple(found for found in fitting if found.kind not in ("building_block", "formal")),
        building_blocks=tuple(found for found in fitting if found.kind == "building_block"),
        formal=tuple(found for found in fitting if found.kind == "formal"),
        narrowly=tuple(_narrowly(judged)),
    )


def _narrowly(judged: list[Match]) -> list[Match]:
    """What serves the goal but fails elsewhere: the fewest reasons first."""
    near = [found for found in judged if found.excluded and "goals" not in found.excluded]
    return sorted(near, key=lambda found: len(found.excluded))


def judge(candidate: Candidate, wish: Wish) -> Match:
    """One format against the answers."""
    runs = runs_needed(candidate, wish.people)
    shares = _shares(candidate, wish, runs)
    possible = sum(WEIGHTS[name] for name in shares)
    reached = sum(WEIGHTS[name] * share for name, share in shares.items())
    good = [name for name, share in shares.items() if share >= GOOD_ENOUGH.get(name, 1)]
    mind = [name for name in shares if name not in good]
    if runs > 1:
        mind.append("runs")
    return Match(
        code=candidate.code,
        kind=candidate.kind,
        points=round(100 * reached / possible) if possible else 0,
        runs=runs,
        because=tuple(good),
        mind=tuple(mind),
        excluded=tuple(_exclusions(candidate, wish, runs)),
        staff_days=candidate.staff_days,
    )


def runs_needed(candidate: Candidate, people: int | None) -> int:
    """How often the format must be held so that everyone has a place."""
    most = candidate.people[1]
    if people is None or people <= most * UPPER_TOLERANCE or candidate.kind not in REPEATABLE:
        return 1
    return ceil(people / most)


def _exclusions(candidate: Candidate, wish: Wish, runs: int) -> list[str]:
    reasons = []
    if wish.goals and not wish.goals & candidate.goals:
        reasons.append("goals")
    if wish.weeks is not None and candidate.lead_weeks[0] > wish.weeks:
        reasons.append("lead")
    if wish.budget is not None and candidate.cost[0] * runs > wish.budget:
        reasons.append("cost")
    if wish.staff_days is not None and candidate.staff_days > wish.staff_days:
        reasons.append("staff")
    if wish.people is not None:
        fewest, most = candidate.people
        too_many = runs > MOST_RUNS or wish.people > most * UPPER_TOLERANCE * runs
        if wish.people < fewest * LOWER_TOLERANCE or too_many:
            reasons.append("people")
    if wish.level and all(LEVELS.index(level) > LEVELS.index(wish.level) for level in candidate.levels):
        reasons.append("level")
    if wish.conflict in ("medium", "hard") and candidate.conflict_fit == "avoid":
        reasons.append("conflict")
    if wish.channel and wish.channel not in candidate.channels:
        reasons.append("channel")
    return reasons


def _shares(candidate: Candidate, wish: Wish, runs: int) -> dict[str, float]:
    """For each answered question, how much of it the format meets (0 to 1)."""
    shares: dict[str, float] = {}
    if wish.goals:
        shares["goals"] = len(wish.goals & candidate.goals) / len(wish.goals)
    if wish.phase:
        shares["phase"] = float(wish.phase in candidate.phases)
    if wish.level:
        shares["level"] = 1.0 if wish.level in candidate.levels else 0.5
    if wish.targets:
        shares["targets"] = _reach(candidate.targets, wish.targets)
    if wish.people is not None:
        fits = candidate.people[0] <= wish.people <= candidate.people[1]
        shares["people"] = 1.0 if fits else 0.7 if runs == 1 else 0.5
    if wish.budget is not None:
        shares["cost"] = 1.0 if candidate.cost[1] * runs <= wish.budget else 0.5
    if wish.weeks is not None:
        shares["lead"] = 1.0 if candidate.lead_weeks[1] <= wish.weeks else 0.5
    if wish.conflict:
        shares["conflict"] = CONFLICT_FIT[wish.conflict].get(candidate.conflict_fit, 0.0)
    return shares


def _reach(reached: frozenset[str], wanted: frozenset[str]) -> float:
    """A format made for a group beats one for everybody: "all" is no substitute for silent groups."""
    hit = len(reached & wanted) / len(wanted)
    if hit:
        return hit * (1.0 if len(reached) <= 3 else 0.8)
    return 0.5 if "all" in reached else 0.0
