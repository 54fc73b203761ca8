"""What a member sees and takes along of their mobile number."""

from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from ..features import Panel
from ..models import Member, Purpose
from ..wording import words
from . import gateways, numbers
from .forms import DigitsForm, NumberForm
from .models import MobileNumber

# What stands beside the keys of `personal_data` on the page people read, and what the ledger calls this feature.
LABELS = {
    "sms": gettext_lazy("Text messages"),
    "mobile_number": gettext_lazy("Mobile number"),
    "code_asked_at": gettext_lazy("Code asked for at"),
    "proven_at": gettext_lazy("Confirmed by code at"),
}
MEANINGS = {
    "where": {
        "text message": gettext_lazy("behind the link in a text message"),
        "number refused": gettext_lazy("because the number takes no text messages"),
    }
}


def panel(member: Member, token: str) -> Panel | None:
    """The part of the preference centre; None without a gateway, and while there are no news to tell.

    Whoever gave a number can always take it back.
    """
    is_offered = gateways.configured() is not None and member.consents.filter(purpose=Purpose.INFORMATION).exists()
    if not is_offered and not MobileNumber.objects.filter(member=member).exists():
        return None
    return Panel("pool_sms/panel.html", context(member, token), anchor="sms", title=_("Text messages"))


def context(
    member: Member, token: str, *, number_form: NumberForm | None = None, code_form: DigitsForm | None = None
) -> dict[str, Any]:
    """What the panel shows, and the page that says what is wrong with what was typed."""
    number = MobileNumber.objects.filter(member=member).first()
    return {
        "number": numbers.readable(number.number) if number else "",
        "proven_at": number.proven_at if number else None,
        "words": words(Purpose.SMS, get_language() or "de"),
        "number_form": number_form or NumberForm(auto_id="sms_%s"),
        "code_form": code_form or DigitsForm(auto_id="smscode_%s"),
        "on_url": reverse("pool_sms:on", args=[token]),
        "code_url": reverse("pool_sms:code", args=[token]),
        "off_url": reverse("pool_sms:off", args=[token]),
    }


def personal_data(member: Member) -> dict[str, Any]:
    """The number and since when we may write to it."""
    number = MobileNumber.objects.filter(member=member).first()
    if number is None:
        return {}
    return {"mobile_number": number.number, "code_asked_at": number.asked_at, "proven_at": number.proven_at}
