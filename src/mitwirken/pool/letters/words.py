"""What stands in a letter and what is said on the telephone: plain parts as data, in the person's language."""

import email
import email.policy
import re
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from mitwirken.city.models import CitySettings

from ..dispatch import mime, render
from ..dispatch.claim import Letter
from ..models import URGENT, Dispatch, DispatchKind, Member, PostalAddress

Part = dict[str, Any]

_LINK = re.compile("https?://[^\\s\x02]*\x02([a-z_]+)\x03\\S*")


def text(words: str) -> Part:
    return {"kind": "text", "text": words}


def heading(words: str) -> Part:
    return {"kind": "heading", "text": words}


def facts(*rows: tuple[str, str]) -> Part:
    return {"kind": "facts", "rows": [list(row) for row in rows if row[1]]}


def frame(lang: str, *, at: datetime) -> dict[str, Any]:
    """What all letters of a batch share: the sender's line in the window, whom to ask, the date."""
    city = CitySettings.load()
    with override(lang):
        pool, name = _("People pool"), sender(city)
        lines = [line.strip() for line in city.address.splitlines() if line.strip()]
        return {
            "sender_line": " · ".join(lines or [name, pool]),
            "contact": [
                [name, pool],
                [word for word in (_("Telephone %s") % city.phone if city.phone else "", city.phone_hours) if word],
                [_host()],
            ],
            "date": date_format(timezone.localtime(at), "j. F Y"),
            "page": _("Page {number} of {all}"),
        }


def sender(city: CitySettings) -> str:
    """Who writes: the first line of the city's postal address, else its name."""
    return next(filter(None, (line.strip() for line in city.address.splitlines())), city.name)


def call(letter: Letter) -> dict[str, Any]:
    """What to say on the telephone."""
    with override(letter.member.lang):
        subject, parts, _target = _message(letter)
        if parts and parts[0]["kind"] == "text":
            # In a letter it follows the greeting and a comma.
            parts[0] = text(parts[0]["text"][:1].upper() + parts[0]["text"][1:])
        return {"subject": subject, "parts": parts}


def sheet(
    letter: Letter, address: PostalAddress, city: CitySettings, *, expires_at: datetime
) -> tuple[dict[str, Any], str]:
    """The words for one person, and where the code in them leads: a path with a slot for the token."""
    with override(letter.member.lang):
        subject, parts, target = _message(letter)
        words = {
            "address": [address.name, address.street, f"{address.postcode} {address.town}"],
            "subject": subject,
            "parts": [text(_("Good day %s,") % address.name), *parts],
            "code": _code(letter, expires_at),
            "closing": [*_other_ways(letter, city.phone), _("Kind regards"), sender(city)],
        }
    return words, target


def _message(letter: Letter) -> tuple[str, list[Part], str]:
    kind = letter.dispatch.kind
    if kind in (DispatchKind.STEP, DispatchKind.DIGEST):
        return _offers(letter)
    if kind == DispatchKind.CONFIRM:
        return _confirm()
    if kind == DispatchKind.STAY:
        return _stay()
    if kind == DispatchKind.LINK:
        return _("Your code for the people pool"), [text(_("you asked for a way to your settings. Here it is."))], _to()
    return _from_mail(letter)


def _offers(letter: Letter) -> tuple[str, list[Part], str]:
    reasons = dict(letter.choices)
    entries = [entry for entry in letter.dispatch.content["items"] if entry["step"] in reasons]
    digest = letter.dispatch.kind == DispatchKind.DIGEST
    parts = [text(_("this is new and fits what you chose.") if digest else _("there is something to take part in."))]
    for entry in entries:
        starts, ends = (_day(entry[name]) for name in ("starts_at", "ends_at"))
        ways = {"analog": _("on site"), "digital": _("digital"), "hybrid": _("on site and digital")}
        parts += [
            heading(entry["title"]),
            *([text(entry["teaser"])] if entry["teaser"] else []),
            facts(
                (_("When"), _("%(start)s to %(end)s") % {"start": starts, "end": ends} if ends else starts),
                (_("Where"), entry["place"]),
                (_("District"), ", ".join(entry["districts"].values())),
                (_("How"), ways.get(entry["channel"], "")),
                (_("Who asks"), f"{entry['department']}, {entry['project']}"),
                (_("On the web"), entry["url"].split("://", 1)[-1]),
            ),
            text(render.sentence_of(reasons[entry["step"]], entry)),
        ]
    subject = str(letter.dispatch) if digest else _("Take part: %s") % entries[0]["title"]
    return subject, parts, _to()


def _confirm() -> tuple[str, list[Part], str]:
    parts = [
        text(_("you, or somebody for you, signed up for the people pool. We write only if you say yes once more.")),
        text(
            _(
                "To say yes, type in the code below on the web and press the button there. Or call us and read the "
                "code out: then we do it for you."
            )
        ),
        text(_("It was not you? Then do nothing. We write no more, and delete your address.")),
    ]
    return _("Please confirm: you want to join the people pool"), parts, _to("pool:confirm", "confirm")


def _stay() -> tuple[str, list[Part], str]:
    parts = [
        text(
            _(
                "you have been a member of the people pool for more than two years. We do not want to keep your "
                "address longer than you wish."
            )
        ),
        text(
            _("You want to stay? Type in the code below and press the button there, or call us and read the code out.")
        ),
        text(_("If you do nothing, we delete your membership and your address in three months.")),
    ]
    return _("Do you want to stay in the people pool?"), parts, _to("pool:stay", "settings")


def _from_mail(letter: Letter) -> tuple[str, list[Part], str]:
    """The words of a mail of another feature; where it has a link of its own, the code leads there."""
    mail = email.message_from_bytes(
        render.body(letter.dispatch, letter.choices, render.version_for(letter.dispatch, letter.member)),
        policy=email.policy.default,
    )
    plain, subject = mail.get_body(preferencelist=("plain",)), str(mail["Subject"])
    # What stands below the line is about mails.
    said = plain.get_content().replace("\r\n", "\n") if plain else ""
    body = re.split(r"\n-- ?\n", said)[0]
    found = [link for link in _LINK.finditer(body) if link[1] != "leave"]
    own = [link for link in found if link[1] != "settings"]
    target = (own or found)[0][0].removeprefix(settings.SITE_URL) if found else _to()
    body = "\n".join(line for line in body.splitlines() if mime.slot("leave") not in line)
    body = fill(_LINK.sub(_("see the code below"), body), letter.dispatch, letter.member)
    parts = [part for paragraph in re.split(r"\n\s*\n", body) if (part := _part(paragraph.strip()))]
    # The letter has a heading and greets by name; the mail's own ones are its first, short lines.
    while parts and (first := parts[0].get("text", "")) and (first == subject or _is_greeting(first)):
        parts.pop(0)
    if letter.dispatch.mail_class not in URGENT:
        parts.append(text(_("You get this letter because you are a member of the people pool.")))
    return subject, parts, target


def _part(paragraph: str) -> Part | None:
    """A paragraph of plain text: a heading if it is underlined, else its lines, joined unless they are a list."""
    lines = [" ".join(line.split()) for line in paragraph.splitlines()]
    if len(lines) == 2 and lines[1] and set(lines[1]) <= set("=-"):
        return heading(lines[0])
    if any(re.match(r"(?:[-*•]|\d+\.) ", line) for line in lines):
        return {"kind": "lines", "lines": lines}
    return text(" ".join(lines)) if paragraph else None


def _is_greeting(said: str) -> bool:
    return len(said) < 40 and said.endswith(",")


def _code(letter: Letter, expires_at: datetime) -> dict[str, Any]:
    day = date_format(timezone.localtime(expires_at), "j. F Y")
    return {
        "title": _("Your code"),
        "lines": [
            _("Open %s and type it in. Or hold the camera of your telephone over the picture.") % f"{_host()}{page()}",
            _("It works once, until %s. It is only for you: do not pass it on.") % day,
        ],
        "alt": _("Picture for the camera: it opens the page where the code is typed in."),
    }


def _other_ways(letter: Letter, phone: str) -> list[str]:
    if letter.dispatch.kind == DispatchKind.CONFIRM:
        return []
    if not phone:
        return [_("You can change what you hear of, or stop, at any time. Write to us; a short note is enough.")]
    return [
        _("You can change what you hear of, or stop, at any time. Call %s or write to us.")
        % phone.replace(" ", "\N{NO-BREAK SPACE}")
    ]


def fill(target: str, dispatch: Dispatch, member: Member) -> str:
    """The way behind a code, with the token of this person."""
    for name in re.findall("\x02([a-z_]+)\x03", target):
        target = target.replace(mime.slot(name), render.SLOTS[name](dispatch, member))
    return target


def page(code: str = "") -> str:
    """Where codes are typed in; with a code the form is filled already."""
    return reverse("pool_letters:filled", args=[code]) if code else reverse("pool_letters:code")


def _to(view: str = "pool:settings", name: str = "settings") -> str:
    return reverse(view, args=["TOKEN"]).replace("TOKEN", mime.slot(name))


def _host() -> str:
    return settings.SITE_URL.split("://", 1)[-1]


def _day(moment: str) -> str:
    return date_format(timezone.localtime(datetime.fromisoformat(moment)), "j. F Y") if moment else ""
