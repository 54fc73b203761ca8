"""Bulletins, their templates, their dispatches, and whom they are for."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from mitwirken.accounts import samples as people
from mitwirken.accounts.models import RoleKind
from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.pool import samples
from mitwirken.pool.bulletins import samples as bulletins
from mitwirken.pool.bulletins.models import State
from mitwirken.pool.models import Dispatch, DispatchKind, DispatchState, MailClass, Outbox, OutboxState, Purpose
from mitwirken.pool.selections.samples import selection

from .kinds import GONE, Kind, set_, to

WRITABLE = {State.DRAFT, State.SUBMITTED, State.RETURNED, State.APPROVED, State.WAITING}


def bulletin(state: str) -> Any:
    samples.member()
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
