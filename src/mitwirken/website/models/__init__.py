"""The website's things; one file per group of them."""

from .desk import CaseState, ContactCase, ContactMessage, Direction, Subject
from .lists import FundingOpportunity, LocalRight
from .pages import ContentPage, HomePage, LegalPage, NewsIndexPage, NewsPage

__all__ = [
    "CaseState",
    "ContactCase",
    "ContactMessage",
    "ContentPage",
    "Direction",
    "FundingOpportunity",
    "HomePage",
    "LegalPage",
    "LocalRight",
    "NewsIndexPage",
    "NewsPage",
    "Subject",
]
