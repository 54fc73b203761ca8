"""Believable messages to the contact desk, for tests and the demo."""

from datetime import timedelta
from typing import Any

from mitwirken.accounts.models import User
from mitwirken.city.models import Department
from mitwirken.core import clock

from . import actions
from .models import ContactCase, Subject

_DEMO = [
    (
        Subject.QUESTION,
        "Guten Tag, bis wann kann ich beim Spielplatz mitmachen? Und geht das auch auf Papier?",
        "Hannelore Beispiel",
        "hannelore@beispiel.example",
        "/mitmachen/",
    ),
    (
        Subject.PRAISE,
        "Die Quittung mit der Nummer ist gut. Bitte sagen Sie beim Angebot gleich, wann die Antwort kommt.",
        "",
        "jemand@beispiel.example",
        "",
    ),
    (
        Subject.BARRIER,
        "Auf dem Handy kann ich die Tabelle mit den Terminen nicht ganz lesen.",
        "",
        "",
        "/mitmachen/?ansicht=kalender",
    ),
]


def case(**fields) -> ContactCase:
    values: dict[str, Any] = {
        "subject": Subject.QUESTION,
        "text": "Bis wann kann ich mitmachen?",
        "name": "Erika Muster",
        "email": "erika@beispiel.example",
        "at": clock.now(),
    } | fields
    return actions.open_case(**values)


def demo_cases() -> list[ContactCase]:
    """Three messages: one waits, one is answered, one reports a barrier. Run twice, they stay three."""
    now = clock.now()
    made = []
    for days, (subject, text, name, email, page) in enumerate(_DEMO):
        made.append(
            actions.open_case(
                subject=subject,
                text=text,
                name=name,
                email=email,
                page=page,
                submission_key=f"demo-case-{days:08d}",
                at=now - timedelta(days=days, hours=2),
            )
        )
    answered = made[1]
    colleague = User.objects.filter(is_superuser=True).order_by("pk").first()
    if colleague and not answered.messages.filter(direction="out").exists():
        actions.answer_case(
            answered, "Danke für den Hinweis. Das Datum steht jetzt oben auf jeder Seite.", by=colleague, at=now
        )
    if made[2].department is None and (home := Department.objects.filter(slug="systemhaus").first()) and colleague:
        actions.assign_case(made[2], home, by=colleague, at=now)
    return made
