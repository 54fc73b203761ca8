"""A relay of our own on a loopback port: mails are really sent, then read with the standard library."""

import email
import email.policy
import socket

import pytest
from aiosmtpd.controller import Controller

from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.pool import samples as pool
from mitwirken.pool.dispatch import Dispatcher


class Mailbox:
    """Accepts everything, or answers what a test scripted; keeps the mails."""

    def __init__(self):
        self.envelopes, self.answers = [], []

    async def handle_DATA(self, server, session, envelope):
        answer = self.answers.pop(0) if self.answers else "250 2.0.0 Ok: queued as 4F2C1"
        if answer.startswith("250"):
            self.envelopes.append(envelope)
        return answer

    @property
    def mails(self):
        return [email.message_from_bytes(envelope.content, policy=email.policy.default) for envelope in self.envelopes]


@pytest.fixture
def relay(settings):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = ""
    yield mailbox
    controller.stop()


@pytest.fixture
def dispatcher(db, relay, tmp_path):
    worker = Dispatcher.start(at=clock.now(), folder=tmp_path)
    yield worker
    worker.stop()


@pytest.fixture
def send(dispatcher):
    """Send what is due and give the mails that arrived."""

    def run():
        dispatcher.run(now=clock.now, seconds=20)

    return run


@pytest.fixture
def offer(db):
    """A step published now in the district North, about mobility."""
    from mitwirken.portal import samples as portal

    city.city()
    return portal.step(
        districts=[city.district()],
        topics=[city.topic()],
        published_at=clock.now(),
    )


@pytest.fixture
def member(db):
    return pool.member()
