"""Practice cases: the list, and one of them with what went well beside what did not."""

from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mitwirken.box import facets, wording
from mitwirken.box.forms import CASE_FACETS, CASE_SORTS, COUNTRIES, YEARS, ListQuery
from mitwirken.box.models import Case, FormatCase
from mitwirken.box.paging import page

from . import lists
from .formats import case_card, format_card, labels_of


def index(request):
    """`/mitmachbox/beispiele/`"""
    labels, members = lists.term_options(Case, CASE_FACETS)
    columns = list(Case.objects.order_by("region").values_list("pk", "country", "region", "year_start"))
    labels["jahr"] = {code: label for code, _last, label in YEARS}
    lists.sort_into(labels, members, "land", ((pk, code, country(code)) for pk, code, *_rest in columns))
    lists.sort_into(labels, members, "region", ((row[0], row[2], row[2]) for row in columns if row[2]))
    lists.sort_into(labels, members, "jahr", ((row[0], *_years(row[3])) for row in columns if row[3]))
    used = FormatCase.objects.order_by("format__search_name")
    lists.sort_into(labels, members, "format", used.values_list("case_id", "format__code", "format__name"))
    query = ListQuery.read(request.GET, CASE_FACETS, labels, CASE_SORTS)
    # Newest first, those without a year last: one key that ascends.
    found = Case.objects.listed().search(query.q).annotate(age=Value(9999) - Coalesce(F("year_start"), 0))
    base = set(found.values_list("pk", flat=True))
    matching = facets.matching(members, query.chosen, base)
    keys = CASE_SORTS[query.sort][1]
    rows, after = page(found.filter(pk__in=matching).prefetch_related("terms"), keys, query.after, lists.PAGE_SIZE)
    count = ngettext("%(number)s practice case", "%(number)s practice cases", len(matching))
    context = {
        "groups": [
            lists.search_group(query, _("Search practice cases")),
            lists.sort_group(query, CASE_SORTS),
            *lists.filter_groups(query, CASE_FACETS, labels, members, base),
        ],
        "chips": lists.chips(query, CASE_FACETS, labels),
        "count": count % {"number": len(matching)},
        "cards": [case_card(row) for row in rows],
        "next_url": query.address(after=after) if after else "",
        "first_url": query.address() if query.after else "",
        "query": query,
        "reset_url": reverse("box:cases") if query.is_narrowed else "",
        "trail": lists.trail((_("Practice cases"), "")),
    }
    return render(request, "box/cases.html", context)


def detail(request, code):
    """`/mitmachbox/beispiele/<code>/`"""
    row = get_object_or_404(Case.objects.prefetch_related("terms"), code=code)
    where = ", ".join(dict.fromkeys(part for part in (row.place, row.region, country(row.country)) if part))
    facts = [
        {"term": _("Place"), "text": where},
        {"term": _("Time"), "text": row.years or _("not found in the sources")},
        {"term": _("Organiser"), "text": row.organiser},
        {"term": _("Duration"), "text": row.duration},
        {"term": _("People taking part"), "text": _number_or_unknown(row.participants)},
        {"term": _("Topics"), "text": labels_of(row, "topic")},
        {"term": _("Level of participation"), "text": labels_of(row, "level")},
        {"term": _("Way"), "text": labels_of(row, "channel")},
        {"term": _("Who took part"), "text": labels_of(row, "recruitment")},
    ]
    formats = row.formats.listed().order_by("case_links__position").prefetch_related("terms")
    evidence, outcome = labels_of(row, "evidence"), labels_of(row, "outcome_status")
    context = {
        "case": row,
        "facts": [fact for fact in facts if fact["text"]],
        "money": [
            {"term": _("Cost of the process"), "text": _euros(row.process_cost)},
            {"term": _("Money people decided on"), "text": _euros(row.decided_budget)},
        ],
        "evidence": evidence,
        "outcome_status": outcome,
        "numbers": [[entry["label"], wording.number(entry["value"])] for entry in row.numbers],
        "formats": [format_card(one) for one in formats],
        "numbers_head": [_("What was counted"), _("Number")],
        "badges": [{"kind": "neutral", "label": label} for label in (outcome, evidence) if label],
        "trail": lists.trail((_("Practice cases"), reverse("box:cases")), (row.title, "")),
    }
    return render(request, "box/case.html", context)


def country(code: str) -> str:
    return str(COUNTRIES.get(code, code))


def _years(year: int) -> tuple[str, str]:
    return next((code, str(label)) for code, last, label in YEARS if year <= last)


def _number_or_unknown(value: int | None) -> str:
    return wording.number(value) if value is not None else _("not found in the sources")


def _euros(value: int | None) -> str:
    return f"{wording.number(value)} €" if value is not None else _("not found in the sources")
