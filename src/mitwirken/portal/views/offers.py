"""All offers: narrowed down by what matters to a resident, as list, map or calendar."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from mitwirken.core import clock

from .. import cards, offers, when
from ..models import OfferStatus, Step
from ..offers import ALL, CHANNELS, WHOLE_CITY, Counts, OfferFilter

# A month in a calendar is read, not paged; a city has a few dozen offers in one.
MOST_IN_MONTH = 200


@require_safe
def offer_list(request: HttpRequest) -> HttpResponse:
    now, asked = clock.now(), OfferFilter.read(request.GET)
    numbers = offers.counts(asked, at=now)
    labels, earlier = _labels(numbers), _earlier(asked, numbers)
    context = {
        "asked": asked,
        "slips": offers.slips(request.GET),
        "groups": _groups(asked, numbers),
        "chips": _chips(asked, labels),
        "clear_url": OfferFilter(view=asked.view).address(),
        "tabs": _tabs(asked),
        "found": ngettext("%(n)s offer", "%(n)s offers", numbers.found) % {"n": numbers.found},
        "earlier": earlier,
        "empty_url": earlier["url"] or OfferFilter(view=asked.view).address(),
        "empty_action": earlier["label"] or _("Remove all filters"),
        "feeds": _feeds(asked),
        "pool_query": _pool_query(asked),
        **(_calendar(asked, at=now) if asked.view == "kalender" else _list(asked, at=now)),
    }
    if asked.view == "karte":
        context |= _map(asked, numbers)
    context["title"] = _title(asked, context)
    return render(request, "portal/offers.html", context)


def _title(asked: OfferFilter, context: dict[str, Any]) -> str:
    """What this page shows, so that a row of tabs or bookmarks can be told apart."""
    view = "" if asked.view == offers.VIEWS[0] else next(tab["label"] for tab in context["tabs"] if tab["current"])
    parts = [context["found"], view, *(chip["label"] for chip in context["chips"])]
    if asked.after:
        parts.append(_("continued"))
    return ", ".join(filter(None, parts))


def _list(asked: OfferFilter, *, at: datetime) -> dict[str, Any]:
    steps, more = asked.page(at=at)
    return {
        "offers": cards.cards(steps, at=at),
        "first_url": asked.address() if asked.after else "",
        "older_url": more.address(after=more.after) if more else "",
    }


def _map(asked: OfferFilter, numbers: Counts) -> dict[str, Any]:
    tiles = [
        {
            "name": district.name,
            "slug": district.slug,
            "lat": district.lat,
            "lon": district.lon,
            "url": asked.address(districts=(district.slug,)),
            "count": own,
            "note": "",
            "current": district.slug in asked.districts,
        }
        for district, own in numbers.districts
    ]
    whole = ngettext("%(n)s offer concerns the whole city.", "%(n)s offers concern the whole city.", numbers.whole_city)
    return {"tiles": tiles, "whole_city": whole % {"n": numbers.whole_city} if numbers.whole_city else ""}


@dataclass(frozen=True)
class Entry:
    """One line of a month: an offer, and what happens to it then."""

    step: Step
    day: date
    what: str
    url: str


def _calendar(asked: OfferFilter, *, at: datetime) -> dict[str, Any]:
    month = offers.month_of(asked, at=at)
    steps = offers.with_what_a_list_shows(offers.in_month(asked, month, at=at))
    entries, lasting = [], []
    found = list(steps.order_by("starts_at", "id")[: MOST_IN_MONTH + 1])
    for step in found[:MOST_IN_MONTH]:
        happenings = _happenings(step, month)
        entries += happenings
        if not happenings:
            lasting.append(step)
    number = len({entry.step.pk for entry in entries}) + len(lasting)
    words = ngettext("%(n)s offer in %(month)s", "%(n)s offers in %(month)s", number)
    if len(found) > MOST_IN_MONTH:
        words = _("more than %(n)s offers in %(month)s")
    return {
        "found": words % {"n": number, "month": date_format(month, "F Y")},
        "month_name": date_format(month, "F Y"),
        "is_cut": len(found) > MOST_IN_MONTH,
        "entries": sorted(entries, key=lambda entry: (entry.day, entry.step.starts_at, entry.step.pk)),
        "lasting": [
            {"title": step.title, "url": step.get_absolute_url(), "period": when.period(step, at=at)}
            for step in lasting
        ],
        "earlier_month": _month_link(asked, month, -1),
        "later_month": _month_link(asked, month, 1),
    }


def _month_link(asked: OfferFilter, month: date, step: int) -> dict[str, str]:
    other = offers.next_month(month, step)
    return {"label": date_format(other, "F Y"), "url": asked.address(month=other)}


def _happenings(step: Step, month: date) -> list[Entry]:
    """Begin and end of the step, as far as they lie in the month; an event of one day is one entry."""
    first, last = when.first_day(step), when.last_day(step)
    if step.date_precision != "day":
        return []
    url = step.get_absolute_url()
    if first == last:
        return [Entry(step, first, when.hours(step) or _("all day"), url)]
    found = [(first, _("begins")), *([(last, _("last day"))] if last else [])]
    return [Entry(step, day, what, url) for day, what in found if day.replace(day=1) == month]


def _groups(asked: OfferFilter, numbers: Counts) -> list[dict[str, Any]]:
    def group(name: str, label: str, options: list[tuple[str, str, int]], chosen: tuple[str, ...]) -> dict:
        return {
            "name": name,
            "label": label,
            "type": "checkbox",
            "value": "",
            "open": bool(chosen),
            "options": [
                {"value": value, "label": text, "count": count, "selected": value in chosen}
                for value, text, count in options
            ],
        }

    def field(name: str, label: str, kind: str, value: str) -> dict:
        return {"name": name, "label": label, "type": kind, "value": value, "open": True, "options": []}

    # What concerns the whole city is shown with each district: the count says what will be shown.
    districts = [(district.slug, district.name, own + numbers.whole_city) for district, own in numbers.districts]
    districts.append((WHOLE_CITY, _("only what concerns the whole city"), numbers.whole_city))
    groups = [
        field("q", _("Search"), "search", asked.q),
        _status_group(asked, numbers),
        group("bezirk", _("District"), districts, asked.districts),
        group("thema", _("Topic"), [(row.code, row.name, count) for row, count in numbers.topics], asked.topics),
        group(
            "format",
            _("Kind of format"),
            [(row.code, row.label, count) for row, count in numbers.kinds],
            asked.formats,
        ),
        group(
            "kanal",
            _("Way"),
            [(code, str(_channel_label(code)), numbers.channels[code]) for code in CHANNELS],
            asked.channels,
        ),
        field("von", _("From"), "date", asked.since.isoformat() if asked.since else ""),
        field("bis", _("To"), "date", asked.until.isoformat() if asked.until else ""),
    ]
    if asked.view != offers.VIEWS[0]:
        groups.append(field("ansicht", "", "hidden", asked.view))
    return groups


def _channel_label(code: str) -> str:
    return str(Step(channel=code).get_channel_display())


def _status_group(asked: OfferFilter, numbers: Counts) -> dict[str, Any]:
    current = numbers.statuses[OfferStatus.OPEN] + numbers.statuses[OfferStatus.ANNOUNCED]
    options = [("", _("open now or announced"), current)]
    options += [(status.value, str(status.label), numbers.statuses[status]) for status in OfferStatus]
    options.append((ALL, _("all, also past ones"), numbers.statuses[ALL]))
    chosen = asked.statuses[0] if asked.statuses else "" if asked.wanted_statuses else ALL
    return {
        "name": "status",
        "label": _("Status"),
        "type": "radio",
        "value": chosen,
        "open": True,
        "options": [
            {"value": value, "label": text, "count": count, "selected": value == chosen}
            for value, text, count in options
        ],
    }


def _labels(numbers: Counts) -> dict[str, dict[str, str]]:
    return {
        "topics": {row.code: row.name for row, _count in numbers.topics},
        "districts": {row.slug: row.name for row, _count in numbers.districts} | {WHOLE_CITY: _("whole city")},
        "formats": {row.code: row.label for row, _count in numbers.kinds},
        "channels": {code: str(_channel_label(code)) for code in CHANNELS},
        "statuses": {status.value: str(status.label) for status in OfferStatus} | {ALL: _("also past ones")},
    }


def _chips(asked: OfferFilter, labels: dict[str, dict[str, str]]) -> list[dict[str, str]]:
    chips = [{"label": f"„{asked.q}“", "url": asked.address(q="")}] if asked.q else []
    for name in ("statuses", "districts", "topics", "formats", "channels"):
        chosen = getattr(asked, name)
        chips += [
            {
                "label": labels[name].get(code, code),
                "url": asked.address(**{name: tuple(other for other in chosen if other != code)}),
            }
            for code in chosen
        ]
    for name, words in (("since", _("from %(day)s")), ("until", _("to %(day)s"))):
        day = getattr(asked, name)
        if day:
            label = words % {"day": date_format(day, "DATE_FORMAT")}
            chips.append({"label": label, "url": asked.address(**{name: None})})
    return chips


def _tabs(asked: OfferFilter) -> list[dict[str, Any]]:
    names = [("liste", _("List"), "list"), ("karte", _("Map"), "map"), ("kalender", _("Calendar"), "calendar")]
    return [
        {
            "label": label,
            "url": asked.address(view=view, month=None),
            "current": view == asked.view,
            "icon": icon,
            "count": "",
        }
        for view, label, icon in names
    ]


def _earlier(asked: OfferFilter, numbers: Counts) -> dict[str, str]:
    """The way to what the status hides: the same filter over all times."""
    hidden = numbers.statuses[ALL] - numbers.found
    if not asked.wanted_statuses or hidden <= 0:
        return {"url": "", "label": ""}
    words = ngettext("Show %(n)s more, also past ones", "Show %(n)s more, also past ones", hidden)
    return {"url": asked.address(statuses=(ALL,)), "label": words % {"n": hidden}}


def _feeds(asked: OfferFilter) -> list[dict[str, str]]:
    query = asked.query(view=offers.VIEWS[0], month=None)
    named = [
        ("portal:feed", _("News feed (Atom)"), "application/atom+xml", "feed"),
        ("portal:calendar_ics", _("Calendar to subscribe (iCal)"), "text/calendar", "calendar"),
        ("portal:offers_json", _("Data (JSON)"), "application/json", "download"),
        ("portal:geojson", _("Map data (GeoJSON)"), "application/geo+json", "map"),
    ]
    return [
        {
            "label": label,
            "type": kind,
            "icon": icon,
            "url": reverse(name) + (f"?{query}" if query else ""),
        }
        for name, label, kind, icon in named
    ]


def _pool_query(asked: OfferFilter) -> str:
    """What was looked for, so that the pool's form can begin with it."""
    return OfferFilter(
        topics=asked.topics, districts=tuple(code for code in asked.districts if code != WHOLE_CITY)
    ).query()
