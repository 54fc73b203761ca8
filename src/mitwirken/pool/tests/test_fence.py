"""A restored backup and a copied database write to nobody until a person says so."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command

from mitwirken.core import clock
from mitwirken.pool import actions, samples
from mitwirken.pool.dispatch import Dispatcher
from mitwirken.pool.dispatch.fence import Fence, Refusal
from mitwirken.pool.dispatch.reconciling import reconcile
from mitwirken.pool.dispatch.resolvers import Answer, Nobody
from mitwirken.pool.models import Dispatch, DispatchState, Halt, Installation, Outbox, OutboxState, Worker
from mitwirken.portal import samples as portal

pytestmark = pytest.mark.django_db


@pytest.fixture
def begun(tmp_path):
    """An installation that has sent from this folder before."""
    Dispatcher.start(at=clock.now(), folder=tmp_path).stop()
    return tmp_path


@pytest.fixture
def waiting(offer):
    """Two mails wait since yesterday."""
    yesterday = clock.now() - timedelta(days=1)
    for _ in range(2):
        samples.member()
    actions.announce_new_steps(at=clock.now())
    actions.advance(at=clock.now())
    Dispatch.objects.update(created_at=yesterday)
    Worker.objects.update(heartbeat_at=yesterday)


def start(folder):
    """True if a dispatcher may send from here."""
    dispatcher = Dispatcher.start(at=clock.now(), folder=folder)
    if dispatcher:
        dispatcher.stop()
    return dispatcher is not None


def refusal():
    return Installation.objects.get().refusal


class Knows:
    """A relay's record that has these mails."""

    grace = timedelta(0)

    def __init__(self, *rows):
        from mitwirken.pool.dispatch.recovery import message_id

        self.names = {message_id(row) for row in rows}

    def ask(self, names):
        return {name: Answer.ACCEPTED if name in self.names else Answer.ABSENT for name in names}


def test_who_goes_on_where_it_stopped_may_send(begun):
    assert start(begun)
    assert refusal() == ""


def test_a_database_behind_its_file_sends_nothing(begun):
    Installation.objects.update(epoch=0)
    assert not start(begun)
    assert refusal() == Refusal.BACKUP


def test_another_database_in_the_same_place_sends_nothing(begun):
    state = json.loads((begun / "pool-epoch.json").read_text())
    (begun / "pool-epoch.json").write_text(json.dumps({**state, "token": "0" * 32}))
    assert not start(begun)


def test_a_copy_for_another_site_sends_nothing(begun, settings):
    settings.SITE_URL = "https://probe.stadt.example"
    assert not start(begun)
    assert refusal() == Refusal.MOVED


def test_a_copy_on_a_desk_writes_to_the_catcher_only(begun, settings):
    settings.SITE_URL, settings.DEBUG = "http://localhost:8105", True
    settings.EMAIL_HOST, settings.EMAIL_PORT = "localhost", 8125
    assert start(begun)
    settings.EMAIL_PORT = 25
    assert not start(begun)


def test_a_lost_file_is_no_matter_while_the_database_was_at_work_just_now(begun, waiting, tmp_path_factory):
    Worker.objects.update(heartbeat_at=clock.now())
    assert start(tmp_path_factory.mktemp("other-host"))


def test_a_lost_file_and_old_work_need_a_person(begun, waiting):
    (begun / "pool-epoch.json").unlink()
    assert not start(begun)
    assert refusal() == Refusal.LOST


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"token": 1, "epoch": "x"}', "\x00"])
def test_a_spoilt_file_is_a_lost_one(begun, waiting, text):
    (begun / "pool-epoch.json").write_text(text)
    assert not start(begun)


def test_after_a_restore_the_relay_says_what_has_left_and_the_rest_waits_for_a_person(begun, waiting):
    Installation.objects.update(epoch=0)
    first, _second = Outbox.objects.order_by("pk")
    counts = reconcile(Fence(begun / "pool-epoch.json"), Knows(first), at=clock.now(), older_than=timedelta(hours=1))
    assert counts == {"had left": 1, "outdated": 0, "stopped mailings": 1}
    assert [row.state for row in Outbox.objects.order_by("pk")] == [OutboxState.ACCEPTED, OutboxState.READY]
    dispatch = Dispatch.objects.get()
    assert (dispatch.state, dispatch.halted) == (DispatchState.PAUSED, Halt.RESTORED)
    assert start(begun)


def test_after_a_restore_old_confirmations_are_not_sent(begun):
    actions.ask_to_join("neu@beispiel.example", actions.Profile(), at=clock.now(), source="/x/")
    Outbox.objects.update(due_at=clock.now() - timedelta(hours=2))
    reconcile(Fence(begun / "pool-epoch.json"), Nobody(), at=clock.now(), older_than=timedelta(hours=1))
    assert Outbox.objects.get().state == OutboxState.CANCELLED


def test_what_was_published_before_a_restore_is_announced_only_when_a_person_agrees(begun, offer):
    samples.member()
    reconcile(Fence(begun / "pool-epoch.json"), Nobody(), at=clock.now(), older_than=timedelta(hours=1))
    actions.announce_new_steps(at=clock.now())
    actions.advance(at=clock.now())
    dispatch = Dispatch.objects.get()
    assert (dispatch.state, dispatch.halted, dispatch.frozen) == (DispatchState.PAUSED, Halt.RESTORED, 1)


def test_what_is_published_after_it_is_news_as_always(begun):
    samples.member()
    reconcile(Fence(begun / "pool-epoch.json"), Nobody(), at=clock.now(), older_than=timedelta(hours=1))
    portal.step(published_at=clock.now())
    actions.announce_new_steps(at=clock.now())
    actions.advance(at=clock.now())
    assert Dispatch.objects.get().state == DispatchState.RUNNING


def test_the_operator_is_told_and_can_let_it_go_on(begun, settings, capsys):
    settings.VAR_DIR = begun
    Installation.objects.update(epoch=0)
    call_command("pool_resume")
    assert "backup" in capsys.readouterr().out
    call_command("pool_resume", "--reconcile")
    assert "The pool may send." in capsys.readouterr().out
    settings.SITE_URL = "https://neu.stadt.example"
    call_command("pool_resume", "--moved")
    assert "The pool may send." in capsys.readouterr().out
