"""Search over everything public."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mitwirken.box.folding import folded, words
from mitwirken.box.models import Case, Format
from mitwirken.core import clock, paging
from mitwirken.portal import cards, offers
from mitwirken.portal.models import Contribution, OfferStatus, Step, StepState
from mitwirken.portal.models.steps import status_condition

from ..models import ContentPage, NewsPage

PER_GROUP, PAGE = 6, 24
# So many hits are read to find the best ones among them.
LOOKED_AT = 50
SHORTEST = 2


@dataclass(frozen=True)
class Group:
    """The hits of one kind, with the way to all of them: a list that can be filtered by words, or pages of this one."""

    title: str
    section: str
    kind: str
    hits: list[dict[str, Any]]
    more_url: str = ""


@dataclass(frozen=True)
class Kind:
    """What has no list of its own to filter: its rows in their order, and how one of them is shown."""

    title: str
    section: str
    rows: QuerySet
    order: list[str]
    hit: Callable[[Any], dict[str, Any]]
    # What comes first beside the others, where the database cannot tell.
    is_best: Callable[[Any], bool] | None = None

    def first(self) -> list[dict[str, Any]]:
        """The hits to show beside those of other kinds, and one more if there are more."""
        found = list(self.rows.order_by(*self.order)[: LOOKED_AT if self.is_best else PER_GROUP + 1])
        if is_best := self.is_best:
            found.sort(key=lambda row: not is_best(row))
        return [self.hit(row) for row in found[: PER_GROUP + 1]]


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    asked = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:120]
    wanted = words(asked)
    long_enough = any(len(word) >= SHORTEST for word in wanted)
    groups: list[Group] = []
    context = {
        "asked": asked,
        "trail": [{"label": _("Search"), "url": ""}],
        "too_short": bool(asked) and not long_enough,
        "page": None,
    }
    kinds = _kinds(asked, wanted) if long_enough else {}
    if kind := kinds.get(request.GET.get("art", "")):
        page = paging.page(request, kind.rows, order=kind.order, size=PAGE)
        hits = [kind.hit(row) for row in page.rows]
        groups = [Group(kind.title, kind.section, "plain", hits)] if hits else []
        context |= {"page": page, "every_url": f"?{urlencode({'q': asked})}"}
    elif long_enough:
        groups = _groups(asked, wanted, kinds, at=clock.now())
    context |= {
        "groups": groups,
        "found": sum(len(group.hits) for group in groups),
        "is_all": not any(group.more_url for group in groups),
    }
    return render(request, "website/search.html", context)


def _groups(asked: str, wanted: list[str], kinds: dict[str, Kind], *, at: datetime) -> list[Group]:
    query = f"?q={'+'.join(wanted)}"
    offers_url = reverse("portal:offers") + f"{query}&status=alle"
    found = [
        _group(_("Offers and projects"), "portal", "offer", _offers(wanted, at), offers_url),
        _group(_("Formats of the Mitmachbox"), "box", "format", _formats(asked), reverse("box:formats") + query),
        _group(_("Practice examples"), "box", "case", _cases(asked), reverse("box:cases") + query),
        *(
            _group(kind.title, kind.section, "plain", kind.first(), f"?{urlencode({'q': asked, 'art': name})}")
            for name, kind in kinds.items()
        ),
    ]
    return [group for group in found if group.hits]


def _group(title: str, section: str, kind: str, hits: list[dict[str, Any]], more_url: str) -> Group:
    """The first hits; the way to all of them only where there are more."""
    return Group(title, section, kind, hits[:PER_GROUP], more_url if len(hits) > PER_GROUP else "")


def _kinds(asked: str, wanted: list[str]) -> dict[str, Kind]:
    return {
        "seiten": Kind(
            _("Pages"),
            "",
            ContentPage.objects.live().filter(_all(wanted, "search_text")).defer("body"),
            ["title", "pk"],
            lambda row: _hit(row.title, row.url, row.introduction),
            lambda row: all(word in folded(row.title) for word in wanted),
        ),
        "aktuelles": Kind(
            _("Current news"),
            "",
            NewsPage.objects.live().filter(_all(wanted, "search_text")).defer("body"),
            ["-published_on", "-pk"],
            lambda row: _hit(row.title, row.url, row.teaser),
        ),
        "beitraege": Kind(
            _("Contributions from residents"),
            "pool",
            _contributions(asked),
            ["-support_count", "-created_at", "-pk"],
            lambda row: _hit(row.title, row.public_url, row.text[:200], row.step.project.title),
        ),
    }


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
        for card in cards.cards(list(ranked[: PER_GROUP + 1]), at=at)
    ]


def _truth(condition: Q) -> Any:
    return ExpressionWrapper(condition, output_field=BooleanField())


def _formats(asked: str) -> list[dict[str, Any]]:
    rows = Format.objects.listed().search(asked).order_by("rank", "name").only("code", "name", "summary")
    return [_hit(row.name, row.get_absolute_url(), row.summary) for row in rows[: PER_GROUP + 1]]


def _cases(asked: str) -> list[dict[str, Any]]:
    rows = Case.objects.listed().search(asked).order_by("rank", "title").only("code", "title", "summary", "place")
    return [_hit(row.title, row.get_absolute_url(), row.summary, row.place) for row in rows[: PER_GROUP + 1]]


def _contributions(asked: str) -> QuerySet[Contribution]:
    """As people wrote them: each word in either case, because databases fold umlauts differently."""
    rows = Contribution.objects.visible().filter(step__state=StepState.PUBLISHED, step__project__live=True)
    for word in asked.split()[:8]:
        either = Q()
        for spelled in {word, word.lower(), word.capitalize()}:
            either |= Q(title__icontains=spelled) | Q(text__icontains=spelled)
        rows = rows.filter(either)
    return rows.select_related("step__project")
