"""Answers that come by telephone or letter, typed in by staff."""

from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mitwirken.core import clock

from ...views.staff import done
from .. import actions
from ..forms import CallForm
from ..models import Reply
from .staff import with_event

SAID = {
    Reply.YES: gettext_lazy("Stored: the person has a place."),
    Reply.WAITING: gettext_lazy("Stored: all places are taken, the person is on the waiting list."),
    Reply.NO: gettext_lazy("Stored: the person does not come."),
}


@with_event
def enter(request, event):
    """The code says who it is; nothing of the person is shown."""
    form = CallForm(request.POST if request.method == "POST" else None, event=event)

    def store(typed):
        said = {"companions": typed.get("companions") or 0, "at": clock.now(), "by": request.user}
        return SAID[Reply(actions.enter(event, typed["code"], typed["comes"] == "yes", **said))]

    if done(request, form, store, field="code"):
        return redirect("pool_invitations_staff:enter", event.pk)
    context = {
        "title": _("Type in an answer: %(title)s") % {"title": event.title},
        "icon": "calendar-alt",
        "event": event,
        "form": form,
    }
    return render(request, "invitations/staff/enter.html", context, status=422 if form.errors else 200)
