"""The page on which a code from a letter is typed in."""

from datetime import timedelta

from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from mitwirken.core import clock, throttle
from mitwirken.core.views import too_many_requests

from ...views.trail import trail
from .. import actions
from ..forms import CodeForm

# Enough for slips, and for a library with one address; far too few for guessing 54 bits.
TRIES = throttle.Limit(limit=20, per=timedelta(hours=1))


@never_cache
def code(request, typed=""):
    """Opening the page uses nothing up, not even with the code in its address; the button does."""
    form = CodeForm(request.POST if request.method == "POST" else None, initial={"code": typed[:40]})
    if request.method == "POST":
        if throttle.too_many(request, "pool.letter_code", **TRIES):
            return too_many_requests(request)
        if form.is_valid():
            if target := actions.use_code(form.cleaned_data["code"], at=clock.now()):
                return redirect(target)
            form.add_error(
                "code",
                _(
                    "We do not know this code. Please compare it sign by sign. It works once, for eight weeks: if it "
                    "is over, call us and we send a new letter."
                ),
            )
    context = {"form": form, "trail": trail((_("Code from a letter"), ""))}
    response = render(request, "pool_letters/code.html", context, status=422 if form.errors else 200)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
