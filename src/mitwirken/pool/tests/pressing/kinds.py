"""What has states and buttons, in general."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.urls import reverse

from mitwirken.core import clock

GONE = "Das gibt es nicht mehr, oder es gehört einem anderen Fachbereich."


@dataclass(frozen=True)
class Kind:
    """What has states and buttons. `build(state)` makes one; `press` names address and form of each verb.

    `works` says in which states a verb does something; everywhere else the page answers with `says` for this state
    and verb, for this verb, or for everything. `again` is what a second press reads that has its own sentence, and
    `repeats` are the verbs that may be said twice.
    """

    build: Callable[[str], Any]
    states: tuple[str, ...]
    press: dict[str, Callable[[Any], tuple[str, dict[str, Any]]]]
    works: dict[str, set[str]]
    says: dict[Any, str]
    again: dict[str, str] = field(default_factory=dict)
    repeats: frozenset[str] = frozenset()

    def sentence(self, row: Any, state: str, verb: str) -> str:
        found = next(self.says[key] for key in ((state, verb), (state, ""), ("", verb), "") if key in self.says)
        shown = row.get_state_display() if hasattr(row, "get_state_display") else ""
        return found.format(state=shown)


def moment(**later: int) -> str:
    return (clock.now() + timedelta(**later)).strftime("%Y-%m-%dT%H:%M")


def to(name: str, verb: str = "") -> Callable[[Any], tuple[str, dict[str, Any]]]:
    """A button without a form."""
    return lambda row: (reverse(name, args=[row.pk, verb] if verb else [row.pk]), {})


def set_(row: Any, **facts: Any) -> Any:
    type(row)._default_manager.filter(pk=row.pk).update(**facts)
    row.refresh_from_db()
    return row
