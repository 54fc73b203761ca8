"""Who may type in paper sheets and see how a run is going."""

from django.db.models import QuerySet

from mitwirken.accounts.models import RoleKind
from mitwirken.accounts.policies import Person, departments_of, has_role
from mitwirken.portal.models import SectionPage, Step

from .models import Run

KINDS = (RoleKind.EVALUATOR, RoleKind.PROJECT_LEAD)


def may_evaluate(user: Person, step: Step) -> bool:
    """Evaluators and project leads of the step's own department."""
    return has_role(user, step.project.department.pk, *KINDS)


def is_evaluator(user: Person) -> bool:
    """True if there is at least one department to evaluate for."""
    return departments_of(user, *KINDS) != set()


def visible_runs(user: Person) -> QuerySet[Run]:
    """The runs of the departments the user evaluates for."""
    departments = departments_of(user, *KINDS)
    runs = Run.objects.select_related("step__project")
    if departments is None:
        return runs
    allowed = runs.none()
    for section in SectionPage.objects.filter(department_id__in=departments).only("path"):
        allowed = allowed | runs.filter(step__project__path__startswith=section.path)
    return allowed
