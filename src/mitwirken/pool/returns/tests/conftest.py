"""A mail that really went out, with the addresses it carried; and the door through which answers to it come."""

import re
from dataclasses import dataclass

import pytest

from mitwirken.core import clock, inbound
from mitwirken.pool import actions
from mitwirken.pool.models import Outbox
from mitwirken.pool.tests.conftest import dispatcher, member, offer, relay, send

__all__ = ["dispatcher", "member", "offer", "relay", "send"]


@dataclass
class Sent:
    """One mail as its recipient's server saw it."""

    envelope: object
    mail: object

    @property
    def row(self):
        return Outbox.objects.filter(state__gt=0).latest("pk")

    @property
    def bounce(self):
        return self.envelope.mail_from

    @property
    def reply(self):
        return self.mail["Reply-To"]

    @property
    def leave(self):
        return re.search(r"mailto:([^?>]+)", self.mail["List-Unsubscribe"])[1]


@pytest.fixture
def open_door(settings):
    settings.INBOUND_URL = "lmtp://127.0.0.1:8024"


@pytest.fixture
def sent(open_door, offer, member, relay, send):
    """The announcement of a step, sent to one member."""
    actions.announce_new_steps(at=clock.now())
    actions.advance(at=clock.now())
    send()
    return Sent(relay.envelopes[0], relay.mails[0])


@pytest.fixture
def announce(offer, send):
    """Announce one more step and send it."""
    from mitwirken.portal import samples as portal

    def again():
        portal.step(published_at=clock.now())
        actions.announce_new_steps(at=clock.now())
        actions.advance(at=clock.now())
        send()
        return Outbox.objects.latest("pk")

    return again


@pytest.fixture
def bring():
    """A mail comes in; what became of it."""

    def receive(raw, *, to, sender=""):
        return inbound.receive(raw, sender=sender, recipient=to, at=clock.now())

    return receive
