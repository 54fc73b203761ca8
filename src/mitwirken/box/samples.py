"""Believable formats, practice cases and evidence, for tests and the demo."""

from datetime import timedelta

from mitwirken.core import clock

from .models import Case, Evidence, Format, FormatCase, Term

TERMS = {
    "kind": [("event", "Veranstaltungsformat")],
    "level": [("consult", "Konsultation")],
    "phase": [("ideate", "Ideen und Ziele")],
    "goal": [("collect_ideas", "Ideen sammeln")],
    "channel": [("analog", "Vor Ort")],
    "duration": [("half_day", "halber Tag oder Abend")],
    "cost_bracket": [("c0", "bis 1.000 €")],
    "cost_basis": [("estimate", "Schätzung der Redaktion, vor Ort prüfen")],
    "moderation": [("internal", "eigene Mitarbeitende genügen")],
    "skill": [("low", "Einstieg")],
}
CASE_TERMS = {
    "topic": [("neighbourhood", "Nachbarschaft und Quartier")],
    "evidence": [("press", "Presse")],
    "outcome_status": [("implemented", "umgesetzt")],
}


def term(vocabulary: str, code: str, label: str = "") -> Term:
    found, _new = Term.objects.get_or_create(vocabulary=vocabulary, code=code, defaults={"label": label or code})
    return found


def format(*, terms: dict[str, list[str]] | None = None, **fields) -> Format:
    """A neighbourhood walk; `terms={"level": ["involve"]}` replaces its terms of that vocabulary."""
    number = Format.objects.count() + 1
    values = {
        "code": f"rundgang-{number}",
        "name": f"Rundgang {number}",
        "aliases": ["Quartiersspaziergang"],
        "summary": "Gemeinsam durchs Viertel gehen und sagen, was gut ist und was fehlt.",
        "description": "Eine kleine Gruppe geht eine kurze Strecke und hält an fünf Orten an.",
        "participants_min": 8,
        "participants_max": 25,
        "duration_text": "2 Stunden",
        "hours_min": 2,
        "hours_max": 3,
        "lead_weeks_min": 3,
        "lead_weeks_max": 6,
        "cost_min": 100,
        "cost_max": 900,
        "staff_days_min": 2,
        "staff_days_max": 4,
        "process_steps": [
            {"when": "before", "title": "Strecke wählen", "text": "Fünf Orte, höchstens zwei Kilometer."},
            {"when": "during", "title": "Gehen", "text": "An jedem Ort drei Fragen."},
            {"when": "after", "title": "Antworten", "text": "Ergebnisse binnen vier Wochen zeigen."},
        ],
        "accessibility": ["Stufenfreie Strecke", "Sitzpausen"],
        "materials": ["Karte", "Klemmbretter"],
        "strengths": ["nah am Ort"],
        "limits": ["kleiner Kreis"],
        "risks": [{"risk": "Regen", "mitigation": "Ersatztermin nennen."}],
        "avoid_if": ["akuter Streit"],
        "digital_equivalent": "Karte im Netz mit Hinweisen.",
        "sources": [{"title": "Handbuch", "url": None, "checked": True}],
    } | fields
    row = Format(**values)
    row.fold()
    row.save()
    wanted = {name: list(rows) for name, rows in TERMS.items()}
    wanted |= {name: [(code, "") for code in codes] for name, codes in (terms or {}).items()}
    row.terms.set(term(name, *pair) for name, pairs in wanted.items() for pair in pairs)
    return row


def case(*formats: Format, **fields) -> Case:
    """A finished small project that used these formats."""
    number = Case.objects.count() + 1
    values = {
        "code": f"platz-am-markt-{number}",
        "title": f"Platz am Markt {number}",
        "place": "Musterstadt",
        "country": "DE",
        "year_start": 2021,
        "year_end": 2022,
        "organiser": "Stadt Musterstadt",
        "summary": "Anwohnende und Händler:innen planten einen Platz um.",
        "participants": 120,
        "numbers": [{"label": "Teilnehmende", "value": 120}],
        "worked": ["Der Rundgang brachte neue Leute."],
        "not_worked": ["Jugendliche fehlten."],
        "outcome": "Der Platz wurde 2022 umgebaut.",
        "lessons": ["Früh zur Schule gehen."],
        "sources": [{"title": "Bericht", "url": "https://stadt.example/bericht"}],
    } | fields
    row = Case(**values)
    row.fold()
    row.save()
    row.terms.set(term(name, *pair) for name, pairs in CASE_TERMS.items() for pair in pairs)
    for position, used in enumerate(formats):
        FormatCase.objects.create(format=used, case=row, position=position)
    return row


def evidence(of: Format | None = None, **fields) -> Evidence:
    """What a finished step said about its format: 24 people, 78 points."""
    values = {
        "step_label": "Rundgang am Markt",
        "step_url": "/vorhaben/markt/ideas/rundgang/",
        "indicator": "Z1",
        "value": 78,
        "n": 24,
        "measured_on": (clock.now() - timedelta(days=10)).date(),
        "source": "Mitmach-Check",
    } | fields
    return Evidence.objects.create(format=of or format(), **values)
