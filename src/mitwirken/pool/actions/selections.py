"""Saved selections: made, changed, deleted while nothing uses them."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from mitwirken.accounts.models import User
from mitwirken.city.models import Department
from mitwirken.core import audit

from .. import matching
from ..models import Dispatch, Selection


class NameTaken(Exception):
    """The department has a selection with this name, perhaps for a moment only."""


class ChangedMeanwhile(Exception):
    """Somebody changed the selection after this person had looked at it."""


@transaction.atomic
def save_selection(name: str, rule: matching.Selection, *, department: Department, by: User, at: datetime) -> Selection:
    """Keep a rule under a name for this department. Raises NameTaken."""
    selection = Selection(name=name, department=department, rule=rule, created_by=by, created_at=at, changed_at=at)
    _store(selection)
    _record(selection, "pool.selection_saved", by)
    return selection


@transaction.atomic
def change_selection(
    selection: Selection, *, name: str, rule: matching.Selection, seen: int | None, by: User, at: datetime
) -> Selection:
    """Another name or another rule, each a version. What was written with the old rule keeps its copy of it.

    `seen` is the version this person looked at. Raises ChangedMeanwhile if it is another by now, and NameTaken.
    The same again, a button pressed twice for one, changes nothing and leaves no trace.
    """
    # Held from here to the end: two who looked at the same version cannot both save over it.
    current = Selection.objects.select_for_update().get(pk=selection.pk)
    if (current.name, current.rule) == (name, rule):
        return current
    if current.version != seen:
        raise ChangedMeanwhile
    current.version += 1
    current.name, current.rule, current.changed_at = name, rule, at
    _store(current)
    _record(current, "pool.selection_changed", by)
    return current


def is_used(selection: Selection) -> bool:
    """True if a mailing was sent with this very rule."""
    return Dispatch.objects.filter(department=selection.department_id, selection_hash=selection.rule_hash).exists()


def delete_selection(selection: Selection, *, by: User, at: datetime) -> bool:
    """Delete it if nothing was or will be written with it; False if something was."""
    try:
        with transaction.atomic():
            if is_used(selection):
                return False
            audit.record(selection, "pool.selection_deleted", by=by, version=selection.version)
            selection.delete()
    except ProtectedError:
        return False
    return True


def _store(selection: Selection) -> None:
    # The database decides: whoever asks first whether a name is free may be told so together with somebody else.
    try:
        with transaction.atomic():
            selection.save()
    except IntegrityError as error:
        raise NameTaken from error


def _record(selection: Selection, action: str, by: User) -> None:
    # The rule is ids and codes, no people and no words of theirs: the trail may keep each version whole.
    audit.record(
        selection, action, by=by, version=selection.version, rule=selection.rule, rule_hash=selection.rule_hash
    )
