"""The feed and the calendar of one member, read by programs; and the switch in the preference centre."""

import hashlib
from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST, require_safe

from mitwirken.core import clock, throttle
from mitwirken.core.views import too_many_requests

from ..models import MemberStatus
from ..views.preferences import with_member
from . import actions, addresses, writing

MAX_AGE = 3600


def for_programs(view):
    """Find the feed of the address. Ended is 410 with a sentence, so that programs stop asking; unknown is 404."""

    @require_safe
    def wrapper(request, token):
        found = addresses.read(token)
        if found is None:
            return _sentence(_("There is no feed at this address. You find yours in your settings."), status=404)
        feed, is_valid = found
        with override(feed.member.lang):
            if not is_valid or feed.member.status != MemberStatus.ACTIVE:
                return _sentence(
                    _("This address has ended: the feed is off or has a new address. You find it in your settings."),
                    status=410,
                )
            response = view(request, token, feed)
        patch_cache_control(response, private=True, max_age=MAX_AGE)
        response.headers["X-Robots-Tag"] = "noindex"
        tag = f'"{hashlib.blake2s(response.content, digest_size=12).hexdigest()}"'
        response.headers["ETag"] = tag
        return get_conditional_response(request, etag=tag, response=response) or response

    return wrapper


def _sentence(text, *, status):
    headers = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"}
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8", headers=headers)


@for_programs
def atom(request, token, feed):
    body = writing.as_atom(feed, reverse("pool_feeds:atom", args=[token]), at=clock.now())
    return HttpResponse(body, content_type="application/atom+xml; charset=utf-8")


@for_programs
def calendar(request, token, feed):
    body = writing.as_ics(feed, at=clock.now())
    return HttpResponse(body, content_type="text/calendar; charset=utf-8")


@require_POST
@with_member
def switch(request, token, member):
    if throttle.too_many(request, "pool.feed", limit=60, per=timedelta(hours=1)):
        return too_many_requests(request)
    now = clock.now()
    if "on" in request.POST:
        actions.switch_on(member, at=now)
        messages.success(request, _("Your feed has an address now. You find it below."))
    elif "off" in request.POST:
        actions.switch_off(member, at=now)
        messages.success(request, _("The feed is off. Its address has ended."))
    elif "renew" in request.POST:
        actions.renew(member, at=now)
        messages.success(request, _("The feed has a new address. The old one has ended."))
    return redirect(reverse("pool:settings", args=[token]) + "#feed")
