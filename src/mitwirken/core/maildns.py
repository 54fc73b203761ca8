"""Whether other mail servers will believe our mails: what the DNS says of our domain and our relay. No database."""

import ipaddress
import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import dns.exception
import dns.resolver
import dns.reversename
from django.utils.translation import gettext as _

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# RFC 7208 4.6.4: a record that needs more look-ups counts as broken.
LOOKUPS = 10


class State(StrEnum):
    GOOD = "good"
    WEAK = "weak"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `advice` says what to do, and is empty where nothing is to be done."""

    name: str
    state: State
    found: str
    advice: str = ""


@dataclass(frozen=True)
class Question:
    """What is looked at. `address` is where our relay's mails come from, if it is not where we hand them over."""

    domain: str
    relay: str
    port: int
    selector: str = ""
    address: str = ""
    is_encrypted: bool = False


class Answers:
    """What a resolver says: texts and names instead of records, and nothing instead of an error."""

    def __init__(self, resolver: dns.resolver.Resolver) -> None:
        self._resolver = resolver

    def texts(self, name: str, start: str) -> list[str]:
        """The TXT records of a name that begin with this."""
        found = [b"".join(record.strings).decode("ascii", "replace") for record in self._ask(name, "TXT")]
        return [text for text in found if text.lower().startswith(start.lower())]

    def mail_servers(self, name: str) -> list[str]:
        return [str(record.exchange).rstrip(".") for record in sorted(self._ask(name, "MX"), key=_preference)]

    def addresses(self, name: str) -> list[Address]:
        try:
            return [ipaddress.ip_address(name)]
        except ValueError:
            return [ipaddress.ip_address(record.address) for kind in ("A", "AAAA") for record in self._ask(name, kind)]

    def names(self, address: Address) -> list[str]:
        return [
            str(record.target).rstrip(".") for record in self._ask(dns.reversename.from_address(str(address)), "PTR")
        ]

    def has(self, name: str, kind: str) -> bool:
        return bool(self._ask(name, kind))

    def _ask(self, name: object, kind: str) -> list:
        try:
            return list(self._resolver.resolve(name, kind, search=False))  # type: ignore[arg-type]
        except (dns.exception.DNSException, ValueError, UnicodeError):
            return []


def examine(question: Question, answers: Answers) -> list[Finding]:
    """Everything that decides whether our mails arrive, most important first."""
    senders = _senders(question, answers)
    return [
        _spf(question, answers, senders),
        _dkim(question, answers),
        _dmarc(question, answers),
        _reverse(answers, senders),
        _mail_servers(question, answers),
        _transport(question, answers),
        _starttls(question),
    ]


def _senders(question: Question, answers: Answers) -> list[Address]:
    """The public addresses our mails come from; empty if only a relay next door is known."""
    found = answers.addresses(question.address or question.relay)
    return [address for address in found if question.address or not (address.is_loopback or address.is_private)]


def _spf(question: Question, answers: Answers, senders: list[Address]) -> Finding:
    found = answers.texts(question.domain, "v=spf1")
    if not found:
        advice = _("Publish a TXT record for %(domain)s that names your relay, for example: v=spf1 mx -all")
        return Finding("SPF", State.BAD, "–", advice % {"domain": question.domain})
    if len(found) > 1:
        return Finding("SPF", State.BAD, " / ".join(found), _("Merge them: with two records none counts (RFC 7208)."))
    policy = re.search(r"(?:^|\s)([-~?+]?)all(?:\s|$)", found[0])
    if policy and policy[1] in ("", "+", "?"):
        return Finding("SPF", State.BAD, found[0], _("End the record with -all: as it is, everybody may send for you."))
    budget = [LOOKUPS]
    refused = [address for address in senders if not _passes(question.domain, address, answers, budget)]
    if budget[0] < 0:
        return Finding("SPF", State.BAD, found[0], _("It needs more than ten look-ups: drop some includes (RFC 7208)."))
    if refused:
        advice = _("Your relay %(address)s is not named: add it as ip4: or ip6:.") % {"address": refused[0]}
        return Finding("SPF", State.BAD, found[0], advice)
    if not senders:
        advice = _("Which address your mails come from is unknown: name it with --ip.")
        return Finding("SPF", State.WEAK, found[0], advice)
    return Finding("SPF", State.GOOD, found[0])


def _passes(domain: str, address: Address, answers: Answers, budget: list[int]) -> bool:
    """SPF's rule for one sender, without macros (RFC 7208 4.6)."""
    record = next(iter(answers.texts(domain, "v=spf1")), "")
    for term in record.split()[1:]:
        name, _sign, value = term.lstrip("+-~?").partition(":")
        name, _slash, prefix = name.partition("/")
        if name.startswith("redirect="):
            name, value = "include", name.partition("=")[2]
        if name in ("include", "a", "mx", "exists", "ptr"):
            budget[0] -= 1
            if budget[0] < 0:
                return False
        if _matches(name.lower(), value, prefix, domain, address, answers, budget):
            return not term.startswith(("-", "~", "?"))
    return False


def _matches(
    name: str, value: str, prefix: str, domain: str, address: Address, answers: Answers, budget: list[int]
) -> bool:
    if name == "all":
        return True
    if name in ("ip4", "ip6"):
        try:
            return address in ipaddress.ip_network(value, strict=False)
        except ValueError:
            return False
    if name == "include":
        return _passes(value, address, answers, budget)
    host, _slash, cut = value.partition("/")
    hosts = {"a": [host or domain], "mx": answers.mail_servers(host or domain) if name == "mx" else []}.get(name, [])
    cut = cut or prefix
    for found in (found for each in hosts for found in answers.addresses(each)):
        if address == found or (cut.isdigit() and address in ipaddress.ip_network(f"{found}/{cut}", strict=False)):
            return True
    return False


def _dkim(question: Question, answers: Answers) -> Finding:
    if not question.selector:
        advice = _("Set DKIM_SELECTOR to the selector your relay signs with, or name it with --selector.")
        return Finding("DKIM", State.WEAK, "–", advice)
    name = f"{question.selector}._domainkey.{question.domain}"
    found = [text for text in answers.texts(name, "") if "p=" in text]
    key = re.search(r"p=([A-Za-z0-9+/=\s]*)", found[0]) if found else None
    if key is None or not key[1].strip():
        return Finding(
            "DKIM", State.BAD, "–", _("Publish the public key of your relay as TXT for %(name)s.") % {"name": name}
        )
    # 216 signs are RSA with 1024 bits; Ed25519 needs 44.
    if "k=ed25519" not in found[0] and len(re.sub(r"\s", "", key[1])) < 300:
        return Finding("DKIM", State.WEAK, name, _("The key is short: make a new one with 2048 bits."))
    return Finding("DKIM", State.GOOD, name)


def _dmarc(question: Question, answers: Answers) -> Finding:
    labels = question.domain.split(".")
    # A subdomain without a record of its own has that of its organisation (RFC 7489 6.6.3).
    for start in range(max(len(labels) - 1, 1)):
        name = "_dmarc." + ".".join(labels[start:])
        found = answers.texts(name, "v=DMARC1")
        if found:
            rule = re.search(r"\bsp=(\w+)" if start and "sp=" in found[0] else r"\bp=(\w+)", found[0])
            if rule and rule[1].lower() in ("quarantine", "reject"):
                return Finding("DMARC", State.GOOD, f"{name}: {found[0]}")
            advice = _("Once all your mails pass, change p=none to p=quarantine.")
            return Finding("DMARC", State.WEAK, f"{name}: {found[0]}", advice)
    advice = _("Publish a TXT record for _dmarc.%(domain)s, at first: v=DMARC1; p=none; rua=mailto:…")
    return Finding("DMARC", State.BAD, "–", advice % {"domain": question.domain})


def _reverse(answers: Answers, senders: list[Address]) -> Finding:
    if not senders:
        advice = _("Which address your mails come from is unknown: name it with --ip.")
        return Finding("PTR", State.WEAK, "–", advice)
    for address in senders:
        names = answers.names(address)
        if not any(address in answers.addresses(name) for name in names):
            found = f"{address} = {', '.join(names) or '?'}"
            advice = _("Ask your provider for a PTR record of %(address)s whose name leads back to it.")
            return Finding("PTR", State.BAD, found, advice % {"address": address})
    return Finding("PTR", State.GOOD, ", ".join(f"{address} = {answers.names(address)[0]}" for address in senders))


def _mail_servers(question: Question, answers: Answers) -> Finding:
    found = answers.mail_servers(question.domain)
    if not found or found == [""]:
        advice = _("Publish an MX record for %(domain)s: without it no bounce and no answer reaches you.")
        return Finding("MX", State.BAD, "–", advice % {"domain": question.domain})
    lost = [name for name in found if not answers.addresses(name)]
    if lost:
        return Finding("MX", State.BAD, ", ".join(found), _("%(name)s has no address.") % {"name": lost[0]})
    return Finding("MX", State.GOOD, ", ".join(found))


def _transport(question: Question, answers: Answers) -> Finding:
    """Whether others are told to encrypt what they send to us (RFC 8461, RFC 7672)."""
    ways = ["MTA-STS"] if answers.texts(f"_mta-sts.{question.domain}", "v=STSv1") else []
    servers = answers.mail_servers(question.domain)
    if servers and all(answers.has(f"_25._tcp.{name}", "TLSA") for name in servers):
        ways.append("TLSA")
    if ways:
        return Finding("MTA-STS/TLSA", State.GOOD, ", ".join(ways))
    advice = _("Better: publish TLSA records for your MX (DANE) or an MTA-STS policy.")
    return Finding("MTA-STS/TLSA", State.WEAK, "–", advice)


def _starttls(question: Question, connect: Callable[..., smtplib.SMTP] = smtplib.SMTP) -> Finding:
    found = f"{question.relay}:{question.port}"
    if question.is_encrypted:
        return Finding("TLS", State.GOOD, found)
    try:
        with connect(question.relay, question.port, timeout=10) as client:
            client.ehlo()
            if not client.has_extn("starttls"):
                return _unencrypted(question, found)
            client.starttls(context=_any_certificate())
    except (OSError, smtplib.SMTPException) as error:
        advice = _("The relay does not answer: is EMAIL_URL right, is it running?")
        return Finding("STARTTLS", State.BAD, f"{found} ({type(error).__name__})", advice)
    return Finding("STARTTLS", State.GOOD, found)


def _unencrypted(question: Question, found: str) -> Finding:
    if question.relay in ("localhost", "127.0.0.1", "::1"):
        return Finding("STARTTLS", State.GOOD, f"{found} " + _("(on this machine)"))
    advice = _("The relay offers no encryption: names and addresses travel in the clear. Switch STARTTLS on.")
    return Finding("STARTTLS", State.BAD, found, advice)


def _any_certificate() -> ssl.SSLContext:
    """Only whether it encrypts is asked here; sending itself checks the certificate."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _preference(record: object) -> int:
    return int(getattr(record, "preference", 0))
