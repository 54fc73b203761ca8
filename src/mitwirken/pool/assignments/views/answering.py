"""A member's page about one task: reached by the link in the mail, without password."""

from datetime import timedelta
from functools import wraps
from urllib.parse import urlsplit

from django.conf import settings
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from mitwirken.core import clock, throttle
from mitwirken.core.views import too_many_requests

from ... import actions as pool
from ...errors import Refused
from ...models import Purpose
from ...tokens import read_personal_token, settings_token
from .. import actions
from ..forms import AnswerForm
from ..models import AnswerState, Assignment, TaskState
from ..words import LABEL


def with_assignment(view):
    """Find what the link is about; else say that it is not valid and how to get on."""

    # The address is the secret, and people open mail in browsers that keep no cookies.
    @csrf_exempt
    @never_cache
    @wraps(view)
    def wrapper(request, token):
        found = read_personal_token(LABEL, token)
        rows = Assignment.objects.select_related("task__department", "member")
        assignment = rows.filter(task=found[0], member=found[1]).first() if found else None
        if assignment is None:
            return render(request, "assignments/unknown.html", status=404)
        if request.method == "POST" and throttle.too_many(request, "pool.task", limit=120, per=timedelta(hours=1)):
            return too_many_requests(request)
        response = view(request, token, assignment)
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return wrapper


@with_assignment
def task(request, token, assignment):
    """GET only shows; programs that open every link answer nothing."""
    now, shown = clock.now(), assignment.task
    is_asked = assignment.member.consents.filter(purpose=Purpose.TASKS).exists()
    is_open = shown.takes_answers(at=now) and is_asked
    if request.method == "POST" and not is_open:
        return _page(request, token, assignment, None, is_asked=is_asked, is_open=False, status=409)
    given = request.POST if request.method == "POST" else None
    form = AnswerForm(given, task=shown, initial=AnswerForm.kept(assignment))
    if request.method == "POST" and form.is_valid():
        if not form.is_spam:
            try:
                actions.answer(assignment, form.answers, form.cleaned_data["comment"], at=now)
            except Refused:
                assignment.refresh_from_db()
                return _page(request, token, assignment, None, is_asked=is_asked, is_open=False, status=409)
        return redirect("pool_assignments:task", token)
    status = 422 if form.errors else 200
    return _page(request, token, assignment, form, is_asked=is_asked, is_open=is_open, status=status)


def _page(request, token, assignment, form, *, is_asked, is_open, status):
    shown = assignment.task
    host = urlsplit(shown.link).hostname or ""
    context = {
        "task": shown,
        "assignment": assignment,
        "form": form,
        "is_open": is_open,
        "is_asked": is_asked,
        "is_answered": assignment.state == AnswerState.ANSWERED,
        "is_declined": assignment.state == AnswerState.DECLINED,
        "is_reported": shown.state == TaskState.REPORTED,
        "elsewhere": "" if host == urlsplit(settings.SITE_URL).hostname else host,
        "decline_url": reverse("pool_assignments:decline", args=[token]),
        "stop_url": reverse("pool_assignments:stop", args=[token]),
        "settings_url": reverse("pool:settings", args=[settings_token(assignment.member)]),
        "effect_url": reverse("pool_assignments:effect", args=[shown.pk]),
    }
    return render(request, "assignments/task.html", context, status=status)


@require_POST
@with_assignment
def decline(request, token, assignment):
    try:
        actions.decline(assignment, at=clock.now())
    except Refused:
        return _page(request, token, assignment, None, is_asked=True, is_open=False, status=409)
    return redirect("pool_assignments:task", token)


@require_POST
@with_assignment
def stop(request, token, assignment):
    """One click: nobody asks this person personally any more."""
    pool.leave(assignment.member, Purpose.TASKS, at=clock.now(), source="task")
    return redirect("pool_assignments:task", token)
