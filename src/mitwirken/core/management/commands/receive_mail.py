"""Mail comes in: as a service of its own, once out of a mailbox, or one mail on standard input."""

import signal
import sys
import time
from email.utils import parseaddr

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections

from mitwirken.core import clock, inbound
from mitwirken.core.inbound import imap, source


class Command(BaseCommand):
    help = (
        "Take in mail from INBOUND_URL until stopped (workers do it, too); --once empties the mailbox once; --stdin "
        "takes one mail, for Postfix: |manage.py receive_mail --stdin --to ${original_recipient} --from ${sender}"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true")
        parser.add_argument("--stdin", action="store_true")
        parser.add_argument("--to", default="", help="envelope recipient of the mail on standard input")
        parser.add_argument("--from", dest="sender", default=None, help="its envelope sender; empty for a report")

    def handle(self, *args: str, once: bool, stdin: bool, to: str, sender: str | None, **options: object) -> None:
        if stdin or to:
            return self.one(to, sender)
        if not settings.INBOUND_URL:
            raise CommandError(
                "INBOUND_URL is empty. Set it to lmtp://127.0.0.1:8024 or imaps://user:password@host/INBOX."
            )
        if once:
            fates = imap.poll(settings.INBOUND_URL, at=clock.now())
            return self.stdout.write(", ".join(f"{number} {fate}" for fate, number in fates.items()) or "nothing")
        stopping: list[bool] = []
        signal.signal(signal.SIGTERM, lambda *_: stopping.append(True))
        try:
            while not stopping:
                source.keep_open()
                source.empty(every=60)
                close_old_connections()
                time.sleep(0.5)
        finally:
            source.close()

    def one(self, to: str, sender: str | None) -> None:
        # One byte more than the limit is enough to know that it is too long.
        raw = sys.stdin.buffer.read(inbound.SIZE_LIMIT + 1)
        if len(raw) > inbound.SIZE_LIMIT:
            # Success all the same: a mail server that sees a failure would send a bounce to a stranger.
            return self.stdout.write("too large")
        if not to:
            found = inbound.Mail(raw, "", "").addresses("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
            to = next((address for address in found if inbound.is_addressed(address)), found[0] if found else "")
        sender = "unknown" if sender is None else parseaddr(sender)[1]
        self.stdout.write(inbound.receive(raw, sender=sender, recipient=to, at=clock.now()))
