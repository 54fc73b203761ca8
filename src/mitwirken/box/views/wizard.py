"""The assistant: from the question to formats that fit, with reasons. A GET form; nothing is stored."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from mitwirken.box import matching, wording
from mitwirken.box.forms import WizardForm
from mitwirken.box.models import Format, Term

from .formats import format_card
from .lists import trail

MOST_SHOWN = 8
MOST_NARROWLY = 5
# Reason of matching -> the question in the address that loosens it.
QUESTIONS = {
    "lead": "wochen",
    "cost": "budget",
    "staff": "personal",
    "people": "personen",
    "level": "stufe",
    "conflict": "streit",
    "channel": "weg",
}


def wizard(request):
    """`/mitmachbox/assistent/`"""
    words: dict[str, list] = {}
    # "All" is no target group to ask for: it would hide the silent ones.
    for term in Term.objects.filter(vocabulary__in=WizardForm.VOCABULARIES.values()).exclude(code="all"):
        words.setdefault(term.vocabulary, []).append((term.code, term.label))
    form = WizardForm(request.GET or None, words=words)
    context = {
        "form": form,
        "result": None,
        "nothing_open": False,
        "hints": [],
        "inform_url": f"{reverse('box:formats')}?ziel=inform",
        "trail": trail((_("Assistant"), "")),
    }
    if form.is_bound and form.is_valid():
        answers = form.cleaned_data
        context["nothing_open"] = answers["aenderbar"] == "nein"
        if not context["nothing_open"]:
            context["hints"] = _hints(answers)
            context["result"] = _result(form.wish(), request.GET)
    return render(request, "box/wizard.html", context)


def candidate(row: Format) -> matching.Candidate:
    """What matching needs to know of a format."""
    return matching.Candidate(
        code=row.code,
        kind=row.kind.code if row.kind else "",
        goals=frozenset(row.goals),
        phases=frozenset(row.phases),
        levels=frozenset(row.levels),
        targets=frozenset(row.codes("target_group")),
        channels=frozenset(row.channels),
        people=(row.participants_min, row.participants_max),
        lead_weeks=(row.lead_weeks_min, row.lead_weeks_max),
        cost=(row.cost_min, row.cost_max),
        staff_days=row.staff_days_min,
        conflict_fit=next(iter(row.codes("conflict_fit")), ""),
    )


def _hints(answers: dict) -> list[str]:
    hints = []
    if answers["entscheidung"] == "nein":
        hints.append(_("Settle first who decides and when. Participation without an addressee disappoints."))
    if answers["antwort"] == "nein":
        hints.append(_("Plan time and staff for an answer. Otherwise choose something smaller."))
    if answers["pflicht"] != "nein":
        hints.append(_("A procedure laid down by law comes first. Look at the rights and formal procedures below."))
    return hints


def _result(wish: matching.Wish, params) -> dict:
    rows = {row.code: row for row in Format.objects.listed().prefetch_related("terms")}
    found = matching.match((candidate(row) for row in rows.values()), wish)
    titled = (
        (_("Formats and processes"), "formate", found.formats),
        (_("Building blocks for events"), "bausteine", found.building_blocks),
        (_("Rights and formal procedures"), "recht", found.formal),
    )
    because, mind, excluded = _reasons()
    lists = [
        {
            "title": title,
            "id": anchor,
            "cards": [
                format_card(rows[entry.code])
                | {
                    "because": [because[name] for name in entry.because],
                    "mind": [
                        _("has to be held %(number)s times, cost times %(number)s") % {"number": entry.runs}
                        if name == "runs"
                        else mind[name]
                        for name in entry.mind
                    ],
                }
                for entry in matches[:MOST_SHOWN]
            ],
        }
        for title, anchor, matches in titled
        if matches
    ]
    narrowly = [
        {
            "title": rows[entry.code].name,
            "url": rows[entry.code].get_absolute_url(),
            "reasons": [excluded[name](rows[entry.code]) for name in entry.excluded],
            "loosen_url": _without(params, [QUESTIONS[name] for name in entry.excluded]),
        }
        for entry in found.narrowly[:MOST_NARROWLY]
    ]
    return {"lists": lists, "narrowly": narrowly, "found": bool(lists)}


def _without(params, questions: list[str]) -> str:
    """The same answers without these."""
    left = params.copy()
    for question in questions:
        left.pop(question, None)
    return "?" + left.urlencode()


def _reasons() -> tuple[dict, dict, dict]:
    because = {
        "goals": _("serves all your goals"),
        "phase": _("made for this phase"),
        "level": _("keeps the promised level"),
        "targets": _("reaches your target groups"),
        "people": _("right size"),
        "cost": _("surely within the budget"),
        "lead": _("surely ready in time"),
        "conflict": _("copes with the conflict"),
    }
    mind = {
        "goals": _("serves only some of your goals"),
        "phase": _("usual in another phase"),
        "level": _("promises less than you want to"),
        "targets": _("not made for all your target groups"),
        "people": _("size at the edge of what works"),
        "cost": _("may exceed the budget"),
        "lead": _("may take longer to prepare"),
        "conflict": _("only with care when there is conflict"),
    }
    excluded = {
        "lead": lambda row: _("needs a lead time of %(span)s") % {"span": wording.lead(row)},
        "cost": lambda row: _("costs %(span)s (%(basis)s)") % {"span": wording.cost(row), "basis": wording.basis(row)},
        "staff": lambda row: _("needs %(span)s of your staff") % {"span": wording.staff(row)},
        "people": lambda row: _("made for %(span)s") % {"span": wording.people(row)},
        "level": lambda _row: _("promises more influence than you grant"),
        "conflict": lambda _row: _("not when there is open conflict"),
        "channel": lambda _row: _("not possible this way"),
    }
    return because, mind, excluded
