"""Who gets a place and who moves up. No database, no clock.

The rule in words: places go to whoever said yes first. Whoever comes when all places are taken waits. When a
place becomes free, the person who has waited longest gets it, with everybody they bring along; if these do not
fit, the place stays free for them: nobody is overtaken.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Party:
    """Somebody who said yes, with the number of people who come along."""

    key: int
    companions: int = 0

    @property
    def size(self) -> int:
        return 1 + self.companions


def taken(seated: Sequence[Party]) -> int:
    """How many places are gone."""
    return sum(party.size for party in seated)


def fits(places: int, seated: Sequence[Party], waiting: Sequence[Party], newcomer: Party) -> bool:
    """Whether somebody who says yes now gets a place: only if nobody waits already."""
    return not waiting and taken(seated) + newcomer.size <= places


def next_up(places: int, seated: Sequence[Party], waiting: Sequence[Party]) -> list[Party]:
    """Who moves up now, in the order of waiting."""
    free, moved = places - taken(seated), []
    for party in waiting:
        if party.size > free:
            break
        moved.append(party)
        free -= party.size
    return moved
