"""Nobody gets more than the page promises, however much is told at once."""

import pytest

from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.pool import actions, samples
from mitwirken.pool.models import Dispatch, Outbox, OutboxState, PoolSettings
from mitwirken.portal import samples as portal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _two_mails(db):
    city.city()
    limits = PoolSettings.load()
    limits.mails_per_person = 2
    limits.save()


def tell(offers):
    for _offer in range(offers):
        portal.step(topics=[city.topic()], published_at=clock.now())
    actions.announce_new_steps(at=clock.now())
    actions.advance(at=clock.now())


def states_of(member):
    return list(member.outbox.order_by("due_at", "pk").values_list("state", flat=True))


def test_of_three_offers_at_once_the_third_is_one_too_many(relay, send):
    people = [samples.member(), samples.member()]
    tell(3)
    send()
    for member in people:
        assert states_of(member) == [OutboxState.ACCEPTED, OutboxState.ACCEPTED, OutboxState.SKIPPED]
    assert len(relay.mails) == 4
    assert all(actions.conservation(dispatch)["missing"] == 0 for dispatch in Dispatch.objects.all())


def test_what_is_left_out_for_another_reason_takes_nobody_s_place(relay, send):
    member = samples.member(topics=[city.topic()])
    tell(3)
    changed = Dispatch.objects.order_by("pk").first()
    changed.content["items"][0]["topics"] = {str(city.topic(code="kultur", name="Kultur").pk): "Kultur"}
    changed.save()
    send()
    assert states_of(member) == [OutboxState.SKIPPED, OutboxState.ACCEPTED, OutboxState.ACCEPTED]
    assert Outbox.objects.order_by("pk").first().events.get().detail == "no_offer"


def test_personal_mails_take_nobody_s_place(relay, send):
    member = samples.member()
    for _time in range(3):
        actions.send_link(member.email, at=clock.now())
        send()
    tell(1)
    send()
    assert states_of(member)[-1] == OutboxState.ACCEPTED
