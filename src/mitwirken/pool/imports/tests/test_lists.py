"""A list on its way into the pool: taken in once, provably, interruptible, and taken back exactly."""

import io
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.core.models import AuditEntry
from mitwirken.pool import actions as pool_actions
from mitwirken.pool import ledger, tokens
from mitwirken.pool import samples as pool
from mitwirken.pool.errors import Refused
from mitwirken.pool.imports import actions, samples, table, tasks, work
from mitwirken.pool.imports.models import ImportPortion, ImportRow, ImportRun, Mode, Outcome, RunState
from mitwirken.pool.models import (
    Channel,
    ConsentEvent,
    ConsentState,
    Dispatch,
    Member,
    MemberStatus,
    MemberTopic,
    Outbox,
    PostalAddress,
    Suppression,
)

pytestmark = pytest.mark.django_db

AT = clock.now()


@pytest.fixture(autouse=True)
def topics(db):
    city.city()
    return city.topic(code="mobilitaet", name="Mobilität")


def looked_at(*rows, **fields):
    run = samples.uploaded(samples.table(*rows), at=AT, **fields)
    actions.look(run, run.columns, by=None)
    run.refresh_from_db()
    return samples.work_off(run, at=AT)


def taken_in(*rows, **fields):
    run = looked_at(*rows, **fields)
    # A list in which nobody can be taken in is not even begun.
    with suppress(Refused):
        actions.take_in(run, by=None)
    run.refresh_from_db()
    return samples.work_off(run, at=AT)


def undone(run):
    actions.undo(run, by=None)
    run.refresh_from_db()
    return samples.work_off(run, at=AT)


def everything():
    """Every row of the pool but the run itself, as plain data."""
    models = (Member, MemberTopic, ConsentEvent, ConsentState, PostalAddress, Outbox, Suppression)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def problems(run):
    return {row.line: (row.problem, row.detail) for row in run.lines.named()}


def test_a_trial_run_changes_nobody():
    before = everything()
    run = looked_at(samples.row(1), samples.row(2, date="morgen"))
    assert (run.state, run.counters["waiting"], run.counters["refused"]) == (RunState.CHECKED, 1, 1)
    assert everything() == before


def test_a_proven_list_makes_members_with_each_ones_own_evidence(topics):
    run = taken_in(samples.row(1, topics="Mobilität", frequency="monatlich", lang="Englisch"), samples.row(2))
    member = Member.objects.get(email="liste1@beispiel.example")
    assert (member.status, member.frequency, member.lang) == (MemberStatus.ACTIVE, "monthly", "en")
    assert (member.all_topics, [*member.topics.all()], member.all_districts) == (False, [topics], True)
    event = member.consent_events.get()
    assert (event.action, event.channel) == ("grant", "paper")
    assert event.source == f"Bogen beim Stadtteilfest; 12-3/2025 Blatt 1; Import {run.pk}"
    assert timezone.localdate(event.at).isoformat() == "2025-03-14"
    assert event.text.text == samples.WORDS
    assert member.consents.get().purpose == "information"
    assert not list(ledger.broken_chains())
    assert not Outbox.objects.exists()


def test_people_without_mail_are_reached_by_letter():
    taken_in(samples.row(1, email="", name="Max Muster", street="Weg 5", postcode="12345", town="Ort"))
    member = Member.objects.get()
    assert (member.channel, member.email, member.postal_address.street) == (Channel.LETTER, "", "Weg 5")
    assert member.address_hash == tokens.postal_hash("Max Muster", "Weg 5", "12345")


def test_ask_first_sends_each_one_mail_spread_over_time():
    run = taken_in(*[samples.row(number) for number in range(1, 6)], mode=Mode.ASK)
    assert run.counters["made"] == 5
    assert not Member.objects.active().exists()
    assert not ConsentState.objects.exists()
    moments = list(Outbox.objects.order_by("pk").values_list("due_at", flat=True))
    assert moments == sorted(set(moments))
    member = Member.objects.first()
    assert member.asked_at == moments[0]
    worth, _member = pool_actions.confirm(tokens.confirm_token(member), at=AT + timedelta(hours=1), source="/")
    assert worth.value == "done"
    assert not list(ledger.broken_chains())
    assert pool_actions.conservation(Dispatch.objects.get())["missing"] == 0


def test_asking_for_a_mail_now_is_not_held_up_by_a_list():
    taken_in(*[samples.row(number) for number in range(1, 4)], mode=Mode.ASK)
    pool_actions.ask_to_join("jetzt@beispiel.example", pool_actions.Profile(), at=AT, source="/")
    first = Outbox.objects.order_by("prio", "due_at", "id").first()
    assert first.member.email == "jetzt@beispiel.example"


def test_a_later_list_queues_behind_an_earlier_one():
    taken_in(*[samples.row(number) for number in range(1, 4)], mode=Mode.ASK)
    last = Outbox.objects.latest("due_at").due_at
    taken_in(samples.row(9), mode=Mode.ASK)
    assert Outbox.objects.latest("pk").due_at > last


@pytest.mark.parametrize("scope", ["all", "information"])
def test_blocked_addresses_are_never_taken_in(scope):
    blocked = tokens.address_hash("Liste1@beispiel.example")
    Suppression.objects.create(address_hash=blocked, scope=scope, created_at=AT)
    run = taken_in(samples.row(1))
    assert problems(run) == {2: ("blocked", "")}
    assert not Member.objects.exists()


def test_who_is_blocked_between_the_trial_and_the_real_run_is_left_out():
    run = looked_at(samples.row(1), samples.row(2))
    Suppression.objects.create(address_hash=tokens.address_hash("liste1@beispiel.example"), created_at=AT)
    actions.take_in(run, by=None)
    run.refresh_from_db()
    run = samples.work_off(run, at=AT)
    assert problems(run) == {2: ("blocked", "")}
    assert [member.email for member in Member.objects.all()] == ["liste2@beispiel.example"]


def test_who_has_withdrawn_since_is_not_taken_in_again():
    member = pool.member(email="liste1@beispiel.example")
    pool_actions.erase_member(member, at=AT)
    assert problems(taken_in(samples.row(1))) == {2: ("withdrawn", "")}


def test_a_members_own_choices_stay():
    member = pool.member(email="liste1@beispiel.example", frequency="now")
    before = everything()
    run = taken_in(samples.row(1))
    assert problems(run) == {2: ("is_member", "")}
    assert everything() == before
    assert member.pk


def test_who_asked_and_did_not_confirm_is_confirmed_by_the_paper_and_undo_makes_them_wait_again():
    pool_actions.ask_to_join("liste1@beispiel.example", pool_actions.Profile(), at=AT, source="/")
    before = everything()
    run = taken_in(samples.row(1))
    assert (run.counters["changed"], Member.objects.active().count()) == (1, 1)
    undone(run)
    assert everything() == before


def test_the_second_of_two_equal_addresses_is_named():
    run = looked_at(samples.row(1), samples.row(2), samples.row(3, email="LISTE1@beispiel.example"))
    assert problems(run) == {4: ("double", "2")}


def test_equal_addresses_far_apart_are_found_too(monkeypatch):
    monkeypatch.setattr(actions, "PORTION", 2)
    run = taken_in(*[samples.row(number) for number in (1, 2, 3, 4, 1)])
    assert problems(run) == {6: ("double", "2")}
    assert Member.objects.count() == 4


def test_the_same_file_again_changes_nothing():
    rows = [samples.row(number) for number in range(1, 4)]
    first = taken_in(*rows)
    before = everything()
    second = taken_in(*rows)
    assert second.content_hash == first.content_hash
    assert (second.counters["made"], second.counters["unchanged"]) == (0, 3)
    assert everything() == before


def test_nobody_is_asked_twice_with_the_same_file_however_long_ago():
    taken_in(samples.row(1), mode=Mode.ASK)
    pool_actions.forget(at=AT + timedelta(days=30))
    assert not Member.objects.exists()
    again = looked_at(samples.row(1), mode=Mode.ASK)
    with pytest.raises(Refused, match="asked already"), override("en"):
        actions.take_in(again, by=None)


@pytest.mark.parametrize("mode", list(Mode))
def test_undo_restores_what_was_before(mode):
    pool.member(email="schon@beispiel.example")
    dispatches = Dispatch.objects.count()
    before = everything()
    run = taken_in(
        samples.row(1, topics="Mobilität"),
        samples.row(2, email="schon@beispiel.example"),
        samples.row(3, email="", name="Max", street="Weg 5", postcode="12345", town="Ort"),
        mode=mode,
    )
    assert everything() != before
    run = undone(run)
    assert run.state == RunState.UNDONE
    assert everything() == before
    assert not ImportPortion.objects.exists()
    assert not ImportRow.objects.exists()
    assert dispatches == 0
    assert all(pool_actions.conservation(dispatch)["missing"] == 0 for dispatch in Dispatch.objects.all())


@pytest.mark.parametrize(
    "step",
    [
        lambda member: pool_actions.pause(member, 30, at=AT + timedelta(hours=1)),
        lambda member: pool_actions.leave(member, "information", at=AT + timedelta(hours=1), source="/"),
        lambda member: pool_actions.change_profile(member, pool_actions.Profile(), at=AT + timedelta(hours=1)),
        lambda member: pool_actions.grant(member, "tasks", at=AT + timedelta(hours=1), source="/"),
    ],
    ids=["paused", "left", "changed", "agreed to more"],
)
def test_who_did_something_since_is_kept_and_named(step):
    run = taken_in(samples.row(1), samples.row(2))
    step(Member.objects.get(email="liste1@beispiel.example"))
    run = undone(run)
    assert problems(run) == {2: ("kept", "")}
    assert [member.email for member in Member.objects.all()] == ["liste1@beispiel.example"]
    assert not list(ledger.broken_chains())


def test_who_confirmed_since_is_kept():
    run = taken_in(samples.row(1), samples.row(2), mode=Mode.ASK)
    member = Member.objects.get(email="liste1@beispiel.example")
    pool_actions.confirm(tokens.confirm_token(member), at=AT + timedelta(hours=1), source="/")
    assert problems(undone(run)) == {2: ("kept", "")}


def test_who_deleted_themselves_since_stays_deleted_and_keeps_the_proof():
    run = taken_in(samples.row(1))
    pool_actions.erase_member(Member.objects.get(), at=AT + timedelta(hours=1))
    proof = ConsentEvent.objects.count()
    undone(run)
    assert (Member.objects.count(), ConsentEvent.objects.count()) == (0, proof)


def test_a_killed_worker_loses_nothing_and_doubles_nothing(monkeypatch):
    """The portion in hand is rolled back, whatever the moment; the next worker does it again."""
    monkeypatch.setattr(actions, "PORTION", 2)
    run = looked_at(*[samples.row(number) for number in range(1, 8)])
    actions.take_in(run, by=None)
    run.refresh_from_db()
    for place in ("ledger.append_many", "Member.objects.bulk_create", "_settle"):
        with monkeypatch.context() as killed:
            killed.setattr(f"mitwirken.pool.imports.work.{place}", die)
            with pytest.raises(KeyboardInterrupt):
                work.advance(run, at=AT)
        run.refresh_from_db()
        work.advance(run, at=AT)
    samples.work_off(run, at=AT)
    assert run.state == RunState.DONE
    assert (Member.objects.count(), ConsentEvent.objects.count()) == (7, 7)
    assert run.counters["made"] == 7


def die(*_args, **_kwargs):
    raise KeyboardInterrupt


def test_two_workers_never_do_the_same_portion(monkeypatch):
    monkeypatch.setattr(actions, "PORTION", 2)
    run = looked_at(*[samples.row(number) for number in range(1, 6)])
    actions.take_in(run, by=None)
    one, other = ImportRun.objects.get(), ImportRun.objects.get()
    assert work.advance(one, at=AT)
    assert not work.advance(other, at=AT)


def test_it_stops_goes_on_and_can_be_undone_half_way(monkeypatch):
    monkeypatch.setattr(actions, "PORTION", 2)
    run = looked_at(*[samples.row(number) for number in range(1, 6)])
    actions.take_in(run, by=None)
    run.refresh_from_db()
    work.advance(run, at=AT)
    actions.stop(run, by=None)
    run.refresh_from_db()
    assert not work.advance(run, at=AT)
    assert Member.objects.count() == 2
    actions.go_on(run, by=None)
    run.refresh_from_db()
    work.advance(run, at=AT)
    actions.stop(run, by=None)
    run.refresh_from_db()
    assert undone(run).state == RunState.UNDONE
    assert not Member.objects.exists()


def test_the_clockwork_does_it(monkeypatch):
    run = samples.uploaded(samples.table(samples.row(1)), at=AT)
    actions.look(run, run.columns, by=None)
    tasks.go_on()
    run.refresh_from_db()
    assert run.state == RunState.CHECKED


def test_the_rows_go_when_the_list_is_done_and_the_rest_after_thirty_days(monkeypatch):
    run = taken_in(samples.row(1), samples.row(2, date=""))
    assert not ImportPortion.objects.exists()
    assert "beispiel.example" not in str(list(ImportRow.objects.values()))
    monkeypatch.setattr(clock, "now", lambda: AT + timedelta(days=31))
    tasks.forget()
    run.refresh_from_db()
    assert not ImportRow.objects.exists()
    assert (run.counters["made"], run.counters["refused"]) == (1, 1)
    assert not actions.undo(run, by=None)
    assert Member.objects.count() == 1


def test_an_upload_that_broke_off_is_forgotten(monkeypatch):
    run = samples.uploaded(samples.table(samples.row(1)), at=AT - timedelta(hours=2))
    ImportRun.objects.update(state=RunState.UPLOADING)
    tasks.forget()
    run.refresh_from_db()
    assert (run.state, ImportPortion.objects.count()) == (RunState.DROPPED, 0)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"E-Mail;Quelle\n", "no_rows"),
        (b"\n\n;;\n", "empty"),
        (b'"E-Mail;Quelle\nx;y\n', "heading"),
        ((";".join(f"S{n}" for n in range(200)) + "\nx\n").encode(), "columns"),
        (b"PK\x03\x04" + b"x" * 100, "excel"),
    ],
)
def test_a_file_that_is_no_table_is_refused_and_leaves_nothing(content, code):
    with pytest.raises(table.NotATable) as refused:
        actions.upload(io.BytesIO(content), label="x", mode=Mode.PROVEN, words="", by=None, at=AT)
    assert refused.value.code == code
    assert not ImportRun.objects.exists()


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(actions, "MOST_ROWS", 1)
    with pytest.raises(table.NotATable):
        samples.uploaded(samples.table(samples.row(1), samples.row(2)), at=AT)
    assert not ImportRun.objects.exists()


def test_no_address_reaches_the_trace():
    run = taken_in(samples.row(1), samples.row(2, email="kaputt@"))
    undone(run)
    assert "beispiel" not in str(list(AuditEntry.objects.values_list("facts", flat=True)))
    assert Outcome.MADE == 3


def queries_of_undo(people):
    run = taken_in(*[samples.row(number) for number in range(people)])
    actions.undo(run, by=None)
    run.refresh_from_db()
    with CaptureQueriesContext(connection) as asked:
        samples.work_off(run, at=AT)
    assert not Member.objects.exists()
    return len(asked)


def test_taking_back_many_people_takes_as_many_queries_as_taking_back_few():
    assert queries_of_undo(40) == queries_of_undo(4)


def test_who_waits_with_a_new_address_goes_too_and_every_mailing_still_adds_up():
    run = taken_in(samples.row(1))
    member = Member.objects.get()
    pool_actions.ask_to_move(member, "neu@beispiel.example", at=run.lines.get().done_at)
    undone(run)
    assert not Member.objects.exists()
    assert all(pool_actions.conservation(dispatch)["missing"] == 0 for dispatch in Dispatch.objects.all())
