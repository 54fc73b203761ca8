"""What mail servers report is read for what it says about the address, and never blamed on the wrong one."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes

import pytest

from mitwirken.pool.returns.reports import judge, read_bounce, read_complaint
from mitwirken.pool.returns.score import REST, weigh

from .bounces import BOUNCES, COMPLAINT, as_sent

NOW = datetime(2027, 3, 14, 12, tzinfo=UTC)


@pytest.mark.parametrize(("sample", "kind"), BOUNCES.values(), ids=BOUNCES)
def test_a_report_says_what_became_of_the_mail(sample, kind):
    assert read_bounce(message_from_bytes(as_sent(sample, to="b-1@mitwirken.example"))).kind == kind


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("4.2.2", "soft"), ("5.2.2", "soft"), ("5.1.1", "hard"), ("5.1.10", "hard"), ("5.7.1", "policy"),
        ("5.7.509", "policy"), ("5.3.0", "soft"), ("5.4.4", "hard"), ("5.6.0", "policy"), ("", "soft"),
        ("5.9.99", "soft"), ("2.0.0", "soft"), ("quatsch", "soft"), ("5.1.1.1", "soft"), ("9.9.9", "soft"),
    ],
)  # fmt: skip
def test_an_address_is_blamed_only_for_what_is_its_own_fault(code, kind):
    assert judge(code).kind == kind


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"Subject: Danke\r\n\r\nDas war eine gute Idee. Am 5.1. komme ich.",
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n--x--\r\n",
        b"Content-Type: message/delivery-status\r\n\r\n\r\n\r\n\r\n",
        b"Content-Type: multipart/report; report-type=disposition-notification; boundary=x\r\n\r\n"
        b"--x\r\nContent-Type: message/disposition-notification\r\n\r\nDisposition: manual; displayed\r\n--x--\r\n",
        b"Content-Type: text/plain; charset=klingon\r\n\r\n\xff\xfe",
    ],
)
def test_what_is_no_report_is_none(raw):
    assert read_bounce(message_from_bytes(raw)) is None


def test_of_several_results_the_worst_counts():
    sample = BOUNCES["Postfix, delayed"][0].replace(
        "--grenze\nContent-Type: text/rfc822-headers",
        "Action: failed\nStatus: 5.1.1\n\n--grenze\nContent-Type: text/rfc822-headers",
    )
    assert read_bounce(message_from_bytes(as_sent(sample, to="x"))).kind == "hard"


def test_a_result_that_is_no_failure_is_no_bounce():
    sample = BOUNCES["Postfix, delayed"][0].replace("delayed", "delivered").replace("4.4.1", "2.0.0")
    sample = sample.replace("Connection refused", "ok").replace("Undelivered", "Delivered")
    sample = sample.replace("konnte nicht zugestellt werden", "wurde zugestellt")
    assert read_bounce(message_from_bytes(as_sent(sample, to="x"))) is None


def test_a_complaint_names_the_mail_it_is_about():
    raw = as_sent(COMPLAINT, to="fbl@x", mail_from="b-1-aaaaaaaaaaaaaaaa@x", unsubscribe="https://x/abmelden/t/")
    clues = read_complaint(message_from_bytes(raw))
    assert clues[0] == "<b-1-aaaaaaaaaaaaaaaa@x>"
    assert any("abmelden" in clue for clue in clues)


def test_a_praise_in_the_same_form_is_no_complaint():
    raw = as_sent(COMPLAINT, to="x", mail_from="y", unsubscribe="z").replace(b"abuse", b"not-spam")
    assert read_complaint(message_from_bytes(raw)) == []


def days(*entries):
    return [(NOW - timedelta(days=days), kind) for days, kind in entries]


@pytest.mark.parametrize(
    ("events", "before", "rest"),
    [
        (days((0, "hard")), False, None),
        (days((29, "hard"), (0, "hard")), False, REST["hard"]),
        (days((31, "hard"), (0, "hard")), False, None),
        (days((0, "hard")), True, REST["hard"]),
        (days(*[(day, "soft") for day in range(4)]), False, None),
        (days(*[(day, "soft") for day in range(5)]), False, REST["soft"]),
        (days(*[(day * 10, "soft") for day in range(5)]), False, None),
        (days(*[(day, "policy") for day in range(20)]), False, None),
        (days(*[(day, "delayed") for day in range(20)]), True, None),
        (days((1, "hard"), *[(0, "soft")] * 4), False, None),
        ([], True, None),
    ],
)
def test_an_address_rests_after_two_hard_or_five_soft_bounces_in_a_month(events, before, rest):
    assert weigh(events, at=NOW, was_silenced=before).until == (NOW + rest if rest else None)
