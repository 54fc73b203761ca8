"""Tasks and invitations."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.urls import reverse

from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.pool import samples
from mitwirken.pool.assignments import actions as task_actions
from mitwirken.pool.assignments import samples as tasks
from mitwirken.pool.assignments.models import TaskState
from mitwirken.pool.invitations import actions as event_actions
from mitwirken.pool.invitations import samples as events
from mitwirken.pool.invitations.models import EventState

from .kinds import GONE, Kind, moment, set_, to

REPORT = "Die Suche steht jetzt oben auf jeder Seite. Danke für die vielen Hinweise."


def crowd() -> None:
    for _person in range(4):
        samples.askable(samples.member())


def task(state: str) -> Any:
    crowd()
    department = samples.enabled(city.department())
    if state in ("draft", "waiting", "gone"):
        row = tasks.task(department)
        if state == "waiting":
            set_(row, state=TaskState.WAITING, people=60, sent_by=samples.writer())
        return row
    row = tasks.running(department)
    if state == "reminded":
        task_actions.remind(row, at=clock.now())
    if state == "over":
        set_(row, ends_at=clock.now() - timedelta(minutes=1))
    if state in ("closed", "reported"):
        task_actions.answer(row.assignments.first(), {"0": "1"}, "", at=clock.now())
        task_actions.close(row, at=clock.now(), by=None)
    if state == "reported":
        task_actions.report(row, REPORT, at=clock.now(), by=None)
    return row


def words_of_task(row: Any) -> tuple[str, dict[str, Any]]:
    given = {f"fragen-{n}-{part}": "" for n in range(10) for part in ("text", "options")}
    given |= {f"fragen-{n}-kind": "choice" for n in range(10)} | {"fragen-TOTAL_FORMS": 10, "fragen-INITIAL_FORMS": 10}
    given |= {
        name: getattr(row, name) for name in ("kind", "title", "text", "link", "minutes", "remind_days", "people")
    }
    given |= {"department": row.department_id, "ends_at": moment(days=9), "title": "Ganz anders getippt"}
    return reverse("pool_assignments_staff:edit", args=[row.pk]), given


def answer_to_task(row: Any) -> tuple[str, dict[str, Any]]:
    asked = row.assignments.first()
    code = asked.code if asked else "7KQ4-M2XH-9PLD"
    return reverse("pool_assignments_staff:enter", args=[row.pk]), {"code": code, "channel": "paper", "q0": "1"}


def act_on_task(verb: str) -> Any:
    return to("pool_assignments_staff:act", verb)


TASK = Kind(
    build=task,
    states=("draft", "waiting", "running", "reminded", "over", "closed", "reported", "gone"),
    press={
        **{verb: act_on_task(verb) for verb in ("senden", "freigeben", "zurueckgeben", "verwerfen")},
        **{verb: act_on_task(verb) for verb in ("erinnern", "beenden")},
        "bearbeiten": words_of_task,
        "ende": lambda row: (
            reverse("pool_assignments_staff:prolong", args=[row.pk]),
            {"ends_at": moment(days=20), "remind_days": "2"},
        ),
        "bericht": lambda row: (reverse("pool_assignments_staff:report", args=[row.pk]), {"report": REPORT}),
        "antwort": answer_to_task,
    },
    works={
        "senden": {"draft"},
        "freigeben": {"waiting"},
        "zurueckgeben": {"waiting"},
        "verwerfen": {"draft", "waiting"},
        "erinnern": {"running"},
        "beenden": {"running", "reminded", "over"},
        "bearbeiten": {"draft"},
        "ende": {"running", "reminded", "over"},
        "bericht": {"closed"},
        "antwort": {"running", "reminded"},
    },
    says={
        "": "Das geht jetzt nicht. Der Stand ist: {state}.",
        ("gone", ""): GONE,
        ("reminded", "erinnern"): "Es gibt nur eine Erinnerung, und sie ist schon hinausgegangen.",
        ("over", "erinnern"): "Der letzte Tag ist vorbei.",
        ("draft", "antwort"): "Diesen Code hat kein Brief zu dieser Aufgabe.",
        ("waiting", "antwort"): "Diesen Code hat kein Brief zu dieser Aufgabe.",
        ("", "antwort"): "Diese Aufgabe ist beendet.",
    },
    again={"verwerfen": GONE, "erinnern": "Es gibt nur eine Erinnerung"},
    repeats=frozenset({"bearbeiten", "ende", "antwort"}),
)


def event(state: str) -> Any:
    crowd()
    department = samples.enabled(city.department())
    if state in ("draft", "waiting", "gone"):
        row = events.event(department)
        if state == "waiting":
            set_(row, state=EventState.WAITING, people=300, sent_by=samples.writer())
        return row
    row = events.invited(department)
    event_actions.reply(row.guests.select_related("member").order_by("pk").last(), True, at=clock.now())
    if state == "cancelled":
        event_actions.cancel(row, "Sturm.", by=samples.writer(), at=clock.now())
    if state in ("over", "forgotten"):
        began = clock.now() - timedelta(hours=1)
        set_(row, starts_at=began, ends_at=began + timedelta(hours=2), answer_by=began - timedelta(days=1))
    if state == "forgotten":
        set_(row, ends_at=clock.now() - timedelta(days=400))
        event_actions.forget(at=clock.now())
    return row


def facts_of_event(name: str, **more: Any) -> Callable[[Any], tuple[str, dict[str, Any]]]:
    def press(row: Any) -> tuple[str, dict[str, Any]]:
        given = {field: getattr(row, field) for field in ("title", "text", "place", "access", "places", "people")}
        given |= {"department": row.department_id, "companions": "1", "starts_at": moment(days=21)}
        given |= {"ends_at": moment(days=22), "answer_by": moment(days=20)} | more
        return reverse(name, args=[row.pk]), given

    return press


def answer_to_event(row: Any) -> tuple[str, dict[str, Any]]:
    guest = row.guests.order_by("pk").first()
    code = guest.code if guest else "7KQ4-M2XH-9PLD"
    return reverse("pool_invitations_staff:enter", args=[row.pk]), {"code": code, "comes": "yes", "companions": "0"}


OVER = "Die Veranstaltung hat begonnen oder ist vorbei."
EVENT = Kind(
    build=event,
    states=("draft", "waiting", "open", "over", "cancelled", "forgotten", "gone"),
    press={
        **{
            verb: to("pool_invitations_staff:act", verb)
            for verb in ("senden", "freigeben", "zurueckgeben", "verwerfen")
        },
        "bearbeiten": facts_of_event("pool_invitations_staff:edit", title="Ganz anders getippt"),
        "aendern": facts_of_event("pool_invitations_staff:change", place="Aula", places="30"),
        "absagen": lambda row: (reverse("pool_invitations_staff:cancel", args=[row.pk]), {"reason": "Wasserschaden."}),
        "einlass": lambda row: (
            reverse("pool_invitations_staff:door", args=[row.pk]),
            {"came": [guest.pk for guest in row.guests.filter(reply="yes")]},
        ),
        "antwort": answer_to_event,
    },
    works={
        "senden": {"draft"},
        "freigeben": {"waiting"},
        "zurueckgeben": {"waiting"},
        "verwerfen": {"draft", "waiting"},
        "bearbeiten": {"draft"},
        "aendern": {"open"},
        "absagen": {"open"},
        "einlass": {"open", "over"},
        "antwort": {"open"},
    },
    says={
        "": "Das geht jetzt nicht. Der Stand ist: {state}.",
        ("gone", ""): GONE,
        ("over", "aendern"): OVER,
        ("over", "absagen"): OVER,
        ("forgotten", "aendern"): OVER,
        ("forgotten", "absagen"): OVER,
        ("forgotten", "einlass"): "Die Gäste dieser Veranstaltung sind inzwischen vergessen",
        ("over", "antwort"): "Für eine Zusage ist es zu spät",
        ("cancelled", "antwort"): "Diese Veranstaltung findet nicht statt.",
        ("", "antwort"): "Keine Einladung zu dieser Veranstaltung hat diesen Code.",
    },
    again={
        "verwerfen": GONE,
        "aendern": "Es war nichts anders.",
        "einlass": "Festgehalten: 1",
        "antwort": "Gespeichert: Die Person hat einen Platz.",
    },
    repeats=frozenset({"bearbeiten"}),
)
