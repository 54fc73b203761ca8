"""What members see of it: whether mails to their address come back."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from mitwirken.core import clock

from ..features import Panel
from ..models import Member
from .models import AddressScore, Returned, ReturnKind

# What stands beside the keys of `export` on the page people read, and what the codes in it and in the ledger mean.
LABELS = {
    "returns": _("What came back of our mails"),
    "returned": _("Returned"),
    "at": _("When"),
    "kind": _("What"),
    "code": _("Code of the mail server"),
    "silenced_until": _("No mails to this address until"),
}
MEANINGS = {
    "kind": dict(ReturnKind.choices),
    "where": {
        "complaint": _("because a mail was reported as spam"),
        "provider": _("with the button of the mailbox provider"),
    },
}


def panel(member: Member, token: str) -> Panel | None:
    """A word in the preference centre while an address is silenced."""
    score = AddressScore.objects.silenced(at=clock.now()).filter(address_hash=member.address_hash).first()
    return Panel("pool_returns/panel.html", {"silence": score, "token": token}) if score else None


def export(member: Member) -> dict[str, Any]:
    """What we know of how the address takes mail."""
    returned = Returned.objects.filter(address_hash=member.address_hash).order_by("at")
    return {
        "returned": [{"at": row.at, "kind": row.kind, "code": row.code} for row in returned],
        "silenced_until": next(
            (score.until for score in AddressScore.objects.filter(address_hash=member.address_hash) if score.until),
            None,
        ),
    }
