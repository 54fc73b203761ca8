"""What of the invitations waits for whom."""

from mitwirken.accounts.models import RoleKind
from mitwirken.accounts.policies import Person, departments_of

from .models import Event


def waiting(user: Person) -> int:
    """Invitations this person has to look at and release."""
    return Event.objects.to_release(departments_of(user, RoleKind.POOL_MANAGER), by=user.pk).count()
