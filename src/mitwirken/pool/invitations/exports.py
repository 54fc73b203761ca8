"""What a member gets to see of the invitations in their own data, and the list at the door."""

from typing import Any

from ..models import Member
from .models import Event, Guest, Reply


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
