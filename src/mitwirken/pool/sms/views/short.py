"""The two short addresses of a text message: to the offer, and to the button that ends the messages."""

from datetime import timedelta

from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mitwirken.core import clock, throttle
from mitwirken.core.views import too_many_requests
from mitwirken.portal.models import Step

from .. import actions, keys


@require_safe
def offer(request, step):
    """The same address for everybody: it tells nobody who follows it."""
    return redirect(get_object_or_404(Step.objects.select_related("project"), pk=step))


@never_cache
def stop(request, key):
    """Programs that open every link end nothing, the button does: at once and as often as you like."""
    member = keys.member_of_stop_key(key)
    if member is None:
        if throttle.too_many(request, "pool_sms.stop", limit=60, per=timedelta(hours=1)):
            return too_many_requests(request)
        return render(request, "pool_sms/stop.html", {"known": False, "done": False}, status=404)
    done = request.method == "POST"
    if done:
        actions.take_back(member, at=clock.now(), source="text message")
    response = render(request, "pool_sms/stop.html", {"known": True, "done": done})
    response.headers["X-Robots-Tag"] = "noindex"
    return response
