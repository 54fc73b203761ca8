"""The front door."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from mitwirken.city.models import CitySettings, District
from mitwirken.core import clock
from mitwirken.portal import cards, offers
from mitwirken.portal.models import Answer, Contribution, ModerationState, OfferStatus, Standing, Step
from mitwirken.portal.models.steps import status_condition

from ..models import HomePage, NewsPage

OPEN_SHOWN, NEXT_SHOWN, RESULTS_SHOWN, NEWS_SHOWN = 6, 3, 3, 3
TONES = {
    Standing.ACCEPTED: "success",
    Standing.REALISED: "success",
    Standing.PARTLY: "warning",
    Standing.DECLINED: "neutral",
}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """``/`` works before anybody has written a page; then the page's own words appear."""
    return render_home(request, HomePage.objects.live().first() or HomePage(title="Mitwirken"))


def render_home(request: HttpRequest, page: HomePage) -> HttpResponse:
    now = clock.now()
    city = CitySettings.load(request_or_site=request)
    shown = _cards(at=now)
    running = [card for card in shown if card.step.is_open(at=now)]
    counts = _counts(at=now)
    news = _news()
    return render(
        request,
        "website/home.html",
        {
            "page": page,
            "running": running,
            # A free place in the last row of three invites into the pool.
            "invites": bool(running) and len(running) % 3 != 0,
            "closing_words": _closing_words(running, at=now),
            "announced": [card for card in shown if card not in running],
            "districts": _district_tiles(city.districts, at=now),
            "whole_city": counts["whole_city"],
            "open_count": counts["open"],
            "numbers": _numbers(counts),
            "results": _results(),
            "news": news,
            "news_url": f"{news[0].url.rstrip('/').rpartition('/')[0]}/" if news else "",
        },
    )


def _cards(*, at: datetime) -> list[cards.OfferCard]:
    """What can be joined now, what ends first first; then what comes next. One query for both lists."""
    is_coming = ExpressionWrapper(Q(starts_at__gt=at), output_field=BooleanField())
    order = [F("ends_at").asc(nulls_last=True), F("starts_at").asc(), F("id").asc()]
    current = status_condition(OfferStatus.OPEN, at=at) | status_condition(OfferStatus.ANNOUNCED, at=at)
    steps = (
        Step.objects.published()
        .filter(current)
        .annotate(is_coming=is_coming)
        .annotate(rank=Window(RowNumber(), partition_by=[F("is_coming")], order_by=order))
        .filter(Q(is_coming=False, rank__lte=OPEN_SHOWN) | Q(is_coming=True, rank__lte=NEXT_SHOWN))
        .order_by("is_coming", "rank")
    )
    return cards.cards(list(offers.with_what_a_list_shows(steps)), at=at)


def _closing_words(running: list[cards.OfferCard], *, at: datetime) -> str:
    """What ends soon stands first in the list; this says how many of them there are."""
    number = sum(card.step.status(at=at) == OfferStatus.CLOSING_SOON for card in running)
    if not number:
        return ""
    return ngettext(
        "%(n)s offer ends within a week. It comes first.",
        "%(n)s offers end within a week. They come first.",
        number,
    ) % {"n": number}


def _counts(*, at: datetime) -> dict[str, int]:
    running = status_condition(OfferStatus.OPEN, at=at)
    return Step.objects.published().aggregate(
        open=Count("pk", filter=running),
        whole_city=Count("pk", filter=running & offers.whole_city()),
        projects=Count("project", distinct=True),
    )


def _district_tiles(districts: list[District], *, at: datetime) -> list[dict[str, object]]:
    """Each district with the number of its own open offers; those for the whole city are said once."""
    running = Step.objects.open(at=at).order_by()
    found = District.objects.filter(steps__in=running).annotate(number=Count("steps")).order_by()
    numbers = dict(found.values_list("pk", "number"))
    return [
        {
            "name": district.name,
            "slug": district.slug,
            "lat": district.lat,
            "lon": district.lon,
            "url": f"{reverse('portal:offers')}?bezirk={district.slug}",
            "count": numbers.get(district.pk, 0),
        }
        for district in districts
    ]


def _numbers(counts: dict[str, int]) -> list[dict[str, str]]:
    """Real numbers only; what is not there yet is not shown as a proud zero."""
    handed_in = Contribution.objects.filter(moderation=ModerationState.VISIBLE).aggregate(
        contributions=Count("pk"), answered=Count("answer"), realised=Count("pk", filter=Q(standing=Standing.REALISED))
    )
    offers_url = reverse("portal:offers")
    found = [
        (counts["open"], _("offers are open now"), "calendar", offers_url),
        (counts["projects"], _("projects documented here"), "document", f"{offers_url}?status=alle"),
        (handed_in["contributions"], _("contributions from residents"), "comment", ""),
        (handed_in["answered"], _("official answers"), "check", reverse("evaluation:impact")),
        (handed_in["realised"], _("ideas realised"), "check", reverse("evaluation:impact")),
    ]
    return [
        {"value": f"{value:,}".replace(",", "."), "label": label, "icon": icon, "url": url}
        for value, label, icon, url in found
        if value
    ][:4]


@dataclass(frozen=True)
class Result:
    """What the city answered to one contribution."""

    title: str
    url: str
    text: str
    kicker: str
    badges: list[dict[str, str]]
    date: str


def _results() -> list[Result]:
    answers = (
        Answer.objects.filter(contribution__moderation=ModerationState.VISIBLE, contribution__step__project__live=True)
        .select_related("contribution__step__project", "department")
        .order_by("-answered_at", "-id")[:RESULTS_SHOWN]
    )
    return [
        Result(
            title=answer.contribution.title,
            url=answer.contribution.public_url,
            text=_shortened(answer.text),
            kicker=answer.contribution.step.project.title,
            badges=[
                {
                    "kind": TONES.get(Standing(answer.contribution.standing), "info"),
                    "label": answer.contribution.get_standing_display(),
                    "icon": "",
                }
            ],
            date=_("%(department)s, %(day)s")
            % {
                "department": answer.department.short_name,
                "day": date_format(localtime(answer.answered_at), "DATE_FORMAT"),
            },
        )
        for answer in answers
    ]


def _news() -> list[NewsPage]:
    return list(NewsPage.objects.live().defer("body", "search_text").order_by("-published_on", "-id")[:NEWS_SHOWN])


def _shortened(text: str, limit: int = 180) -> str:
    if len(text) <= limit:
        return text
    return text[:limit].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"
