"""Nothing is sent from a database that does not know what was sent since, or that belongs to another installation.

A restored backup believes that mails still wait which left long ago; a copy for trying things out would write to real
people. So a number grows in the database and in a file beside the journals: a database that is behind its file comes
from a backup. And the database remembers for which site and mail server it sends. In both cases the dispatcher refuses
until a person says `manage.py pool_resume`.
"""

import hmac
import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import override

from ..models import Installation, Outbox, Refusal, Worker

log = logging.getLogger(__name__)

# A file that is missing means nothing if the database was at work just now: then it is no old backup.
AT_WORK = timedelta(minutes=15)
JUMP = 1_000_000
FILE = "pool-epoch.json"
# Mail servers for trying things out catch every mail; no real one listens at such an address.
REAL_PORTS = (25, 465, 587)


@dataclass(frozen=True)
class State:
    """What the file says."""

    token: str
    epoch: int


class Fence:
    """The file beside the journals and the row in the database, side by side."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def inspect(cls, folder: Path, *, at: datetime) -> Self | None:
        """A fence to keep up to date, or None if nothing may be sent; staff and the log are told why."""
        fence = cls(folder / FILE)
        refusal = fence.refusal(at=at)
        is_new = Installation.objects.exclude(refusal=refusal or "").update(refusal=refusal or "")
        if refusal:
            if is_new:
                log.error("No mails are sent. %s", in_words(refusal))
            return None
        fence.advance()
        return fence

    def refusal(self, *, at: datetime, is_caught: bool | None = None) -> Refusal | None:
        """Why this database must not send from here. `is_caught`: a copy may try, for nothing leaves this machine."""
        if is_caught is None:
            is_caught = _is_for_trying_out()
        row, is_first = Installation.objects.get_or_create(pk=1, defaults={"home": home()})
        state = self.read()
        if is_first:
            return None
        if row.home != home() and not is_caught:
            return Refusal.MOVED
        if state is None:
            return Refusal.LOST if _has_old_work(at) else None
        if state.token != row.token.hex or state.epoch > row.epoch:
            return Refusal.BACKUP
        return None

    def advance(self) -> None:
        """Both grow: the database first, so that the file never promises what it does not know."""
        Installation.objects.update(epoch=F("epoch") + 1)
        row = Installation.objects.first()
        if row:
            self._write(State(row.token.hex, row.epoch))

    def read(self) -> State | None:
        try:
            found = json.loads(self.path.read_text())
            return State(str(found["token"]), int(found["epoch"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    @transaction.atomic
    def accept(self, *, at: datetime, restored: bool) -> None:
        """From now on this database counts here and sends from here."""
        row, _ = Installation.objects.select_for_update().get_or_create(pk=1, defaults={"home": home()})
        state = self.read()
        row.home, row.refusal = home(), ""
        if restored:
            row.resumed_at = at
            # Further than the file of any other machine can be.
            row.epoch = max(row.epoch, state.epoch if state else 0) + JUMP
        row.save()
        self._write(State(row.token.hex, row.epoch))

    def _write(self, state: State) -> None:
        fresh = self.path.with_suffix(".new")
        try:
            fresh.write_text(json.dumps({"token": state.token, "epoch": state.epoch}))
            fresh.replace(self.path)
        except OSError as error:
            log.warning("%s cannot be written (%s)", self.path, type(error).__name__)


def may_hand_over(*, at: datetime, is_caught: bool) -> bool:
    """What the dispatcher asks before it sends mails, for channels that send without it. Changes nothing."""
    fence = Fence(settings.VAR_DIR / FILE)
    return fence.refusal(at=at, is_caught=settings.DEBUG and is_caught) is None


def in_words(refusal: str) -> str:
    """Why nothing is sent, for operators: in English, like the log."""
    with override("en"):
        return str(Refusal(refusal).label)


def home() -> str:
    """The name of the place this installation sends from and through."""
    place = f"{settings.SITE_URL}|{settings.EMAIL_HOST}|{settings.EMAIL_PORT}|{settings.MAIL_DOMAIN}"
    return hmac.digest(settings.SECRET_KEY.encode(), place.encode(), "sha256").hex()


def _is_for_trying_out() -> bool:
    here = settings.EMAIL_HOST in ("localhost", "127.0.0.1", "::1")
    return settings.DEBUG and here and settings.EMAIL_PORT not in REAL_PORTS


def _has_old_work(at: datetime) -> bool:
    last = Worker.objects.aggregate(last=Max("heartbeat_at"))["last"]
    return last is not None and at - last > AT_WORK and Outbox.objects.unfinished().exists()
