"""What happens in the evaluation: runs open, sheets come in, numbers are taken."""

from .measuring import measure, measure_due
from .runs import enter_paper, fill, forget_old_sheets, invite, open_due, open_run

__all__ = [
    "enter_paper",
    "fill",
    "forget_old_sheets",
    "invite",
    "measure",
    "measure_due",
    "open_due",
    "open_run",
]
