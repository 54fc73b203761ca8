"""The pool in the staff area: numbers, dispatches, and taking people in who call or come by."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from mitwirken.core import clock, paging

from .. import actions, numbers, policies
from ..dispatch.forecast import done_about
from ..errors import GONE, Refused
from ..features import Room, features
from ..models import OutboxEvent

PAGE = 20
MOVED_ON = gettext_lazy("That was not possible: the dispatch is in another state by now.")
NONE_LEFT = gettext_lazy("No mail is left for that: somebody was faster, or the dispatch has been cancelled.")
# What is done, what is said then, and what if there was nothing to do.
VERBS = {
    "pausieren": (actions.pause_dispatch, gettext_lazy("Paused. Mails on their way still arrive."), MOVED_ON),
    "fortsetzen": (actions.resume_dispatch, gettext_lazy("It goes on."), MOVED_ON),
    "abbrechen": (actions.cancel, gettext_lazy("Cancelled. What had not left will not leave."), MOVED_ON),
    "wiederholen": (actions.retry_failed, gettext_lazy("The refused mails are tried again."), NONE_LEFT),
    "freigeben": (actions.release_held, gettext_lazy("The mails held back are sent again."), NONE_LEFT),
}


def for_pool_managers(view):
    """Open to pool managers only, whatever else a person may do."""

    def wrapper(request, *args, **kwargs):
        if not policies.may_manage_pool(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return wrapper


def for_writers(view):
    """Open to pool managers and to everybody who may write to the pool for an enabled department."""

    def wrapper(request, *args, **kwargs):
        if not (
            policies.may_manage_pool(request.user) or policies.departments_for_writing(request.user, at=clock.now())
        ):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return wrapper


def done(request, form, do, *, field=None):
    """Whether `form` was sent and its action done; the reader is told what `do(typed)` says.

    What the action refuses stands at `field` as a sentence, with everything that was typed still in the form.
    """
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        sentence = do(form.cleaned_data)
    except Refused as refused:
        form.add_error(field, refused.sentence)
        return False
    messages.success(request, sentence)
    return True


def gone(request, index):
    """The page for what is deleted or not theirs: a colleague was faster, or a button was pressed twice."""
    context = {"title": _("Nothing here any more"), "icon": "warning", "sentence": GONE, "index": index}
    return render(request, "pool/staff/gone.html", context, status=404)


def quotas(user, *, at):
    """The departments in whose name this person writes, each with the messages it has left."""
    departments = policies.departments_for_writing(user, at=at)
    left = policies.messages_left_of(departments, at=at)
    return [{"department": department, "left": left[department.pk]} for department in departments]


def index(request):
    """What the pool can do for this person; the numbers are for pool managers."""
    now = clock.now()
    if not policies.may_enter(request.user):
        raise PermissionDenied
    rooms, waiting = _doors(request.user)
    if not policies.may_manage_pool(request.user):
        context = {"title": _("People pool"), "icon": "group", "rooms": rooms, "waiting": waiting}
        return render(request, "pool/staff/doors.html", context)
    told = policies.dispatches_for(request.user).select_related("department")
    page = paging.page(request, told, order=["-pk"], size=PAGE, name="aussendungen")
    context = {
        "rooms": rooms,
        "waiting": waiting,
        "title": _("People pool"),
        "icon": "group",
        "members": numbers.members(at=now),
        "attention": numbers.attention(at=now),
        "growth": numbers.growth(at=now),
        "districts": numbers.by_district(),
        "topics": numbers.by_topic(),
        "page": page,
        "dispatches": numbers.dispatches(page.rows),
    }
    return render(request, "pool/staff/index.html", context)


def _doors(user: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The doors open to this person by room, and those behind which something waits today."""
    doors = [door for feature in features() for door in feature.doors if door.allowed(user)]
    rooms = [{"room": room, "doors": [door for door in doors if door.room == room]} for room in Room]
    numbers_waiting = [{"door": door, "number": door.waiting(user)} for door in doors]
    return [row for row in rooms if row["doors"]], [row for row in numbers_waiting if row["number"]]


@for_pool_managers
def dispatch(request, pk):
    found = get_object_or_404(
        policies.dispatches_for(request.user).select_related("department", "step", "stopped_by"), pk=pk
    )
    troubles = OutboxEvent.objects.filter(outbox__dispatch=found).select_related("outbox")
    ways = actions.by_way(found)
    counts = actions.conservation(found, ways)
    context = {
        "title": str(found),
        "icon": "mail",
        "dispatch": found,
        "counts": counts,
        "ways": [way.label for way in ways],
        "lines": numbers.lines(ways, counts),
        "done_about": done_about(found, at=clock.now()),
        "troubles": paging.page(request, troubles, order=["-pk"], size=50, name="stoerungen"),
        "may_stop": not found.is_standing and policies.may_stop(request.user, found.department_id),
    }
    return render(request, "pool/staff/dispatch.html", context)


@require_POST
@for_pool_managers
def change_dispatch(request, pk, verb):
    found = get_object_or_404(policies.dispatches_for(request.user), pk=pk)
    if verb not in VERBS:
        raise Http404
    if found.is_standing or not policies.may_stop(request.user, found.department_id):
        raise PermissionDenied
    action, words, otherwise = VERBS[verb]
    if action(found, by=request.user, at=clock.now()):
        messages.success(request, words)
    else:
        messages.warning(request, otherwise)
    return redirect("pool_staff:dispatch", pk)
