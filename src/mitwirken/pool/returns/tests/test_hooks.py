"""What a mail provider reports by HTTP: only with the agreed password, and each report once."""

import base64
import json

import pytest

from mitwirken.core import clock
from mitwirken.pool import samples, tokens
from mitwirken.pool.models import ConsentState, Outbox, OutboxState, Suppression
from mitwirken.pool.returns.models import AddressScore, Returned
from mitwirken.pool.returns.urls import provider_doors

pytestmark = [pytest.mark.django_db, pytest.mark.urls("mitwirken.pool.returns.tests.provider_urls")]
DOOR, AGREED = "/rueckmeldung/postmark/", "stadt:geheim"


@pytest.fixture(autouse=True)
def as_agreed(settings):
    settings.ANYMAIL = {"WEBHOOK_SECRET": AGREED}


@pytest.fixture
def report(client):
    def post(facts, password=AGREED):
        login = base64.b64encode(password.encode()).decode()
        return client.post(
            DOOR, json.dumps(facts), content_type="application/json", headers={"Authorization": f"Basic {login}"}
        ).status_code

    return post


def bounce(row, kind="HardBounce", code=1, details="smtp;550 5.1.1 no such user"):
    return {
        "RecordType": "Bounce",
        "Type": kind,
        "TypeCode": code,
        "Details": details,
        "Email": row.member.email,
        "MessageID": "4f2c1",
        "ID": 7,
        "BouncedAt": "2027-03-14T12:00:00Z",
    }


def complaint(address):
    return {
        "RecordType": "SpamComplaint",
        "Type": "SpamComplaint",
        "TypeCode": 100001,
        "Email": address,
        "MessageID": "4f2c1",
        "ID": 8,
        "BouncedAt": "2027-03-14T12:00:00Z",
    }


def test_a_reported_bounce_counts_once(report, sent):
    assert [report(bounce(sent.row)), report(bounce(sent.row))] == [200, 200]
    assert sent.row.state == OutboxState.BOUNCED
    assert (Returned.objects.get().kind, AddressScore.objects.get().hard) == ("hard", 1)


@pytest.mark.parametrize(
    ("kind", "code", "details", "read"),
    [
        ("SoftBounce", 4096, "smtp;552 5.2.2 mailbox full", "soft"),
        ("SoftBounce", 4096, "552 Das Postfach ist voll", "soft"),
        ("Blocked", 100006, "550 5.7.1 blocked by policy", "policy"),
        ("HardBounce", 1, "", "soft"),
    ],
)
def test_the_provider_s_words_are_read_like_any_other_server_s(report, sent, kind, code, details, read):
    report(bounce(sent.row, kind, code, details))
    assert Returned.objects.get().kind == read


def test_a_reported_complaint_ends_the_mails_of_its_purpose(report, sent, member):
    assert [report(complaint(member.email)), report(complaint(member.email.upper()))] == [200, 200]
    assert not ConsentState.objects.exists()
    assert (Suppression.objects.get().scope, Returned.objects.get().kind) == ("information", "complaint")


def test_a_complaint_of_somebody_we_never_wrote_to_ends_news_all_the_same(report, db):
    somebody = samples.member()
    report(complaint(somebody.email))
    assert not ConsentState.objects.exists()


def test_a_report_about_a_stranger_changes_nothing(report, sent):
    assert report(complaint("fremd@beispiel.example")) == 200
    assert ConsentState.objects.exists()
    assert not Returned.objects.exists()


def test_our_own_name_of_the_mail_finds_it_among_others(sent, announce, member):
    from mitwirken.pool.returns.hooks import _row

    announce()
    first, second = Outbox.objects.order_by("pk")
    key = tokens.message_key(first.dispatch_id, member.pk, 0, 0)
    assert _row(member, f"<{key}@mitwirken.example>") == first
    assert _row(member, "4f2c1") == second


@pytest.mark.parametrize("password", ["stadt:falsch", ":", "geheim", "stadt:geheim "])
def test_without_the_password_nothing_is_believed(report, sent, password):
    assert report(bounce(sent.row), password=password) == 400
    assert not Returned.objects.exists()


def test_reading_the_door_changes_nothing(client, sent):
    assert client.get(DOOR).status_code == 405
    assert not Returned.objects.exists()


@pytest.mark.parametrize(
    ("provider", "secret", "doors"),
    [("postmark", "a:b", 1), ("mandrill", "a:b", 1), ("", "a:b", 0), ("postmark", "", 0), ("quatsch", "a:b", 0)],
)
def test_there_is_a_door_only_for_the_configured_provider(settings, provider, secret, doors):
    settings.ANYMAIL_PROVIDER, settings.ANYMAIL_WEBHOOK_SECRET = provider, secret
    assert len(provider_doors()) == doors


def test_the_time_of_a_report_is_when_it_came(report, sent):
    before = clock.now()
    report(bounce(sent.row))
    assert Returned.objects.get().at >= before
