"""The door a mail server of ours brings mail to (LMTP, RFC 2033)."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import connection

from mitwirken.core import clock

from .mail import SIZE_LIMIT
from .receiving import NotNow, receive

log = logging.getLogger(__name__)

PORT = 24  # RFC 2033 leaves it open; this is what mail servers call lmtp
TOLD_AT_ONCE = 4  # mails dealt with side by side; the mail server waits with the others


class _Lines(LMTP):
    """Bounces of some servers carry lines longer than RFC 5321 allows."""

    line_length_limit = 65_536


class _Porter:
    """Takes one mail for one recipient at a time and says yes once it is stored or dealt with."""

    def __init__(self) -> None:
        self.threads = ThreadPoolExecutor(TOLD_AT_ONCE, "lmtp")

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.rpartition("@")[2].lower() != settings.MAIL_DOMAIN.lower():
            return "550 5.1.2 not a domain of this system"
        if envelope.rcpt_tos:
            # LMTP answers once per recipient after the dot; one at a time keeps that simple for both sides.
            return "452 4.5.3 one recipient at a time"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        raw = envelope.original_content or b""
        sender, recipient = (envelope.mail_from or "").strip("<>"), envelope.rcpt_tos[0]
        try:
            outcome = await asyncio.get_running_loop().run_in_executor(self.threads, _receive, raw, sender, recipient)
        except NotNow:
            return "451 4.3.0 too early, try again later"
        except Exception as error:  # the database is away, or worse: the mail server keeps the mail
            log.error("inbound mail refused for now: %s", type(error).__name__)
            return "451 4.3.0 try again later"
        return f"250 2.0.0 {outcome}"


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Lines(self.handler, data_size_limit=SIZE_LIMIT, enable_SMTPUTF8=True, ident="mitwirken", timeout=120)


def start(url: str) -> Any:
    """Listen where `url` (``lmtp://127.0.0.1:8024``) says, in threads of this process; `.stop()` ends it.

    Raises OSError if somebody else listens there.
    """
    place = urlsplit(url)
    controller = _Controller(_Porter(), hostname=place.hostname or "127.0.0.1", port=place.port or PORT)
    try:
        controller.start()
    except OSError:
        controller.loop.close()
        raise
    return controller


def _receive(raw: bytes, sender: str, recipient: str) -> str:
    try:
        return receive(raw, sender=sender, recipient=recipient, at=clock.now())
    finally:
        connection.close()  # mails come seldom; a kept one would outlive a restart of the database
