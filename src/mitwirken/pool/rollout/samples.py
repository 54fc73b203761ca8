"""Departments that are enabled, for tests and the demo."""

from datetime import datetime, timedelta

from mitwirken.accounts.models import RoleKind
from mitwirken.city.models import Department

from ..actions import grant, leave
from ..models import DepartmentAccess, Member, Purpose
from .checklist import TICKED

ENABLED = 4


def enabled(department: Department, *, at: datetime, mails_per_month: int = 12) -> DepartmentAccess:
    """This department may write to the pool."""
    return DepartmentAccess.objects.update_or_create(
        department=department,
        defaults={
            "checklist": dict.fromkeys(TICKED, True),
            "enabled_at": at - timedelta(days=60),
            "mails_per_month": mails_per_month,
            "reply_to": f"{department.slug}@stadt.example",
        },
    )[0]


def demo(at: datetime) -> None:
    """The departments that have offers take part in the trial; one more is on its way. Most members may be counted."""
    busy = list(Department.objects.filter(roles__kind=RoleKind.PROJECT_LEAD).distinct())
    busy += list(Department.objects.exclude(pk__in=[row.pk for row in busy]).order_by("name")[: ENABLED - len(busy)])
    for department in busy:
        enabled(department, at=at)
    for member in Member.objects.active().order_by("pk")[: Member.objects.count() : 45]:
        leave(member, Purpose.INFORMATION, at=at - timedelta(days=member.pk % 25), source="demo")
    for member in Member.objects.active().order_by("pk"):
        if member.pk % 5:
            grant(member, Purpose.STATISTICS, at=max(member.created_at, at - timedelta(days=100)), source="demo")
    waiting = Department.objects.exclude(pool_access__enabled_at__lte=at).order_by("name").first()
    if waiting:
        DepartmentAccess.objects.get_or_create(department=waiting, defaults={"checklist": {"privacy": True}})
