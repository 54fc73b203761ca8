"""Who is asked: the lot among those whom a rule fits, and the record by which anybody can repeat it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .. import eligible, matching, selecting
from ..models import Purpose


@dataclass(frozen=True)
class Pick:
    """Whom the lot chose, and the record by which anybody can repeat it on the same members."""

    members: list[int]
    protocol: dict[str, Any]


def pick(rule: selecting.Rule, people: int, *, seed: str, at: datetime) -> Pick:
    """So many members of a rule, whoever was not asked lately first; the seed decides among equals."""
    everybody = selecting.count(rule, purpose=Purpose.TASKS, at=at)
    limited = {"and": [*rule.get("and", [rule]), {"at_most": people}]}
    settled = selecting.settled(limited, purpose=Purpose.TASKS, at=at, seed=seed)
    members = eligible.chosen(settled, purpose=Purpose.TASKS, at=at)
    protocol = {
        "rule": selecting.in_words(limited),
        "rule_hash": matching.selection_hash(limited),
        "fitting": everybody,
        "picked": len(members),
        "seed": seed,
        "at": at.isoformat(),
        "fingerprint": hashlib.sha256(",".join(map(str, members)).encode()).hexdigest(),
    }
    return Pick(members, protocol)
