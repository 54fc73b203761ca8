"""The people pool: who wants to hear of what, why we may write, and what was written."""

from .campaigns import Campaign
from .consents import MAIN_PURPOSES, ConsentAction, ConsentEvent, ConsentState, ConsentText, Purpose, Suppression
from .departments import ByDepartmentQuerySet, DepartmentAccess
from .installation import Alarm, Installation, Refusal
from .mailings import (
    STANDING,
    URGENT,
    Body,
    DigestItem,
    DigestPeriod,
    DigestRun,
    Dispatch,
    DispatchKind,
    DispatchState,
    Halt,
    MailClass,
)
from .members import (
    BESIDE,
    RADII,
    Channel,
    Frequency,
    Member,
    MemberDistrict,
    MemberKind,
    MemberStatus,
    MemberTopic,
    Origin,
    Proof,
)
from .outbox import EventKind, Outbox, OutboxEvent, OutboxState, RateBucket, Worker
from .reach import PhoneNumber, PostalAddress
from .selections import Selection
from .settings import PoolSettings
from .traits import TraitKind

__all__ = [
    "BESIDE",
    "MAIN_PURPOSES",
    "RADII",
    "STANDING",
    "URGENT",
    "Alarm",
    "Body",
    "ByDepartmentQuerySet",
    "Campaign",
    "Channel",
    "ConsentAction",
    "ConsentEvent",
    "ConsentState",
    "ConsentText",
    "DepartmentAccess",
    "DigestItem",
    "DigestPeriod",
    "DigestRun",
    "Dispatch",
    "DispatchKind",
    "DispatchState",
    "EventKind",
    "Frequency",
    "Halt",
    "Installation",
    "MailClass",
    "Member",
    "MemberDistrict",
    "MemberKind",
    "MemberStatus",
    "MemberTopic",
    "Origin",
    "Outbox",
    "OutboxEvent",
    "OutboxState",
    "PhoneNumber",
    "PoolSettings",
    "PostalAddress",
    "Proof",
    "Purpose",
    "RateBucket",
    "Refusal",
    "Selection",
    "Suppression",
    "TraitKind",
    "Worker",
]
