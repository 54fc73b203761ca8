"""Every button of the pool's staff pages, and in which states it does something; for test_stale_pages.py.

Whoever adds a state or a verb adds it here, too: a test compares the tables with what the pages know.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.urls import reverse

from mitwirken.accounts import samples as people
from mitwirken.accounts.models import RoleKind
from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.pool import actions as pool
from mitwirken.pool import samples
from mitwirken.pool.assignments import actions as task_actions
from mitwirken.pool.assignments import samples as tasks
from mitwirken.pool.assignments.models import TaskState
from mitwirken.pool.bulletins import samples as bulletins
from mitwirken.pool.bulletins.models import State
from mitwirken.pool.imports import actions as import_actions
from mitwirken.pool.imports import samples as imports
from mitwirken.pool.imports.models import ImportRow, Mode, Outcome, RunState
from mitwirken.pool.invitations import actions as event_actions
from mitwirken.pool.invitations import samples as events
from mitwirken.pool.invitations.models import EventState
from mitwirken.pool.letters import actions as letter_actions
from mitwirken.pool.letters import samples as letters
from mitwirken.pool.models import Dispatch, DispatchKind, DispatchState, MailClass, Outbox, OutboxState, Purpose
from mitwirken.pool.selections.samples import selection
from mitwirken.portal import samples as portal

GONE = "Das gibt es nicht mehr, oder es gehört einem anderen Fachbereich."
REPORT = "Die Suche steht jetzt oben auf jeder Seite. Danke für die vielen Hinweise."


@dataclass(frozen=True)
class Kind:
    """What has states and buttons. `build(state)` makes one; `press` names address and form of each verb.

    `works` says in which states a verb does something; everywhere else the page answers with `says` for this state
    and verb, for this verb, or for everything. `again` is what a second press reads that has its own sentence, and
    `repeats` are the verbs that may be said twice.
    """

    build: Callable[[str], Any]
    states: tuple[str, ...]
    press: dict[str, Callable[[Any], tuple[str, dict[str, Any]]]]
    works: dict[str, set[str]]
    says: dict[Any, str]
    again: dict[str, str] = field(default_factory=dict)
    repeats: frozenset[str] = frozenset()

    def sentence(self, row: Any, state: str, verb: str) -> str:
        found = next(self.says[key] for key in ((state, verb), (state, ""), ("", verb), "") if key in self.says)
        shown = row.get_state_display() if hasattr(row, "get_state_display") else ""
        return found.format(state=shown)


def moment(**later: int) -> str:
    return (clock.now() + timedelta(**later)).strftime("%Y-%m-%dT%H:%M")


def crowd() -> None:
    for _person in range(4):
        samples.askable(samples.member())


def to(name: str, verb: str = "") -> Callable[[Any], tuple[str, dict[str, Any]]]:
    """A button without a form."""
    return lambda row: (reverse(name, args=[row.pk, verb] if verb else [row.pk]), {})


def set_(row: Any, **facts: Any) -> Any:
    type(row)._default_manager.filter(pk=row.pk).update(**facts)
    row.refresh_from_db()
    return row


# Tasks ---------------------------------------------------------------------------------------------------------------


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


# Invitations ---------------------------------------------------------------------------------------------------------


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


# Bulletins -----------------------------------------------------------------------------------------------------------

WRITABLE = {State.DRAFT, State.SUBMITTED, State.RETURNED, State.APPROVED, State.WAITING}


def bulletin(state: str) -> Any:
    crowd()
    bulletins.access(city.department())
    author = people.staff(RoleKind.PROJECT_LEAD, city.department())
    facts = {"approved_at": clock.now(), "hindrance": "late"} if state == State.WAITING else {}
    return bulletins.bulletin(author=author, state=state, **facts)


def act_on_bulletin(verb: str) -> Callable[[Any], tuple[str, dict[str, Any]]]:
    given = {"revision": 1, "remark": "Kürzer.", "confirmed": ["few||"]}
    return lambda row: (reverse("pool_bulletins:act", args=[row.pk, verb]), given)


def words_of_bulletin(row: Any) -> tuple[str, dict[str, Any]]:
    given = {"revision": row.revision, "subject_de": "Ganz anders getippt", "body_de": "Guten Tag.", "overdue": "ask"}
    return reverse("pool_bulletins:edit", args=[row.pk]), given | {"guard_hours": "6", "rule-pace": "all"}


BULLETIN = Kind(
    build=bulletin,
    states=tuple(State.values),
    press={
        **{verb: act_on_bulletin(verb) for verb in ("probe", "einreichen", "freigeben")},
        **{verb: act_on_bulletin(verb) for verb in ("zurueckgeben", "zurueckziehen", "doch-senden")},
        "bearbeiten": words_of_bulletin,
    },
    works={
        "probe": WRITABLE,
        "einreichen": {State.DRAFT, State.RETURNED},
        "freigeben": {State.SUBMITTED},
        "zurueckgeben": {State.SUBMITTED, State.APPROVED, State.WAITING},
        "zurueckziehen": WRITABLE,
        "doch-senden": {State.WAITING},
        "bearbeiten": WRITABLE,
    },
    says={"": "Das ging nicht: Der Rundbrief hat inzwischen einen anderen Stand."},
    again={
        "probe": "Der Test ist unterwegs an",
        "bearbeiten": "In der Zwischenzeit hat jemand diesen Rundbrief geändert.",
    },
)


def template(state: str) -> Any:
    bulletins.access(city.department())
    row = bulletins.template(city.department())
    return set_(row, set_aside_at=clock.now()) if state == "aside" else row


def words_of_template(row: Any) -> tuple[str, dict[str, Any]]:
    given = {"name": "Ganz anders getippt", "department": row.department_id, "subject_de": "Neu", "body_de": "Neu."}
    return reverse("pool_bulletins:template", args=[row.pk]), given


TEMPLATE = Kind(
    build=template,
    states=("offered", "aside"),
    press={
        "speichern": words_of_template,
        "beiseite": lambda row: (reverse("pool_bulletins:template", args=[row.pk]), {"aside": "1"}),
    },
    works={"speichern": {"offered"}, "beiseite": {"offered"}},
    says={
        ("aside", "speichern"): "Diese Vorlage wurde inzwischen beiseitegelegt. Es wurde nichts gespeichert.",
        ("aside", "beiseite"): "Beiseitegelegt. Die Vorlage wird nicht mehr angeboten",
    },
    again={"beiseite": "Beiseitegelegt. Die Vorlage wird nicht mehr angeboten"},
    repeats=frozenset({"speichern"}),
)


# Mailings ------------------------------------------------------------------------------------------------------------


def mailing(state: str) -> Any:
    row = Dispatch.objects.create(
        kind=DispatchKind.BULLETIN,
        mail_class=MailClass.BULK,
        purpose=Purpose.INFORMATION,
        department=city.department(),
        state=state.removesuffix(" in order"),
        content={"subject": "Der Rundbrief"},
        created_at=clock.now(),
        frozen=2,
    )
    kinds = (OutboxState.ACCEPTED,) * 2 if state.endswith("in order") else (OutboxState.FAILED, OutboxState.HELD)
    for kind in kinds:
        Outbox.objects.create(dispatch=row, member=samples.member(), state=kind, prio=5, due_at=clock.now())
    return row


NO_MAIL = "Dafür ist keine Mail mehr übrig"
WITH_MAILS = {"running", "paused", "done", "freezing"}
MAILING = Kind(
    build=mailing,
    states=(*DispatchState.values, "done in order"),
    press={
        verb: to("pool_staff:change_dispatch", verb)
        for verb in ("pausieren", "fortsetzen", "abbrechen", "wiederholen", "freigeben")
    },
    works={
        "pausieren": {"running"},
        "fortsetzen": {"paused"},
        "abbrechen": {"freezing", "running", "paused"},
        "wiederholen": WITH_MAILS,
        "freigeben": WITH_MAILS,
    },
    says={
        "": "Das ging nicht: Die Aussendung hat inzwischen einen anderen Stand.",
        ("", "wiederholen"): NO_MAIL,
        ("", "freigeben"): NO_MAIL,
    },
)


# Lists ---------------------------------------------------------------------------------------------------------------


def run(state: str) -> Any:
    at, mode = clock.now(), Mode.ASK if state == "asked before" else Mode.PROVEN
    row = imports.uploaded(imports.table(imports.row(1)), at=at, mode=mode)
    import_actions.look(row, row.columns, by=None)
    row.refresh_from_db()
    imports.work_off(row, at=at)
    if state == "asked before":
        set_(imports.uploaded(imports.table(imports.row(1)), at=at, mode=mode), state=RunState.DONE)
        return row
    if state == "nobody":
        ImportRow.objects.update(outcome=Outcome.UNCHANGED)
        return row
    if state == "forgotten":
        import_actions.forget(row, at=at)
        return row
    return set_(row, state=state.removesuffix(" stopped"), is_stopped=state.endswith("stopped"))


def columns_of(row: Any) -> tuple[str, dict[str, Any]]:
    given = {name: str(place) for name, place in row.columns.items()}
    return reverse("pool_imports:run", args=[row.pk]), given


CHECKED = {"checked", "nobody", "asked before"}
STOPPED = {"checking stopped", "running stopped", "undoing stopped"}
RUN = Kind(
    build=run,
    states=(*RunState.values, *sorted(STOPPED), "nobody", "asked before", "forgotten"),
    press={
        **{verb: to("pool_imports:change", verb) for verb in ("einlesen", "anhalten", "weiter", "zuruecknehmen")},
        "verwerfen": to("pool_imports:change", "verwerfen"),
        "spalten": columns_of,
    },
    works={
        "einlesen": {"checked"},
        "anhalten": {"checking", "running", "undoing"},
        "weiter": STOPPED,
        "zuruecknehmen": {"done", "running stopped"},
        "verwerfen": {"columns", "checking", "checking stopped"} | CHECKED,
        "spalten": {"columns"} | CHECKED,
    },
    says={
        "": "Das ging nicht: Die Liste ist inzwischen in einem anderen Stand.",
        ("nobody", "einlesen"): "Aus dieser Liste lässt sich niemand aufnehmen.",
        ("asked before", "einlesen"): "Diese Personen wurden mit derselben Datei schon gefragt.",
        ("forgotten", "spalten"): "Die Spalten können nicht mehr geändert werden.",
        ("forgotten", ""): "Das geht nicht mehr: Die Zeilen dieser Liste sind gelöscht.",
        ("", "spalten"): "Die Spalten können nicht mehr geändert werden.",
    },
)


# Letters and calls ---------------------------------------------------------------------------------------------------


def batch(state: str) -> Any:
    for number in (1, 2):
        letters.by_letter(number)
    _announce()
    by = samples.writer()
    row = letter_actions.make_batches(by=by, at=clock.now())[0]
    if state in ("done", "emptied"):
        letter_actions.post_batch(row, by=by, at=clock.now())
    if state == "emptied":
        letter_actions.forget(at=clock.now() + timedelta(days=30))
    if state == "back":
        letter_actions.take_back(row, by=by, at=clock.now())
    return row


def _announce() -> None:
    offer = portal.step(districts=[city.district()], topics=[city.topic()], published_at=clock.now())
    pool.freeze(pool.announce(offer, at=clock.now()), at=clock.now())


BATCH = Kind(
    build=batch,
    states=("open", "done", "back", "emptied"),
    press={verb: to("pool_letters_staff:change", verb) for verb in ("aufgegeben", "zurueck")},
    works={"aufgegeben": {"open"}, "zurueck": {"open"}},
    says={"": "Dieser Stapel ist schon erledigt. Es hat sich nichts geändert."},
)


def call(state: str) -> Any:
    for number in (1, 2):
        letters.by_phone(number)
    _announce()
    by = samples.writer()
    row = letter_actions.take_calls(by=by, at=clock.now())
    sheet = row.sheets.order_by("pk").first()
    pk = sheet.pk
    if state == "noted":
        letter_actions.finish_call(sheet, "reached", by=by, at=clock.now())
    if state == "given back":
        letter_actions.take_back(row, by=by, at=clock.now())
    # The page keeps the number of the sheet, whatever became of it.
    sheet.pk = pk
    return sheet


CALL = Kind(
    build=call,
    states=("to call", "noted", "given back"),
    press={
        verb: to("pool_letters_staff:finish_call", verb) for verb in ("erreicht", "nicht-erreicht", "will-nicht-mehr")
    },
    works={verb: {"to call"} for verb in ("erreicht", "nicht-erreicht", "will-nicht-mehr")},
    says={"": "Dieser Anruf ist schon notiert."},
)


# Selections ----------------------------------------------------------------------------------------------------------


def chosen(state: str) -> Any:
    row = selection(samples.enabled(city.department()), by=samples.writer())
    if state == "used":
        Dispatch.objects.create(
            kind=DispatchKind.BULLETIN,
            mail_class=MailClass.BULK,
            department=row.department,
            created_at=clock.now(),
            selection=row.rule,
            selection_hash=row.rule_hash,
        )
    if state == "changed":
        set_(row, name="Von der Kollegin", version=2)
        # What the stale page still shows.
        row.version = 1
    return row


SELECTION = Kind(
    build=chosen,
    states=("saved", "used", "changed", "gone"),
    press={
        "speichern": lambda row: (
            reverse("pool_selections:edit", args=[row.pk]),
            {"name": "Ganz anders getippt", "version": row.version},
        ),
        "loeschen": to("pool_selections:delete"),
    },
    works={"speichern": {"saved", "used"}, "loeschen": {"saved", "changed"}},
    says={
        ("gone", ""): GONE,
        ("used", "loeschen"): "Diese Auswahl wird benutzt und bleibt",
        ("changed", "speichern"): "Jemand hat diese Auswahl inzwischen geändert.",
    },
    again={"loeschen": GONE, "speichern": "Gespeichert."},
)

KINDS = {
    "task": TASK,
    "event": EVENT,
    "bulletin": BULLETIN,
    "template": TEMPLATE,
    "mailing": MAILING,
    "list": RUN,
    "letters": BATCH,
    "call": CALL,
    "selection": SELECTION,
}
