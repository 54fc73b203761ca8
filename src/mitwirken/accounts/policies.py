"""Who may do what where, from the roles alone. Apps above ask these and nothing else about rights."""

from django.contrib.auth.models import AnonymousUser

from .models import RoleKind, User

Person = User | AnonymousUser


def role_map(user: Person) -> dict[str, set[int | None]]:
    """The department ids per role kind; None stands for every department. One query per user object."""
    if not user.is_authenticated:
        return {}
    if user.role_map is None:
        found: dict[str, set[int | None]] = {}
        for kind, department in user.roles.values_list("kind", "department_id"):
            found.setdefault(kind, set()).add(department)
        user.role_map = found
    return user.role_map


def has_role(user: Person, department_id: int | None, *kinds: RoleKind) -> bool:
    """True if the user holds one of `kinds` in this department or in all departments."""
    if not user.is_authenticated or not user.is_active:
        return False
    if user.is_superuser:
        return True
    roles = role_map(user)
    return any(roles.get(kind, set()) & {department_id, None} for kind in kinds)


def departments_of(user: Person, *kinds: RoleKind) -> set[int] | None:
    """Ids of the departments in which the user holds one of `kinds`; None means all of them."""
    if not user.is_authenticated or not user.is_active:
        return set()
    if user.is_superuser:
        return None
    held = set().union(*(role_map(user).get(kind, set()) for kind in kinds or RoleKind))
    return None if None in held else {department for department in held if department is not None}


def is_staff_member(user: Person) -> bool:
    """True for everyone who has any role: they may open the staff area."""
    return user.is_authenticated and user.is_active and (user.is_superuser or bool(role_map(user)))


def may_grant_roles(user: Person) -> bool:
    """Only the coordination office gives and takes roles."""
    return user.is_authenticated and user.is_active and user.is_superuser
