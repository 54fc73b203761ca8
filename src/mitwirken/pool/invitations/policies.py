"""Who may invite: people of the department; a second pair of eyes for many invitations."""

from mitwirken.accounts.models import RoleKind
from mitwirken.accounts.policies import Person, departments_of, has_role

from .models import Event, EventState

# More than so many members are only invited once a pool manager has released it.
RELEASE_ABOVE = 200


def departments_seen(user: Person) -> set[int] | None:
    """The departments whose invitations this person sees; None stands for all."""
    return departments_of(user, RoleKind.POOL_MANAGER, RoleKind.PROJECT_LEAD)


def may_enter(user: Person) -> bool:
    """See the list of invitations at all."""
    departments = departments_seen(user)
    return departments is None or bool(departments)


def may_release(user: Person, event: Event) -> bool:
    """Let many invitations go out: a pool manager of the department who did not hand them in."""
    return has_role(user, event.department_id, RoleKind.POOL_MANAGER) and event.sent_by_id != user.pk


def needs_release(event: Event) -> bool:
    return event.people > RELEASE_ABOVE


def waiting(user: Person) -> int:
    """Invitations this person has to look at and release."""
    managed = Event.objects.in_departments(departments_of(user, RoleKind.POOL_MANAGER))
    return managed.filter(state=EventState.WAITING).exclude(sent_by=user.pk).count()
