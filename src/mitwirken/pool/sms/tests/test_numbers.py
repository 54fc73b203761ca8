"""A number is given with an agreement, proven by a code, and gone at once when taken back."""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection

from mitwirken.core import clock
from mitwirken.pool import actions as pool
from mitwirken.pool import ledger, samples, tokens
from mitwirken.pool.models import ConsentAction, Suppression
from mitwirken.pool.sms import actions, exports, gsm, keys, sending
from mitwirken.pool.sms.models import MobileNumber
from mitwirken.pool.wording import words

from .conftest import NUMBER, prove

pytestmark = pytest.mark.django_db


def page(member, rest=""):
    return f"/mitmachpool/einstellungen/{tokens.settings_token(member)}/{rest}"


def give(client, member, number="0171 3920012", **more):
    return client.post(page(member, "sms/"), {"number": number, "agree": "on"} | more, follow=True)


def the_code():
    return keys.code_of(MobileNumber.objects.select_related("member").get())


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_member_gives_a_number_and_proves_it(client, gateway, member):
    assert words("sms", "de") in client.get(page(member)).content.decode()
    shown = give(client, member).content.decode()
    assert "0171 3920012" in shown
    sending.send(at=clock.now())
    (said,) = gateway.messages
    assert said["to"] == NUMBER
    assert gsm.plain(said["text"]) == said["text"]
    assert gsm.length(said["text"]) <= gsm.ONE
    code = re.match(r"\d{6}", said["text"])[0]
    assert said["text"].endswith(f"#{code}")
    shown = client.post(page(member, "sms/code/"), {"code": f" {code[:3]} {code[3:]}"}, follow=True).content.decode()
    assert "Wir schreiben an 0171 3920012" in shown
    assert MobileNumber.objects.proven().get().number == NUMBER


def test_the_ledger_holds_the_words_shown_the_wish_and_the_agreement(client, gateway, member):
    client.cookies["sprache"] = "en"
    give(client, member)
    actions.prove(member, the_code(), at=clock.now())
    lines = member.consent_events.filter(purpose="sms").order_by("number")
    assert [line.action for line in lines] == [ConsentAction.REQUEST, ConsentAction.GRANT]
    assert {line.text.text for line in lines} == {words("sms", "en")}
    assert list(ledger.broken_chains()) == []


def test_without_agreement_nothing_is_stored(client, gateway, member):
    answer = client.post(page(member, "sms/"), {"number": "0171 3920012"})
    assert answer.status_code == 422
    assert not MobileNumber.objects.exists()
    assert not member.consent_events.filter(purpose="sms").exists()


@pytest.mark.parametrize("number", ["", "12", "0231 50-0", "+1 900 555 0100", "\x00", "x" * 500])
def test_what_is_no_mobile_number_is_answered_with_a_sentence(client, gateway, member, number):
    answer = give(client, member, number)
    assert answer.status_code == 422
    assert not MobileNumber.objects.exists()


def test_a_robot_is_thanked_and_nothing_stored(client, gateway, member):
    give(client, member, website="http://spam.example")
    assert not MobileNumber.objects.exists()


def test_a_wrong_code_proves_nothing_and_ten_are_enough(client, gateway, member):
    give(client, member)
    code = the_code()
    for _each in range(actions.TRIES_A_DAY):
        assert client.post(page(member, "sms/code/"), {"code": wrong(code)}).status_code == 422
    assert not actions.prove(member, code, at=clock.now())


def test_new_codes_and_new_members_give_no_new_tries_at_a_number(gateway, member):
    now = clock.now()
    for number in range(5):
        stranger = samples.member(email=f"fremd{number}@beispiel.example")
        actions.ask(stranger, NUMBER, at=now)
        for _each in range(2):
            actions.prove(stranger, "000000", at=now)
    actions.ask(member, NUMBER, at=now)
    assert not actions.prove(member, keys.code_of(member.mobile_number), at=now)
    tomorrow = now + timedelta(days=1)
    actions.ask(member, NUMBER, at=tomorrow)
    member.refresh_from_db()
    assert actions.prove(member, keys.code_of(MobileNumber.objects.get(member=member)), at=tomorrow)


def test_a_code_holds_ten_minutes_and_only_the_newest_counts(gateway, member):
    now = clock.now()
    actions.ask(member, NUMBER, at=now)
    old = the_code()
    actions.ask(member, NUMBER, at=now + timedelta(minutes=5))
    assert not actions.prove(member, old, at=now + timedelta(minutes=6))
    assert not actions.prove(member, the_code(), at=now + timedelta(minutes=16))
    assert actions.prove(member, the_code(), at=now + timedelta(minutes=14))


def test_a_code_is_for_one_member_and_one_number(gateway, member):
    now = clock.now()
    other = samples.member()
    actions.ask(member, NUMBER, at=now)
    actions.ask(other, NUMBER, at=now)
    codes = {keys.code_of(number) for number in MobileNumber.objects.select_related("member")}
    MobileNumber.objects.filter(member=member).update(number="+491713920013")
    codes.add(keys.code_of(MobileNumber.objects.get(member=member)))
    assert len(codes) == 3


def sent_to(gateway):
    return [said["to"] for said in gateway.messages]


def test_nobody_s_telephone_is_flooded_however_many_ask(gateway):
    for number in range(6):
        actions.ask(samples.member(email=f"viele{number}@beispiel.example"), NUMBER, at=clock.now())
    sending.send(at=clock.now())
    assert sent_to(gateway) == [NUMBER] * actions.CODES_PER_NUMBER


def test_a_member_gets_three_codes_a_day_wherever_they_go(gateway, member):
    for number in range(6):
        actions.ask(member, f"+49171392001{number}", at=clock.now())
        sending.send(at=clock.now())
    assert len(gateway.messages) == actions.CODES_PER_MEMBER


def test_all_members_together_cannot_run_up_a_bill(gateway, member, monkeypatch):
    monkeypatch.setattr(actions, "CODES_A_DAY", 1)
    for number in range(3):
        actions.ask(samples.member(), f"+49171392001{number}", at=clock.now())
    sending.send(at=clock.now())
    assert len(gateway.messages) == 1


def test_a_blocked_number_gets_nothing_and_the_answer_is_the_same(client, gateway):
    now = clock.now()
    Suppression.objects.create(address_hash=tokens.phone_hash("01713920012"), created_at=now)
    first, second = samples.member(), samples.member()
    blocked, free = give(client, first), give(client, second, "0171 3920013")
    sending.send(at=clock.now())
    assert sent_to(gateway) == ["+491713920013"]

    def plain(answer, member):
        text = answer.content.decode().replace(tokens.settings_token(member), "TOKEN").replace(member.email, "MAIL")
        text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"', "", text)
        return re.sub(r"0171 392001\d|/feed/[^\"<]+|\d\d:\d\d", "", text)

    assert blocked.status_code == free.status_code
    assert plain(blocked, first) == plain(free, second)


def test_a_code_leaves_once_even_if_the_worker_dies(gateway, member, monkeypatch):
    actions.ask(member, NUMBER, at=clock.now())
    with monkeypatch.context() as broken:
        broken.setattr(sending.gateways, "hand_over", lambda *rest, **more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            sending.send(at=clock.now())
    sending.send(at=clock.now())
    assert gateway.messages == []
    actions.ask(member, NUMBER, at=clock.now())
    sending.send(at=clock.now())
    assert len(gateway.messages) == 1


def test_a_gateway_that_rests_gets_the_code_when_it_said(gateway, member):
    now = clock.now()
    actions.ask(member, NUMBER, at=now)
    gateway.will(429, {"Retry-After": "60"})
    sending.send(at=now)
    sending.send(at=now + timedelta(seconds=30))
    assert len(gateway.messages) == 1
    sending.send(at=now + timedelta(seconds=61))
    assert len(gateway.messages) == 2
    assert len({said["id"] for said in gateway.messages}) == 1


def test_a_code_too_old_to_use_is_not_sent(gateway, member):
    now = clock.now()
    actions.ask(member, NUMBER, at=now)
    sending.send(at=now + timedelta(minutes=11))
    assert gateway.messages == []


def test_taking_the_number_back_ends_it_at_once(client, reached):
    client.post(page(reached, "sms/aus/"))
    assert not MobileNumber.objects.exists()
    assert set(reached.consents.values_list("purpose", flat=True)) == {"information"}
    assert reached.consent_events.filter(purpose="sms").latest("number").action == ConsentAction.WITHDRAW
    client.post(page(reached, "sms/aus/"))


def test_the_link_in_the_message_ends_it_by_a_button_only(client, reached):
    stop = f"/mitmachpool/sms/{keys.stop_key(reached)}"
    assert client.get(stop).status_code == 200
    assert MobileNumber.objects.exists()
    pool.renew_link(reached, at=clock.now())
    for _each in range(2):
        assert client.post(stop).status_code == 200
    assert not MobileNumber.objects.exists()


@pytest.mark.parametrize("key", ["x", "1-", "1-aaaaaaaaaaaa", "-", "zzzzzzzzzzzzzz-a", "1-ä", "%00"])
def test_a_key_we_never_made_ends_nothing(client, reached, key):
    assert client.post(f"/mitmachpool/sms/{key}").status_code == 404
    assert MobileNumber.objects.exists()


def test_the_short_address_leads_to_the_offer(client, offer):
    assert client.get(f"/mitmachpool/a/{offer.pk}").url == offer.get_absolute_url()
    assert client.get("/mitmachpool/a/999999").status_code == 404


def test_nobody_reaches_the_number_of_somebody_else(client, gateway, reached):
    stranger = samples.member()
    client.post(page(stranger, "sms/aus/"))
    client.post(page(stranger, "sms/code/"), {"code": "123456"})
    assert MobileNumber.objects.proven().get().member == reached
    assert "3920012" not in client.get(page(stranger)).content.decode()


def test_a_proven_number_is_not_replaced_unasked(client, gateway, reached):
    give(client, reached, "0171 3920013")
    assert MobileNumber.objects.get().number == NUMBER
    sending.send(at=clock.now())
    assert gateway.messages == []


def test_the_settings_say_nothing_of_text_messages_without_a_gateway(client, member, settings):
    settings.SMS_URL = ""
    assert 'id="sms"' not in client.get(page(member)).content.decode()
    assert client.post(page(member, "sms/"), {"number": "0171 3920012", "agree": "on"}).status_code == 404


def test_a_number_stays_removable_when_the_gateway_is_gone(client, reached, settings):
    settings.SMS_URL = ""
    assert "0171 3920012" in client.get(page(reached)).content.decode()
    client.post(page(reached, "sms/aus/"))
    assert not MobileNumber.objects.exists()


def test_without_news_there_is_nothing_to_tell(client, gateway):
    member = samples.member(consent="tasks")
    assert 'id="sms"' not in client.get(page(member)).content.decode()
    give(client, member)
    assert not MobileNumber.objects.exists()


def test_the_page_goes_on_where_the_code_is_typed_in(client, gateway, member):
    assert give(client, member).redirect_chain == [(page(member) + "#sms", 302)]


def test_a_member_takes_the_number_along(reached):
    told = exports.personal_data(reached)
    assert told["mobile_number"] == NUMBER
    assert told["proven_at"]


def test_an_unproven_number_is_forgotten_after_a_day(gateway, reached):
    actions.ask(samples.member(), "+491713920013", at=clock.now())
    assert actions.forget(at=clock.now()) == 0
    assert actions.forget(at=clock.now() + timedelta(hours=25)) == 1
    assert MobileNumber.objects.get().number == NUMBER


def test_another_mail_address_keeps_the_number(reached):
    pool.ask_to_move(reached, "umgezogen@beispiel.example", at=clock.now())
    waiting = reached.new_address
    waiting.refresh_from_db()
    pool.confirm(tokens.confirm_token(waiting), at=clock.now(), source="test")
    reached.refresh_from_db()
    assert reached.email == "umgezogen@beispiel.example"
    assert MobileNumber.objects.proven().get().member == reached
    assert reached.consents.filter(purpose="sms").exists()


def test_put_together_the_number_goes_with_the_agreement(gateway, reached):
    other = samples.member()
    pool.merge(other, reached, reference="test", at=clock.now(), by=None)
    assert MobileNumber.objects.get().member == other
    assert other.consents.filter(purpose="sms").exists()


def test_put_together_with_somebody_who_withdrew_later_the_number_is_gone(gateway, reached):
    other = samples.member()
    prove(other, gateway, "+491713920013")
    pool.leave(other, "sms", at=clock.now(), source="test")
    pool.merge(other, reached, reference="test", at=clock.now(), by=None)
    assert not MobileNumber.objects.exists()


def found_in_tables(trace):
    """Every table, every column, as text."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')  # noqa: S608 our own tables
            found += [model._meta.label for row in cursor.fetchall() if trace in str(row)]
    return found


def test_whoever_has_left_is_nowhere_any_more(gateway, reached, offer):
    dispatch = pool.announce(offer, at=clock.now())
    pool.freeze(dispatch, at=clock.now())
    sending.send(at=clock.now())
    actions.ask(samples.member(email="anders@beispiel.example"), "+491713920019", at=clock.now())
    assert found_in_tables("3920012") == ["pool_sms.MobileNumber"]
    pool.erase_member(reached, at=clock.now(), never_again=True)
    assert found_in_tables("3920012") == []
    assert found_in_tables("3920019") == ["pool_sms.MobileNumber"]
    dispatch.refresh_from_db()
    assert pool.conservation(dispatch)["missing"] == 0
