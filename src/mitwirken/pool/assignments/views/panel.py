"""My tasks, as a part of the preference centre."""

from django.urls import reverse
from django.utils.translation import gettext as _

from mitwirken.core import clock

from ...features import Panel
from ...models import Member
from ...tokens import personal_token
from ..models import TaskState
from ..words import LABEL

SHOWN = 20


def mine(member: Member, token: str) -> Panel | None:
    """What this member was asked, newest first; nothing at all for whoever never was."""
    rows = list(member.assignments.select_related("task__department").order_by("-pk")[: SHOWN + 1])
    now = clock.now()
    entries = [
        {
            "title": row.task.title,
            "department": row.task.department.name,
            "url": reverse("pool_assignments:task", args=[personal_token(LABEL, row.task_id, member)]),
            "is_open": row.task.takes_answers(at=now),
            "ends_at": row.task.ends_at,
            "state": row.get_state_display(),
            "is_reported": row.task.state == TaskState.REPORTED,
            "effect_url": reverse("pool_assignments:effect", args=[row.task_id]),
        }
        for row in rows[:SHOWN]
    ]
    if not entries:
        return None
    return Panel(
        "assignments/panel.html",
        {"entries": entries, "is_cut": len(rows) > SHOWN, "shown": SHOWN},
        anchor="tasks",
        title=_("My tasks"),
    )
