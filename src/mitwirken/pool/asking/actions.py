"""A draft on its way to the people it is for: written, handed in, released, sent, or thrown away."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from mitwirken.accounts.models import User
from mitwirken.core import audit, codes

from ..errors import GONE, Refused
from .lot import pick
from .mailings import has_message_left
from .models import Asking
from .policies import may_release

Row = TypeVar("Row", bound=Asking)
# Writes down whom the lot chose and makes the mailing, inside the action; each kind has its own.
Send = Callable[[Row, list[int], datetime], None]


@transaction.atomic
def save(row: Row, *, by: User) -> Row:
    """Keep a draft; what has been handed in or sent is not written over."""
    if row.pk:
        locked(row, row.DRAFT)
    row.save()
    audit.record(row, f"pool.{row.trail}_saved", by=by, department=row.department_id)
    return row


@transaction.atomic
def discard(row: Asking, *, by: User) -> None:
    """Throw a draft away; nobody has seen it."""
    locked(row, row.DRAFT, row.WAITING)
    audit.record(row, f"pool.{row.trail}_discarded", by=by, department=row.department_id)
    row.delete()


@transaction.atomic
def hand_in(row: Row, send: Send[Row], *, by: User, at: datetime) -> str:
    """Send it, or hand it to the pool manager if it goes to many; the state it has then."""
    current = locked(row, row.DRAFT)
    _refuse_late(current, at=at)
    current.sent_by = by
    if current.needs_release:
        current.state = current.WAITING
        current.save(update_fields=["state", "sent_by"])
        audit.record(current, f"pool.{row.trail}_handed_in", by=by, people=current.people)
    else:
        _go_out(current, send, by=by, at=at)
    row.refresh_from_db()
    return str(row.state)


@transaction.atomic
def release(row: Row, send: Send[Row], *, by: User, at: datetime) -> None:
    """The second pair of eyes: it goes out to many."""
    current = locked(row, row.WAITING)
    if not may_release(by, current):
        raise Refused(_("A pool manager has to release this, and not the person who handed it in."))
    _go_out(current, send, by=by, at=at)
    row.refresh_from_db()


@transaction.atomic
def hand_back(row: Asking, *, by: User) -> None:
    """Not like this: back to whoever wrote it."""
    current = locked(row, row.WAITING)
    current.state = current.DRAFT
    current.save(update_fields=["state"])
    audit.record(current, f"pool.{row.trail}_handed_back", by=by)
    row.refresh_from_db()


def locked(row: Row, *wanted: str) -> Row:
    """The row, held until the end of the transaction; refused if it is in another state than `wanted` by now."""
    rows = type(row)._default_manager.select_for_update(of=("self",)).select_related("department")
    current = rows.filter(pk=row.pk).first()
    if current is None:
        raise Refused(GONE)
    if current.state not in wanted:
        raise Refused(standing(current))
    return current


def standing(row: Asking) -> str:
    """What to say to whoever wants what the state of this row does not allow."""
    return _("That is not possible now. The state is: %(state)s.") % {"state": row.get_state_display()}


def _refuse_late(row: Asking, *, at: datetime) -> None:
    if row.is_too_late(at=at):
        raise Refused(_("The last day for answers is over or almost over. Please choose a later one first."))


def _go_out(row: Row, send: Send[Row], *, by: User, at: datetime) -> None:
    # Days may have passed since it was handed in.
    _refuse_late(row, at=at)
    if not has_message_left(row.department, at=at):
        raise Refused(_("Your department has sent all its messages of these 30 days. Please wait, or ask the pool."))
    row.seed = codes.new_code()
    picked = pick(row.selection, row.people, seed=f"{row.trail}:{row.seed}", at=at)
    if not picked.members:
        raise Refused(_("Nobody fits this choice at the moment. Please widen it."))
    row.protocol = picked.protocol
    send(row, picked.members, at)
    audit.record(row, f"pool.{row.trail}_sent", by=by, people=len(picked.members))
