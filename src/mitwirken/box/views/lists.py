"""What the list of formats and the list of cases have in common: options, counts, chips."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from mitwirken.box import facets
from mitwirken.box.forms import Facet, ListQuery
from mitwirken.box.models import Term

PAGE_SIZE = 24


def trail(*below: tuple[str, str]) -> list[dict]:
    """Where a page of the toolbox stands: name and address of what lies between it and the front door."""
    return [{"label": _("Mitmachbox"), "url": reverse("box:start")}] + [
        {"label": label, "url": url} for label, url in below
    ]


def term_options(model: Any, described: tuple[Facet, ...]) -> tuple[dict, dict]:
    """Labels by facet and code, and which rows of `model` each code describes: two queries for all facets."""
    names = {facet.vocabulary: facet.name for facet in described if facet.vocabulary}
    labels: dict[str, dict[str, str]] = {facet.name: {} for facet in described}
    members: dict[str, dict[str, set[int]]] = {facet.name: {} for facet in described}
    places = {}
    for term in Term.objects.filter(vocabulary__in=names):
        labels[names[term.vocabulary]][term.code] = term.label
        places[term.pk] = members[names[term.vocabulary]].setdefault(term.code, set())
    through = model.terms.through
    owner = through._meta.get_field(model._meta.model_name).attname
    for row_id, term_id in through.objects.values_list(owner, "term_id"):
        if term_id in places:
            places[term_id].add(row_id)
    return labels, members


def sort_into(labels: dict, members: dict, facet: str, found: Iterable[tuple[int, str, Any]]) -> None:
    """Add a facet that is read from columns: row, code, label."""
    for row_id, code, label in found:
        labels[facet].setdefault(code, label)
        members[facet].setdefault(code, set()).add(row_id)


def filter_groups(
    query: ListQuery, described: tuple[Facet, ...], labels: dict, members: dict, base: set[int]
) -> list[dict]:
    """The groups of the filter with live counts; options that describe nothing are left out."""
    counted = facets.counts(members, query.chosen, base)
    groups = []
    for facet in described:
        chosen = query.chosen.get(facet.name, [])
        options = [
            {
                "value": code,
                "label": label,
                "count": counted[facet.name].get(code, 0),
                "selected": code in chosen,
            }
            for code, label in labels[facet.name].items()
            if members[facet.name].get(code)
        ]
        if options:
            groups.append(
                {
                    "name": facet.name,
                    "label": facet.label,
                    "type": "checkbox",
                    "options": options,
                    "open": facet.open or bool(chosen),
                }
            )
    return groups


def search_group(query: ListQuery, label: str) -> dict:
    return {"name": "q", "label": label, "type": "search", "value": query.q}


def sort_group(query: ListQuery, sorts: dict) -> dict:
    options = [
        {"value": code, "label": label, "selected": query.sort == code} for code, (label, _keys) in sorts.items()
    ]
    return {"name": "sort", "label": _("Sort by"), "type": "select", "options": options}


def chips(query: ListQuery, described: tuple[Facet, ...], labels: dict) -> list[dict]:
    """What is set, each with the address without it."""
    found = []
    if query.q:
        found.append({"label": f"„{query.q}“", "url": query.address(drop=("q", ""))})
    for facet in described:
        for code in query.chosen.get(facet.name, []):
            found.append(
                {
                    "label": f"{facet.label}: {labels[facet.name][code]}",
                    "url": query.address(drop=(facet.name, code)),
                }
            )
    return found
