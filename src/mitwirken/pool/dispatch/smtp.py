"""The relay: connected to by the standard library's client, then spoken to without waiting for each word.

`smtplib` does what is delicate (TLS, authentication, what the server offers). What it cannot do is say the next
thing before the last one is answered (RFC 2920), or let many connections wait at the same time; that is here.
"""

import contextlib
import re
import smtplib
import socket
import ssl
import time
from collections.abc import Generator
from typing import NamedTuple

from django.conf import settings

# Relays close idle connections; a new one costs less than a mail in doubt.
IDLE = 30
# An answer is a line or a few; whoever sends more is not a mail server.
MOST_BYTES = 100_000

_ENHANCED = re.compile(rb"([245]\.\d{1,3}\.\d{1,3})\b")
_QUEUED = re.compile(rb"queued as ([\w.-]{1,80})")


class Reply(NamedTuple):
    """What the relay said about one mail."""

    code: int
    text: str = ""
    enhanced: str = ""
    reference: str = ""

    @property
    def is_accepted(self) -> bool:
        return 200 <= self.code < 300

    @property
    def is_permanent(self) -> bool:
        return self.code >= 500

    @classmethod
    def parse(cls, code: int, text: bytes) -> "Reply":
        enhanced, reference = _ENHANCED.match(text), _QUEUED.search(text)
        return cls(
            code,
            text.decode("ascii", "replace"),
            enhanced[1].decode() if enhanced else "",
            reference[1].decode() if reference else "",
        )


class Broken(Exception):
    """The connection is gone."""


Answers = list[tuple[int, bytes]]
# What is said, and how many answers it gets; the answers come back as (code, text).
Conversation = Generator[tuple[bytes, int], Answers, None]


class Connection:
    """One open connection that never blocks: words go out, answers come in, as far as the network allows."""

    def __init__(self, client: smtplib.SMTP) -> None:
        if client.sock is None:
            raise Broken("not connected")
        self.socket = client.sock
        self.socket.setblocking(False)
        self.pipelines = client.has_extn("pipelining")
        self.is_fresh = True
        self.used_at = time.monotonic()
        self.unsent = b""
        self._received = b""
        self._text: list[bytes] = []
        self._answers: list[tuple[int, bytes]] = []

    def say(self, words: bytes) -> None:
        self.unsent += words

    def write(self) -> None:
        """Send what the network takes now; the rest stays in `unsent`."""
        try:
            sent = self.socket.send(self.unsent)
        except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
            return
        except OSError as error:
            raise Broken(type(error).__name__) from error
        self.unsent = self.unsent[sent:]

    def read(self) -> None:
        """Take in what has arrived."""
        try:
            while True:
                found = self.socket.recv(65536)
                if not found:
                    raise Broken("closed")
                self._received += found
                if not (isinstance(self.socket, ssl.SSLSocket) and self.socket.pending()):
                    break
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass
        except OSError as error:
            raise Broken(type(error).__name__) from error
        *lines, self._received = self._received.split(b"\r\n")
        if len(self._received) + sum(map(len, self._text)) > MOST_BYTES:
            raise Broken("too long an answer")
        for line in lines:
            if not line[:3].isdigit():
                raise Broken("not an answer")
            self._text.append(line[4:])
            if line[3:4] != b"-":
                self._answers.append((int(line[:3]), b"\n".join(self._text) if len(self._text) > 1 else self._text[0]))
                self._text.clear()

    def answers(self, number: int) -> list[tuple[int, bytes]] | None:
        """So many answers, once all of them are there."""
        if len(self._answers) < number:
            return None
        taken, self._answers = self._answers[:number], self._answers[number:]
        return taken

    def close(self, *, politely: bool) -> None:
        """Hang up; with a goodbye only between mails, where it cannot become part of one."""
        with contextlib.suppress(OSError):
            if politely:
                self.socket.send(b"QUIT\r\n")
        with contextlib.suppress(OSError):
            self.socket.close()


def connect() -> Connection:
    """A new connection to the configured mail server (`EMAIL_URL`). Raises OSError or SMTPException."""
    context = ssl.create_default_context()
    if settings.EMAIL_USE_SSL:
        client: smtplib.SMTP = smtplib.SMTP_SSL(
            settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=settings.EMAIL_TIMEOUT, context=context
        )
    else:
        client = smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=settings.EMAIL_TIMEOUT)
    try:
        client.ehlo_or_helo_if_needed()
        if settings.EMAIL_USE_TLS:
            client.starttls(context=context)
            client.ehlo()
        if settings.EMAIL_HOST_USER:
            client.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        if client.sock:
            # Nagle would hold the end of a mail back until the relay acknowledges its beginning.
            client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return Connection(client)
    except BaseException:
        client.close()
        raise
