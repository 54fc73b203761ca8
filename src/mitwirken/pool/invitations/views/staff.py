"""Invitations in the staff area: write, send, change, cancel, the list at the door. Counts, never members."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from mitwirken.core import clock, paging
from mitwirken.core.typed import whole_number

from ... import selecting
from ...asking import views as drafts
from ...errors import Refused
from ...models import Purpose
from ...policies import departments_for_writing, departments_seen, may_see
from ...rule_form import PeopleForm
from ...views.staff import done, quotas
from .. import actions, exports, numbers
from ..forms import CancelForm, ChangeForm, EventForm
from ..models import Event, Reply

PAGE = 30
INDEX, PAGE_OF_ONE = "pool_invitations_staff:index", "pool_invitations_staff:event"
with_event = drafts.with_row(Event, "department", "step__project", "sent_by", index=INDEX)


@require_safe
def index(request):
    """All events of the own departments, newest first; page by page."""
    if not may_see(request.user):
        raise PermissionDenied
    found = Event.objects.of_departments(departments_seen(request.user)).select_related("department")
    page = paging.page(request, found, order=["-pk"], size=PAGE)
    counted, now = numbers.replies_of(page.rows), clock.now()
    context = {
        "title": _("Invitations"),
        "icon": "calendar-alt",
        "rows": [
            {"event": event, "counts": counted[event.pk], "is_over": event.is_over(at=now)} for event in page.rows
        ],
        "page": page,
        "quotas": quotas(request.user, at=now),
    }
    return render(request, "invitations/staff/index.html", context)


def new(request):
    if not departments_for_writing(request.user, at=clock.now()):
        raise PermissionDenied
    now = clock.now()
    return _write(request, Event(created_at=now, changed_at=now, created_by=request.user))


@with_event
@drafts.to_write
def edit(request, event):
    """The words of a draft. What changes once people are invited has a page of its own, because they are told."""
    return _write(request, event) if drafts.still_a_draft(request, event) else redirect(PAGE_OF_ONE, event.pk)


def _write(request, event):
    now = clock.now()
    given = request.POST if request.method == "POST" else None
    form = EventForm(given, instance=event, departments=departments_for_writing(request.user, at=now), at=now)
    rule = event.selection or selecting.EVERYBODY
    people = PeopleForm(given, user=request.user, purpose=Purpose.TASKS, at=now, rule=rule)

    def keep(_typed):
        event = form.save(commit=False)
        event.selection = people.rule()
        actions.save(event, by=request.user)
        return _("Saved. Nobody has been invited yet.")

    if drafts.is_sent(request, form, people) and done(request, form, keep):
        return redirect(PAGE_OF_ONE, event.pk)
    context = {
        "title": event.title if event.pk else _("A new event"),
        "icon": "calendar-alt",
        "form": form,
        "rule_form": people,
    }
    has_errors = given is not None and "count" not in given
    return render(request, "invitations/staff/edit.html", context, status=422 if has_errors else 200)


@with_event
@drafts.to_write
def change(request, event):
    """Another date, place or number of places, after people were invited."""
    given = request.POST if request.method == "POST" else None
    form = ChangeForm(given, instance=Event.objects.get(pk=event.pk))

    def tell(typed):
        if actions.change(event, typed, by=request.user, at=clock.now()):
            return _("Changed. Whoever comes or waits hears of another date or place by mail.")
        return _("Nothing was different.")

    if done(request, form, tell):
        return redirect(PAGE_OF_ONE, event.pk)
    context = {
        "title": _("Change: %(title)s") % {"title": event.title},
        "icon": "calendar-alt",
        "event": event,
        "is_open": event.may_give_back(at=clock.now()),
        "form": form,
    }
    return render(request, "invitations/staff/change.html", context, status=422 if form.errors else 200)


@require_safe
@with_event
def event(request, event):
    context = {
        "title": event.title,
        "icon": "calendar-alt",
        "event": event,
        "counts": numbers.replies(event),
        "is_over": event.is_over(at=clock.now()),
        "notices": event.notices.select_related("dispatch").order_by("pk"),
        "step_is_off": event.step is not None and event.step.state != "published",
        "came": event.results.get("came") if event.results else event.guests.filter(came=True).count(),
        **drafts.way_out(request, event),
    }
    return render(request, "invitations/staff/event.html", context)


VERBS = drafts.verbs(actions.invite, actions.release, gettext_lazy("Sent. The invitations leave in the next minutes."))


@require_POST
@with_event
@drafts.to_write
def act(request, event, verb):
    return drafts.act(request, event, verb, VERBS, page=PAGE_OF_ONE, index=INDEX)


@with_event
@drafts.to_write
def cancel(request, event):
    """Off for good: said twice, because the mails leave at once."""
    form = CancelForm(request.POST if request.method == "POST" else None)

    def call_off(typed):
        actions.cancel(event, typed["reason"], by=request.user, at=clock.now())
        return _("Cancelled. Everybody who comes or waits gets a mail at once.")

    if done(request, form, call_off, field="reason"):
        return redirect(PAGE_OF_ONE, event.pk)
    context = {
        "title": _("Cancel: %(title)s") % {"title": event.title},
        "icon": "calendar-alt",
        "event": event,
        "is_open": event.may_give_back(at=clock.now()),
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
        try:
            number = actions.attendance(event, came, by=request.user)
        except Refused as refused:
            messages.error(request, refused.sentence)
        else:
            messages.success(request, _("Noted: %(number)s parties were there.") % {"number": number})
        return redirect(PAGE_OF_ONE, event.pk)
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
