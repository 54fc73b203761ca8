"""Believable tasks, for tests and the demo."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from mitwirken.accounts.models import User
from mitwirken.city.models import Department
from mitwirken.core import clock

from .. import actions as pool
from .. import samples as members
from .. import selecting
from ..models import Dispatch, Member
from ..samples import as_if_sent, askable, demo_asking, enabled, writer
from . import actions
from .models import Assignment, Task, TaskState

QUESTIONS = [
    {
        "kind": "choice",
        "text": "Haben Sie gefunden, was Sie suchten?",
        "options": ["ja, sofort", "nach Suchen", "nein"],
    },
    {"kind": "scale", "text": "Wie gut versteht man die Texte?", "options": ["gar nicht", "sehr gut"]},
    {"kind": "text", "text": "Wo sind Sie hängen geblieben?", "options": []},
]


def task(department: Department | None = None, **fields: Any) -> Task:
    """A draft: try out a page, three questions, two weeks of time."""
    now = clock.now()
    values = {
        "department": department or enabled(),
        "kind": "test",
        "title": "Ist der neue Müllkalender verständlich?",
        "text": "Wir haben den Müllkalender neu gebaut. Bitte suchen Sie den nächsten Termin für Ihre Straße.",
        "link": "https://kalender.stadt.example/test",
        "minutes": 10,
        "ends_at": now + timedelta(days=14),
        "people": 30,
        "selection": selecting.EVERYBODY,
        "questions": QUESTIONS,
        "created_at": now,
    } | fields
    return Task.objects.create(**values)


def running(department: Department | None = None, *, by: User | None = None, **fields: Any) -> Task:
    """A task that has been sent to everybody who may be asked."""
    row = task(department, **fields)
    actions.start(row, by=by or writer(), at=clock.now())
    return row


_WORDS = [
    "Die Suche habe ich erst übersehen. Sie könnte größer sein.",
    "Ich wusste nicht, was „Wertstofftonne“ heißt.",
    "Auf dem Handy war die Liste sehr lang.",
    "Alles klar, gefällt mir besser als der alte.",
    "Der Knopf zum Drucken fehlt mir.",
]
_DEMO: list[dict[str, Any]] = [
    {
        "title": "Ist der neue Müllkalender verständlich?",
        "text": "Wir haben den Müllkalender neu gebaut. Bitte suchen Sie den nächsten Termin für Ihre Straße und sagen "
        "Sie uns, wo Sie hängen geblieben sind. Mit den Antworten überarbeiten wir die Seite im nächsten Monat.",
        "link": "",
        "minutes": 10,
        "questions": QUESTIONS,
        "state": TaskState.RUNNING,
        "days": 9,
    },
    {
        "title": "Welche Wörter gehören auf die Schilder im Südpark?",
        "kind": "feedback",
        "text": "Im Südpark stellen wir neue Wegweiser auf. Wir wollten wissen, welche Wörter alle sofort verstehen.",
        "link": "",
        "minutes": 5,
        "questions": [
            {"kind": "choice", "text": "Wie soll der Weg heißen?", "options": ["Rundweg", "Parkrunde", "Spazierweg"]},
            {"kind": "text", "text": "Was fehlt auf den Schildern?", "options": []},
        ],
        "state": TaskState.REPORTED,
        "days": -20,
        "report": "„Rundweg“ verstanden fast alle, „Parkrunde“ hielten viele für einen Lauftreff. Auf den neuen "
        "Schildern steht jetzt „Rundweg“.\n\nViele von Ihnen wünschten sich Angaben zur Länge in Minuten. Die haben "
        "wir ergänzt. Eine eigene Farbe je Weg haben wir nicht umgesetzt: Sie wäre für Menschen mit "
        "Farbsehschwäche schlecht zu unterscheiden. Stattdessen hat jeder Weg ein Zeichen.",
    },
    {
        "title": "Probieren Sie die neue Terminbuchung aus",
        "text": "Die Terminbuchung der Bürgerdienste bekommt eine neue Reihenfolge. Bitte buchen Sie einen "
        "Probetermin; er wird nicht gespeichert.",
        "link": "",
        "minutes": 15,
        "questions": [],
        "state": TaskState.REPORTED,
        "days": -55,
        "report": "Die Hälfte von Ihnen suchte den Knopf „Weiter“. Er steht jetzt auf jeder Seite unten und bleibt "
        "beim Blättern sichtbar. Die Frage nach der Telefonnummer haben wir gestrichen: Niemand wusste, wozu wir sie "
        "brauchen, und wir wussten es auch nicht.",
    },
    {
        "title": "Was hindert Sie daran, mit dem Rad zu fahren?",
        "kind": "feedback",
        "text": "Bevor wir die nächste Strecke planen, möchten wir wissen, was im Alltag stört.",
        "link": "",
        "minutes": 5,
        "questions": [
            {"kind": "choice", "text": "Was stört am meisten?", "options": ["Ampeln", "Autos", "Wege", "nichts davon"]}
        ],
        "state": TaskState.DRAFT,
        "days": 21,
    },
]


def demo(at: datetime) -> None:
    """Tasks in every state, answered by made-up members; those that exist stay."""
    if Task.objects.exists() or not Member.objects.active().exists():
        return
    chance = random.Random(2026)
    home = demo_asking(at)
    for row in _DEMO:
        _demo_task(dict(row), home, chance, at)


def _demo_task(row: dict[str, Any], home: Department, chance: random.Random, at: datetime) -> None:
    state, days, report = row.pop("state"), row.pop("days"), row.pop("report", "")
    ends = timezone.localtime(at + timedelta(days=days)).replace(hour=20, minute=0, second=0, microsecond=0)
    begun = min(ends - timedelta(days=14), at - timedelta(days=4))
    made = task(home, ends_at=ends, people=40, created_at=begun, created_by=writer(), **row)
    if state == TaskState.DRAFT:
        return
    actions.start(made, by=writer(), at=begun)
    answered = list(made.assignments.select_related("member").order_by("code"))
    for assignment in answered:
        _demo_answer(assignment, chance, begun + timedelta(hours=chance.randint(2, 90)))
    if state == TaskState.REPORTED:
        actions.close(made, at=ends, by=None)
        actions.report(made, report, at=ends + timedelta(days=12), by=writer())
    for mailing in made.mailings.select_related("dispatch"):
        as_if_sent(mailing.dispatch, at=begun)


def _demo_answer(assignment: Assignment, chance: random.Random, moment: datetime) -> None:
    wish = chance.random()
    if wish < 0.3:
        return
    if wish < 0.38:
        actions.decline(assignment, at=moment)
        return
    given: dict[str, Any] = {} if assignment.task.questions else {"done": True}
    for number, question in enumerate(assignment.task.questions):
        if question["kind"] == "choice":
            given[str(number)] = str(chance.choices([1, 2, 3], [6, 3, 1])[0])
        elif question["kind"] == "scale":
            given[str(number)] = str(chance.choices([2, 3, 4, 5], [1, 2, 5, 3])[0])
        elif chance.random() < 0.5:
            given[str(number)] = chance.choice(_WORDS)
    actions.answer(assignment, given, "", at=moment)


def sample_dispatches(*, langs: Sequence[str], at: datetime) -> list[Dispatch]:
    """A task's question, reminder, thanks and report on their way to somebody of each language."""
    for lang in langs:
        askable(members.member(lang=lang))
        askable(members.member(lang=lang))
    asked = running()
    for dispatch in [*(mailing.dispatch for mailing in asked.mailings.all()), actions.remind(asked, at=at)]:
        pool.freeze(dispatch, at=at)
    # Who answers gets no reminder any more: one of each language does, one does not.
    for lang in langs:
        quick = asked.assignments.filter(member__lang=lang).order_by("pk").first()
        if quick:
            actions.answer(quick, {"0": "1"}, "", at=at)
    actions.close(asked, at=at, by=None)
    actions.report(asked, "Die Suche steht jetzt oben auf jeder Seite. " * 3, at=at, by=writer())
    return [mailing.dispatch for mailing in asked.mailings.all()]


def sample_data(*, at: datetime) -> Member:
    """Somebody who answered a task."""
    member = askable(members.member(), at=at)
    row = running().assignments.get()
    actions.answer(row, {"0": "nach Suchen", "1": 4, "2": "Die Suche fehlt."}, "Gerne wieder.", at=at)
    return member
