"""All ideas of a step: list, filters, map, counts; and the sheet to print."""

import segno
from django.conf import settings
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from mitwirken.city.models import District
from mitwirken.core import clock
from mitwirken.portal import step_pages
from mitwirken.portal.models import Contribution, Standing, Step
from mitwirken.portal.views.receipts import standing_badge

from ..forms import ListFilter, category_names, settings_of
from ..paging import window

# More points than this are a carpet, not a map; the list has them all.
MOST_POINTS = 1000


def public_ideas(step: Step):
    return Contribution.objects.filter(step=step).visible()


def narrowed(rows, chosen: dict):
    """The ideas that fit the filter; each part may be empty."""
    if chosen["q"]:
        rows = rows.filter(Q(title__icontains=chosen["q"]) | Q(text__icontains=chosen["q"]))
    if chosen["kategorie"]:
        rows = rows.filter(idea__category__name=chosen["kategorie"])
    if chosen["bezirk"]:
        rows = rows.filter(district=chosen["bezirk"])
    if chosen["stand"]:
        rows = rows.filter(standing=chosen["stand"])
    return rows


@require_safe
def step(request: HttpRequest, project: str, step: str) -> HttpResponse:
    """The step with its question and all its ideas."""
    at = clock.now()
    row = step_pages.find("ideas", project, step)
    chosen = ListFilter(request.GET).values()
    sort = chosen["sortierung"] or "new"
    ideas = public_ideas(row)
    listed = narrowed(ideas, chosen).select_related("district", "idea__category").prefetch_related("attachments")
    page = window(listed, sort, after=chosen["nach"], before=chosen["vor"])
    facets = Facets(ideas, chosen)
    found = facets.found
    base = step_pages.context(row, at=at)
    context = base | {
        "settings": settings_of(row),
        "new_url": reverse("ideas:new", args=[project, row.slug]),
        "facts": _facts(row, base),
        "filters": facets.groups(row, sort),
        "cards": [idea_card(idea, request.path) for idea in page.rows],
        "found": ngettext("%(n)s idea", "%(n)s ideas", found) % {"n": found},
        "total": facets.total,
        "supports": facets.supports,
        "comments": facets.comments,
        "districts": facets.map(request, row),
        "has_points": facets.points > 0,
        "most_points": MOST_POINTS if facets.points > MOST_POINTS else 0,
        "newer_url": _with(request, vor=page.newer, nach=None) if page.newer else "",
        "older_url": _with(request, nach=page.older, vor=None) if page.older else "",
        "is_filtered": any(chosen[name] for name in ("q", "kategorie", "bezirk", "stand")),
    }
    return render(request, "ideas/step.html", context, status=410 if context["is_withdrawn"] else 200)


def _facts(step: Step, base: dict) -> list[dict[str, str]]:
    rows = [(_("When"), base["period"]), (_("Where"), base["where"])]
    if step.answer_until:
        rows.append((_("Answer promised by"), date_format(step.answer_until, "DATE_FORMAT")))
    return [{"term": term, "text": text} for term, text in rows]


def _with(request: HttpRequest, **changes: str | None) -> str:
    """This address with other parameters; None drops one."""
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"{request.path}?{query.urlencode()}#ideen"


def idea_card(idea: Contribution, address: str) -> dict:
    """The props of the card of one idea."""
    category = idea.idea.category if hasattr(idea, "idea") else None
    pictures = list(idea.attachments.all())
    supports = ngettext("%(n)s supporter", "%(n)s supporters", idea.support_count)
    comments = ngettext("%(n)s comment", "%(n)s comments", idea.comment_count)
    meta = [
        {"icon": "support", "label": supports % {"n": idea.support_count}},
        {"icon": "comment", "label": comments % {"n": idea.comment_count}},
    ]
    if idea.district:
        meta.insert(0, {"icon": "place", "label": idea.district.name})
    return {
        "title": idea.title,
        "url": f"{address}{idea.pk}/",
        "text": idea.text,
        "kicker": category.name if category else "",
        "badges": [standing_badge(idea)] if idea.standing != Standing.RECEIVED else [],
        "meta": meta,
        "image": pictures[0].get_absolute_url() if pictures else "",
        "image_alt": pictures[0].alt if pictures else "",
    }


class Facets:
    """How many ideas there are behind each choice: two queries, however many ideas."""

    def __init__(self, ideas, chosen: dict):
        self.chosen = chosen
        totals = ideas.aggregate(
            total=Count("pk"), points=Count("lat"), supports=Sum("support_count"), comments=Sum("comment_count")
        )
        self.total, self.points = totals["total"], totals["points"]
        self.supports, self.comments = totals["supports"] or 0, totals["comments"] or 0
        self.cells = list(
            narrowed(ideas, chosen | {"kategorie": "", "bezirk": "", "stand": ""})
            .order_by()
            .values_list("idea__category__name", "district", "standing")
            .annotate(number=Count("pk"))
        )
        self.districts = list(District.objects.defer("geometry", "facts"))

    def _count(self, **wanted) -> int:
        """Ideas that fit all choices, with `wanted` in place of one of them."""
        keys = {"kategorie": 0, "bezirk": 1, "stand": 2}
        picked = {name: self.chosen[name] for name in keys} | wanted
        if picked["bezirk"]:
            picked["bezirk"] = picked["bezirk"].pk
        return sum(
            cell[3]
            for cell in self.cells
            if all(not picked[key] or cell[at] == picked[key] for key, at in keys.items())
        )

    @property
    def found(self) -> int:
        return self._count()

    def groups(self, step: Step, sort: str) -> list[dict]:
        """The groups of the `filter` component."""
        used = {cell[0] for cell in self.cells if cell[0]}
        names = [*category_names(step), *sorted(used - set(category_names(step)))]
        groups = [_group("q", _("Search in ideas"), "search", value=self.chosen["q"])]
        if names:
            options = [_option(name, name, self._count(kategorie=name), self.chosen["kategorie"]) for name in names]
            groups.append(_select("kategorie", _("Category"), _("all categories"), options))
        if self.districts:
            here = self.chosen["bezirk"].slug if self.chosen["bezirk"] else ""
            options = [_option(each.slug, each.name, self._count(bezirk=each), here) for each in self.districts]
            groups.append(_select("bezirk", _("District"), _("all districts"), options))
        options = [
            _option(value, label, self._count(stand=value), self.chosen["stand"]) for value, label in Standing.choices
        ]
        groups.append(_select("stand", _("What became of it"), _("all"), options))
        sorts = [
            ("new", _("newest first")),
            ("support", _("most supported first")),
            ("comments", _("most discussed first")),
        ]
        options = [_option(value, label, "", sort) for value, label in sorts]
        groups.append(_group("sortierung", _("Order"), "select", options=options))
        return groups

    def map(self, request: HttpRequest, step: Step) -> list[dict]:
        """The districts with their numbers of ideas, for the map; each links to its part of the list."""
        here = self.chosen["bezirk"]
        return [
            {
                "name": each.name,
                "slug": each.slug,
                "lat": each.lat,
                "lon": each.lon,
                "count": self._count(bezirk=each),
                "url": _with(request, bezirk=each.slug, nach=None, vor=None),
                "note": "",
                "current": each == here,
            }
            for each in self.districts
        ]


def _option(value: str, label: object, count: int | str, chosen: str) -> dict:
    return {"value": value, "label": str(label), "count": count, "selected": value == chosen}


def _group(name: str, label: str, kind: str, value: str = "", options: list | tuple = ()) -> dict:
    return {"name": name, "label": label, "type": kind, "value": value, "options": options, "open": False}


def _select(name: str, label: str, every: str, options: list[dict]) -> dict:
    return _group(name, label, "select", options=[_option("", every, "", "-"), *options])


@require_safe
def points(request: HttpRequest, project: str, step: str) -> JsonResponse:
    """The ideas with a point, as GeoJSON for the map; the list has all of them."""
    row = step_pages.find("ideas", project, step)
    chosen = ListFilter(request.GET).values()
    rows = narrowed(public_ideas(row), chosen).filter(lat__isnull=False, lon__isnull=False)
    address = row.get_absolute_url()
    features = [
        {
            "type": "Feature",
            "id": pk,
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
            "properties": {"title": title, "url": f"{address}{pk}/", "district": district},
        }
        for pk, title, lat, lon, district in rows.order_by("-created_at", "-pk").values_list(
            "pk", "title", "lat", "lon", "district__slug"
        )[:MOST_POINTS]
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")


@require_safe
def paper(request: HttpRequest, project: str, step: str) -> HttpResponse:
    """The sheet to print: hand in without internet, with the same receipt."""
    row = step_pages.find("ideas", project, step)
    online_url = settings.SITE_URL + reverse("ideas:new", args=[project, row.slug])
    context = step_pages.context(row, at=clock.now(), here=_("Form on paper")) | {
        "categories": category_names(row),
        "settings": settings_of(row),
        "department": row.project.department,
        "online_url": online_url,
        "qr": segno.make(online_url, error="m").svg_data_uri(scale=4),
    }
    return render(request, "ideas/paper.html", context)
