"""Who may work on a task: people of its department; a second pair of eyes for many people."""

from mitwirken.accounts.models import RoleKind
from mitwirken.accounts.policies import Person, departments_of, has_role

from .models import Task, TaskState

# More than so many people are only asked once a pool manager has released it.
RELEASE_ABOVE = 50


def departments_seen(user: Person) -> set[int] | None:
    """The departments whose tasks this person sees; None stands for all."""
    return departments_of(user, RoleKind.POOL_MANAGER, RoleKind.PROJECT_LEAD)


def may_release(user: Person, task: Task) -> bool:
    """Let a large task go out: a pool manager of the department who did not hand it in."""
    return has_role(user, task.department_id, RoleKind.POOL_MANAGER) and task.sent_by_id != user.pk


def needs_release(task: Task) -> bool:
    return task.people > RELEASE_ABOVE


def may_enter(user: Person) -> bool:
    """See the list of tasks at all."""
    departments = departments_seen(user)
    return departments is None or bool(departments)


def waiting(user: Person) -> int:
    """What this person has to do: tasks to release, and ended tasks without a report."""
    found = Task.objects.in_departments(departments_seen(user))
    reports = found.filter(state=TaskState.CLOSED).count()
    managed = Task.objects.in_departments(departments_of(user, RoleKind.POOL_MANAGER))
    return reports + managed.filter(state=TaskState.WAITING).exclude(sent_by=user.pk).count()
