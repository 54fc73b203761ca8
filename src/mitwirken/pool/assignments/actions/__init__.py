"""Everything that changes a task or an answer."""

from ...asking.actions import discard, hand_back, save
from .answering import answer, decline, enter, erase
from .running import close, forget, prolong, release, remind, report, start

__all__ = [
    "answer",
    "close",
    "decline",
    "discard",
    "enter",
    "erase",
    "forget",
    "hand_back",
    "prolong",
    "release",
    "remind",
    "report",
    "save",
    "start",
]
