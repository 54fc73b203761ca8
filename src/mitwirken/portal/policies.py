"""Who may work on projects, steps and contributions."""

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Length, Substr
from wagtail.models import Page

from mitwirken.accounts.models import RoleKind
from mitwirken.accounts.policies import Person, departments_of, has_role

from .models import ProjectPage, SectionPage, Step


def may_lead(user: Person, project: ProjectPage) -> bool:
    """Write, publish and close the project and its steps."""
    return has_role(user, project.department.pk, RoleKind.PROJECT_LEAD, RoleKind.EDITOR)


def may_moderate(user: Person, step: Step) -> bool:
    """Read what waits, show it or hide it with a reason, take down what came on paper."""
    return may_moderate_in(user, step.project)


def may_moderate_in(user: Person, project: ProjectPage) -> bool:
    return has_role(user, project.department.pk, RoleKind.MODERATOR, RoleKind.PROJECT_LEAD)


def may_answer(user: Person, step: Step) -> bool:
    """Answer contributions in the city's name."""
    return may_answer_in(user, step.project)


def may_answer_in(user: Person, project: ProjectPage) -> bool:
    return has_role(user, project.department.pk, RoleKind.PROJECT_LEAD)


def visible_projects(user: Person, *kinds: RoleKind) -> QuerySet[ProjectPage]:
    """The projects of the departments in which the user holds one of `kinds` (none named: any role)."""
    departments = departments_of(user, *kinds)
    projects = ProjectPage.objects.all()
    if departments is None:
        return projects
    # A project lies directly below the section of its department.
    section = Substr(OuterRef("path"), 1, Length(OuterRef("path")) - Page.steplen)
    return projects.filter(Exists(SectionPage.objects.filter(department_id__in=departments, path=section)))
