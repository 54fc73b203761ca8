"""A member gives a mobile number, proves it and takes it back."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mitwirken.core import clock, throttle

# `with_member` limits the tries: throttle.too_many, "pool.settings".
from ...views.preferences import with_member
from .. import actions, exports, gateways
from ..forms import DigitsForm, NumberForm
from ..models import MobileNumber


@require_POST
@with_member
def give(request, token, member):
    """The answer is the same for every number: a code is on its way."""
    if gateways.configured() is None:
        raise Http404
    form = NumberForm(request.POST, auto_id="sms_%s")
    if not form.is_valid():
        return _wrong(request, exports.context(member, token, number_form=form), form, token)
    if not form.is_spam:
        with throttle.evenly():
            actions.ask(member, form.cleaned_data["number"], at=clock.now(), words_lang=get_language())
    messages.success(request, _("Nearly done: we send a code to this number. Please type it here within ten minutes."))
    return _to_the_panel(token)


@require_POST
@with_member
def prove(request, token, member):
    form = DigitsForm(request.POST, auto_id="smscode_%s")
    if not MobileNumber.objects.filter(member=member, proven_at=None).exists():
        return redirect("pool:settings", token)
    if form.is_valid():
        if actions.prove(member, form.cleaned_data["code"], at=clock.now()):
            done = _("Thank you. From now on you get a text message when there is a new offer for you.")
            messages.success(request, done)
            return _to_the_panel(token)
        form.add_error(
            "code",
            _(
                "This code does not fit. It holds for ten minutes, and only the newest one counts. Compare it, or ask "
                "for a new one. After ten tries it is over for today."
            ),
        )
    return _wrong(request, exports.context(member, token, code_form=form), form, token)


@require_POST
@with_member
def take_back(request, token, member):
    if actions.take_back(member, at=clock.now()):
        messages.success(request, _("Your number is deleted. You get no more text messages."))
    return redirect("pool:settings", token)


def _to_the_panel(token):
    """The settings are long on a telephone: on to where the code is typed in."""
    return redirect(reverse("pool:settings", args=[token]) + "#sms")


def _wrong(request, panel, form, token):
    context = {"panel": panel, "form": form, "token": token}
    return render(request, "pool_sms/wrong.html", context, status=422)
