"""Notices on devices: only who asked for them, only to services we know, nothing twice, nothing readable on the way."""

import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from py_vapid import Vapid02

from mitwirken.core import clock
from mitwirken.core.models import AuditEntry
from mitwirken.pool import actions as pool
from mitwirken.pool import samples, tokens
from mitwirken.pool.dispatch import claim
from mitwirken.pool.models import Channel, Outbox, OutboxState, PoolSettings
from mitwirken.pool.push import actions, exports, service
from mitwirken.pool.push.endpoints import leads_outside, may_post_to
from mitwirken.pool.push.models import PushDevice

from .conftest import Browser

pytestmark = pytest.mark.django_db


def announce(offer):
    dispatch = pool.announce(offer, at=clock.now())
    pool.freeze(dispatch, at=clock.now())
    return dispatch


def the_row():
    return Outbox.objects.get(channel=Channel.PUSH)


def test_a_device_opens_the_notice_of_a_new_offer_and_nobody_on_the_way_can(push, browser, member, offer):
    announce(offer)
    assert actions.send(at=clock.now()) == 1
    ((_path, headers, body),) = push.requests
    message = browser.open(body)
    assert message["title"] == f"Neu: {offer.title}"
    assert message["url"].endswith(offer.get_absolute_url())
    assert offer.title.encode() not in body
    assert headers["Content-Encoding"] == "aes128gcm"
    assert headers["TTL"] == "86400"
    assert headers["Topic"] == message["tag"]
    assert len(headers["Topic"]) <= 32  # RFC 8030 5.4
    assert the_row().state == OutboxState.ACCEPTED


def test_the_notice_is_signed_with_our_key_for_this_service(push, browser, offer):
    announce(offer)
    actions.send(at=clock.now())
    (_path, headers, _body), = push.requests  # fmt: skip
    scheme, _, rest = headers["Authorization"].partition(" ")
    fields = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert scheme == "vapid"
    assert fields["k"] == service.public_key()
    assert Vapid02.verify(headers["Authorization"])


def test_the_mail_goes_as_well_and_a_notice_does_not_count_as_a_mail(push, browser, member, offer):
    dispatch = announce(offer)
    assert sorted(dispatch.rows.values_list("channel", flat=True)) == [Channel.MAIL, Channel.PUSH]
    dispatch.refresh_from_db()
    assert dispatch.frozen == 2
    assert pool.conservation(dispatch)["missing"] == 0
    actions.send(at=clock.now())
    assert claim._sent_lately([member.pk], clock.now()) == {}


def test_the_notice_beside_the_last_allowed_mail_still_comes(push, browser, member, offer):
    limits = PoolSettings.load()
    limits.mails_per_person = 1
    limits.save()
    dispatch = announce(offer)
    dispatch.rows.filter(channel=Channel.MAIL).update(state=OutboxState.ACCEPTED, sent_at=clock.now())
    actions.send(at=clock.now())
    assert len(push.requests) == 1


def test_freezing_again_adds_no_row(push, browser, offer):
    dispatch = announce(offer)
    assert actions.add_rows(dispatch, 0, 10_000, clock.now()) == 0


def test_who_reads_once_a_week_gets_no_notice(push, offer):
    member = samples.member(frequency="weekly")
    other = Browser(push.origin + "/device/2")
    actions.switch_on(member, other.endpoint, *other.keys, at=clock.now())
    announce(offer)
    assert not Outbox.objects.filter(channel=Channel.PUSH).exists()


def test_who_left_meanwhile_gets_no_notice(push, browser, member, offer):
    announce(offer)
    pool.leave(member, "information", at=clock.now(), source="test")
    actions.send(at=clock.now())
    assert push.requests == []
    assert the_row().state == OutboxState.SKIPPED


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_forgotten(push, browser, offer, status):
    push.answers["/device/1"] = (status, {})
    announce(offer)
    actions.send(at=clock.now())
    assert not PushDevice.objects.exists()
    assert the_row().state == OutboxState.FAILED


def test_one_device_that_takes_it_is_enough(push, browser, member, offer):
    other = Browser(push.origin + "/device/2")
    actions.switch_on(member, other.endpoint, *other.keys, at=clock.now())
    push.answers["/device/1"] = (410, {})
    announce(offer)
    actions.send(at=clock.now())
    assert the_row().state == OutboxState.ACCEPTED
    assert PushDevice.objects.get().endpoint == other.endpoint


def test_a_service_that_asks_to_wait_is_left_alone_as_long_as_it_says(push, browser, offer):
    now = clock.now()
    push.answers["/device/1"] = (429, {"Retry-After": "3600"})
    announce(offer)
    actions.send(at=clock.now())
    assert actions.send(at=now + timedelta(minutes=50)) == 0
    assert len(push.requests) == 1
    push.answers.clear()
    assert actions.send(at=now + timedelta(minutes=62)) == 1


def test_within_a_round_the_others_at_this_service_wait_too(push, browser, offer):
    for number in range(2, 6):
        other = Browser(f"{push.origin}/device/{number}")
        actions.switch_on(samples.member(frequency="now"), other.endpoint, *other.keys, at=clock.now())
    push.answers["/device/1"] = (429, {"Retry-After": "Wed, 21 Oct 2099 07:28:00 GMT"})
    announce(offer)
    actions.send(at=clock.now())
    assert len(push.requests) == 1


def test_a_redirect_is_not_followed(push, browser, offer):
    push.answers["/device/1"] = (307, {"Location": push.origin + "/device/inside"})
    announce(offer)
    actions.send(at=clock.now())
    assert [path for path, _headers, _body in push.requests] == ["/device/1"]


def test_a_worker_that_dies_after_the_post_tells_the_device_the_same_notice_again(push, browser, offer, monkeypatch):
    announce(offer)
    with monkeypatch.context() as broken:
        broken.setattr(actions, "settle", lambda *rest, **more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            actions.send(at=clock.now())
    assert actions.send(at=clock.now()) == 0
    assert actions.send(at=clock.now() + timedelta(minutes=11)) == 1
    assert len({headers["Topic"] for _path, headers, _body in push.requests}) == 1


def test_without_a_key_nothing_is_written_and_nothing_is_sent(settings, browser, push, offer):
    settings.PUSH_PRIVATE_KEY = ""
    announce(offer)
    assert not Outbox.objects.filter(channel=Channel.PUSH).exists()
    assert actions.send(at=clock.now()) == 0


@pytest.mark.parametrize(
    ("endpoint", "fine"),
    [
        ("https://fcm.googleapis.com/fcm/send/abc:def", True),
        ("https://updates.push.services.mozilla.com/wpush/v2/x", True),
        ("https://db5p.notify.windows.com/w/?token=x", True),
        ("https://web.push.apple.com/Qx", True),
        ("http://fcm.googleapis.com/x", False),
        ("https://fcm.googleapis.com.evil.example/x", False),
        ("https://evilfcm.googleapis.com.example/x", False),
        ("https://notfcm.googleapis.com/x", False),
        ("https://10.0.0.1\\.fcm.googleapis.com/x", False),
        ("https://10.0.0.1;.fcm.googleapis.com/x", False),
        ("https://10.0.0.1%2f.fcm.googleapis.com/x", False),
        ("https://fcm.googleapis.com:8443/x", False),
        ("https://user:pass@fcm.googleapis.com/x", False),
        ("https://fcm.googleapis.com@evil.example/x", False),
        ("https://127.0.0.1/x", False),
        ("https://[::1]/x", False),
        ("https://[fcm.googleapis.com/x", False),
        ("https://169.254.169.254/latest", False),
        ("file:///etc/passwd", False),
        ("https://fcm.googleapis.com/" + "x" * 1000, False),
        ("https://fcm.googleapis.com/\r\nHost: x", False),
        ("https://fcm.googleapis.com/ä", False),
        ("", False),
    ],
)
def test_we_post_to_push_services_we_know_and_nowhere_else(endpoint, fine):
    assert may_post_to(endpoint) is fine


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.5", "192.168.1.1", "169.254.169.254", "::1", "fd00::1"])
def test_a_name_that_leads_inside_is_not_asked(monkeypatch, address):
    monkeypatch.setattr("socket.getaddrinfo", lambda *rest, **more: [(2, 1, 6, "", (address, 443))])
    assert not leads_outside("https://fcm.googleapis.com/x")


@pytest.mark.parametrize(
    ("p256dh", "auth"), [("", ""), ("x", "y"), ("!" * 87, "?" * 22), ("A" * 86, "A" * 22), ("A" * 87, "A" * 10)]
)
def test_keys_nobody_can_encrypt_for_are_refused(push, member, p256dh, auth):
    with pytest.raises(actions.NotADevice):
        actions.switch_on(member, push.origin + "/device/9", p256dh, auth, at=clock.now())


def test_a_member_has_at_most_ten_devices(push, member):
    for number in range(12):
        browser = Browser(f"{push.origin}/device/{number}")
        actions.switch_on(member, browser.endpoint, *browser.keys, at=clock.now())
    assert member.push_devices.count() == actions.MOST_DEVICES


def test_erasing_a_member_forgets_the_devices(browser, member):
    pool.erase_member(member, at=clock.now())
    assert not PushDevice.objects.exists()


def test_a_member_takes_the_devices_along(browser, member):
    assert exports.personal_data(member)["devices"][0]["endpoint"] == browser.endpoint


def test_addresses_of_devices_stay_out_of_audit_and_log(push, browser, offer, caplog):
    push.answers["/device/1"] = (400, {})
    announce(offer)
    actions.send(at=clock.now())
    told = caplog.text + " ".join(str(entry.facts) for entry in AuditEntry.objects.all())
    assert "answers 400" in told
    assert "/device/1" not in told


def test_the_command_makes_a_key_that_signs(settings):
    out = io.StringIO()
    call_command("push_keys", stdout=out)
    name, _, settings.PUSH_PRIVATE_KEY = out.getvalue().strip().partition("=")
    assert name == "PUSH_PRIVATE_KEY"
    assert len(service.public_key()) == 87


def test_a_member_switches_a_device_on_and_off(client, push, member):
    token, browser = tokens.settings_token(member), Browser(push.origin + "/device/1")
    p256dh, auth = browser.keys
    page = f"/mitmachpool/einstellungen/{token}/"
    given = {"endpoint": browser.endpoint, "p256dh": p256dh, "auth": auth}
    assert client.post(page + "geraet/", given).status_code == 302
    shown = client.get(page).content.decode()
    assert "Eingeschaltet am" in shown
    client.post(page + "geraet/aus/", {"device": member.push_devices.get().pk})
    assert not member.push_devices.exists()


@pytest.mark.parametrize("device", ["", "x", "-1", "9" * 30, "0"])
def test_switching_off_what_is_not_there_changes_nothing(client, browser, member, device):
    page = f"/mitmachpool/einstellungen/{tokens.settings_token(member)}/geraet/aus/"
    assert client.post(page, {"device": device}).status_code == 302
    assert member.push_devices.count() == 1


def test_nobody_switches_off_the_device_of_somebody_else(client, browser, member):
    stranger = samples.member()
    page = f"/mitmachpool/einstellungen/{tokens.settings_token(stranger)}/geraet/aus/"
    client.post(page, {"device": member.push_devices.get().pk})
    assert member.push_devices.count() == 1


def test_an_address_inside_the_network_is_refused_in_a_sentence(client, push, member):
    p256dh, auth = Browser("").keys
    page = f"/mitmachpool/einstellungen/{tokens.settings_token(member)}/geraet/"
    answer = client.post(page, {"endpoint": "https://10.0.0.1/x", "p256dh": p256dh, "auth": auth}, follow=True)
    assert "Es wurde nichts gespeichert." in answer.content.decode()
    assert not PushDevice.objects.exists()


def test_the_script_is_served_where_its_reach_ends_at_the_pool(client):
    answer = client.get("/mitmachpool/mitteilungen.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'"
    assert "no-cache" in answer.headers["Cache-Control"]
    assert not answer.cookies


def test_the_settings_say_nothing_of_notices_while_they_are_not_set_up(client, member):
    page = client.get(f"/mitmachpool/einstellungen/{tokens.settings_token(member)}/")
    assert "push-device" not in page.content.decode()


def test_a_round_costs_the_same_number_of_queries_for_any_number_of_devices_beside_settling(
    push, offer, django_assert_max_num_queries
):
    member = samples.member(frequency="now")
    for number in range(8):
        browser = Browser(f"{push.origin}/device/{number}")
        actions.switch_on(member, browser.endpoint, *browser.keys, at=clock.now())
    announce(offer)
    with django_assert_max_num_queries(32):
        actions.send(at=clock.now())
