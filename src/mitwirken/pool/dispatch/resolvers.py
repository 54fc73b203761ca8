"""Asking the relay what became of a mail in doubt: it may have it although its answer never arrived.

Which record can be asked is the setting `MAIL_RECORD`: ``none``, or ``log:///var/log/mail.log?grace=900`` for
Postfix's log (rotated at most daily, the day before uncompressed beside it). Another relay is another class here.
"""

import re
from collections.abc import Collection
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

# Longer than the ten minutes a relay may take for its answer (RFC 5321 4.5.3.2.6), and its log some more.
GRACE = timedelta(minutes=15)


class Answer(Enum):
    """What a record says about one mail."""

    ACCEPTED = "accepted"
    ABSENT = "absent"
    UNKNOWN = "unknown"


class Resolver(Protocol):
    """Somebody who can be asked. Before `grace` has passed, not to know a mail means nothing."""

    grace: timedelta

    def ask(self, names: Collection[str]) -> dict[str, Answer]:
        """The answer for each Message-ID (without brackets)."""


class Nobody:
    """No record: every doubt stays one."""

    grace = timedelta(0)

    def ask(self, names: Collection[str]) -> dict[str, Answer]:
        return dict.fromkeys(names, Answer.UNKNOWN)


class PostfixLog:
    """Postfix's log. `cleanup` names the Message-ID while the mail still arrives; only the queue manager's line
    under the same queue id says that all of it is there."""

    _NAMED = re.compile(rb"postfix\S*/cleanup\S*: ([0-9A-Za-z]+): message-id=<([^>]+)>")
    _QUEUED = re.compile(rb"postfix\S*/qmgr\S*: ([0-9A-Za-z]+): from=<")

    def __init__(self, path: Path, grace: timedelta = GRACE) -> None:
        self.path, self.grace = path, grace

    def ask(self, names: Collection[str]) -> dict[str, Answer]:
        wanted = {name.encode(): name for name in names}
        queue_ids: dict[bytes, str] = {}
        answers: dict[str, Answer] = {}
        read = 0
        for path in (self.path.with_name(self.path.name + ".1"), self.path):
            try:
                log = path.open("rb")
            except OSError:
                continue
            read += 1
            with log:
                for line in log:
                    if (named := self._NAMED.search(line)) and named[2] in wanted:
                        queue_ids[named[1]] = wanted[named[2]]
                        answers.setdefault(wanted[named[2]], Answer.UNKNOWN)
                    elif queue_ids and (queued := self._QUEUED.search(line)) and queued[1] in queue_ids:
                        answers[queue_ids[queued[1]]] = Answer.ACCEPTED
        silence = Answer.ABSENT if read else Answer.UNKNOWN
        return dict.fromkeys(names, silence) | answers


def configured() -> Resolver:
    """The resolver the operator chose."""
    url = urlsplit(settings.MAIL_RECORD)
    if url.geturl() in ("", "none"):
        return Nobody()
    if url.scheme == "log" and url.path:
        grace = parse_qs(url.query).get("grace", [""])[0]
        return PostfixLog(Path(url.path), timedelta(seconds=int(grace)) if grace.isdecimal() else GRACE)
    raise ImproperlyConfigured("MAIL_RECORD is none or log:///path/to/mail.log?grace=<seconds>.")
