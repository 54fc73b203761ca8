"""Who may see and answer what reaches the contact desk."""

from django.db.models import QuerySet

from mitwirken.accounts.models import RoleKind
from mitwirken.accounts.policies import Person, departments_of, has_role

from .models import ContactCase

DESK = (RoleKind.EDITOR, RoleKind.PROJECT_LEAD)


def visible_cases(user: Person) -> QuerySet[ContactCase]:
    """The coordination office (editors of all departments) sees every case, a department only its own."""
    if has_role(user, None, RoleKind.EDITOR):
        return ContactCase.objects.all()
    departments = departments_of(user, *DESK)
    if departments is None:
        return ContactCase.objects.exclude(department=None)
    return ContactCase.objects.filter(department_id__in=departments)


def may_answer_case(user: Person, case: ContactCase) -> bool:
    """Answer, note, hand on and close: whoever may see the case."""
    return has_role(user, None, RoleKind.EDITOR) or (
        case.department_id is not None and has_role(user, case.department_id, *DESK)
    )


def may_use_desk(user: Person) -> bool:
    """See the contact desk in the staff area at all."""
    departments = departments_of(user, *DESK)
    return departments is None or bool(departments)


def may_check_texts(user: Person) -> bool:
    """See which places in texts, lists and settings the city still has to fill in."""
    return has_role(user, None, RoleKind.EDITOR)


def may_read_register(user: Person) -> bool:
    """Read which personal data is kept: the data protection officer, for whatever department."""
    return departments_of(user, RoleKind.DATA_PROTECTION) != set()
