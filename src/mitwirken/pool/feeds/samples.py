"""A feed that is plainly made up, for tests."""

from datetime import datetime

from .. import samples
from ..models import Member
from . import actions


def sample_data(*, at: datetime) -> Member:
    """Somebody whose feed is on."""
    member = samples.member()
    actions.switch_on(member, at=at)
    return member
