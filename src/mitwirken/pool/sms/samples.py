"""A mobile number that is plainly made up, for tests."""

from collections.abc import Sequence
from datetime import datetime

from .. import samples
from ..models import Dispatch, DispatchKind, Member
from . import actions
from .models import MobileNumber

# Kept free for films and books by the Bundesnetzagentur.
NUMBER = "+491713920012"


def sample_data(*, at: datetime) -> Member:
    """Somebody who proved a number."""
    member = samples.member()
    MobileNumber.objects.create(member=member, number=NUMBER, asked_at=at, proven_at=at)
    return member


def sample_dispatches(*, langs: Sequence[str], at: datetime) -> list[Dispatch]:
    """The mail that a number takes nothing, to a member of each language."""
    for lang in langs:
        member = samples.member(lang=lang, email=f"{lang}-sms@beispiel.example")
        MobileNumber.objects.create(member=member, number=NUMBER, asked_at=at)
        actions.give_up(member, NUMBER, at=at)
    return list(Dispatch.objects.filter(kind=DispatchKind.NUMBER))
