"""From a bulletin to mails: the snapshot a dispatch carries, and how it reads in each version."""

import email
import email.policy
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override

from mitwirken.city.models import CitySettings, District, Topic

from .. import matching
from ..dispatch import mime, render
from ..features import Panel
from ..matching import Interests, Reason
from ..models import Dispatch, DispatchKind, MailClass, Purpose
from . import markup
from .markup import Text
from .models import VERSIONS, Bulletin

TEMPLATE = "pool/bulletins/mail/bulletin"
# Wide enough for every mail program's column, light enough for a telephone on the road.
PICTURE = "max-1120x1120|format-jpeg|jpegquality-75"


def content(bulletin: Bulletin) -> dict[str, Any]:
    """What is told, as it is now: mails, archive and preview read the same words."""
    return {
        "subject": bulletin.text("de").subject,
        "texts": {version: asdict(bulletin.text(version)) for version in bulletin.versions},
        "image": _picture(bulletin),
        "offer": _offer(bulletin),
        "department": bulletin.department.name,
        "reply_to": reply_to(bulletin),
        "topics": {str(pk): name for pk, name in Topic.objects.values_list("pk", "name")},
        "districts": {str(pk): name for pk, name in District.objects.values_list("pk", "name")},
        "by_interest": _asks_for_interests(bulletin.rule),
    }


def _picture(bulletin: Bulletin) -> dict[str, Any] | None:
    if bulletin.image is None:
        return None
    try:
        made = bulletin.image.get_rendition(PICTURE)
    except OSError:  # the file is gone or is no picture
        return None
    url = made.url if made.url.startswith("http") else settings.SITE_URL + made.url
    return {"url": url, "width": made.width, "height": made.height}


def _offer(bulletin: Bulletin) -> dict[str, str] | None:
    about = bulletin.step or bulletin.project
    return {"title": about.title, "url": settings.SITE_URL + about.get_absolute_url()} if about else None


def reply_to(bulletin: Bulletin) -> str:
    """Where answers go: what the pool manager noted for the department, else its own address."""
    access = getattr(bulletin.department, "pool_access", None)
    return (access.reply_to if access else "") or bulletin.department.email


def asked_for(rule: matching.Selection) -> tuple[list[int], list[int]]:
    """The topics and districts a rule asks for, in its order; what stands under "not" is not asked for."""
    word, value = next(iter(rule.items()))
    if word in ("and", "or"):
        parts = [asked_for(part) for part in value]
        return [pk for topics, _d in parts for pk in topics], [pk for _t, districts in parts for pk in districts]
    return (value if word == "topics" else []), (value if word == "districts" else [])


def _asks_for_interests(rule: matching.Selection) -> bool:
    word, value = next(iter(rule.items()))
    if word in ("and", "or"):
        return any(_asks_for_interests(part) for part in value)
    return word in ("topics", "districts", "kinds")


def draft_dispatch(bulletin: Bulletin, *, at: datetime) -> Dispatch:
    """The dispatch this bulletin would be, not stored: for preview and check."""
    return Dispatch(
        pk=0,
        kind=DispatchKind.BULLETIN,
        mail_class=MailClass.BULK,
        purpose=Purpose.INFORMATION,
        department=bulletin.department,
        selection=bulletin.rule,
        content=content(bulletin),
        created_at=at,
    )


def rendered(dispatch: Dispatch, choices: list[render.Choice], lang: str) -> bytes:
    """The finished mail for members who read `lang` (a language, or "de-simple"), with slots."""
    version, text = best_version(dispatch.content, lang)
    reason = choices[0][1] if choices else Reason()
    language = version.partition("-")[0]
    with override(lang.partition("-")[0]):
        context = {**shown(dispatch.content, version, text), "why": sentence(dispatch.content, reason)}
        context["is_test"] = False
        context["archive_url"] = settings.SITE_URL + reverse("pool:archive_item", args=[dispatch.pk])
        context["simple_url"] = (
            f"{context['archive_url']}?fassung=de-simple"
            if "de-simple" in dispatch.content["texts"] and version == "de"
            else ""
        )
        return render.bulk(TEMPLATE, context, language, reply_to=dispatch.content.get("reply_to", ""))


def test_context(dispatch: Dispatch, version: str) -> dict[str, Any]:
    """What the same templates need for a test to a member of staff, whose links belong to nobody."""
    city, (version, text) = CitySettings.load(), best_version(dispatch.content, version)
    settings_url, leave_url = (
        settings.SITE_URL + reverse(f"pool:{name}", args=["muster"]) for name in ("settings", "leave")
    )
    return {
        **shown(dispatch.content, version, text),
        "is_test": True,
        "why": sentence(dispatch.content, Reason()),
        "archive_url": settings.SITE_URL + reverse("pool:archive"),
        "settings_url": settings_url,
        "leave_url": leave_url,
        "city_name": city.name,
        "city_phone": city.phone,
    }


def best_version(told: dict[str, Any], wanted: str) -> tuple[str, Text]:
    """The version a person reads: the wanted one, else the German one, which always exists."""
    version = wanted if wanted in told["texts"] else "de"
    return version, Text(**told["texts"].get(version, {}))


def shown(told: dict[str, Any], version: str, text: Text) -> dict[str, Any]:
    """What the templates of mail, preview and archive need of one version."""
    alt = text.alt or told["texts"].get("de", {}).get("alt", "")
    return {
        "subject": text.subject,
        "version": version,
        "text_lang": version.partition("-")[0],
        "body_html": mark_safe(markup.html(text.body)),  # noqa: S308 markup.py escapes whatever people typed
        "body_text": markup.plain(text.body),
        "image": told.get("image"),
        "alt": alt,
        "offer": told.get("offer"),
        "department": told["department"],
        "simple_url": "",
    }


def sentence(told: dict[str, Any], reason: Reason) -> str:
    """Which choices led to this mail. Who is written to whatever they chose is told just that."""
    if reason != Reason() or told["by_interest"]:
        return render.sentence_of(reason, told)
    return _("You get this because it goes to members of the people pool whatever they chose.")


def archive_panel(dispatch: Dispatch, wanted: str) -> Panel:
    """The bulletin on the public page of what was sent."""
    told = dispatch.content
    version, text = best_version(told, wanted)
    others = [
        {"label": str(VERSIONS[name]), "url": f"?fassung={name}"}
        for name in told["texts"]
        if name != version and name in VERSIONS
    ]
    facts = [{"term": _("Written by"), "text": told["department"]}]
    return Panel("pool/bulletins/archive_item.html", shown(told, version, text) | {"others": others, "facts": facts})


@dataclass(frozen=True)
class Sample:
    """The mail as a made-up member would get it."""

    headers: list[tuple[str, str]]
    subject: str
    html: str
    text: str
    size: int


def sample(dispatch: Dispatch, lang: str, interests: Interests, *, at: datetime) -> Sample:
    """Render for one made-up person; the links in it belong to nobody and change nothing."""
    choices = [(0, matching.why(dispatch.selection, interests))]
    with override(lang.partition("-")[0]):
        raw = rendered(dispatch, choices, lang)
    values = dict.fromkeys(mime.slots(raw), "muster")
    values |= {"to": "mitglied@beispiel.example", "date": format_datetime(at)}
    made = mime.fill(raw, values)
    mail = email.message_from_bytes(made, policy=email.policy.default)
    return Sample(
        headers=[(name, str(mail[name])) for name in HEADERS if mail[name]],
        subject=str(mail["Subject"]),
        html=_half(mail, "html"),
        text=_half(mail, "plain"),
        size=len(made),
    )


def within_page(html: str) -> str:
    """What stands in the mail, to be shown inside a page of ours: its headings two levels lower."""
    inner = html.partition("<main>")[2].partition("</main>")[0]
    lower = re.sub(r"<(/?)h([1-3])\b", lambda tag: f"<{tag[1]}h{int(tag[2]) + 2}", inner)
    return mark_safe(lower)  # noqa: S308 our own template around what markup.py escaped


HEADERS = ["From", "Reply-To", "To", "Subject", "Content-Language", "List-Unsubscribe", "List-Archive"]


def _half(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body(preferencelist=(kind,))
    return part.get_content() if part else ""
