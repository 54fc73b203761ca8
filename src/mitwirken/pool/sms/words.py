"""What the text messages say: short, in the member's language, in the alphabet of telephones."""

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from mitwirken.city.models import CitySettings

from ..dispatch import render
from ..dispatch.claim import Letter
from ..models import Dispatch
from . import gsm, keys
from .models import MobileNumber

# A title cut shorter than this says nothing: then the message may be two.
LEAST = 24


def news(letter: Letter) -> str:
    """Title and address of the offer, and how to end the messages. One message if the title bears it."""
    wanted = {step for step, _reason in letter.choices}
    entry = next(entry for entry in letter.dispatch.content["items"] if entry["step"] in wanted)
    offer = settings.SITE_URL + reverse("pool_sms:offer", args=[entry["step"]])
    stop = settings.SITE_URL + reverse("pool_sms:stop", args=[keys.stop_key(letter.member)])
    with override(letter.member.lang):
        frame = gsm.plain(_("New: %(title)s\n%(offer)s\nNo more: %(stop)s"))
    title = gsm.plain(entry["title"])
    used = gsm.length(frame % {"title": "", "offer": offer, "stop": stop})
    room = gsm.ONE - used if gsm.ONE - used >= min(LEAST, gsm.length(title)) else gsm.TWO - used
    return frame % {"title": gsm.shortened(title, room), "offer": offer, "stop": stop}


def code(number: MobileNumber) -> str:
    """The six digits; from the last line telephones offer to fill them in (origin-bound codes)."""
    digits = keys.code_of(number)
    tail = f"\n@{urlsplit(settings.SITE_URL).hostname} #{digits}"
    with override(number.member.lang):
        said = _("%(code)s is your code for the people pool of %(city)s. Not yours? Then do nothing.") % {
            "code": digits,
            "city": CitySettings.load().name,
        }
    return gsm.shortened(gsm.plain(said), gsm.ONE - gsm.length(tail)) + tail


def refusal(_dispatch: Dispatch, _choices: list[render.Choice], lang: str) -> bytes:
    """The mail that says that a number takes nothing. The number itself is deleted by then."""
    address = render.link("pool:settings", "settings") + "#sms"
    return render.personal("pool_sms/mail/refused.txt", {"settings_url": address}, lang)
