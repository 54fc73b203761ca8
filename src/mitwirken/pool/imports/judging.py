"""What may happen to one person of a list, given what the pool knows already.

Pure: the trial run and the real one ask the same question.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from .models import Mode, Outcome

ACTIVE, PENDING = 1, 0


@dataclass(frozen=True)
class Known:
    """What the pool knows about the people of one portion, by the keyed hash of their address."""

    # Status and whether this purpose is agreed to.
    members: Mapping[str, Any] = field(default_factory=dict)
    blocked: frozenset[str] = frozenset()
    withdrawn: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """What to do with a row, and the code of the reason if it is not simply taken in."""

    outcome: Outcome
    problem: str = ""


TAKE = Verdict(Outcome.WAITING)


def judge(address_hash: str, agreed_on: date, *, by_letter: bool, mode: str, known: Known) -> Verdict:
    """Nobody is written to against their will, and nobody's own choice is overwritten by a list."""
    if address_hash in known.blocked:
        return Verdict(Outcome.REFUSED, "blocked")
    withdrawn = known.withdrawn.get(address_hash)
    if withdrawn is not None and withdrawn >= agreed_on:
        return Verdict(Outcome.REFUSED, "withdrawn")
    member = known.members.get(address_hash)
    if member is not None and member.status == ACTIVE:
        return Verdict(Outcome.UNCHANGED, "is_member")
    if mode == Mode.ASK:
        if by_letter:
            return Verdict(Outcome.REFUSED, "letter")
        if member is not None:
            return Verdict(Outcome.UNCHANGED, "is_waiting")
    return TAKE
