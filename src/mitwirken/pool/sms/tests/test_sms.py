"""News by text message: only to numbers their owners proved, one each, and what is unclear waits for a person."""

from datetime import time, timedelta

import pytest

from mitwirken.core import clock
from mitwirken.core.models import AuditEntry
from mitwirken.pool import actions as pool
from mitwirken.pool import samples, tokens
from mitwirken.pool.dispatch import claim, doubts, recovery, resolvers
from mitwirken.pool.models import Channel, Installation, Outbox, OutboxState, PoolSettings, Suppression
from mitwirken.pool.sms import gsm, keys, sending
from mitwirken.pool.sms.models import MobileNumber

from .conftest import NUMBER, prove

pytestmark = pytest.mark.django_db


def announce(offer):
    dispatch = pool.announce(offer, at=clock.now())
    pool.freeze(dispatch, at=clock.now())
    return dispatch


def the_row():
    return Outbox.objects.get(channel=Channel.SMS)


def test_a_member_reads_the_title_the_address_and_how_to_end_it(gateway, reached, offer, settings):
    announce(offer)
    assert sending.send(at=clock.now()) == 1
    (said,) = gateway.messages
    first, second, third = said["text"].split("\n")
    assert said["to"] == NUMBER
    assert first == f"Neu: {offer.title}"
    assert second == f"{settings.SITE_URL}/mitmachpool/a/{offer.pk}"
    assert third == f"Abmelden: {settings.SITE_URL}/mitmachpool/sms/{keys.stop_key(reached)}"
    assert gsm.length(said["text"]) <= gsm.ONE
    assert the_row().state == OutboxState.ACCEPTED


def test_the_message_speaks_the_member_s_language(gateway, member, offer):
    member.lang = "en"
    member.save()
    prove(member, gateway)
    announce(offer)
    sending.send(at=clock.now())
    assert gateway.messages[0]["text"].startswith("New: ")


@pytest.mark.parametrize("site", ["http://a.example", "https://mitwirken.beteiligung.stadt-am-langen-fluss.example"])
@pytest.mark.parametrize("signs", [5, 40, 200])
def test_a_message_is_one_or_two_and_in_the_alphabet_of_telephones(gateway, reached, offer, settings, site, signs):
    settings.SITE_URL = site
    offer.title = "„Müllers Grünfläche“ €"[:signs].ljust(signs, "x")
    offer.save()
    announce(offer)
    Installation.objects.all().delete()  # another site, and no copy of this one
    sending.send(at=clock.now())
    text = gateway.messages[0]["text"]
    assert gsm.plain(text) == text
    assert gsm.length(text) <= gsm.TWO
    assert keys.stop_key(reached) in text


def test_the_mail_goes_as_well_and_both_count_as_one(gateway, reached, offer):
    dispatch = announce(offer)
    assert sorted(dispatch.rows.values_list("channel", flat=True)) == [Channel.MAIL, Channel.SMS]
    dispatch.refresh_from_db()
    assert dispatch.frozen == 2
    assert pool.conservation(dispatch)["missing"] == 0
    sending.send(at=clock.now())
    assert claim._sent_lately([reached.pk], clock.now()) == {}
    assert sending.add_rows(dispatch, 0, 10_000, clock.now()) == 0


def test_who_reads_once_a_week_or_never_proved_the_number_gets_none(gateway, offer):
    prove(samples.member(frequency="weekly"), gateway)
    unproven = samples.member(frequency="now")
    MobileNumber.objects.create(member=unproven, number=NUMBER, asked_at=clock.now())
    announce(offer)
    assert not Outbox.objects.filter(channel=Channel.SMS).exists()


def test_without_a_gateway_nothing_is_written_and_nothing_is_sent(gateway, reached, offer, settings):
    settings.SMS_URL = ""
    announce(offer)
    assert not Outbox.objects.filter(channel=Channel.SMS).exists()
    assert sending.send(at=clock.now()) == 0


@pytest.mark.parametrize("purpose", ["sms", "information"])
def test_who_withdrew_meanwhile_gets_none_and_the_number_is_gone(gateway, reached, offer, purpose):
    announce(offer)
    pool.leave(reached, purpose, at=clock.now(), source="test")
    sending.send(at=clock.now())
    assert gateway.messages == []
    assert the_row().state == OutboxState.SKIPPED
    assert not MobileNumber.objects.exists()


def test_who_pauses_gets_none(gateway, reached, offer):
    announce(offer)
    pool.pause(reached, 30, at=clock.now())
    sending.send(at=clock.now())
    assert gateway.messages == []
    assert the_row().events.get().detail == "paused"


def test_a_number_somebody_else_had_blocked_gets_none(gateway, reached, offer):
    announce(offer)
    Suppression.objects.create(address_hash=tokens.phone_hash("0171 3920012"), created_at=clock.now())
    sending.send(at=clock.now())
    assert gateway.messages == []
    assert the_row().state == OutboxState.SKIPPED


def test_at_night_nobody_s_telephone_rings(gateway, reached, offer, settings):
    settings.QUIET_HOURS = True
    limits = PoolSettings.load()
    limits.quiet_from, limits.quiet_until = time(20), time(8)
    limits.save()
    announce(offer)
    night = clock.now().replace(hour=23) + timedelta(days=1)
    assert sending.send(at=night) == 0
    assert sending.send(at=night + timedelta(hours=12)) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_gateway_that_asks_to_wait_is_left_alone_as_long_as_it_says(gateway, reached, offer, status):
    prove(samples.member(frequency="now"), gateway)
    announce(offer)
    now = clock.now()
    gateway.will(status, {"Retry-After": "3600"})
    sending.send(at=now)
    assert sending.send(at=now + timedelta(minutes=50)) == 0
    assert len(gateway.requests) == 1
    assert sending.send(at=now + timedelta(minutes=62)) == 2
    assert len({said["id"] for said in gateway.messages}) == 2


@pytest.mark.parametrize("status", [410, 422])
def test_a_number_that_takes_nothing_for_good_is_removed_with_its_agreement(gateway, reached, offer, status):
    gateway.will(status)
    announce(offer)
    sending.send(at=clock.now())
    assert the_row().state == OutboxState.FAILED
    assert not MobileNumber.objects.exists()
    assert set(reached.consents.values_list("purpose", flat=True)) == {"information"}


@pytest.mark.parametrize("status", [301, 401, 402, 403, 404])
def test_a_mistake_of_ours_costs_nobody_the_number_or_the_message(gateway, reached, offer, status):
    gateway.will(status, {"Location": f"http://{gateway.place}/elsewhere"})
    announce(offer)
    now = clock.now()
    sending.send(at=now)
    assert len(gateway.requests) == 1
    assert MobileNumber.objects.proven().exists()
    assert sending.send(at=now + timedelta(minutes=16)) == 1


@pytest.mark.parametrize("status", [500, 502, 504, None])
def test_a_gateway_of_our_own_gets_an_unclear_message_again_under_the_same_name(gateway, reached, offer, status):
    gateway.will(status)
    announce(offer)
    now = clock.now()
    sending.send(at=now)
    assert sending.send(at=now + timedelta(minutes=10)) == 1
    assert len(gateway.requests) == 2
    assert len({said["id"] for said in gateway.messages}) == 1


def at_sipgate(settings, gateway):
    settings.SMS_URL = f"sipgate://token-1:ge%3Aheim@{gateway.place}/?smsId=s1"


@pytest.mark.parametrize("status", [500, 502, 504, None])
def test_elsewhere_an_unclear_message_is_held_until_a_person_decides(gateway, reached, offer, settings, status):
    at_sipgate(settings, gateway)
    gateway.will(status)
    dispatch = announce(offer)
    now = clock.now()
    sending.send(at=now)
    row = the_row()
    assert row.state == OutboxState.HELD
    assert [event.kind for event in row.events.order_by("pk")] == ["in_doubt", "resolved"]
    for minutes in (1, 20, 200):
        sending.send(at=now + timedelta(minutes=minutes))
        recovery.resolve_doubts(at=now + timedelta(minutes=minutes), resolver=resolvers.Nobody())
    assert len(gateway.requests) == 1
    assert pool.release_held(dispatch, by=None, at=now) == 1
    assert sending.send(at=now + timedelta(hours=4)) == 1


def die(*rest, **more):
    raise KeyboardInterrupt


@pytest.mark.parametrize(("own", "messages", "state"), [(True, 2, OutboxState.ACCEPTED), (False, 1, OutboxState.HELD)])
def test_a_worker_that_dies_after_the_message_left_sends_no_second_one_in_silence(
    gateway, reached, offer, settings, monkeypatch, own, messages, state
):
    if not own:
        at_sipgate(settings, gateway)
    announce(offer)
    now = clock.now()
    with monkeypatch.context() as broken:
        broken.setattr(sending.doubts, "end", die)
        with pytest.raises(KeyboardInterrupt):
            sending.send(at=now)
    assert the_row().state == OutboxState.IN_DOUBT
    # The mails' dispatcher leaves it alone: its relay knows no text messages.
    recovery.resolve_doubts(at=now + timedelta(hours=1), resolver=resolvers.Nobody())
    assert sending.send(at=now + timedelta(minutes=5)) == 0
    sending.send(at=now + timedelta(minutes=11))
    assert len(gateway.requests) == messages
    assert len({said.get("id") for said in gateway.messages}) == 1
    assert the_row().state == state


def test_a_worker_that_dies_before_the_message_left_sends_it_later(gateway, reached, offer, settings, monkeypatch):
    at_sipgate(settings, gateway)
    announce(offer)
    now = clock.now()
    with monkeypatch.context() as broken:
        broken.setattr(sending.doubts, "begin", die)
        with pytest.raises(KeyboardInterrupt):
            sending.send(at=now)
    assert sending.send(at=now + timedelta(minutes=11)) == 1
    assert len(gateway.requests) == 1


def test_nothing_has_left_where_nobody_listens(reached, gateway, offer, settings):
    settings.SMS_URL = "sipgate://a:b@127.0.0.1:9/"
    announce(offer)
    now = clock.now()
    sending.send(at=now)
    assert the_row().state == OutboxState.READY
    at_sipgate(settings, gateway)
    assert sending.send(at=now + timedelta(minutes=10)) == 1


def test_who_removes_the_number_while_a_round_is_under_way_gets_none(gateway, reached, offer, monkeypatch):
    second = samples.member(frequency="now")
    prove(second, gateway, "+491713920013")
    announce(offer)
    real = sending.gateways.hand_over

    def slow(*rest, **more):
        answer = real(*rest, **more)
        for number in MobileNumber.objects.exclude(number=rest[1]).select_related("member"):
            pool.leave(number.member, "sms", at=clock.now(), source="test")
        return answer

    monkeypatch.setattr(sending.gateways, "hand_over", slow)
    assert sending.send(at=clock.now()) == 1
    assert len(gateway.requests) == 1


def test_a_restored_or_copied_database_sends_none(gateway, reached, offer, settings):
    announce(offer)
    Installation.objects.update(home="another site")
    settings.DEBUG = False
    assert sending.send(at=clock.now()) == 0
    # On a desk it may, to a gateway on the same desk.
    settings.DEBUG = True
    assert sending.send(at=clock.now()) == 1


def test_numbers_stay_out_of_logs_and_audit(gateway, reached, offer, caplog):
    announce(offer)
    now = clock.now()
    for status in (400, None, 418):
        gateway.will(status)
    for hours in range(3):
        sending.send(at=now + timedelta(hours=hours))
    told = caplog.text + " ".join(str(entry.facts) for entry in AuditEntry.objects.all())
    assert "answers 400" in told
    assert "3920012" not in told
    assert "Abmelden" not in told


def test_of_two_senders_with_the_same_row_one_may_begin(gateway, reached, offer):
    announce(offer)
    claim_id, (letter,) = claim.claim_for(Channel.SMS, at=clock.now(), limit=5, urgent=False)
    assert [doubts.begin(letter.row, claim_id) for _each in range(2)] == [True, False]
