"""My invitations, as a part of the preference centre."""

from django.utils.translation import gettext as _

from mitwirken.core import clock

from ...features import Panel
from ...models import Member
from ..mails import address_of
from ..models import EventState

SHOWN = 20


def mine(member: Member, token: str) -> Panel | None:
    """What this member was invited to, newest first; nothing at all for whoever never was."""
    rows = list(member.invitations.select_related("event").order_by("-pk")[: SHOWN + 1])
    now = clock.now()
    entries = [
        {
            "title": row.event.title,
            "url": address_of(row.event_id, member),
            "starts_at": row.event.starts_at,
            "is_over": row.event.is_over(at=now),
            "is_cancelled": row.event.state == EventState.CANCELLED,
            "reply": row.get_reply_display(),
        }
        for row in rows[:SHOWN]
    ]
    if not entries:
        return None
    return Panel(
        "invitations/panel.html",
        {"entries": entries, "is_cut": len(rows) > SHOWN, "shown": SHOWN},
        anchor="invitations",
        title=_("My invitations"),
    )
