"""Everything that changes a task or an answer."""

from .answering import answer, decline, enter, erase
from .running import close, discard, forget, hand_back, prolong, release, remind, report, save, start

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
