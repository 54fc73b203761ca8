"""Who may see and make saved selections."""

from datetime import datetime

from mitwirken.accounts.models import RoleKind
from mitwirken.accounts.policies import Person, departments_of
from mitwirken.city.models import Department

from ..policies import departments_for_writing, may_manage_pool


def may_see(user: Person, *, at: datetime) -> bool:
    """Whoever may write to the pool somewhere; which selections they see is `selections_for`."""
    return may_manage_pool(user) or bool(departments_for_writing(user, at=at))


def departments_for_saving(user: Person, *, at: datetime) -> list[Department]:
    """For whom this person may save a selection: where they manage the pool, or may write."""
    managed = departments_of(user, RoleKind.POOL_MANAGER)
    if managed is None:
        return list(Department.objects.order_by("name"))
    found = {row.pk: row for row in Department.objects.filter(pk__in=managed)}
    found |= {row.pk: row for row in departments_for_writing(user, at=at)}
    return sorted(found.values(), key=lambda row: row.name)
