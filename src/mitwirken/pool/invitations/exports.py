"""What a member gets to see of the invitations in their own data, and the list at the door."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ..models import Member
from .models import Event, Guest, Reply

# What stands beside the keys of `of_member` on the page people read, and what the ledger calls this feature.
LABELS = {
    "invitations": _("Invitations"),
    "title": _("Event"),
    "starts_at": _("Begins at"),
    "place": _("Place"),
    "invited_at": _("Invited at"),
    "reply": _("Answer"),
    "answered_at": _("Answered at"),
    "said_yes_at": _("Said yes at"),
    "companions": _("Brings along"),
    "name": _("Name"),
    "needs": _("What helps"),
    "came": _("Was there"),
    "code": _("Code for the door"),
}
MEANINGS = {"where": {"invitation": _("on the page of an invitation")}}


def of_member(member: Member) -> dict[str, Any]:
    """Every event this member was invited to, with the own answer."""
    mine = member.invitations.select_related("event").order_by("pk")
    if not mine:
        return {}
    return {
        "invitations": [
            {
                "title": row.event.title,
                "starts_at": row.event.starts_at,
                "place": row.event.place,
                "invited_at": row.event.invited_at,
                "reply": row.get_reply_display(),
                "answered_at": row.answered_at,
                "said_yes_at": row.yes_at,
                "companions": row.companions,
                "name": row.name,
                "needs": row.needs,
                "came": row.came,
                "code": row.code,
            }
            for row in mine
        ]
    }


def door_list(event: Event) -> list[Guest]:
    """Who has a place, by name where one was given, else by code. No addresses, no numbers of members."""
    seated = event.guests.filter(reply=Reply.YES)
    return sorted(seated, key=lambda guest: (not guest.name, guest.name.casefold(), guest.code))
