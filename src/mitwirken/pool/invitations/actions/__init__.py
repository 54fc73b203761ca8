"""Everything that changes an event or an answer."""

from ...asking.actions import discard, hand_back, save
from .answering import attendance, enter, erase, move_up, reply, say_more
from .running import cancel, change, follow_step, forget, invite, release, remind

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
