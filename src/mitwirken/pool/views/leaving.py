"""Leaving in one click: by the mail program (RFC 8058) or by a person on a page."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from mitwirken.core import clock

from .. import actions, tokens
from ..models import ConsentState


@csrf_exempt  # RFC 8058: no cookie, no token, no login; the address carries all it needs
@never_cache
def leave(request, token):
    """POST ends the mails at once and as often as you like; GET only shows the button. Nothing is deleted here."""
    found = tokens.read_leave_token(token)
    if found is None:
        return render(request, "pool/leave.html", {"known": False}, status=404)
    member_id, purpose = found
    if request.method != "POST":
        return render(request, "pool/leave.html", {"known": True, "purpose": purpose})
    if "List-Unsubscribe" in request.POST:
        actions.leave_by_token(token, at=clock.now(), source="one-click")
        return HttpResponse("OK", content_type="text/plain")
    everything = "all" in request.POST
    actions.leave_by_token(token, at=clock.now(), source="leave", everything=everything)
    remains = ConsentState.objects.filter(member=member_id).exists()
    return render(request, "pool/left.html", {"purpose": purpose, "everything": everything, "remains": remains})
