"""Invitations in the staff area: write, send, change, cancel, the list at the door. Counts, never members."""

from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from mitwirken.core import clock
from mitwirken.core.typed import whole_number

from ... import selecting
from ...errors import Refused
from ...models import Purpose
from ...policies import departments_for_writing, may_write, messages_left
from ...rule_form import PeopleForm
from .. import actions, exports, numbers, policies
from ..forms import CancelForm, ChangeForm, EventForm
from ..models import Event, EventState, Reply

PAGE = 30
SENT = gettext_lazy("Sent. The invitations leave in the next minutes.")
HANDED_IN = gettext_lazy("Handed in. A pool manager looks at it and releases it.")


def with_event(view):
    """Find the event; other departments' events do not exist for this person."""

    @wraps(view)
    def wrapper(request, pk, **more):
        if not policies.may_enter(request.user):
            raise PermissionDenied
        found = get_object_or_404(
            Event.objects.in_departments(policies.departments_seen(request.user)).select_related(
                "department", "step__project", "sent_by"
            ),
            pk=pk,
        )
        return view(request, found, **more)

    return wrapper


@require_safe
def index(request):
    """All events of the own departments, newest first; page by page."""
    if not policies.may_enter(request.user):
        raise PermissionDenied
    found = Event.objects.in_departments(policies.departments_seen(request.user)).select_related("department")
    if before := whole_number(request.GET.get("vor")):
        found = found.filter(pk__lt=before)
    page = list(found.order_by("-pk")[: PAGE + 1])
    counted = numbers.replies_of(page[:PAGE])
    now = clock.now()
    context = {
        "title": _("Invitations"),
        "icon": "calendar-alt",
        "rows": [
            {"event": event, "counts": counted[event.pk], "is_over": event.is_over(at=now)} for event in page[:PAGE]
        ],
        "older": page[PAGE - 1].pk if len(page) > PAGE else "",
        "departments": [
            {"department": department, "left": messages_left(department, at=now)}
            for department in departments_for_writing(request.user, at=now)
        ],
    }
    return render(request, "invitations/staff/index.html", context)


def new(request):
    if not departments_for_writing(request.user, at=clock.now()):
        raise PermissionDenied
    now = clock.now()
    return _write(request, Event(created_at=now, changed_at=now, created_by=request.user))


@with_event
def edit(request, event):
    if not may_write(request.user, event.department, at=clock.now()):
        raise PermissionDenied
    if event.state == EventState.OPEN and not event.is_over(at=clock.now()):
        return _change(request, event)
    if event.state != EventState.DRAFT:
        return redirect("pool_invitations_staff:event", event.pk)
    return _write(request, event)


def _write(request, event):
    now = clock.now()
    given = request.POST if request.method == "POST" else None
    form = EventForm(given, instance=event, departments=departments_for_writing(request.user, at=now), at=now)
    rule = event.selection or selecting.EVERYBODY
    people = PeopleForm(given, user=request.user, purpose=Purpose.TASKS, at=now, rule=rule)
    if given is not None and "count" not in given and all([form.is_valid(), people.is_valid()]):
        event = form.save(commit=False)
        event.selection = people.rule()
        try:
            actions.save(event, by=request.user)
        except Refused as refused:
            messages.error(request, refused.sentence)
        else:
            messages.success(request, _("Saved. Nobody has been invited yet."))
        return redirect("pool_invitations_staff:event", event.pk)
    context = {
        "title": event.title if event.pk else _("A new event"),
        "icon": "calendar-alt",
        "form": form,
        "rule_form": people,
    }
    has_errors = given is not None and "count" not in given
    return render(request, "invitations/staff/edit.html", context, status=422 if has_errors else 200)


def _change(request, event):
    given = request.POST if request.method == "POST" else None
    form = ChangeForm(given, instance=Event.objects.get(pk=event.pk))
    if given is not None and form.is_valid():
        try:
            changed = actions.change(event, form.cleaned_data, by=request.user, at=clock.now())
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            told = _("Changed. Whoever comes or waits hears of another date or place by mail.")
            messages.success(request, told if changed else _("Nothing was different."))
            return redirect("pool_invitations_staff:event", event.pk)
    context = {
        "title": _("Change: %(title)s") % {"title": event.title},
        "icon": "calendar-alt",
        "event": event,
        "form": form,
    }
    return render(request, "invitations/staff/change.html", context, status=422 if form.errors else 200)


@require_safe
@with_event
def event(request, event):
    now = clock.now()
    context = {
        "title": event.title,
        "icon": "calendar-alt",
        "event": event,
        "counts": numbers.replies(event),
        "is_over": event.is_over(at=now),
        "rule": selecting.in_words(event.selection) if event.selection else "",
        "needs_release": policies.needs_release(event),
        "limit": policies.RELEASE_ABOVE,
        "is_writer": may_write(request.user, event.department, at=now),
        "may_release": policies.may_release(request.user, event),
        "left": messages_left(event.department, at=now),
        "notices": event.notices.select_related("dispatch").order_by("pk"),
        "fits": _fits(event) if event.state in (EventState.DRAFT, EventState.WAITING) else "",
        "step_is_off": event.step is not None and event.step.state != "published",
        "came": event.results.get("came") if event.results else event.guests.filter(came=True).count(),
    }
    return render(request, "invitations/staff/event.html", context)


def _fits(event):
    return selecting.roughly(selecting.count(event.selection, purpose=Purpose.TASKS, at=clock.now()))


VERBS = {
    "einladen": (lambda event, user, now: SENT if actions.invite(event, by=user, at=now) == "open" else HANDED_IN),
    "freigeben": (lambda event, user, now: actions.release(event, by=user, at=now) or SENT),
    "zurueckgeben": (
        lambda event, user, now: actions.hand_back(event, by=user) or gettext_lazy("It is a draft again.")
    ),
    "verwerfen": (lambda event, user, now: actions.discard(event, by=user) or gettext_lazy("The draft is deleted.")),
}


@require_POST
@with_event
def act(request, event, verb):
    if verb not in VERBS:
        raise Http404
    if not may_write(request.user, event.department, at=clock.now()):
        raise PermissionDenied
    try:
        messages.success(request, VERBS[verb](event, request.user, clock.now()))
    except Refused as refused:
        messages.error(request, refused.sentence)
    if verb == "verwerfen" and event.pk is None:
        return redirect("pool_invitations_staff:index")
    return redirect("pool_invitations_staff:event", event.pk)


@with_event
def cancel(request, event):
    """Off for good: said twice, because the mails leave at once."""
    if not may_write(request.user, event.department, at=clock.now()):
        raise PermissionDenied
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.cancel(event, form.cleaned_data["reason"], by=request.user, at=clock.now())
        except Refused as refused:
            form.add_error("reason", refused.sentence)
        else:
            messages.success(request, _("Cancelled. Everybody who comes or waits gets a mail at once."))
            return redirect("pool_invitations_staff:event", event.pk)
    context = {
        "title": _("Cancel: %(title)s") % {"title": event.title},
        "icon": "calendar-alt",
        "event": event,
        "form": form,
        "counts": numbers.replies(event),
    }
    return render(request, "invitations/staff/cancel.html", context, status=422 if form.errors else 200)


@with_event
def door(request, event):
    """The list at the door, to print; afterwards it notes who was there."""
    guests = exports.door_list(event)
    if request.method == "POST":
        came = {pk for given in request.POST.getlist("came") if (pk := whole_number(given))}
        number = actions.attendance(event, came, by=request.user)
        messages.success(request, _("Noted: %(number)s parties were there.") % {"number": number})
        return redirect("pool_invitations_staff:event", event.pk)
    waiting = event.guests.filter(reply=Reply.WAITING).order_by("yes_at", "pk")
    context = {
        "title": _("List for the door: %(title)s") % {"title": event.title},
        "icon": "list-ul",
        "event": event,
        "guests": guests,
        "waiting": waiting,
        "people": sum(1 + guest.companions for guest in guests),
    }
    return render(request, "invitations/staff/door.html", context)
