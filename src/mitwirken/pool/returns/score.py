"""When an address counts as dead. Pure: events and the time come in, a verdict comes out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from .reports import Kind

# What is older says nothing any more: mailboxes are emptied, servers repaired.
WINDOW = timedelta(days=30)
HARD, SOFT = 2, 5
# A mailbox that does not exist rarely comes to be; a full one is emptied.
REST = {Kind.HARD: timedelta(days=180), Kind.SOFT: timedelta(days=30)}


@dataclass(frozen=True)
class Score:
    """What came back from one address in the window; `until` if it should rest now."""

    hard: int
    soft: int
    until: datetime | None = None


def weigh(events: Iterable[tuple[datetime, str]], *, at: datetime, was_silenced: bool = False) -> Score:
    """Count what came back lately. An address that rested before gets one chance, not two."""
    recent = [kind for moment, kind in events if at - WINDOW < moment <= at]
    hard, soft = recent.count(Kind.HARD), recent.count(Kind.SOFT)
    if hard >= (1 if was_silenced else HARD):
        return Score(hard, soft, at + REST[Kind.HARD])
    if soft >= SOFT:
        return Score(hard, soft, at + REST[Kind.SOFT])
    return Score(hard, soft)
