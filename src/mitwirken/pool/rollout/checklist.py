"""What a department must have done before it may write to the pool: short, because long lists are ticked unread."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Facts:
    """What the system sees by itself."""

    has_reply_address: bool
    has_writer: bool


# Ticked by the pool manager, in this order.
TICKED = ("privacy", "training", "rhythm")
SEEN = ("reply", "writer")


def missing(ticked: dict[str, bool], facts: Facts) -> list[str]:
    """The points still open, in the order in which they are shown; empty means ready."""
    seen = {"reply": facts.has_reply_address, "writer": facts.has_writer}
    return [point for point in SEEN if not seen[point]] + [point for point in TICKED if not ticked.get(point)]
