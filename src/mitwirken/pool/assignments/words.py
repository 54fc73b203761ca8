"""What assignments add to the pool's language: a word of selections, slots of mails."""

from typing import Any

from ..models import Dispatch, Member
from ..tokens import personal_token
from .models import Assignment

LABEL = "task"


def assigned(people: dict[str, Any]) -> tuple[str, list[Any]]:
    """Who was asked for a task; with a state, only those of them."""
    sql, values = "SELECT a.member_id FROM pool_assignments_assignment a WHERE a.task_id = %s", [people["task"]]
    if "state" in people:
        sql, values = f"{sql} AND a.state = %s", [*values, people["state"]]
    return f"m.id IN ({sql})", values


def token(dispatch: Dispatch, member: Member) -> str:
    """Opens this member's page about the task the mail tells of."""
    return personal_token(LABEL, dispatch.content["task"], member)


def code(dispatch: Dispatch, member: Member) -> str:
    """What the person says on the telephone instead of opening a page."""
    found = Assignment.objects.filter(task=dispatch.content["task"], member=member)
    return found.values_list("code", flat=True).first() or "-"
