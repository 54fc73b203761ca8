"""A guest's page about one event: reached by the link in the mail, without password."""

from datetime import timedelta
from functools import wraps

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from mitwirken.core import clock, throttle
from mitwirken.core.views import too_many_requests

from ... import actions as pool
from ...errors import Refused
from ...models import Purpose
from ...tokens import read_personal_token, settings_token
from .. import actions, calendar, mails
from ..forms import MoreForm, ReplyForm
from ..models import EventState, Guest, Reply
from ..words import LABEL


def with_guest(view):
    """Find what the link is about; else say that it is not valid and how to get on."""

    # The address is the secret, and people open mail in browsers that keep no cookies.
    @csrf_exempt
    @never_cache
    @wraps(view)
    def wrapper(request, token):
        found = read_personal_token(LABEL, token)
        rows = Guest.objects.select_related("event__department", "event__step__project", "member")
        guest = rows.filter(event=found[0], member=found[1]).first() if found else None
        if guest is None:
            return render(request, "invitations/unknown.html", status=404)
        if request.method == "POST" and throttle.too_many(request, "pool.invite", limit=120, per=timedelta(hours=1)):
            return too_many_requests(request)
        response = view(request, token, guest)
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return wrapper


@with_guest
def invitation(request, token, guest):
    """GET only shows; programs that open every link neither come nor stay away."""
    given = request.POST if request.method == "POST" else None
    form = ReplyForm(given, event=guest.event, initial=ReplyForm.kept(guest))
    if given is None or not form.is_valid():
        return _page(request, token, guest, form, status=422 if form.errors else 200)
    if form.is_spam:
        return redirect("pool_invitations:invitation", token)
    typed = form.cleaned_data
    try:
        actions.reply(guest, typed["comes"] == "yes", companions=typed.get("companions") or 0, at=clock.now())
    except Refused as refused:
        guest.refresh_from_db()
        return _page(request, token, guest, form, refused=refused.sentence, status=409)
    return redirect("pool_invitations:invitation", token)


def _page(request, token, guest, form, *, more=None, refused="", status=200):
    now, event = clock.now(), guest.event
    comes = guest.reply in (Reply.YES, Reply.WAITING)
    context = {
        "event": event,
        "guest": guest,
        "form": form,
        "more_form": more or MoreForm(initial={"name": guest.name, "needs": guest.needs}),
        "wrong": more or form,
        "refused": refused,
        "is_cancelled": event.state == EventState.CANCELLED,
        "is_over": event.is_over(at=now),
        "may_say_yes": event.takes_answers(at=now),
        "may_answer": event.takes_answers(at=now) or (comes and event.may_give_back(at=now)),
        "may_tell": comes and event.may_give_back(at=now),
        "is_asked": guest.member.consents.filter(purpose=Purpose.TASKS).exists(),
        "before_me": _before(guest) if guest.reply == Reply.WAITING else 0,
        "more_url": reverse("pool_invitations:more", args=[token]),
        "stop_url": reverse("pool_invitations:stop", args=[token]),
        "entry_url": reverse("pool_invitations:entry", args=[token]),
        "settings_url": reverse("pool:settings", args=[settings_token(guest.member)]),
    }
    return render(request, "invitations/invitation.html", context, status=status)


def _before(guest):
    waiting = Guest.objects.filter(event=guest.event_id, reply=Reply.WAITING)
    return waiting.filter(yes_at__lt=guest.yes_at).count()


@require_POST
@with_guest
def more(request, token, guest):
    """A name for the door, and what helps: asked only of who comes."""
    form = MoreForm(request.POST)
    shown = ReplyForm(event=guest.event, initial=ReplyForm.kept(guest))
    if not form.is_valid():
        return _page(request, token, guest, shown, more=form, status=422)
    if not form.is_spam:
        given = form.cleaned_data
        try:
            actions.say_more(guest, name=given["name"], needs=given["needs"], at=clock.now())
        except Refused as refused:
            return _page(request, token, guest, shown, more=form, refused=refused.sentence, status=409)
    return redirect("pool_invitations:invitation", token)


@require_POST
@with_guest
def stop(request, token, guest):
    """One click: nobody invites this person personally any more. A place that is theirs stays theirs."""
    pool.leave(guest.member, Purpose.TASKS, at=clock.now(), source="invitation")
    return redirect("pool_invitations:invitation", token)


@require_safe
@with_guest
def entry(request, token, guest):
    """The event for the own calendar."""
    response = HttpResponse(calendar.entry(mails.facts_of(guest.event)), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="termin.ics"'
    return response
