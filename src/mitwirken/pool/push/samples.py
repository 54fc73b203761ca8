"""A device that is plainly made up, for tests."""

from datetime import datetime

from .. import samples
from ..models import Member
from .models import PushDevice


def sample_data(*, at: datetime) -> Member:
    """Somebody with a device that got a notice."""
    member = samples.member()
    PushDevice.objects.create(
        member=member,
        digest="0" * 64,
        endpoint="https://updates.push.services.mozilla.com/wpush/v2/beispiel",
        created_at=at,
        last_ok_at=at,
    )
    return member
