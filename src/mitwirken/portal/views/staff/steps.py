"""Steps of a project: add, change, publish, withdraw, close, answered, done."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from mitwirken.core import clock

from ... import policies, registry
from ...actions import projects as actions
from ...errors import DomainError, NotReady
from ...forms.staff import NewStepForm, StepForm
from . import scope

SETTINGS = "settings"


def _close(step, *, by, at):
    """People can take part until now and no longer."""
    actions.change_step(step, by=by, ends_at=at)


VERBS = {
    "veroeffentlichen": (actions.publish_step, gettext_lazy("The step is public now.")),
    "zurueckziehen": (
        lambda step, *, by, at: actions.withdraw_step(step, by=by),
        gettext_lazy("The step is no longer public. What people handed in is kept."),
    ),
    "schliessen": (_close, gettext_lazy("The step is closed. Nobody can take part any more.")),
    "beantwortet": (actions.mark_answered, gettext_lazy("Everybody can see now that this step is answered.")),
    "erledigt": (actions.mark_done, gettext_lazy("The step is done.")),
}


def _settings_form(module, step, data):
    if module.settings_form is None:
        return None
    return module.settings_form(data, initial=step.settings if step else {}, prefix=SETTINGS)


def new(request, project_id):
    project = scope.project_to_lead(request, project_id)
    form = NewStepForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        step = actions.add_step(project, by=request.user, **form.cleaned_data)
        messages.success(request, _("The step has been created as a draft."))
        has_settings = registry.get(step.kind).settings_form is not None
        return redirect("portal_staff:step", step.pk) if has_settings else redirect("portal_staff:project", project.pk)
    context = {"title": _("New step"), "icon": "plus-inverse", "form": form, "project": project}
    return render(request, "portal/staff/step.html", context)


def edit(request, step_id):
    step = scope.step(request, step_id, *scope.WRITERS)
    data = request.POST or None
    form = StepForm(data, instance=step)
    settings_form = _settings_form(step.module, step, data)
    if request.method == "POST" and form.is_valid() and (settings_form is None or settings_form.is_valid()):
        fields = dict(form.cleaned_data)
        if settings_form is not None:
            fields["settings"] = {**step.settings, **settings_form.cleaned_data}
        # The form wrote into its instance; the action compares with what is stored.
        fresh = scope.step(request, step_id, *scope.WRITERS)
        try:
            actions.change_step(fresh, by=request.user, **fields)
        except NotReady as error:
            for reason in error.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, _("The step has been saved."))
            return redirect("portal_staff:project", step.project_id)
    context = {
        "title": fresh_title(step),
        "icon": "edit",
        "form": form,
        "settings_form": settings_form,
        "project": step.project,
        "step": step,
    }
    return render(request, "portal/staff/step.html", context)


def fresh_title(step):
    return _("Step: %(title)s") % {"title": step.title}


@require_POST
def change_state(request, step_id, verb):
    step = scope.step(request, step_id)
    if not policies.may_lead(request.user, step.project):
        raise PermissionDenied
    if verb not in VERBS:
        raise Http404
    action, said = VERBS[verb]
    try:
        action(step, by=request.user, at=clock.now())
    except NotReady as error:
        for reason in error.reasons:
            messages.error(request, reason)
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, said)
    return redirect("portal_staff:project", step.project_id)
