"""Pages of the evaluation: the form for those who took part, the results for everybody."""

from .form import form, paper, thanks
from .impact import impact
from .results import numbers, results

__all__ = ["form", "impact", "numbers", "paper", "results", "thanks"]
