"""What invitations add to the pool's language: a word of selections, a slot of mails."""

from typing import Any

from ..models import Dispatch, Member
from ..tokens import personal_token
from .models import Guest

LABEL = "invitation"


def invited(people: dict[str, Any]) -> tuple[str, list[Any]]:
    """Who was invited to an event and has not answered yet."""
    sql = "SELECT g.member_id FROM pool_invitations_guest g WHERE g.event_id = %s AND g.reply = 'open'"
    return f"m.id IN ({sql})", [people["event"]]


def token(dispatch: Dispatch, member: Member) -> str:
    """Opens this member's page about the event the mail tells of."""
    return personal_token(LABEL, dispatch.content["event"], member)


def code(dispatch: Dispatch, member: Member) -> str:
    """What the person says on the telephone or at the door."""
    found = Guest.objects.filter(event=dispatch.content["event"], member=member)
    return found.values_list("code", flat=True).first() or "-"
