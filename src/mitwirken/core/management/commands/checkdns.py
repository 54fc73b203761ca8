"""Will other mail servers believe our mails? Ask the DNS, and say what to do."""

import dns.resolver
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from mitwirken.core.maildns import Answers, Finding, Question, State, examine


class Command(BaseCommand):
    help = (
        "Check SPF, DKIM, DMARC, PTR, MX, MTA-STS/TLSA of MAIL_DOMAIN and STARTTLS of the relay; fails if one is bad."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--selector", default=settings.DKIM_SELECTOR, help="of the relay's DKIM key")
        parser.add_argument("--ip", default="", help="where mails leave your network, if the relay passes them on")
        parser.add_argument("--nameserver", default="", help="address:port to ask instead of the system's")

    def handle(self, *args: str, selector: str, ip: str, nameserver: str, **options: object) -> None:
        question = Question(
            domain=settings.MAIL_DOMAIN,
            relay=settings.EMAIL_HOST,
            port=settings.EMAIL_PORT,
            selector=selector,
            address=ip,
            is_encrypted=settings.EMAIL_USE_SSL,
        )
        findings = examine(question, Answers(resolver(nameserver)))
        self.stdout.write(table(findings))
        bad = [finding.name for finding in findings if finding.state == State.BAD]
        if bad:
            raise CommandError(_("Not in order: %(names)s") % {"names": ", ".join(bad)})


def resolver(nameserver: str) -> dns.resolver.Resolver:
    """The system's resolver, or this one (``192.0.2.1`` or ``127.0.0.1:5353``)."""
    if not nameserver:
        made = dns.resolver.Resolver()
    else:
        host, _colon, port = nameserver.partition(":")
        made = dns.resolver.Resolver(configure=False)
        made.nameservers, made.port = [host], int(port or 53)
    made.lifetime = 5.0
    return made


def table(findings: list[Finding]) -> str:
    """One line for each finding, and below it what to do."""
    words = {State.GOOD: _("good"), State.WEAK: _("could be better"), State.BAD: _("wrong")}
    wide = max(len(finding.name) for finding in findings), max(map(len, words.values()))
    lines = []
    for finding in findings:
        lines.append(f"{finding.name:<{wide[0]}}  {words[finding.state]:<{wide[1]}}  {finding.found}")
        if finding.advice:
            lines.append(" " * (wide[0] + wide[1] + 4) + "→ " + finding.advice)
    return "\n".join(lines)
