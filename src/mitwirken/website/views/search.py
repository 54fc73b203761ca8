"""Search over everything public."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mitwirken.box.folding import folded, words
from mitwirken.box.models import Case, Format
from mitwirken.core import clock
from mitwirken.portal import cards, offers
from mitwirken.portal.models import Contribution, OfferStatus, Step, StepState
from mitwirken.portal.models.steps import status_condition

from ..models import ContentPage, NewsPage

PER_GROUP = 6
SHORTEST = 2


@dataclass(frozen=True)
class Group:
    """The hits of one kind, with the way to all of them where a list can be filtered by words."""

    title: str
    section: str
    kind: str
    hits: list[dict[str, Any]]
    more_url: str = ""


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    asked = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:120]
    wanted = words(asked)
    long_enough = any(len(word) >= SHORTEST for word in wanted)
    groups = _groups(asked, wanted, at=clock.now()) if long_enough else []
    return render(
        request,
        "website/search.html",
        {
            "asked": asked,
            "trail": [{"label": _("Search"), "url": ""}],
            "too_short": bool(asked) and not long_enough,
            "groups": groups,
            "found": sum(len(group.hits) for group in groups),
        },
    )


def _groups(asked: str, wanted: list[str], *, at: datetime) -> list[Group]:
    query = f"?q={'+'.join(wanted)}"
    found = [
        Group(
            _("Offers and projects"),
            "portal",
            "offer",
            _offers(wanted, at),
            reverse("portal:offers") + f"{query}&status=alle",
        ),
        Group(_("Formats of the Mitmachbox"), "box", "format", _formats(asked), reverse("box:formats") + query),
        Group(_("Practice examples"), "box", "case", _cases(asked), reverse("box:cases") + query),
        Group(_("Pages"), "", "plain", _pages(wanted)),
        Group(_("Current news"), "", "plain", _news(wanted)),
        Group(_("Contributions from residents"), "pool", "plain", _contributions(asked)),
    ]
    return [group for group in found if group.hits]


def _all(wanted: list[str], field: str) -> Q:
    condition = Q()
    for word in wanted:
        condition &= Q(**{f"{field}__contains": word})
    return condition


def _hit(
    title: str, url: str, text: str, kicker: str = "", badges: list[dict[str, str]] | None = None
) -> dict[str, Any]:
    return {"title": title, "url": url, "text": text, "kicker": kicker, "badges": badges or []}


def _offers(wanted: list[str], at: datetime) -> list[dict[str, Any]]:
    """What can still be joined first, then the newest."""
    steps = offers.with_what_a_list_shows(Step.objects.published().filter(_all(wanted, "search_text")))
    running = Q(status_condition(OfferStatus.OPEN, at=at)) | status_condition(OfferStatus.ANNOUNCED, at=at)
    ranked = steps.annotate(is_current=_truth(running)).order_by("-is_current", "-starts_at", "-id")
    return [
        _hit(card.title, card.url, card.text, card.kicker, card.badges)
        for card in cards.cards(list(ranked[:PER_GROUP]), at=at)
    ]


def _truth(condition: Q) -> Any:
    return ExpressionWrapper(condition, output_field=BooleanField())


def _formats(asked: str) -> list[dict[str, Any]]:
    rows = Format.objects.listed().search(asked).order_by("rank", "name").only("code", "name", "summary")
    return [_hit(row.name, row.get_absolute_url(), row.summary) for row in rows[:PER_GROUP]]


def _cases(asked: str) -> list[dict[str, Any]]:
    rows = Case.objects.listed().search(asked).order_by("rank", "title").only("code", "title", "summary", "place")
    return [_hit(row.title, row.get_absolute_url(), row.summary, row.place) for row in rows[:PER_GROUP]]


def _pages(wanted: list[str]) -> list[dict[str, Any]]:
    """A page whose title names the words comes first."""
    rows = ContentPage.objects.live().filter(_all(wanted, "search_text")).defer("body")
    hits = sorted(rows[:50], key=lambda page: not all(word in folded(page.title) for word in wanted))
    return [_hit(page.title, page.url, page.introduction) for page in hits[:PER_GROUP]]


def _news(wanted: list[str]) -> list[dict[str, Any]]:
    rows: QuerySet[NewsPage] = NewsPage.objects.live().filter(_all(wanted, "search_text"))
    return [
        _hit(row.title, row.url, row.teaser) for row in rows.defer("body").order_by("-published_on", "-id")[:PER_GROUP]
    ]


def _contributions(asked: str) -> list[dict[str, Any]]:
    """As people wrote them: each word in either case, because databases fold umlauts differently."""
    rows = Contribution.objects.visible().filter(step__state=StepState.PUBLISHED, step__project__live=True)
    for word in asked.split()[:8]:
        either = Q()
        for spelled in {word, word.lower(), word.capitalize()}:
            either |= Q(title__icontains=spelled) | Q(text__icontains=spelled)
        rows = rows.filter(either)
    rows = rows.select_related("step__project").order_by("-support_count", "-created_at", "-id")
    return [_hit(row.title, row.public_url, row.text[:200], row.step.project.title) for row in rows[:PER_GROUP]]
