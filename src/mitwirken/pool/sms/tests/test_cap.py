"""What goes beside a mail about the same offer is no further message; what stands alone is one."""

import pytest

from mitwirken.core import clock
from mitwirken.pool import actions as pool
from mitwirken.pool.models import Channel, Outbox, OutboxState, PoolSettings
from mitwirken.pool.sms import sending
from mitwirken.pool.tests.conftest import dispatcher, relay, send
from mitwirken.portal import samples as portal

__all__ = ["dispatcher", "relay", "send"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_message(db):
    limits = PoolSettings.load()
    limits.mails_per_person = 1
    limits.save()


def announce(offer):
    dispatch = pool.announce(offer, at=clock.now())
    pool.freeze(dispatch, at=clock.now())
    return dispatch


def another(offer):
    return portal.step(districts=offer.districts.all(), topics=offer.topics.all(), published_at=clock.now())


def states(channel):
    return list(Outbox.objects.filter(channel=channel).order_by("pk").values_list("state", flat=True))


def test_the_message_beside_the_last_allowed_mail_still_goes(gateway, relay, send, reached, offer):
    announce(offer)
    send()
    assert len(relay.mails) == 1
    assert sending.send(at=clock.now()) == 1
    assert states(Channel.SMS) == [OutboxState.ACCEPTED]


def test_the_mail_beside_a_message_that_was_faster_still_goes(gateway, relay, send, reached, offer):
    announce(offer)
    assert sending.send(at=clock.now()) == 1
    send()
    assert states(Channel.MAIL) == [OutboxState.ACCEPTED]


def test_the_next_offer_is_one_too_many_for_mail_and_message(gateway, relay, send, reached, offer):
    announce(offer)
    send()
    sending.send(at=clock.now())
    announce(another(offer))
    send()
    assert sending.send(at=clock.now()) == 0
    assert states(Channel.MAIL) == states(Channel.SMS) == [OutboxState.ACCEPTED, OutboxState.SKIPPED]
    assert Outbox.objects.filter(channel=Channel.SMS).last().events.get().detail == "cap"


def test_of_two_offers_at_once_one_is_told_by_either_way(gateway, relay, send, reached, offer):
    announce(offer)
    announce(another(offer))
    assert sending.send(at=clock.now()) == 1
    send()
    for channel in (Channel.SMS, Channel.MAIL):
        assert states(channel) == [OutboxState.ACCEPTED, OutboxState.SKIPPED]
