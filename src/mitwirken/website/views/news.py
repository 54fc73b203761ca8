"""News about taking part."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ..models import NewsIndexPage, NewsPage

PAGE_SIZE = 20


def render_news(request: HttpRequest, page: NewsIndexPage) -> HttpResponse:
    """Newest first, by keyset: `?vor=2026-05-01.17` names the last item of the page before."""
    items = NewsPage.objects.live().child_of(page).defer("body", "search_text").order_by("-published_on", "-id")
    if before := _cursor(request.GET.get("vor", "")):
        day, last = before
        items = items.filter(published_on__lte=day).exclude(published_on=day, id__gte=last)
    rows = list(items[: PAGE_SIZE + 1])
    older = ""
    if len(rows) > PAGE_SIZE:
        older = f"?vor={rows[PAGE_SIZE - 1].published_on.isoformat()}.{rows[PAGE_SIZE - 1].pk}"
    return render(
        request,
        "website/news.html",
        {"page": page, "items": rows[:PAGE_SIZE], "older": older, "newer": page.url if before else ""},
    )


def _cursor(value: str) -> tuple[date, int] | None:
    day, _, last = value.partition(".")
    try:
        found = date.fromisoformat(day), int(last)
    except ValueError:
        return None
    return found if found[1] < 2**62 else None
