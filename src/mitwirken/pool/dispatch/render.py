"""From a dispatch to bytes: one body per distinct content, never one per person."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from email.utils import formataddr, parseaddr
from hashlib import blake2s
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import override

from mitwirken.city.models import CitySettings
from mitwirken.portal import registry

from .. import tokens
from ..matching import Reason
from ..models import DepartmentAccess, Dispatch, DispatchKind, Member
from . import mime

# What a dispatch's `texts` call the version in plain language.
PLAIN = "de-simple"

Choice = tuple[int, Reason]  # a step and why this person hears of it


def signature(choices: Iterable[Choice]) -> str:
    """The name of a content: people with the same offers for the same reasons share one body."""
    text = "|".join(f"{step}:{reason.key()}" for step, reason in choices)
    return blake2s(text.encode(), digest_size=20).hexdigest()


def version_for(dispatch: Dispatch, member: Member) -> str:
    """The version of the words this person reads: their language, or plain language if it was written."""
    wants_plain = member.plain_language and PLAIN.partition("-")[0] == member.lang
    return PLAIN if wants_plain and PLAIN in dispatch.content.get("texts", ()) else member.lang


def body(dispatch: Dispatch, choices: list[Choice], lang: str) -> bytes:
    """The finished mail in this language or version of it, with slots for address, links and keys."""
    # The words are people's: nobody may write a slot into them and be sent somebody's token.
    dispatch.content = mime.without_slots(dispatch.content)
    with override(lang.partition("-")[0]):
        made = RENDERERS[dispatch.kind](dispatch, choices, lang)
    address = answers_to(dispatch)
    return mime.with_header(made, "Reply-To", address) if address else made


def answers_to(dispatch: Dispatch) -> str:
    """Where answers go: with a door for mail to the case of the department that wrote, without one to its mailbox."""
    if settings.INBOUND_URL:
        return tokens.reply_address(dispatch.pk)
    access = DepartmentAccess.objects.filter(department=dispatch.department_id).first()
    try:
        return mime.ascii_address(access.reply_to) if access else ""
    except mime.NoAddress:
        return ""


def personal(template: str, context: dict[str, Any], lang: str) -> bytes:
    """Plain text, no advertising, one link: nothing in it that could make it a mailing (OLG Celle, 13 U 15/14).

    The template's first line is the subject.
    """
    subject, text = _split(render_to_string(template, {**context, **_about()}))
    return mime.build(headers=_headers(subject, lang), slotted=_slotted(), text=text)


def bulk(template: str, context: dict[str, Any], lang: str, *, reply_to: str = "", **headers: str) -> bytes:
    """A mail to many from `<template>.txt` and `<template>.html`, with everything RFC 2369 and 8058 ask for.

    Both templates get `settings_url` and `leave_url`; the text's first line is the subject.
    """
    leave = link("pool:leave", "leave")
    context = {**context, "settings_url": link("pool:settings", "settings"), "leave_url": leave, **_about()}
    subject, text = _split(render_to_string(f"{template}.txt", context))
    html = render_to_string(f"{template}.html", {**context, "subject": subject})
    plain = _headers(subject, lang) | {
        "List-Id": f"<mitmachpool.{settings.MAIL_DOMAIN}>",
        "List-Help": f"<{settings.SITE_URL}{reverse('pool:start')}>",
        "List-Archive": f"<{settings.SITE_URL}{reverse('pool:archive')}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Precedence": "bulk",
    }
    if reply_to:
        plain["Reply-To"] = reply_to
    ways_out = [f"<{leave}>"]
    if settings.INBOUND_URL:
        ways_out.append(f"<mailto:{tokens.leave_address(mime.slot('leave'))}?subject=Abmelden>")
    slotted = _slotted() | {"List-Unsubscribe": ",\r\n ".join(ways_out)}
    return mime.build(headers=plain | headers, slotted=slotted, text=text, html=html)


def notice(
    template: str,
    context: dict[str, Any],
    lang: str,
    *,
    attachments: Sequence[mime.Attachment] = (),
) -> bytes:
    """What participants are owed, from `<template>.txt` and `<template>.html`: no mailing, so nothing to leave.

    Both templates get `settings_url`; the text's first line is the subject.
    """
    context = {**context, "settings_url": link("pool:settings", "settings"), **_about()}
    subject, text = _split(render_to_string(f"{template}.txt", context))
    html = render_to_string(f"{template}.html", {**context, "subject": subject})
    headers = _headers(subject, lang)
    return mime.build(headers=headers, slotted=_slotted(), text=text, html=html, attachments=attachments)


def _offers(dispatch: Dispatch, choices: list[Choice], lang: str) -> bytes:
    reasons = dict(choices)
    entries = [
        {**entry, **_spoken(entry), "why": sentence_of(reasons[entry["step"]], entry)}
        for entry in dispatch.content["items"]
        if entry["step"] in reasons
    ]
    context = {
        "entries": entries,
        "is_digest": dispatch.kind == DispatchKind.DIGEST,
        "period": dispatch.content.get("period", ""),
        "archive_url": settings.SITE_URL + reverse("pool:archive_item", args=[dispatch.pk]),
    }
    return bulk("pool/mail/offers", context, lang)


def sentence_of(reason: Reason, entry: dict[str, Any]) -> str:
    """Which choices led to this mail, as a sentence."""
    names = [entry["districts"][str(pk)] for pk in reason.districts]
    names += [entry["topics"][str(pk)] for pk in reason.topics]
    if reason.kind:
        names.append(str(registry.get(reason.kind).label))
    chosen = {"choices": get_text_list([_("“%s”") % name for name in names], _("and"))}
    near = {"metres": number_format(reason.metres)}
    if names and reason.metres:
        return _("You get this because you chose %(choices)s and because it is near you, %(metres)s m.") % (
            chosen | near
        )
    if reason.metres:
        return _("You get this because it is near you, %(metres)s m.") % near
    if names:
        return _("You get this because you chose %(choices)s.") % chosen
    return _("You get this because you chose everything.")


def _spoken(entry: dict[str, Any]) -> dict[str, Any]:
    starts = datetime.fromisoformat(entry["starts_at"])
    ends = datetime.fromisoformat(entry["ends_at"]) if entry["ends_at"] else None
    ways = {"analog": _("on site"), "digital": _("digital"), "hybrid": _("on site and digital")}
    return {
        "starts": timezone.localtime(starts),
        "ends": timezone.localtime(ends) if ends else None,
        "way": ways.get(entry["channel"], ""),
        "district_names": ", ".join(entry["districts"].values()),
    }


def _headers(subject: str, lang: str) -> dict[str, str]:
    return {
        "From": formataddr(parseaddr(settings.DEFAULT_FROM_EMAIL)),
        "Subject": subject[:200],
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": lang,
    }


def _slotted() -> dict[str, str]:
    return {
        "To": mime.slot("to"),
        "Date": mime.slot("date"),
        "Message-ID": f"<{mime.slot('key')}@{settings.MAIL_DOMAIN}>",
    }


def link(view: str, name: str) -> str:
    """The address with a slot for its token; reversed with a stand-in because a slot is no path."""
    return settings.SITE_URL + reverse(view, args=["TOKEN"]).replace("TOKEN", mime.slot(name))


def _about() -> dict[str, Any]:
    city = CitySettings.load()
    return {
        "city": city,
        "city_name": city.name,
        "city_phone": city.phone,
        "city_email": city.email,
        "site_url": settings.SITE_URL,
    }


def _split(rendered: str) -> tuple[str, str]:
    subject, _newline, text = rendered.strip().partition("\n")
    return " ".join(subject.split()), text.strip() + "\n"


RENDERERS: dict[str, Callable[[Dispatch, list[Choice], str], bytes]] = {
    DispatchKind.STEP: _offers,
    DispatchKind.DIGEST: _offers,
    DispatchKind.CONFIRM: lambda _dispatch, _choices, lang: personal(
        "pool/mail/confirm.txt", {"confirm_url": link("pool:confirm", "confirm")}, lang
    ),
    DispatchKind.LINK: lambda _dispatch, _choices, lang: personal(
        "pool/mail/link.txt", {"settings_url": link("pool:settings", "settings"), "code": mime.slot("entry")}, lang
    ),
    DispatchKind.ADDRESS: lambda _dispatch, _choices, lang: personal(
        "pool/mail/address.txt", {"confirm_url": link("pool:confirm", "confirm")}, lang
    ),
    DispatchKind.MOVING: lambda _dispatch, _choices, lang: personal(
        "pool/mail/moving.txt", {"settings_url": link("pool:settings", "settings")}, lang
    ),
    DispatchKind.STAY: lambda _dispatch, _choices, lang: personal(
        "pool/mail/stay.txt", {"stay_url": link("pool:stay", "settings")}, lang
    ),
}

# What stands in a slot for one person; features may add more (features.py).
SLOTS: dict[str, Callable[[Dispatch, Member], str]] = {
    "leave": lambda dispatch, member: tokens.leave_token(member.pk, dispatch.purpose),
    "settings": lambda dispatch, member: tokens.settings_token(member),
    "confirm": lambda dispatch, member: tokens.confirm_token(member),
    "entry": lambda dispatch, member: tokens.entry_code(member),
}
