"""checkdns asks a real name server and a real relay, and says in German what to do."""

import socket

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from django.core.management import CommandError, call_command
from django.utils.translation import override

from mitwirken.core.maildns import Answers, Question, examine
from mitwirken.core.management.commands.checkdns import resolver

from .nameserver import NameServer

DOMAIN, IP = "mitwirken.stadt.example", "203.0.113.7"
KEY = "A" * 392
GOOD = {
    (DOMAIN, "TXT"): ['"v=spf1 include:_spf.stadt.example -all"', '"something else"'],
    ("_spf.stadt.example", "TXT"): ['"v=spf1 ip4:203.0.113.0/24 ~all"'],
    ("s1._domainkey." + DOMAIN, "TXT"): [f'"v=DKIM1; k=rsa; p={KEY[:200]}" "{KEY[200:]}"'],
    ("_dmarc." + DOMAIN, "TXT"): ['"v=DMARC1; p=reject; rua=mailto:dmarc@stadt.example"'],
    ("7.113.0.203.in-addr.arpa", "PTR"): ["relay.stadt.example."],
    ("relay.stadt.example", "A"): [IP],
    (DOMAIN, "MX"): ["20 mx2.stadt.example.", "10 mx.stadt.example."],
    ("mx.stadt.example", "A"): ["203.0.113.25"],
    ("mx2.stadt.example", "A"): ["203.0.113.26"],
    ("_mta-sts." + DOMAIN, "TXT"): ['"v=STSv1; id=1"'],
}


@pytest.fixture
def relay():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(Sink(), hostname="127.0.0.1", port=port)
    controller.start()
    yield port
    controller.stop()


@pytest.fixture
def look(relay):
    """What is found, by name, in a zone that differs from the good one."""

    def examined(change=(), *, selector="s1", address=IP, port=None):
        zone = {**GOOD, **dict(change)}
        with NameServer({key: records for key, records in zone.items() if records}) as server:
            question = Question(DOMAIN, "127.0.0.1", port or relay, selector=selector, address=address)
            return {finding.name: finding for finding in examine(question, Answers(resolver(server.address)))}

    return examined


def test_a_domain_in_order_needs_nothing(look):
    found = look()
    assert {finding.state for finding in found.values()} == {"good"}
    assert list(found) == ["SPF", "DKIM", "DMARC", "PTR", "MX", "MTA-STS/TLSA", "STARTTLS"]
    assert not any(finding.advice for finding in found.values())


SPF, TXT = (DOMAIN, "TXT"), "TXT"
WRONG = {
    "no SPF": ({SPF: ['"hello"']}, "SPF", "bad"),
    "two SPF": ({SPF: ['"v=spf1 mx -all"', '"v=spf1 -all"']}, "SPF", "bad"),
    "everybody may": ({SPF: ['"v=spf1 +all"']}, "SPF", "bad"),
    "nobody knows": ({SPF: ['"v=spf1 ?all"']}, "SPF", "bad"),
    "relay not named": ({SPF: ['"v=spf1 ip4:192.0.2.1 -all"']}, "SPF", "bad"),
    "relay excluded": ({SPF: ['"v=spf1 -ip4:203.0.113.7 ip4:203.0.113.0/24 -all"']}, "SPF", "bad"),
    "endless": ({SPF: [f'"v=spf1 include:{DOMAIN} -all"']}, "SPF", "bad"),
    "by MX": ({SPF: ['"v=spf1 mx/24 -all"']}, "SPF", "good"),
    "by A": ({SPF: ['"v=spf1 a:relay.stadt.example -all"']}, "SPF", "good"),
    "redirect": ({SPF: ['"v=spf1 redirect=_spf.stadt.example"']}, "SPF", "good"),
    "nonsense": ({SPF: ['"v=spf1 ip4:quatsch ip6:/ a: mx: -all"']}, "SPF", "bad"),
    "no key": ({("s1._domainkey." + DOMAIN, TXT): []}, "DKIM", "bad"),
    "key withdrawn": ({("s1._domainkey." + DOMAIN, TXT): ['"v=DKIM1; p="']}, "DKIM", "bad"),
    "short key": ({("s1._domainkey." + DOMAIN, TXT): [f'"p={"A" * 216}"']}, "DKIM", "weak"),
    "Ed25519": ({("s1._domainkey." + DOMAIN, TXT): [f'"k=ed25519; p={"A" * 44}"']}, "DKIM", "good"),
    "no DMARC": ({("_dmarc." + DOMAIN, TXT): []}, "DMARC", "bad"),
    "DMARC only watches": ({("_dmarc." + DOMAIN, TXT): ['"v=DMARC1; p=none"']}, "DMARC", "weak"),
    "DMARC of the city": (
        {("_dmarc." + DOMAIN, TXT): [], ("_dmarc.stadt.example", TXT): ['"v=DMARC1; p=none; sp=reject"']},
        "DMARC",
        "good",
    ),
    "no PTR": ({("7.113.0.203.in-addr.arpa", "PTR"): []}, "PTR", "bad"),
    "PTR leads elsewhere": ({("relay.stadt.example", "A"): ["192.0.2.1"]}, "PTR", "bad"),
    "no MX": ({(DOMAIN, "MX"): []}, "MX", "bad"),
    "null MX": ({(DOMAIN, "MX"): ["0 ."]}, "MX", "bad"),
    "MX without address": ({("mx.stadt.example", "A"): []}, "MX", "bad"),
    "nobody told to encrypt": ({("_mta-sts." + DOMAIN, TXT): []}, "MTA-STS/TLSA", "weak"),
    "TLSA": (
        {
            ("_mta-sts." + DOMAIN, TXT): [],
            ("_25._tcp.mx.stadt.example", "TLSA"): ["3 1 1 " + "ab" * 32],
            ("_25._tcp.mx2.stadt.example", "TLSA"): ["3 1 1 " + "ab" * 32],
        },
        "MTA-STS/TLSA",
        "good",
    ),
}


@pytest.mark.parametrize(("change", "name", "state"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_named_with_what_to_do(look, change, name, state):
    found = look(change)
    assert found[name].state == state
    assert bool(found[name].advice) == (state != "good")
    others = {other for other in found if found[other].state == "bad"} - {name}
    assert not others or name in ("MX",)


def test_an_unknown_sender_and_an_unknown_selector_are_asked_for(look):
    found = look(selector="", address="")
    assert [found[name].state for name in ("SPF", "DKIM", "PTR")] == ["weak"] * 3
    assert "--ip" in found["PTR"].advice


def test_a_relay_that_does_not_answer_is_named(look):
    assert look(port=1)["STARTTLS"].state == "bad"


def test_a_name_server_that_is_away_is_no_crash(relay):
    asked = resolver("127.0.0.1:1")
    asked.lifetime = 0.2
    found = examine(Question(DOMAIN, "127.0.0.1", relay, address=IP), Answers(asked))
    assert [finding.state for finding in found if finding.name in ("SPF", "DMARC", "MX", "PTR")] == ["bad"] * 4


def test_the_command_prints_a_table_in_german_and_fails_if_something_is_wrong(relay, settings, capsys):
    settings.MAIL_DOMAIN, settings.EMAIL_HOST, settings.EMAIL_PORT = DOMAIN, "127.0.0.1", relay
    settings.EMAIL_USE_SSL = False
    zone = {**GOOD, ("_dmarc." + DOMAIN, TXT): ['"nichts"']}
    with override("de"), NameServer(zone) as server, pytest.raises(CommandError, match="DMARC"):
        call_command("checkdns", "--selector", "s1", "--ip", IP, "--nameserver", server.address)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("SPF           in Ordnung")
    assert any("→ Legen Sie" in line for line in lines)


def test_the_command_succeeds_if_all_is_well(relay, settings, capsys):
    settings.MAIL_DOMAIN, settings.EMAIL_HOST, settings.EMAIL_PORT = DOMAIN, "127.0.0.1", relay
    settings.EMAIL_USE_SSL = False
    with NameServer(GOOD) as server:
        call_command("checkdns", "--selector", "s1", "--ip", IP, "--nameserver", server.address)
    assert "→" not in capsys.readouterr().out
