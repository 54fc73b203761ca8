"""A mobile number that is plainly made up, for tests."""

from datetime import datetime

from .. import samples
from ..models import Member
from .models import MobileNumber

# Kept free for films and books by the Bundesnetzagentur.
NUMBER = "+491713920012"


def sample_data(*, at: datetime) -> Member:
    """Somebody who proved a number."""
    member = samples.member()
    MobileNumber.objects.create(member=member, number=NUMBER, asked_at=at, proven_at=at)
    return member
