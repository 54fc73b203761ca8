"""A mailbox that is emptied now and then: for whoever has no mail server of their own (IMAP, RFC 9051)."""

import contextlib
import imaplib
import logging
import re
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from ipaddress import ip_address
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.db import InterfaceError, OperationalError

from .mail import SIZE_LIMIT, Mail
from .receiving import NotNow, is_addressed, receive

log = logging.getLogger(__name__)

AT_ONCE = 200
SECONDS = 30
# Most certain first: the mail server writes the former, the sender the latter.
RECIPIENTS = (("Delivered-To", "X-Original-To", "Envelope-To"), ("To", "Cc"))


@dataclass(frozen=True)
class Mailbox:
    """Where to look, read from ``imaps://user:password@host/INBOX?archive=Erledigt``."""

    host: str
    port: int
    user: str
    password: str
    folder: str
    archive: str
    is_encrypted: bool

    @classmethod
    def parse(cls, url: str) -> "Mailbox":
        place = urlsplit(url)
        is_encrypted = place.scheme == "imaps"
        return cls(
            host=place.hostname or "localhost",
            port=place.port or (993 if is_encrypted else 143),
            user=unquote(place.username or ""),
            password=unquote(place.password or ""),
            folder=unquote(place.path.strip("/")) or "INBOX",
            archive=parse_qs(place.query).get("archive", [""])[0],
            is_encrypted=is_encrypted,
        )


def poll(url: str, *, at: datetime) -> dict[str, int]:
    """Deal with what lies in the mailbox; how many mails met which fate.

    What is dealt with is deleted, or moved to the archive folder if one is named. What cannot be read is flagged, so
    that a person looks at it, and left alone from then on: one bad mail never stops the others.
    """
    mailbox = Mailbox.parse(url)
    fates: dict[str, int] = {}
    client = _connect(mailbox)
    try:
        _must(client.select(_quoted(mailbox.folder)))
        found = _must(client.uid("SEARCH", "UNDELETED", "UNFLAGGED"))[0] or b""
        for uid in found.decode().split()[:AT_ONCE]:
            try:
                fate = _one(client, uid, mailbox, at)
            except NotNow:
                fate = "later"
            except (OperationalError, InterfaceError, OSError, imaplib.IMAP4.abort):
                raise  # the database or the mailbox is away: the rest waits for the next round
            except Exception as error:
                log.error("inbound mail %s in the mailbox: %s", uid, type(error).__name__)
                fate = "flagged"
                with contextlib.suppress(imaplib.IMAP4.error):
                    client.uid("STORE", uid, "+FLAGS", r"(\Flagged)")
            fates[fate] = fates.get(fate, 0) + 1
        client.expunge()
    finally:
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            client.logout()
    return fates


def _one(client: imaplib.IMAP4, uid: str, mailbox: Mailbox, at: datetime) -> str:
    size = re.search(rb"RFC822\.SIZE (\d+)", _must(client.uid("FETCH", uid, "(RFC822.SIZE)"))[0] or b"")
    if size and int(size[1]) > SIZE_LIMIT:
        raise ValueError("too large")
    answer = _must(client.uid("FETCH", uid, "(BODY.PEEK[])"))
    raw = next(part[1] for part in answer if isinstance(part, tuple))
    sender, recipients = _envelope(raw)
    fates = [receive(raw, sender=sender, recipient=recipient, at=at) for recipient in recipients]
    if mailbox.archive:
        _must(client.uid("COPY", uid, _quoted(mailbox.archive)))
    _must(client.uid("STORE", uid, "+FLAGS", r"(\Deleted)"))
    return fates[0]


def _envelope(raw: bytes) -> tuple[str, list[str]]:
    """Sender and recipients as far as headers tell: addresses we made, else the first of ours, else the mailbox."""
    mail = Mail(raw, "unknown", "")
    path = mail.message.get("Return-Path")
    sender = parseaddr(mail.header("Return-Path"))[1] if path is not None else "unknown"
    for names in RECIPIENTS:
        ours = [address for address in mail.addresses(*names) if is_addressed(address)]
        if ours:
            return sender, list(dict.fromkeys(ours))[:5]
    domain = "@" + settings.MAIL_DOMAIN.lower()
    named = [address for names in RECIPIENTS for address in mail.addresses(*names) if address.endswith(domain)]
    return sender, named[:1] or [parseaddr(settings.DEFAULT_FROM_EMAIL)[1]]


def _connect(mailbox: Mailbox) -> imaplib.IMAP4:
    context = ssl.create_default_context()
    if mailbox.is_encrypted:
        client: imaplib.IMAP4 = imaplib.IMAP4_SSL(mailbox.host, mailbox.port, ssl_context=context, timeout=SECONDS)
    else:
        client = imaplib.IMAP4(mailbox.host, mailbox.port, timeout=SECONDS)
    try:
        if not mailbox.is_encrypted and not _is_loopback(mailbox.host):
            client.starttls(context)  # never a password in the clear over a wire
        client.login(mailbox.user, mailbox.password)
    except BaseException:
        client.shutdown()
        raise
    return client


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _must(answer: tuple[str, list]) -> list:
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(status)
    return data


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", r"\\").replace('"', r"\"") + '"'
