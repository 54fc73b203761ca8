"""What the signed-in person may touch. What they may not see does not exist for them: 404, not 403."""

from django.core.exceptions import PermissionDenied
from django.http import Http404

from mitwirken.accounts.models import RoleKind
from mitwirken.accounts.policies import departments_of
from mitwirken.city.models import Department

from ... import policies
from ...models import Comment, Contribution, Report, Step

READERS = (RoleKind.EDITOR, RoleKind.PROJECT_LEAD, RoleKind.MODERATOR)
WRITERS = (RoleKind.EDITOR, RoleKind.PROJECT_LEAD)
MODERATORS = (RoleKind.MODERATOR, RoleKind.PROJECT_LEAD)


def project(request, project_id):
    """The project, if one of the person's departments runs it."""
    found = policies.visible_projects(request.user, *READERS).filter(pk=project_id).first()
    if found is None:
        raise Http404
    return found


def project_to_lead(request, project_id):
    found = project(request, project_id)
    if not policies.may_lead(request.user, found):
        raise PermissionDenied
    return found


def steps(user, *kinds):
    return Step.objects.filter(project__in=policies.visible_projects(user, *kinds).values("pk"))


def contributions(user, *kinds):
    return Contribution.objects.filter(step__in=steps(user, *kinds).values("pk"))


def _found(queryset, pk):
    row = queryset.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def step(request, step_id, *kinds):
    """The step, if the person holds one of `kinds` (READERS) in its department."""
    return _found(steps(request.user, *(kinds or READERS)).select_related("project"), step_id)


def contribution(request, contribution_id):
    rows = contributions(request.user, *MODERATORS).select_related("step__project", "district", "entered_by")
    return _found(rows, contribution_id)


def comment(request, comment_id):
    mine = contributions(request.user, *MODERATORS).values("pk")
    return _found(Comment.objects.filter(contribution__in=mine).select_related("contribution"), comment_id)


def report(request, report_id):
    mine = contributions(request.user, *MODERATORS).values("pk")
    return _found(Report.objects.filter(contribution__in=mine).select_related("contribution"), report_id)


def departments(user, *kinds):
    """The sections in which the person may start a project: a list of departments."""
    own = departments_of(user, *(kinds or WRITERS))
    rows = Department.objects.filter(section__isnull=False)
    return rows if own is None else rows.filter(pk__in=own)
