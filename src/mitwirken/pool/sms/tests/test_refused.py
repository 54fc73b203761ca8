"""A number that takes nothing for good: it goes, its agreement ends, and its owner is told by mail, once."""

import pytest

from mitwirken.core import clock
from mitwirken.core.models import AuditEntry
from mitwirken.pool import actions as pool
from mitwirken.pool import samples, tokens
from mitwirken.pool.models import DispatchKind, Outbox, OutboxState
from mitwirken.pool.sms import actions, sending
from mitwirken.pool.sms.models import MobileNumber
from mitwirken.pool.tests.conftest import dispatcher, relay, send
from mitwirken.portal import samples as portal

from .conftest import NUMBER, prove

__all__ = ["dispatcher", "relay", "send"]
pytestmark = pytest.mark.django_db
OTHER = "+491713920013"


def announce(offer):
    dispatch = pool.announce(offer, at=clock.now())
    pool.freeze(dispatch, at=clock.now())
    return dispatch


def told():
    return Outbox.objects.filter(dispatch__kind=DispatchKind.NUMBER).order_by("pk")


def refuse(gateway, offer):
    gateway.will(410)
    announce(offer)
    sending.send(at=clock.now())


@pytest.mark.parametrize(
    ("lang", "subject", "words", "place"),
    [
        ("de", "SMS aus dem Mitmachpool Musterstadt erreichen Sie nicht", "die Nummer gelöscht", "unter „SMS“"),
        (
            "en",
            "Text messages of the people pool of Musterstadt do not reach you",
            "have deleted the number",
            "settings",
        ),
    ],
)
def test_the_member_is_told_by_mail_and_where_to_give_another(gateway, offer, relay, send, lang, subject, words, place):
    member = samples.member(lang=lang, frequency="now")
    prove(member, gateway)
    refuse(gateway, offer)
    send()
    (mail,) = [mail for mail in relay.mails if mail["Subject"] == subject]
    text = mail.get_body(("plain",)).get_content()
    assert words in " ".join(text.split())
    assert place in text
    assert f"/mitmachpool/einstellungen/{tokens.settings_token(member)}/#sms" in text
    assert mail["To"] == member.email
    assert "List-Unsubscribe" not in mail
    assert "3920012" not in mail.as_string()


def test_number_and_agreement_end_with_one_line_in_the_trail(gateway, reached, offer):
    before = AuditEntry.objects.count()
    gateway.will(410)
    announce(offer)
    made = AuditEntry.objects.count()
    sending.send(at=clock.now())
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")[made:]] == ["pool.left"]
    assert made > before
    assert not MobileNumber.objects.exists()
    assert not reached.consents.filter(purpose="sms").exists()


def test_two_news_for_the_same_number_are_one_mail(gateway, reached, offer):
    announce(portal.step(districts=offer.districts.all(), topics=offer.topics.all(), published_at=clock.now()))
    refuse(gateway, offer)
    sending.send(at=clock.now())
    assert told().count() == 1
    assert len(gateway.requests) == 1
    assert actions.give_up(reached, NUMBER, at=clock.now()) is False


def test_another_number_that_fails_is_another_mail(gateway, reached, offer):
    refuse(gateway, offer)
    prove(reached, gateway, OTHER)
    refuse(gateway, portal.step(published_at=clock.now()))
    assert list(told().values_list("occasion", flat=True)) == [1, 2]


def test_who_has_another_number_by_now_keeps_it(gateway, member):
    prove(member, gateway, OTHER)
    assert actions.give_up(member, NUMBER, at=clock.now()) is False
    assert MobileNumber.objects.proven().get().number == OTHER
    assert not told().exists()


def test_a_code_that_cannot_arrive_is_told_too(gateway, member):
    actions.ask(member, NUMBER, at=clock.now())
    made = AuditEntry.objects.count()
    gateway.will(410)
    sending.send(at=clock.now())
    assert not MobileNumber.objects.exists()
    assert told().get().member == member
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")[made:]] == ["pool_sms.refused"]
    assert sending.send(at=clock.now()) == 0


@pytest.mark.parametrize("status", [400, 404, 429, 500])
def test_what_is_not_for_good_tells_nobody(gateway, reached, offer, status):
    gateway.will(status)
    announce(offer)
    sending.send(at=clock.now())
    assert MobileNumber.objects.proven().exists()
    assert not told().exists()


def test_a_link_asked_for_later_does_not_replace_it(gateway, relay, send, reached, offer):
    refuse(gateway, offer)
    pool.send_link(reached.email, at=clock.now())
    send()
    assert told().get().state == OutboxState.ACCEPTED


def test_who_has_left_meanwhile_is_not_written_to(gateway, relay, send, reached, offer):
    refuse(gateway, offer)
    pool.erase_member(reached, at=clock.now())
    send()
    assert relay.mails == []
