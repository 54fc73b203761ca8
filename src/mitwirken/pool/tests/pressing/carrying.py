"""Lists that come in, letters and calls that go out by hand."""

from datetime import timedelta
from typing import Any

from django.urls import reverse

from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.pool import actions as pool
from mitwirken.pool import samples
from mitwirken.pool.imports import actions as import_actions
from mitwirken.pool.imports import samples as imports
from mitwirken.pool.imports.models import ImportRow, Mode, Outcome, RunState
from mitwirken.pool.letters import actions as letter_actions
from mitwirken.pool.letters import samples as letters
from mitwirken.portal import samples as portal

from .kinds import Kind, set_, to


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
