"""The portal's things; one file per group of them."""

from .answers import Answer, Measure, Origin, Update
from .contributions import (
    Attachment,
    AuthorContact,
    Channel,
    Comment,
    Contribution,
    ModerationState,
    Report,
    Standing,
    Support,
    Trust,
)
from .pages import ProjectDocument, ProjectPage, SectionPage
from .steps import OfferStatus, Step, StepState, status_condition

__all__ = [
    "Answer",
    "Attachment",
    "AuthorContact",
    "Channel",
    "Comment",
    "Contribution",
    "Measure",
    "ModerationState",
    "OfferStatus",
    "Origin",
    "ProjectDocument",
    "ProjectPage",
    "Report",
    "SectionPage",
    "Standing",
    "Step",
    "StepState",
    "Support",
    "Trust",
    "Update",
    "status_condition",
]
