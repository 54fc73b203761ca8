"""The formats: the list, one of them in two depths, its card, and up to four side by side."""

from django.db.models import Exists, OuterRef, Q
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mitwirken.box import facets, wording
from mitwirken.box.forms import FORMAT_FACETS, FORMAT_SORTS, STAFF_BRACKETS, ListQuery
from mitwirken.box.models import SMALLEST_GROUP, Case, Format, Term
from mitwirken.box.paging import page

from . import lists
from .lists import trail

MOST_COMPARED = 4
PHASES_OF_STEPS = ("before", "during", "after")


def index(request):
    """`/mitmachbox/formate/`"""
    labels, members = lists.term_options(Format, FORMAT_FACETS)
    labels["personal"] = {code: label for code, _most, label in STAFF_BRACKETS}
    staff = Format.objects.values_list("pk", "staff_days_min")
    lists.sort_into(labels, members, "personal", ((pk, *_bracket(days)) for pk, days in staff))
    query = ListQuery.read(request.GET, FORMAT_FACETS, labels, FORMAT_SORTS)
    found = Format.objects.listed().search(query.q)
    base = set(found.values_list("pk", flat=True))
    matching = facets.matching(members, query.chosen, base)
    keys = FORMAT_SORTS[query.sort][1]
    rows, after = page(found.filter(pk__in=matching).prefetch_related("terms"), keys, query.after, lists.PAGE_SIZE)
    context = {
        "groups": [
            lists.search_group(query, _("Search formats")),
            lists.sort_group(query, FORMAT_SORTS),
            *lists.filter_groups(query, FORMAT_FACETS, labels, members, base),
        ],
        "chips": lists.chips(query, FORMAT_FACETS, labels),
        "count": ngettext("%(number)s format", "%(number)s formats", len(matching)) % {"number": len(matching)},
        "cards": [format_card(row) for row in rows],
        "next_url": query.address(after=after) if after else "",
        "first_url": query.address() if query.after else "",
        "query": query,
        "reset_url": reverse("box:formats") if query.is_narrowed else "",
        "trail": trail((_("Formats"), "")),
        "most_compared": MOST_COMPARED,
    }
    return render(request, "box/formats.html", context)


def detail(request, code):
    """`/mitmachbox/formate/<code>/`: first the card, then everything else."""
    row = get_object_or_404(Format.objects.prefetch_related("terms"), code=code)
    evidence = list(row.evidence.showable())
    words = _words("indicator", "step_when")
    cases = row.cases.listed().prefetch_related("terms").order_by("search_title")
    related = (
        Format.objects.listed()
        .annotate(
            combines=Exists(row.combine_with.through.objects.filter(from_format=row, to_format=OuterRef("pk"))),
            replaces=Exists(row.alternatives.through.objects.filter(from_format=row, to_format=OuterRef("pk"))),
        )
        .filter(Q(combines=True) | Q(replaces=True))
        .prefetch_related("terms")
        .order_by("search_name")
    )
    context = {
        **card_facts(row),
        "stages": stages_of(row, words["step_when"]),
        "combine": [format_card(other) for other in related if other.combines],
        "alternatives": [format_card(other) for other in related if other.replaces],
        "cases": [case_card(case) for case in cases],
        "evidence": [
            {
                "step": entry.step_label,
                "url": entry.step_url,
                "indicator": words["indicator"].get(entry.indicator.lower(), entry.indicator),
                "value": wording.measured(entry),
                "n": wording.number(entry.n),
                "date": entry.measured_on,
                "source": entry.source,
            }
            for entry in evidence
        ],
        "smallest_group": SMALLEST_GROUP,
        "contents": _contents(bool(cases)),
        "trail": trail((_("Formats"), reverse("box:formats")), (row.name, "")),
        "card_url": reverse("box:card", args=[row.code]),
        "offers_url": f"/mitmachen/?format={row.code}",
        "start_url": f"/staff/vorhaben/neu/?format={row.code}",
        "compare_url": f"{reverse('box:compare')}?f={row.code}",
    }
    return render(request, "box/format.html", context)


def card(request, code):
    """`/mitmachbox/formate/<code>/karte/`: the format on one page of paper, A5 or A4."""
    row = get_object_or_404(Format.objects.prefetch_related("terms"), code=code)
    address = request.build_absolute_uri(row.get_absolute_url())
    above = (_("Formats"), reverse("box:formats")), (row.name, row.get_absolute_url())
    context = {
        **card_facts(row),
        "stages": stages_of(row, _words("step_when")["step_when"]),
        "address": address,
        "trail": trail(*above, (_("Card"), "")),
    }
    return render(request, "box/card.html", context)


def compare(request):
    """`/mitmachbox/vergleich/?f=a&f=b`: up to four formats, line by line."""
    wanted = [code for code in dict.fromkeys(request.GET.getlist("f")) if "\x00" not in code]
    listed = Format.objects.listed()
    found = {row.code: row for row in listed.filter(code__in=wanted[:50]).prefetch_related("terms")}
    rows = [found[code] for code in wanted if code in found]
    left_out = [row.name for row in rows[MOST_COMPARED:]]
    rows = rows[:MOST_COMPARED]
    codes = [row.code for row in rows]
    columns = [
        {
            "name": row.name,
            "url": row.get_absolute_url(),
            "without_url": "?" + "&".join(f"f={code}" for code in codes if code != row.code),
        }
        for row in rows
    ]
    others = listed.exclude(code__in=codes).order_by("search_name").values_list("code", "name")
    options = [{"value": code, "label": name} for code, name in others]
    adding = {"name": "f", "label": _("Add a format"), "type": "select", "options": options}
    context = {
        "columns": columns,
        "lines": _lines(rows),
        "left_out": left_out,
        "most_compared": MOST_COMPARED,
        "adding": [{"name": "f", "type": "hidden", "value": code} for code in codes] + [adding],
        "trail": trail((_("Formats"), reverse("box:formats")), (_("Compare"), "")),
        "may_add": len(rows) < MOST_COMPARED,
    }
    return render(request, "box/compare.html", context)


def format_card(row: Format) -> dict:
    """What the card of a format in a list says."""
    cost = f"{wording.cost(row)} ({wording.basis(row)})" if row.cost_max else wording.cost(row)
    meta = [
        {"icon": "people", "label": wording.people(row)},
        {"icon": "clock", "label": row.duration_text or labels_of(row, "duration")},
        {"icon": "euro", "label": cost},
    ]
    return {
        "code": row.code,
        "check_id": f"compare-{row.code}",
        "title": row.name,
        "url": row.get_absolute_url(),
        "kicker": labels_of(row, "kind"),
        "text": row.summary,
        "meta": meta,
    }


def case_card(row: Case) -> dict:
    """What the card of a practice case says."""
    meta = [{"icon": "place", "label": row.place}]
    if row.years:
        meta.append({"icon": "calendar", "label": row.years})
    meta.append({"icon": "document", "label": labels_of(row, "evidence")})
    return {
        "title": row.title,
        "url": row.get_absolute_url(),
        "kicker": labels_of(row, "topic"),
        "text": row.summary,
        "meta": meta,
    }


def labels_of(row: Format | Case, vocabulary: str) -> str:
    return ", ".join(term.label for term in row.described_as(vocabulary))


def card_facts(row: Format) -> dict:
    """What the first reading depth shows: enough to say yes or no."""
    basis, estimate = wording.basis(row), _("Editors' estimate")
    effort = [
        {"term": _("External cost of one run"), "text": wording.cost(row), "basis": basis, "note": row.cost_note},
        {"term": _("Own staff, all in all"), "text": wording.staff(row), "basis": estimate},
        {"term": _("Lead time to the first date"), "text": wording.lead(row), "basis": estimate},
        {"term": _("Time of those who take part"), "text": wording.hours(row), "basis": estimate},
    ]
    facts = [
        {"term": _("Group"), "text": wording.people(row), "note": row.participants_note},
        {"term": _("Duration"), "text": row.duration_text or labels_of(row, "duration")},
        {"term": _("Way"), "text": labels_of(row, "channel")},
        {"term": _("Phase"), "text": labels_of(row, "phase")},
        {"term": _("Who takes part"), "text": labels_of(row, "recruitment")},
        {"term": _("Moderation"), "text": labels_of(row, "moderation")},
        {"term": _("Experience needed"), "text": labels_of(row, "skill")},
        {"term": _("When there is conflict"), "text": labels_of(row, "conflict_fit")},
        {"term": _("Reaches above all"), "text": labels_of(row, "target_group")},
        {"term": _("What comes out"), "text": labels_of(row, "output")},
    ]
    return {
        "format": row,
        "kind": labels_of(row, "kind"),
        "goals": row.described_as("goal"),
        "levels": row.described_as("level"),
        "legal": row.described_as("legal"),
        "effort": effort,
        "facts": facts,
    }


def stages_of(row: Format, labels: dict[str, str]) -> list[dict]:
    """The course of the format: before, during, after."""
    stages: list[dict] = [
        {
            "label": labels.get(when, when),
            "steps": [step for step in row.process_steps if step["when"] == when],
        }
        for when in PHASES_OF_STEPS
    ]
    return [stage for stage in stages if stage["steps"]]


def _words(*vocabularies: str) -> dict[str, dict[str, str]]:
    """Labels by code of some vocabularies, in one query."""
    found: dict[str, dict[str, str]] = {vocabulary: {} for vocabulary in vocabularies}
    for term in Term.objects.filter(vocabulary__in=vocabularies):
        found[term.vocabulary][term.code] = term.label
    return found


def _contents(cases: bool) -> list[dict]:
    """The second reading depth, as a list of its parts."""
    parts = [
        ("ablauf", _("How it goes")),
        ("material", _("What you need")),
        ("risiken", _("Strengths, limits, risks")),
        ("recht", _("Law")),
        ("erfahrungen", _("Results from our own projects")),
        ("beispiele", _("Practice cases with this format")),
        ("quellen", _("Sources and licence")),
    ]
    return [{"label": label, "url": f"#{part}"} for part, label in parts if cases or part != "beispiele"]


def _bracket(days: float) -> tuple[str, str]:
    return next((code, str(label)) for code, most, label in STAFF_BRACKETS if days <= most)


def _lines(rows: list[Format]) -> list[dict]:
    """The lines of the comparison: a heading and one cell per format."""
    if not rows:
        return []
    lines = [
        {"term": _("Kind"), "cells": [{"text": labels_of(row, "kind")} for row in rows]},
        {"term": _("In one sentence"), "cells": [{"text": row.summary} for row in rows]},
        {"term": _("What for?"), "cells": [{"text": labels_of(row, "goal")} for row in rows]},
        {"term": _("Level of participation"), "cells": [{"text": labels_of(row, "level")} for row in rows]},
    ]
    told = [card_facts(row) for row in rows]
    for part in ("effort", "facts"):
        for cells in zip(*(facts[part] for facts in told), strict=True):
            lines.append({"term": cells[0]["term"], "cells": cells})
    lines += [
        {"term": _("Strengths"), "cells": [{"points": row.strengths} for row in rows]},
        {"term": _("Limits"), "cells": [{"points": row.limits} for row in rows]},
        {"term": _("Not suitable for"), "cells": [{"points": row.avoid_if} for row in rows]},
        {"term": _("Law"), "cells": [{"text": labels_of(row, "legal")} for row in rows]},
    ]
    return lines
