"""Mail that comes in, over a real LMTP socket and out of a real (small) IMAP mailbox, kind and hostile."""

import smtplib
import socket
import time

import pytest
from django.core.management import call_command
from django.db import OperationalError

from mitwirken.core import clock, inbound
from mitwirken.core.inbound import imap, lmtp, receiving, source
from mitwirken.core.models import InboundMail

from .mailbox import ImapMailbox

MAIL = b"From: Erika <erika@beispiel.example>\r\nMessage-ID: <1@beispiel.example>\r\n\r\nHallo\r\n"


@pytest.fixture
def taken(monkeypatch):
    """What the handler of test-…@ got; the desk gets the rest."""
    mails = []
    monkeypatch.setattr(receiving, "_handlers", {"test": lambda mail, at: mails.append(mail) or "taken"})
    monkeypatch.setattr(receiving, "_desks", [lambda mail, passed, at: mails.append(mail) or "desk"])
    return mails


def receive(raw=MAIL, *, sender="erika@beispiel.example", to="test-1@mitwirken.example"):
    return inbound.receive(raw, sender=sender, recipient=to, at=clock.now())


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def door(transactional_db, taken):
    port = free_port()
    controller = lmtp.start(f"lmtp://127.0.0.1:{port}")
    yield port
    controller.stop()
    controller.handler.threads.shutdown()


def bring(port, raw=MAIL, to=("test-1@mitwirken.example",), sender="erika@beispiel.example"):
    with smtplib.LMTP("127.0.0.1", port) as client:
        return client.sendmail(sender, list(to), raw)


@pytest.mark.django_db
def test_mail_to_a_registered_address_finds_its_handler(taken):
    assert (receive(), taken[0].local) == ("taken", "test-1")


@pytest.mark.django_db
@pytest.mark.parametrize("to", ["anderes@mitwirken.example", "testament@mitwirken.example", "", "@", "-@x"])
def test_all_other_mail_goes_to_the_desk(taken, to):
    assert receive(to=to) == "desk"


@pytest.mark.django_db
def test_what_a_handler_does_not_know_goes_to_the_desk_with_what_it_does_know(taken, monkeypatch):
    seen = []
    monkeypatch.setattr(receiving, "_handlers", {"test": lambda mail, at: inbound.PassOn(owner=7)})
    monkeypatch.setattr(receiving, "_desks", [lambda mail, passed, at: seen.append(passed.owner) or "desk"])
    receive()
    assert seen == [7]


@pytest.mark.django_db
def test_the_same_mail_again_changes_nothing(taken):
    assert [receive(), receive(), receive(to="TEST-1@mitwirken.example")] == ["taken", "again", "again"]
    assert len(taken) == 1


@pytest.mark.django_db
def test_the_same_mail_to_two_addresses_is_two_mails(taken):
    assert [receive(), receive(to="test-2@mitwirken.example")] == ["taken", "taken"]


@pytest.mark.django_db
def test_mail_that_breaks_our_code_is_kept_and_tried_again(taken, monkeypatch, caplog):
    monkeypatch.setattr(receiving, "_handlers", {"test": lambda mail, at: {}["erika@beispiel.example"]})
    assert receive() == "failed"
    assert bytes(InboundMail.objects.get().raw) == MAIL
    assert "erika" not in caplog.text
    monkeypatch.setattr(receiving, "_handlers", {"test": lambda mail, at: "taken"})
    assert inbound.try_again(at=clock.now()) == 1
    row = InboundMail.objects.get()
    assert (row.outcome, row.raw, row.envelope) == ("taken", None, [])


@pytest.mark.django_db
@pytest.mark.parametrize("error", [OperationalError, inbound.NotNow])
def test_mail_is_refused_for_now_while_nobody_can_deal_with_it(taken, monkeypatch, error):
    def away(mail, at):
        raise error

    monkeypatch.setattr(receiving, "_handlers", {"test": away})
    with pytest.raises(error):
        receive()
    assert not InboundMail.objects.exists()


@pytest.mark.django_db
def test_what_came_in_a_month_ago_is_forgotten(taken):
    receive()
    assert inbound.forget(at=clock.now() + receiving.KEPT * 1.1) == 1


NESTED = b"".join(
    b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (depth, depth) for depth in range(5_000)
)
HOSTILE = {
    "nothing": b"",
    "zeros": b"\x00" * 5_000,
    "no head": b"\r\n\r\nHallo",
    "deep": b"Message-ID: <d@x>\r\n" + NESTED,
    "many headers": b"X: y\r\n" * 100_000 + b"\r\nHallo",
    "long header": b"From: " + b"(" * 500_000 + b"\r\n\r\nHallo",
    "many addresses": b"To: " + b"<a@b>," * 50_000 + b"\r\n\r\n",
    "broken words": b"Subject: =?utf-8?b?////?= =?klingon?q?=FF?=\r\n\r\n",
    "raw bytes": b"Subject: \xff\xfe\xfd\r\nFrom: \xc3\x28 <\xa0@\xa1>\r\n\r\n\xff",
    "no boundary": b"Content-Type: multipart/mixed\r\n\r\n--\r\n",
    "same boundary": b'Content-Type: multipart/mixed; boundary="a"\r\n\r\n' + b"--a\r\n" * 20_000,
    "unknown encoding": b"Content-Type: text/plain; charset=x\r\nContent-Transfer-Encoding: y\r\n\r\nHallo",
    "rfc822 in rfc822": b"Content-Type: message/rfc822\r\n\r\n" * 3_000,
}


@pytest.mark.django_db
@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_hostile_mail_is_read_as_far_as_it_goes(taken, raw):
    begun = time.process_time()
    assert receive(raw, sender="") == "taken"
    mail = taken[0]
    assert mail.is_automatic
    mail.addresses("From", "To")
    mail.header("Subject")
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    ("head", "automatic"),
    [
        ("Auto-Submitted: auto-replied", True),
        ("Auto-Submitted: no", False),
        ("X-Autoreply: yes", True),
        ("Precedence: bulk", True),
        ("List-Id: <x.example>", True),
        ("Return-Path: <>", True),
        ("Subject: Auto-Submitted: auto-replied", False),
    ],
)
def test_machines_are_told_from_people(head, automatic):
    assert inbound.Mail(f"{head}\r\n\r\nHallo".encode(), "a@b.example", "").is_automatic is automatic


def test_a_mail_over_the_socket_is_accepted_once_it_is_dealt_with(door, taken):
    assert bring(door) == {}
    assert [mail.raw for mail in taken] == [MAIL]
    assert taken[0].sender == "erika@beispiel.example"
    assert InboundMail.objects.get().outcome == "taken"


def test_the_null_sender_arrives_as_such(door, taken):
    bring(door, sender="")
    assert taken[0].sender == ""


def test_of_two_recipients_the_second_comes_in_a_second_turn(door, taken):
    refused = bring(door, to=("test-1@mitwirken.example", "test-2@mitwirken.example"))
    assert refused["test-2@mitwirken.example"][0] == 452
    assert len(taken) == 1


def test_a_foreign_domain_is_refused(door, taken):
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        bring(door, to=("test-1@anderswo.example",))
    assert not taken


def test_twenty_megabytes_are_refused_and_the_door_stays_open(door, taken):
    with pytest.raises((smtplib.SMTPException, OSError)):
        bring(door, raw=MAIL + b"x" * 76 + (b"\r\n" + b"x" * 76) * 260_000)
    bring(door)
    assert len(taken) == 1


def test_lines_longer_than_the_rfc_allows_are_taken(door, taken):
    bring(door, raw=MAIL + b"x" * 5_000 + b"\r\n")
    assert len(taken) == 1


def test_while_the_database_is_away_the_mail_server_keeps_the_mail(door, taken, monkeypatch):
    def away(mail, at):
        raise OperationalError

    monkeypatch.setattr(receiving, "_handlers", {"test": away})
    with pytest.raises(smtplib.SMTPDataError) as refused:
        bring(door)
    assert refused.value.smtp_code == 451


def test_one_process_holds_the_door_and_others_stand_by(door, settings):
    settings.INBOUND_URL = f"lmtp://127.0.0.1:{door}"
    source.keep_open()
    assert source._door is None


def test_the_door_opens_when_it_is_configured(transactional_db, taken, settings):
    settings.INBOUND_URL = f"lmtp://127.0.0.1:{free_port()}"
    source.keep_open()
    try:
        bring(int(settings.INBOUND_URL.rpartition(":")[2]))
    finally:
        source.close()
    assert len(taken) == 1


@pytest.fixture
def mailbox(db, taken):
    with ImapMailbox() as box:
        yield box


def letter(number, to="test-1@mitwirken.example", head=""):
    return f"Message-ID: <{number}@x.example>\r\nDelivered-To: {to}\r\n{head}\r\nHallo\r\n".encode()


def test_a_mailbox_is_emptied(mailbox, taken):
    mailbox.mails = {1: letter(1), 2: letter(2, to="amt@mitwirken.example"), 3: letter(3, head="Return-Path: <>\r\n")}
    assert imap.poll(mailbox.url, at=clock.now()) == {"taken": 2, "desk": 1}
    assert mailbox.mails == {}
    assert [mail.sender for mail in taken] == ["unknown", "unknown", ""]


def test_one_bad_mail_never_stops_the_others(mailbox, taken):
    mailbox.mails = {1: letter(1), 2: letter(2), 3: letter(3)}
    mailbox.unreadable = {2}
    assert imap.poll(mailbox.url, at=clock.now()) == {"taken": 2, "flagged": 1}
    assert mailbox.flags == {2: {"\\Flagged"}}
    assert imap.poll(mailbox.url, at=clock.now()) == {}


def test_a_mail_too_large_stays_for_a_person_to_look_at(mailbox, taken):
    mailbox.mails = {1: letter(1) + b"x" * (inbound.SIZE_LIMIT + 1)}
    assert imap.poll(mailbox.url, at=clock.now()) == {"flagged": 1}
    assert not taken


def test_what_is_dealt_with_goes_to_the_archive_if_one_is_named(mailbox):
    mailbox.mails = {1: letter(1)}
    imap.poll(mailbox.url + "?archive=Erledigt", at=clock.now())
    assert (mailbox.mails, mailbox.copies) == ({}, [(1, "Erledigt")])


def test_a_round_that_broke_off_is_repeated_without_harm(mailbox, taken):
    mailbox.mails = {1: letter(1)}
    receive(letter(1))
    assert imap.poll(mailbox.url, at=clock.now()) == {"again": 1}
    assert (len(taken), mailbox.mails) == (1, {})


def test_mail_that_comes_too_early_stays(mailbox, monkeypatch):
    def early(mail, at):
        raise inbound.NotNow

    monkeypatch.setattr(receiving, "_handlers", {"test": early})
    mailbox.mails = {1: letter(1)}
    assert imap.poll(mailbox.url, at=clock.now()) == {"later": 1}
    assert list(mailbox.mails) == [1]


def test_the_command_empties_the_mailbox_once(mailbox, settings, capsys):
    settings.INBOUND_URL = mailbox.url
    mailbox.mails = {1: letter(1)}
    call_command("receive_mail", "--once")
    assert capsys.readouterr().out.strip() == "1 taken"


def test_a_mailbox_that_says_no_is_only_logged(mailbox, settings, caplog):
    settings.INBOUND_URL = mailbox.url.replace("geheim", "falsch")
    source._empty()
    assert "could not be read" in caplog.text
    assert "falsch" not in caplog.text


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("imaps://a%40b.example:p%3A%2F@h.example/Ablage", ("h.example", 993, "a@b.example", "p:/", "Ablage", True)),
        ("imap://u:p@127.0.0.1:1143/", ("127.0.0.1", 1143, "u", "p", "INBOX", False)),
    ],
)
def test_the_address_of_a_mailbox_says_all(url, seen):
    box = imap.Mailbox.parse(url)
    assert (box.host, box.port, box.user, box.password, box.folder, box.is_encrypted) == seen
