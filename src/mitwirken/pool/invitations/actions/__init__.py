"""Everything that changes an event or an answer."""

from .answering import attendance, enter, erase, move_up, reply, say_more
from .running import (
    cancel,
    change,
    discard,
    follow_step,
    forget,
    hand_back,
    invite,
    release,
    remind,
    save,
)

__all__ = [
    "attendance",
    "cancel",
    "change",
    "discard",
    "enter",
    "erase",
    "follow_step",
    "forget",
    "hand_back",
    "invite",
    "move_up",
    "release",
    "remind",
    "reply",
    "save",
    "say_more",
]
