"""What a member gets to see of the tasks in their own data."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ..models import Member

# What stands beside the keys of `of_member` on the page people read, and what the ledger calls this feature.
LABELS = {
    "assignments": _("Tasks"),
    "tasks": _("Tasks"),
    "title": _("Task"),
    "asked_at": _("Asked at"),
    "state": _("State"),
    "answered_at": _("Answered at"),
    "channel": _("Answered by way of"),
    "code": _("Code of the task"),
    "answers": _("Answers"),
    "question": _("Question"),
    "answer": _("Answer"),
    "remarks": _("Remarks"),
}
MEANINGS = {"where": {"task": _("on the page of a task")}}


def of_member(member: Member) -> dict[str, Any]:
    """Every task this member was asked to do, with the own answers in words."""
    mine = member.assignments.select_related("task").order_by("pk")
    if not mine:
        return {}
    return {
        "tasks": [
            {
                "title": row.task.title,
                "asked_at": row.task.started_at,
                "state": row.get_state_display(),
                "answered_at": row.answered_at,
                "channel": row.channel if row.answered_at else "",
                "code": row.code,
                "answers": [
                    {"question": question["text"], "answer": row.answers.get(str(number), "")}
                    for number, question in enumerate(row.task.questions)
                ],
                "remarks": row.comment,
            }
            for row in mine
        ]
    }
