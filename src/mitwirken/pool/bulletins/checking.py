"""Gathers what the check of a bulletin asks, and says its findings in words."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from mitwirken.city.models import CitySettings

from .. import policies as pool
from .. import selecting
from ..matching import Interests, Selection
from ..models import Purpose
from . import mails, preflight
from .models import VERSIONS, Bulletin
from .preflight import Facts, Finding, Rendered

# More addresses of our own than these are not tried out: nobody writes so many.
MOST_TRIED = 30

WORDS = {
    "no_subject": _("The subject is missing. Say in a few words what it is about."),
    "long_subject": _("The subject has %(detail)s signs. More than 78 are cut off: please shorten it."),
    "no_text": _("The text is missing."),
    "gap": _("There is still a gap to fill: %(detail)s"),
    "skipped_heading": _("Before the small heading “%(detail)s” a larger one is missing (## instead of ###)."),
    "no_alt": _("Say what the picture shows. People who cannot see it read these words instead."),
    "file_name_as_alt": _("“%(detail)s” is a file name. Say in words what the picture shows."),
    "no_words": _("The link to %(detail)s has no words. Name what people find there."),
    "vague_words": _("The link “%(detail)s” says nothing on its own. Name what people find there."),
    "broken_link": _("The address behind “%(detail)s” is not complete. It begins with https:// or mailto:."),
    "insecure_link": _("The address behind “%(detail)s” begins with http://. Please use https://."),
    "dead_link": _("The link “%(detail)s” leads to a page of ours that does not exist or is not public."),
    "foreign_link": _("A link leads to %(detail)s, which is not the city's. Is that what you want?"),
    "bare_address": _("The address %(detail)s stands in the text and is no link. Write [words](address)."),
    "shouting": _("The subject shouts: many capital letters or exclamation marks look like advertising."),
    "heavy": _("The mail weighs %(detail)s kB. From 100 kB on mail programs cut it off: please shorten the text."),
    "no_text_part": _("The mail has no part in plain text."),
    "different_text_part": _("The part in plain text differs. These words are missing there: %(detail)s"),
    "links_missing": _("The part in plain text lacks a link: %(detail)s"),
    "no_reference": _("The municipal reference is missing. A city may only write about its own tasks: name the task."),
    "nobody": _("Nobody matches the choice of recipients at the moment."),
    "few": _("Fewer than ten people match the choice of recipients. Is it too narrow?"),
    "no_english": _("Some of these members read English. Without an English version they get the German one."),
    "no_simple": _("Some of these members asked for plain language. Without it they get the usual German version."),
    "past": _("The time to send lies in the past. Choose a later one, or none."),
    "no_quota": _(
        "Your department has used up its messages of the last 30 days, counting those on their way. "
        "Wait, or ask the pool manager for more."
    ),
}


def examine(bulletin: Bulletin, *, at: datetime) -> list[Finding]:
    """Everything that is wrong with this bulletin now; renders it, counts its people, tries its links."""
    return preflight.check(facts_of(bulletin, at=at))


def facts_of(bulletin: Bulletin, *, at: datetime) -> Facts:
    texts = {version: bulletin.text(version) for version in bulletin.versions}
    own = {url for text in texts.values() for url in preflight.own_links(text, settings.SITE_URL)}
    dispatch = mails.draft_dispatch(bulletin, at=at)
    samples = {version: mails.sample(dispatch, version, Interests(), at=at) for version in texts}
    return Facts(
        texts=texts,
        site=settings.SITE_URL,
        hosts=own_hosts(),
        dead=frozenset(dead(own)),
        has_picture=bulletin.image_id is not None,
        reference=bulletin.reference(),
        people=people(bulletin.rule, at=at),
        rendered={version: Rendered(made.html, made.text, made.size) for version, made in samples.items()},
        is_past=bulletin.scheduled_at is not None and bulletin.scheduled_at < at,
        has_quota=has_quota(bulletin, at=at),
    )


def own_hosts() -> frozenset[str]:
    """Hosts a link may lead to without a question: this website and the domain of the city's mail."""
    site = urlsplit(settings.SITE_URL).hostname or ""
    domain = CitySettings.load().email.rpartition("@")[2]
    return frozenset(host for host in (site, domain) if host)


def people(rule: Selection, *, at: datetime) -> dict[str, int]:
    """How many people a mailing would reach now, by the version they would like to read."""
    total = selecting.count(rule, purpose=Purpose.INFORMATION, at=at)
    others: dict[str, Selection] = {
        "en": {"languages": ["en"]},
        "de-simple": {"and": [{"languages": ["de"]}, {"plain_language": True}]},
    }
    counts = {
        version: selecting.count(narrowed(rule, word), purpose=Purpose.INFORMATION, at=at)
        for version, word in others.items()
    }
    return {"de": max(total - sum(counts.values()), 0), **counts}


def narrowed(rule: Selection, word: Selection) -> Selection:
    """The rule and one word more; beside the others, where a limit still counts."""
    return {"and": [*rule["and"], word]} if "and" in rule else {"and": [rule, word]}


def has_quota(bulletin: Bulletin, *, at: datetime) -> bool:
    """Whether the department may start one more, counting what is handed in and has not left."""
    others = Bulletin.objects.filter(department=bulletin.department).on_their_way().exclude(pk=bulletin.pk)
    return pool.messages_left(bulletin.department, at=at) > others.count()


def dead(urls: Iterable[str]) -> list[str]:
    """Which addresses of ours a stranger does not get to: we ask ourselves, as a browser would."""
    handler = WSGIHandler()
    site = urlsplit(settings.SITE_URL)
    found = []
    for url in sorted(urls)[:MOST_TRIED]:
        address = url.removeprefix(settings.SITE_URL).partition("#")[0] or "/"
        request = RequestFactory().get(
            address if address.startswith("/") else f"/{address}",
            secure=site.scheme == "https",
            headers={"host": site.netloc, "accept-language": "de"},
        )
        with override(get_language()):  # the page chooses a language of its own
            answer = handler.get_response(request)
        moved = answer.headers.get("Location", "")
        if answer.status_code >= 400 or "/anmelden/" in moved:
            found.append(url)
    return found


def in_words(findings: list[Finding]) -> list[dict[str, Any]]:
    """The findings as sentences for a page."""
    return [
        {
            "key": finding.key,
            "is_error": finding.is_error,
            "sentence": WORDS[finding.code] % {"detail": finding.detail},
            "version": VERSIONS.get(finding.version, ""),
        }
        for finding in findings
    ]
