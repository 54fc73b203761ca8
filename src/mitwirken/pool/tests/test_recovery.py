"""A worker dies at the worst moment, and nobody gets anything twice."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.db import connection

from mitwirken.core import clock
from mitwirken.pool import actions, samples
from mitwirken.pool.dispatch import Dispatcher, lanes, render
from mitwirken.pool.dispatch.claim import claim
from mitwirken.pool.dispatch.journal import Journal, Story
from mitwirken.pool.dispatch.lanes import uptime
from mitwirken.pool.dispatch.recovery import reap, resolve_doubts
from mitwirken.pool.dispatch.resolvers import Nobody
from mitwirken.pool.dispatch.settle import Outcome, settle
from mitwirken.pool.dispatch.smtp import Broken, Connection, Reply
from mitwirken.pool.models import Dispatch, Member, Outbox, OutboxState, Worker
from mitwirken.pool.returns.reports import Kind, judge

pytestmark = pytest.mark.django_db


@pytest.fixture
def frozen(offer):
    """Four members wait for news of one offer."""
    for _ in range(4):
        samples.member()
    actions.announce_new_steps(at=clock.now())
    actions.advance(at=clock.now())


@pytest.fixture
def dead(frozen, tmp_path):
    """A worker that claimed four mails: one not begun, one dotted, one accepted, one refused. Then it died."""
    worker = Worker.objects.create(
        host=os.uname().nodename,
        pid=1,
        started_at=clock.now(),
        heartbeat_at=clock.now(),
        journal_path=str(tmp_path / "journal" / "dead.log"),
    )
    claim_id, letters = claim(worker, at=clock.now(), limit=64, urgent=False)
    journal = Journal.open(tmp_path / "journal" / "dead.log")
    for letter in letters[1:]:
        journal.dot(letter.row.pk, claim_id.hex)
    journal.answer(letters[2].row.pk, claim_id.hex, Reply(250, "", "2.0.0", "4F2C1"))
    journal.answer(letters[3].row.pk, claim_id.hex, Reply(550, "", "5.1.1"))
    journal.close()
    return worker


def states():
    return list(Outbox.objects.order_by("pk").values_list("state", flat=True))


def test_the_journal_of_a_dead_worker_settles_what_it_held(dead, dispatcher):
    reap(at=clock.now(), myself=dispatcher.worker)
    assert states() == [OutboxState.READY, OutboxState.IN_DOUBT, OutboxState.ACCEPTED, OutboxState.FAILED]


def test_after_a_kill_only_what_surely_did_not_leave_is_sent(dead, relay, send):
    send()
    assert len(relay.mails) == 1
    assert states() == [OutboxState.ACCEPTED, OutboxState.HELD, OutboxState.ACCEPTED, OutboxState.FAILED]


def test_a_personal_mail_in_doubt_goes_again_under_the_same_name(relay, send, dispatcher, monkeypatch):
    actions.ask_to_join("neu@beispiel.example", actions.Profile(), at=clock.now(), source="/x/")
    honest, broken = Connection.read, []

    def breaks_before_the_answer(self):
        honest(self)
        if not broken and any(b"queued as" in text for _code, text in self._answers):
            broken.append(True)
            raise Broken

    monkeypatch.setattr(Connection, "read", breaks_before_the_answer)
    send()
    assert states() == [OutboxState.IN_DOUBT]
    send()
    assert states() == [OutboxState.ACCEPTED]
    assert len(relay.mails) == 2
    assert len({mail["Message-ID"] for mail in relay.mails}) == 1


def test_a_living_worker_is_left_alone(frozen, dispatcher, tmp_path):
    journal = Journal.open(tmp_path / "journal" / "alive.log")
    other = Worker.objects.create(
        host=dispatcher.worker.host,
        pid=os.getpid(),
        started_at=clock.now(),
        heartbeat_at=clock.now(),
        journal_path=str(journal.path),
    )
    claim(other, at=clock.now(), limit=64, urgent=False)
    assert reap(at=clock.now(), myself=dispatcher.worker) == 0
    journal.close()


def test_a_silent_worker_elsewhere_leaves_doubt_not_repeats(frozen, dispatcher):
    long_ago = clock.now() - 20 * actions.joining.timedelta(minutes=1)
    other = Worker.objects.create(
        host="elsewhere", pid=1, started_at=long_ago, heartbeat_at=long_ago, journal_path="/nowhere/x.log"
    )
    claim(other, at=long_ago, limit=64, urgent=False)
    Outbox.objects.update(due_at=long_ago)
    claim(other, at=long_ago, limit=64, urgent=False)
    reap(at=clock.now(), myself=dispatcher.worker)
    assert states() == [OutboxState.IN_DOUBT] * 4


def test_who_lost_the_claim_changes_nothing(frozen, dispatcher):
    claim_id, letters = claim(dispatcher.worker, at=clock.now(), limit=1, urgent=False)
    Outbox.objects.filter(pk=letters[0].row.pk).update(claim_id=None, state=OutboxState.HELD)
    settle([Outcome(letters[0].row, reply=Reply(250))], claim_id, at=clock.now())
    assert states()[0] == OutboxState.HELD


def test_a_settle_that_failed_is_made_up_from_the_journal(frozen, relay, send, dispatcher, monkeypatch):
    from mitwirken.pool.dispatch import worker

    def database_away(*args, **kwargs):
        raise RuntimeError("database away")

    monkeypatch.setattr(worker, "settle", database_away)
    with pytest.raises(RuntimeError):
        send()
    monkeypatch.setattr(worker, "settle", settle)
    send()
    assert (len(relay.mails), states()) == (4, [OutboxState.ACCEPTED] * 4)


def test_a_half_written_line_counts_as_not_written(tmp_path):
    journal = Journal.open(tmp_path / "j.log")
    journal.dot(7, "aa")
    os.write(journal._file, b"A 7 aa 25")
    assert journal.read() == {(7, "aa"): Story(dotted=True)}


def test_held_mails_leave_only_when_a_person_says_so(dead, relay, send, dispatcher):
    send()
    actions.release_held(Outbox.objects.first().dispatch, by=None, at=clock.now())
    send()
    assert len(relay.mails) == 2


def test_a_second_process_sends_where_the_database_can_share_the_work(dispatcher, tmp_path):
    second = Dispatcher.start(at=clock.now(), folder=tmp_path)
    assert (second is None) == (connection.vendor == "sqlite")
    if second:
        second.stop()


def test_doubts_of_a_mailing_are_held_and_named(dead, dispatcher):
    reap(at=clock.now(), myself=dispatcher.worker)
    resolve_doubts(at=clock.now(), resolver=Nobody())
    held = Outbox.objects.get(state=OutboxState.HELD)
    assert [event.kind for event in held.events.order_by("pk")] == ["in_doubt", "resolved"]


def test_after_a_power_loss_the_missing_lines_of_a_journal_are_doubt(dead, dispatcher):
    Worker.objects.filter(pk=dead.pk).update(boot_id="before-the-power-loss")
    reap(at=clock.now(), myself=dispatcher.worker)
    assert states() == [OutboxState.IN_DOUBT, OutboxState.IN_DOUBT, OutboxState.ACCEPTED, OutboxState.FAILED]


def test_a_lost_journal_is_no_empty_journal(dead, dispatcher, tmp_path):
    (tmp_path / "journal" / "dead.log").unlink()
    reap(at=clock.now(), myself=dispatcher.worker)
    assert states() == [OutboxState.CLAIMED] * 4


def test_a_claim_that_broke_off_is_given_back(frozen, relay, send, dispatcher, monkeypatch):
    def breaks_off(*args, **kwargs):
        raise RuntimeError("database away")

    monkeypatch.setattr(dispatcher, "_carry", breaks_off)
    with pytest.raises(RuntimeError):
        send()
    monkeypatch.undo()
    send()
    assert (len(relay.mails), states()) == (4, [OutboxState.ACCEPTED] * 4)


def test_without_room_for_the_journal_no_mail_leaves(frozen, relay, send, dispatcher, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(dispatcher.journal, "_write", full)
    send()
    assert (relay.mails, states()) == ([], [OutboxState.READY] * 4)


def test_a_worker_that_slept_through_its_lease_sends_nothing(frozen, relay, dispatcher, monkeypatch):
    claim_id, letters = claim(dispatcher.worker, at=clock.now(), limit=64, urgent=False)
    outcomes = dispatcher._carry(letters, claim_id, uptime() - 1, clock.now)
    settle(outcomes[claim_id], claim_id, at=clock.now())
    assert (relay.mails, states()) == ([], [OutboxState.READY] * 4)


def test_a_lease_that_ends_before_the_dot_keeps_the_dot_back(frozen, relay, dispatcher, monkeypatch):
    """The lease ends between the body and the dot: the relay throws away what it has got."""
    claim_id, letters = claim(dispatcher.worker, at=clock.now(), limit=1, urgent=False)
    moments = iter([0.0])
    monkeypatch.setattr(lanes, "uptime", lambda: next(moments, 61.0))
    outcomes = dispatcher._carry(letters, claim_id, 60.0, clock.now)
    settle(outcomes[claim_id], claim_id, at=clock.now())
    assert (relay.mails, states()) == ([], [OutboxState.READY] * 4)


def test_several_connections_carry_a_batch_together(frozen, relay, send, monkeypatch):
    monkeypatch.setattr(lanes, "MEASURED", 0.0)
    monkeypatch.setattr(lanes, "WAITING", -1.0)
    send()
    assert (len(relay.mails), states()) == (4, [OutboxState.ACCEPTED] * 4)
    assert len({envelope.rcpt_tos[0] for envelope in relay.envelopes}) == 4


def test_an_address_no_mail_can_carry_stops_nobody_else(frozen, relay, send):
    Member.objects.filter(pk=Member.objects.earliest("pk").pk).update(email="ü@beispiel.example")
    send()
    assert (len(relay.mails), sorted(states())) == (3, [OutboxState.ACCEPTED] * 3 + [OutboxState.FAILED])


def test_a_text_no_mail_can_carry_is_held_against_no_address(frozen, relay, send, monkeypatch):
    def broken(dispatch, choices, lang):
        raise ValueError("a line break where none may be")

    monkeypatch.setitem(render.RENDERERS, "step", broken)
    send()
    assert set(Outbox.objects.values_list("state", "enh_code")) == {(OutboxState.FAILED, "5.6.0")}
    assert judge("5.6.0").kind == Kind.POLICY


def test_what_a_dead_worker_put_back_of_a_cancelled_mailing_does_not_wait_forever(dead, dispatcher):
    actions.cancel(Dispatch.objects.get(), by=None, at=clock.now())
    reap(at=clock.now(), myself=dispatcher.worker)
    actions.advance(at=clock.now())
    assert states()[0] == OutboxState.CANCELLED


def test_the_lock_of_a_killed_process_is_free(tmp_path):
    script = (
        "import sys, time; sys.path.insert(0, 'src');"
        "import os, fcntl; f = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT); fcntl.flock(f, fcntl.LOCK_EX);"
        "print('locked', flush=True); time.sleep(60)"
    )
    path = tmp_path / "k.log"
    command = [sys.executable, "-c", script, str(path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)  # noqa: S603 our own script
    process.stdout.readline()
    assert Journal.open(path) is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    time.sleep(0.05)
    journal = Journal.open(path)
    assert journal is not None
    journal.close()
