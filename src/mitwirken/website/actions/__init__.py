"""What happens on the website; one file per group of verbs."""

from .desk import answer_case, assign_case, close_case, forget_cases, note_case, open_case, receive_mail, reopen_case
from .mail import take_mail, take_reply
from .pages import load_pages

__all__ = [
    "answer_case",
    "assign_case",
    "close_case",
    "forget_cases",
    "load_pages",
    "note_case",
    "open_case",
    "receive_mail",
    "reopen_case",
    "take_mail",
    "take_reply",
]
