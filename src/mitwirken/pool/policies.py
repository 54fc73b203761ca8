"""Who may work with the pool, and which department may write to it."""

from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from mitwirken.accounts.models import RoleKind
from mitwirken.accounts.policies import Person, departments_of, has_role
from mitwirken.city.models import Department

from .features import features
from .models import STANDING, DepartmentAccess, Dispatch, DispatchKind, DispatchState, Selection

QUOTA_WINDOW = timedelta(days=30)
COUNTED = (DispatchKind.BULLETIN, DispatchKind.TASK, DispatchKind.INVITATION)
# Who writes to the pool in a department's name, and reads what its colleagues write.
WRITERS = (RoleKind.POOL_MANAGER, RoleKind.PROJECT_LEAD)
EVERYBODYS = (DispatchKind.STEP, DispatchKind.DIGEST, *STANDING)


def may_manage_pool(user: Person) -> bool:
    """See the pool's numbers, stop a dispatch, take people in: pool managers of any department."""
    departments = departments_of(user, RoleKind.POOL_MANAGER)
    return departments is None or bool(departments)


def may_enter(user: Person) -> bool:
    """Open the pool's desk: pool managers, and whoever finds a door of a feature there."""
    return may_manage_pool(user) or any(door.allowed(user) for feature in features() for door in feature.doors)


def dispatches_for(user: Person) -> QuerySet[Dispatch]:
    """What a pool manager may look at: news of offers and digests, which are public, and their departments' mail."""
    departments = departments_of(user, RoleKind.POOL_MANAGER)
    if departments is None:
        return Dispatch.objects.all()
    return Dispatch.objects.filter(Q(kind__in=EVERYBODYS) | Q(department__in=departments))


def may_stop(user: Person, department_id: int | None) -> bool:
    """Pause, resume or cancel: pool managers of the department that sends; digests belong to all of them."""
    if department_id is None:
        return may_manage_pool(user)
    return has_role(user, department_id, RoleKind.POOL_MANAGER)


def departments_seen(user: Person) -> set[int] | None:
    """The departments whose bulletins, tasks and invitations this person sees; None stands for all."""
    return departments_of(user, *WRITERS)


def may_see(user: Person) -> bool:
    """Open the lists of bulletins, tasks and invitations at all."""
    departments = departments_seen(user)
    return departments is None or bool(departments)


def departments_for_writing(user: Person, *, at: datetime) -> list[Department]:
    """The enabled departments in whose name this person may write to the pool, in order of their names."""
    enabled = Department.objects.filter(pool_access__enabled_at__lte=at).order_by("name")
    allowed = departments_seen(user)
    return list(enabled if allowed is None else enabled.filter(pk__in=allowed))


def may_write(user: Person, department: Department, *, at: datetime) -> bool:
    """Draft and send in this department's name: enabled by the pool manager, and a role there."""
    return any(department.pk == found.pk for found in departments_for_writing(user, at=at))


def messages_left(department: Department, *, at: datetime) -> int:
    """How many more mailings this department may start in the current 30 days."""
    return messages_left_of([department], at=at)[department.pk]


def messages_left_of(departments: list[Department], *, at: datetime) -> dict[int, int]:
    """`messages_left` of many departments in two queries."""
    rights = {row.department_id: row for row in DepartmentAccess.objects.filter(department__in=departments)}
    # Reminders and reports follow a mailing that counted already.
    started = Dispatch.objects.filter(
        department__in=departments, kind__in=COUNTED, created_at__gte=at - QUOTA_WINDOW, content__follows__isnull=True
    ).exclude(state=DispatchState.CANCELLED)
    counted = dict(started.values_list("department").annotate(Count("pk")).order_by())
    return {
        row.pk: max(rights[row.pk].mails_per_month - counted.get(row.pk, 0), 0)
        if row.pk in rights and rights[row.pk].is_enabled(at=at)
        else 0
        for row in departments
    }


def selections_for(user: Person) -> QuerySet[Selection]:
    """The saved selections this person may use: those of their own departments, with a role that writes."""
    allowed = departments_seen(user)
    found = Selection.objects.select_related("department")
    return found if allowed is None else found.filter(department__in=allowed)


def may_change_selection(user: Person, selection: Selection, *, at: datetime) -> bool:
    """Change or delete: whoever manages the pool there, or may write in that department's name."""
    return has_role(user, selection.department_id, RoleKind.POOL_MANAGER) or may_write(
        user, selection.department, at=at
    )
