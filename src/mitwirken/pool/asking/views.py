"""A draft in the staff area, from the first page to the button that sends it; counts, never people."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy

from mitwirken.core import clock

from .. import policies, selecting
from ..errors import Refused
from ..models import Purpose
from ..views.staff import gone
from . import actions
from .policies import may_release

HANDED_IN = gettext_lazy("Handed in. A pool manager looks at it and releases it.")
BACK = gettext_lazy("It is a draft again.")
DELETED = gettext_lazy("The draft is deleted.")

# Does one verb for a person, now, and says in a sentence what happened.
Verb = Callable[[Any, Any, Any], Any]


def with_row(model, *related, index):
    """Mark a view: it gets the row. Those of other departments do not exist for this person; `index` lists the own."""

    def mark(view):
        @wraps(view)
        def wrapper(request, pk, **more):
            if not policies.may_see(request.user):
                raise PermissionDenied
            mine = model.objects.of_departments(policies.departments_seen(request.user))
            found = mine.select_related(*related).filter(pk=pk).first()
            return view(request, found, **more) if found else gone(request, index)

        return wrapper

    return mark


def to_write(view):
    """Mark a view that gets a row: only for who writes in the name of its department."""

    @wraps(view)
    def wrapper(request, row, **more):
        if not policies.may_write(request.user, row.department, at=clock.now()):
            raise PermissionDenied
        return view(request, row, **more)

    return wrapper


def is_sent(request, *forms):
    """Whether all of a draft was sent to be kept, and all of it is right; the button that only counts keeps nothing."""
    # Each is looked at, so that the page says everything that is wrong at once.
    wrong = [form for form in forms if not form.is_valid()]
    return request.method == "POST" and "count" not in request.POST and not wrong


def way_out(request, row):
    """What the page of a row shows of its way to the people (pool/staff/_way_out.html)."""
    now = clock.now()
    fitting = selecting.count(row.selection, purpose=Purpose.TASKS, at=now) if row.is_unsent else 0
    return {
        "rule": selecting.in_words(row.selection) if row.selection else "",
        "fits": selecting.roughly(fitting),
        "is_writer": policies.may_write(request.user, row.department, at=now),
        "may_release": may_release(request.user, row),
        "left": policies.messages_left(row.department, at=now),
    }


def verbs(start, release, sent) -> dict[str, Verb]:
    """The verbs of a draft; `start` and `release` are the kind's own actions, `sent` what to say then."""
    return {
        "senden": lambda row, user, now: HANDED_IN if start(row, by=user, at=now) == row.WAITING else sent,
        "freigeben": lambda row, user, now: release(row, by=user, at=now) or sent,
        "zurueckgeben": lambda row, user, now: actions.hand_back(row, by=user) or BACK,
        "verwerfen": lambda row, user, now: actions.discard(row, by=user) or DELETED,
    }


def act(request, row, verb, known: dict[str, Verb], *, page, index):
    """Do one of the known verbs, or say why not; back to the page of the row, or the list if it is gone."""
    if verb not in known:
        raise Http404
    try:
        messages.success(request, known[verb](row, request.user, clock.now()))
    except Refused as refused:
        messages.error(request, refused.sentence)
    return redirect(page, row.pk) if row.pk else redirect(index)


def still_a_draft(request, row):
    """Whether this page of its words makes sense; who opens it too late is told how it stands.

    Who sends it too late is told by the action, and keeps what they typed.
    """
    if row.state == row.DRAFT or request.method == "POST":
        return True
    messages.warning(request, actions.standing(row))
    return False
