"""What of the tasks waits for whom."""

from mitwirken.accounts.models import RoleKind
from mitwirken.accounts.policies import Person, departments_of

from ..policies import departments_seen
from .models import Task, TaskState


def waiting(user: Person) -> int:
    """What this person has to do: tasks to release, and ended tasks without a report."""
    reports = Task.objects.of_departments(departments_seen(user)).filter(state=TaskState.CLOSED).count()
    return reports + Task.objects.to_release(departments_of(user, RoleKind.POOL_MANAGER), by=user.pk).count()
