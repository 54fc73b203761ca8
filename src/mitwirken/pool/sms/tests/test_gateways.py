"""What each gateway is told, and what its answers mean."""

import pytest
import requests
from django.core.exceptions import ImproperlyConfigured

from mitwirken.pool.sms import gateways
from mitwirken.pool.sms.gateways import GONE, REFUSED, REST, SENT, UNCLEAR, WAIT


def hand_over(settings, url, text="Hallo"):
    settings.SMS_URL = url
    with requests.Session() as session:
        return gateways.hand_over(gateways.configured(), "+491713920012", text, name="name-1", session=session)


def test_a_gateway_of_one_s_own_gets_three_words(gateway, settings):
    assert hand_over(settings, f"http://stadt:ge%2Fheim@{gateway.place}/sms?x=1").word == SENT
    ((path, headers, said),) = gateway.requests
    assert path == "/sms?x=1"
    assert said == {"id": "name-1", "to": "+491713920012", "text": "Hallo"}
    assert gateway.login() == "stadt:ge/heim"
    assert headers["Content-Type"] == "application/json"


def test_seven_gets_key_sender_and_name(gateway, settings):
    gateway.will(200, said={"success": "100", "messages": [{"id": "77", "success": True, "error": None}]})
    assert hand_over(settings, f"seven://SCHLUESSEL@{gateway.place}/?from=Stadt").word == SENT
    ((path, headers, said),) = gateway.requests
    assert path == "/api/sms"
    assert headers["X-Api-Key"] == "SCHLUESSEL"
    assert said == {"to": "+491713920012", "text": "Hallo", "from": "Stadt", "foreign_id": "name-1"}


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({"success": "100"}, SENT),
        ({"success": "402"}, SENT),
        ({"success": "202"}, GONE),
        ({"success": "100", "messages": [{"success": False, "error": "202"}]}, GONE),
        ({"success": "403"}, WAIT),
        ({"success": "305"}, REFUSED),
        ({"success": "500"}, REST),
        ({"success": "900"}, REST),
        (b"900", REST),
        ({"success": "600"}, UNCLEAR),
        ({"success": "101"}, UNCLEAR),
        ({}, UNCLEAR),
        (b"<html>", UNCLEAR),
        (b"[1]", UNCLEAR),
    ],
)
def test_what_seven_s_codes_mean(gateway, settings, said, word):
    gateway.answers.append((200, {}, said))
    assert hand_over(settings, f"seven://K@{gateway.place}/").word == word


def test_sipgate_gets_its_extension_and_says_yes_without_a_word(gateway, settings):
    gateway.answers.append((204, {}, b""))
    assert hand_over(settings, f"sipgate://token-1:ge%3Aheim@{gateway.place}/?smsId=s3").word == SENT
    ((path, _headers, said),) = gateway.requests
    assert path == "/v2/sessions/sms"
    assert said == {"smsId": "s3", "recipient": "+491713920012", "message": "Hallo"}
    assert gateway.login() == "token-1:ge:heim"


@pytest.mark.parametrize(
    ("status", "word"),
    [(200, SENT), (400, REFUSED), (401, REST), (402, REST), (403, REST), (429, REST), (500, UNCLEAR)],
)
def test_what_sipgate_s_answers_mean(gateway, settings, status, word):
    gateway.will(status)
    assert hand_over(settings, f"sipgate://a:b@{gateway.place}/").word == word


def test_beyond_this_machine_providers_are_spoken_to_over_tls_only():
    assert gateways._gateway("seven://K@gateway.seven.io/").address == "https://gateway.seven.io/api/sms"
    assert gateways._gateway("sipgate://a:b@api.sipgate.com/").address == "https://api.sipgate.com/v2/sessions/sms"


@pytest.mark.parametrize("retry_after", ["", "x", "-5", "Wed, 21 Oct 2015 07:28:00 GMT", "Wed, 99 Foo", "9" * 30])
def test_an_odd_retry_after_breaks_nothing(gateway, settings, retry_after):
    gateway.will(429, {"Retry-After": retry_after})
    answer = hand_over(settings, f"http://{gateway.place}/")
    assert 0 <= answer.seconds <= gateways.LONGEST_WAIT


@pytest.mark.parametrize(
    "url",
    [
        "seven://gateway.seven.io/",
        "sipgate://a@api.sipgate.com/",
        "smtp://x",
        "http://",
        "x",
        "http://[::1/",
        "http://h:x/",
    ],
)
def test_an_address_nobody_can_read_stops_the_start(settings, url):
    settings.SMS_URL = url
    with pytest.raises(ImproperlyConfigured):
        gateways.configured()


def test_a_gateway_shows_no_secret_when_printed():
    for url in ("seven://geheim@h/", "sipgate://a:geheim@h/", "https://a:geheim@h/x"):
        assert "geheim" not in repr(gateways._gateway(url))
