"""Start a project, and the workbench from which it is led."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mitwirken.box.models import Format
from mitwirken.core import clock, paging
from mitwirken.core.typed import searched, whole_number

from ... import policies, readiness
from ...actions import projects as actions
from ...errors import DomainError, NotReady
from ...forms.staff import MeasureForm, StartProjectForm, UpdateForm
from ...models import StepState
from . import scope

PER_PAGE, SHOWN = 50, 20


def index(request):
    """The projects of the person's departments, newest first."""
    projects = policies.visible_projects(request.user, *scope.READERS)
    search = searched(request)
    if search:
        projects = projects.filter(title__icontains=search)
    context = {
        "title": _("Projects"),
        "icon": "folder-open-inverse",
        "page": paging.page(request, projects, order=["-pk"], size=PER_PAGE),
        "search": search,
        "may_start": scope.departments(request.user).exists(),
    }
    return render(request, "portal/staff/projects.html", context)


def start(request):
    """From a format, or from an empty page, to a draft with everything prefilled that can be."""
    departments = scope.departments(request.user)
    if not departments.exists():
        raise PermissionDenied
    code = request.GET.get("format", "").replace("\0", "")[:100]
    chosen = Format.objects.filter(code=code).first() if code else None
    form = StartProjectForm(request.POST or None, departments=departments)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            project = actions.start_project(
                chosen, typed["department"], title=typed["title"], by=request.user, at=clock.now()
            )
        except DomainError as error:
            form.add_error(None, error.sentence)
        else:
            messages.success(request, _("The project has been created as a draft. Nobody else can see it yet."))
            return redirect("portal_staff:project", project.pk)
    context = {
        "title": _("Start a project"),
        "icon": "plus-inverse",
        "form": form,
        "format": chosen,
        "unknown_format": bool(code and chosen is None),
    }
    return render(request, "portal/staff/start.html", context)


def project(request, project_id):
    """The workbench: what state the project is in, what is missing, what comes next."""
    return workbench(request, scope.project(request, project_id))


def workbench(request, project, *, update_form=None, measure_form=None):
    now = clock.now()
    draft = project.get_latest_revision_as_object() if project.has_unpublished_changes else project
    waiting = Q(contributions__moderation="pending")
    open_answers = Q(contributions__answer=None) & ~Q(contributions__moderation="hidden")
    annotated = project.steps.annotate(
        handed_in=Count("contributions", distinct=True),
        to_moderate=Count("contributions", filter=waiting, distinct=True),
        unanswered=Count("contributions", filter=open_answers, distinct=True),
    )
    order = ["position", "starts_at", "pk"]
    steps = paging.page(request, annotated, order=order, size=SHOWN, name="schritte", among=project.steps.all())
    for step in steps.rows:
        step.status_now = step.status(at=now) if step.state == StepState.PUBLISHED else None
        step.problems = readiness.of_step(step, at=now) if step.state == StepState.DRAFT else []
    # What waits to become public with the project, and whether it could at once.
    drafts = [] if project.live else list(project.steps.filter(state=StepState.DRAFT))
    checklist = [{"position": position, **item} for position, item in enumerate(project.checklist)]
    may_lead = policies.may_lead(request.user, project)
    context = {
        "title": project.title,
        "icon": "folder-open-inverse",
        "project": project,
        "draft": draft,
        "steps": steps,
        "checklist": checklist,
        "ticked": sum(bool(item.get("done")) for item in checklist),
        "problems": readiness.of_project(draft),
        "may_lead": may_lead,
        "may_answer": policies.may_answer_in(request.user, project),
        "may_moderate": policies.may_moderate_in(request.user, project),
        "updates": paging.page(request, project.updates.all(), order=["-pk"], size=10, name="neuigkeiten"),
        "measures": paging.page(
            request, project.measures.all(), order=["position", "pk"], size=SHOWN, name="massnahmen"
        ),
        "chosen_measure": _measure(request, project),
        "update_form": update_form or UpdateForm(prefix="update"),
        "measure_form": measure_form or MeasureForm(prefix="measure"),
        "drafts": len(drafts),
        "drafts_ready": bool(drafts) and not any(readiness.of_step(step, at=now) for step in drafts),
    }
    return render(request, "portal/staff/project.html", context)


def _measure(request, project):
    """The measure a form is about; none for a new one."""
    measure_id = whole_number(request.POST.get("measure"))
    return project.measures.filter(pk=measure_id).first() if measure_id else None


@require_POST
def publish(request, project_id):
    project = scope.project_to_lead(request, project_id)
    with_steps = "with_steps" in request.POST
    try:
        actions.publish_project(project, by=request.user, at=clock.now(), with_steps=with_steps)
    except NotReady as error:
        for reason in error.reasons:
            messages.error(request, reason)
    else:
        together = _("The project and its steps are public now.")
        messages.success(request, together if with_steps else _("The project is public now."))
    return redirect("portal_staff:project", project_id)


@require_POST
def tick(request, project_id):
    project = scope.project_to_lead(request, project_id)
    position = whole_number(request.POST.get("position"))
    try:
        actions.tick(
            project, -1 if position is None else position, done=bool(request.POST.get("done")), by=request.user
        )
    except DomainError as error:
        messages.error(request, error.sentence)
    return redirect("portal_staff:project", project_id)


@require_POST
def post_update(request, project_id):
    project = scope.project_to_lead(request, project_id)
    form = UpdateForm(request.POST, prefix="update")
    if not form.is_valid():
        return workbench(request, project, update_form=form)
    typed = form.cleaned_data
    actions.post_update(project, typed["title"], typed["text"], by=request.user, at=clock.now())
    messages.success(request, _("The news item is public now."))
    return redirect("portal_staff:project", project_id)


@require_POST
def set_measure(request, project_id):
    project = scope.project_to_lead(request, project_id)
    form = MeasureForm(request.POST, prefix="measure")
    if not form.is_valid():
        return workbench(request, project, measure_form=form)
    actions.set_measure(project, by=request.user, measure=_measure(request, project), **form.cleaned_data)
    messages.success(request, _("The measure has been saved."))
    return redirect("portal_staff:project", project_id)
