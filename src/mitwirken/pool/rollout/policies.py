"""Who enables departments, and who reads how the trial goes."""

from django.db.models import QuerySet

from mitwirken.accounts.models import RoleKind
from mitwirken.accounts.policies import Person, departments_of
from mitwirken.city.models import Department


def may_enable(user: Person) -> bool:
    """Pool managers of all departments decide which department comes next."""
    return departments_of(user, RoleKind.POOL_MANAGER) is None


def may_read_report(user: Person) -> bool:
    """The report names no people; pool managers of any department and the evaluators read it."""
    departments = departments_of(user, RoleKind.POOL_MANAGER, RoleKind.EVALUATOR)
    return departments is None or bool(departments)


def departments_in_report(user: Person) -> QuerySet[Department]:
    """The departments whose own numbers this person sees: their own."""
    allowed = departments_of(user, RoleKind.POOL_MANAGER, RoleKind.EVALUATOR)
    return Department.objects.all() if allowed is None else Department.objects.filter(pk__in=allowed)
