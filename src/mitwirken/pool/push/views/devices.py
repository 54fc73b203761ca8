"""Switching notices on a device on and off; the script that shows them."""

from django.contrib import messages
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mitwirken.core import clock
from mitwirken.core.typed import whole_number

# `with_member` limits the tries: throttle.too_many, "pool.settings".
from ...views.preferences import with_member
from .. import actions, service

SCRIPT = "pool_push/worker.js"


@require_POST
@with_member
def switch_on(request, token, member):
    given = [request.POST.get(name, "")[:2000] for name in ("endpoint", "p256dh", "auth")]
    if not service.is_configured():
        raise Http404
    try:
        actions.switch_on(member, *given, at=clock.now())
    except actions.NotADevice:
        messages.error(request, _("This browser cannot get notices from us. Nothing was stored."))
    else:
        messages.success(request, _("This device gets a notice when there is a new offer for you."))
    return redirect("pool:settings", token)


@require_POST
@with_member
def switch_off(request, token, member):
    number = whole_number(request.POST.get("device"))
    if number and actions.switch_off(member, number, at=clock.now()):
        messages.success(request, _("Switched off. This device gets no more notices."))
    return redirect("pool:settings", token)


@require_safe
def worker(request):
    """The service worker. Below /mitmachpool/, so that its reach ends there; it can fetch nothing (its own policy)."""
    path = finders.find(SCRIPT) or staticfiles_storage.path(SCRIPT)
    with open(path, encoding="utf-8") as script:
        response = HttpResponse(script.read(), content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return response
