"""The mails about an event: the invitation, and what participants have to know. With the calendar entry."""

from datetime import datetime
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from mitwirken.city.models import CitySettings

from .. import tokens
from ..dispatch import mime, render
from ..models import Dispatch, Member
from . import calendar, notices
from .models import Event
from .words import LABEL

# Whose calendar we may write to: only of people who have a place.
METHODS = {
    notices.PLACE: calendar.REQUEST,
    notices.MOVED_UP: calendar.REQUEST,
    notices.CHANGE: calendar.REQUEST,
    notices.CANCELLED: calendar.CANCEL,
}


def invitation_mail(dispatch: Dispatch, choices: list[render.Choice], lang: str) -> bytes:
    """The question whether somebody comes: with everything that lets them say no for good."""
    return render.bulk("invitations/mail/invite", _context(dispatch), lang)


def event_mail(dispatch: Dispatch, choices: list[render.Choice], lang: str) -> bytes:
    """What became of somebody's place; who has one gets the entry for the calendar."""
    words = dispatch.content["words"]
    method = METHODS.get(words)
    files = []
    if method:
        entry = calendar.entry(facts(dispatch.content), method=method, attendee=mime.slot("to"))
        content_type = f"text/calendar; method={method}; component=VEVENT"
        files.append(mime.Attachment("termin.ics", content_type, entry.decode()))
    return render.notice("invitations/mail/notice", _context(dispatch), lang, attachments=files)


def _context(dispatch: Dispatch) -> dict[str, Any]:
    content = dispatch.content
    return {
        **content,
        "title": content["subject"],
        "starts": _local(content["starts_at"]),
        "ends": _local(content["ends_at"]),
        "until": _local(content["answer_by"]),
        "page_url": render.link("pool_invitations:invitation", "invitation"),
        "code": mime.slot("invitation_code"),
    }


def facts(content: dict[str, Any], *, is_cancelled: bool | None = None) -> calendar.Facts:
    """A snapshot of an event as a calendar needs it. No address of a person, no personal link."""
    is_off = content["words"] == notices.CANCELLED if is_cancelled is None else is_cancelled
    city = CitySettings.load()
    return calendar.Facts(
        uid=f"einladung-{content['event']}@{settings.MAIL_DOMAIN}",
        sequence=content["sequence"],
        changed_at=datetime.fromisoformat(content["changed_at"]),
        title=content["subject"],
        text=content["access"],
        url=settings.SITE_URL + reverse("pool:start"),
        place=content["place"],
        starts_at=datetime.fromisoformat(content["starts_at"]),
        ends_at=datetime.fromisoformat(content["ends_at"]),
        organizer=city.email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        organizer_name=content["department"],
        is_cancelled=is_off,
    )


def facts_of(event: Event) -> calendar.Facts:
    """The event as it stands now, for the file people download: published, no invitation (RFC 5546)."""
    return facts(notices.content(event, notices.PLACE), is_cancelled=event.state == "cancelled")


def address_of(event_id: int, member: Member) -> str:
    """The personal page of this member about this event."""
    return reverse("pool_invitations:invitation", args=[tokens.personal_token(LABEL, event_id, member)])


def _local(text: str) -> datetime:
    return timezone.localtime(datetime.fromisoformat(text))
