"""Departments come into the pool one by one, and can be taken out again."""

from datetime import datetime

from django.db import transaction

from mitwirken.accounts.models import Role, RoleKind, User
from mitwirken.city.models import Department
from mitwirken.core import audit

from ..models import DepartmentAccess
from .checklist import TICKED, Facts, missing


class NotReady(Exception):
    """The checklist has open points: `points` names them."""

    def __init__(self, points: list[str]) -> None:
        super().__init__(", ".join(points))
        self.points = points


@transaction.atomic
def prepare(
    department: Department, *, checklist: dict[str, bool], mails_per_month: int, reply_to: str, by: User
) -> DepartmentAccess:
    """Note how far a department is. An enabled one whose points are no longer all done stays enabled."""
    access, _ = DepartmentAccess.objects.update_or_create(
        department=department,
        defaults={
            "checklist": {point: bool(checklist.get(point)) for point in TICKED},
            "mails_per_month": mails_per_month,
            "reply_to": reply_to,
        },
    )
    audit.record(access, "pool.department_prepared", by=by, mails_per_month=mails_per_month)
    return access


@transaction.atomic
def enable(department: Department, *, by: User, at: datetime) -> DepartmentAccess:
    """From now on this department may write to the pool. Raises NotReady while points are open."""
    access, _ = DepartmentAccess.objects.select_for_update().get_or_create(department=department)
    if points := missing(access.checklist, facts(department, access)):
        raise NotReady(points)
    if access.enabled_at is None:
        access.enabled_at, access.enabled_by = at, by
        access.save(update_fields=["enabled_at", "enabled_by"])
        audit.record(access, "pool.department_enabled", by=by)
    return access


@transaction.atomic
def disable(department: Department, *, by: User) -> None:
    """No new mailing of this department; what is under way goes on and can be stopped one by one."""
    access = DepartmentAccess.objects.select_for_update().filter(department=department).first()
    if access and access.enabled_at is not None:
        access.enabled_at, access.enabled_by = None, None
        access.save(update_fields=["enabled_at", "enabled_by"])
        audit.record(access, "pool.department_disabled", by=by)


def facts(department: Department, access: DepartmentAccess | None) -> Facts:
    """What the system sees of this department by itself."""
    return Facts(
        has_reply_address=bool(access and access.reply_to),
        has_writer=Role.objects.filter(
            department=department, kind__in=[RoleKind.PROJECT_LEAD, RoleKind.POOL_MANAGER], user__is_active=True
        ).exists(),
    )
