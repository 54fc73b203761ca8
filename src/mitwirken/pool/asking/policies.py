"""Who lets something go out to many people."""

from mitwirken.accounts.models import RoleKind
from mitwirken.accounts.policies import Person, has_role

from .models import Asking


def may_release(user: Person, row: Asking) -> bool:
    """A pool manager of the department who did not hand it in."""
    return has_role(user, row.department_id, RoleKind.POOL_MANAGER) and row.sent_by_id != user.pk
