"""What members see of it: whether mails to their address come back."""

from typing import Any

from mitwirken.core import clock

from ..features import Panel
from ..models import Member
from .models import AddressScore, Returned


def panel(member: Member, token: str) -> Panel | None:
    """A word in the preference centre while an address is silenced."""
    score = AddressScore.objects.silenced(at=clock.now()).filter(address_hash=member.address_hash).first()
    return Panel("pool_returns/panel.html", {"silence": score, "token": token}) if score else None


def export(member: Member) -> dict[str, Any]:
    """What we know of how the address takes mail."""
    returned = Returned.objects.filter(address_hash=member.address_hash).order_by("at")
    return {
        "returned": [{"at": row.at.isoformat(), "kind": row.kind, "code": row.code} for row in returned],
        "silenced_until": next(
            (
                score.until.isoformat()
                for score in AddressScore.objects.filter(address_hash=member.address_hash)
                if score.until
            ),
            None,
        ),
    }
