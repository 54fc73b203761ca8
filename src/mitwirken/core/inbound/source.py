"""Which way mail comes in is configured (`INBOUND_URL`), and any worker may be the one who opens the door."""

import logging
import threading
import time
from typing import Any

from django.conf import settings
from django.db import connection

from mitwirken.core import clock

from . import imap, lmtp

log = logging.getLogger(__name__)

_door: Any = None
_round: threading.Thread | None = None
_begun = float("-inf")


def keep_open() -> None:
    """Keep the LMTP door open in this process, unless another process of this machine has it."""
    global _door
    if _door is None and settings.INBOUND_URL.startswith("lmtp://"):
        try:
            _door = lmtp.start(settings.INBOUND_URL)
        except OSError:
            return  # taken; should that process end, we are next


def empty(*, every: float = 0) -> None:
    """Begin to empty the mailbox, in a thread: a slow mailbox must not hold up what waits to be sent.

    Not before `every` seconds have passed since the last round.
    """
    global _round, _begun
    is_idle = _round is None or not _round.is_alive()
    if settings.INBOUND_URL.startswith(("imaps://", "imap://")) and is_idle and time.monotonic() >= _begun + every:
        _begun = time.monotonic()
        _round = threading.Thread(target=_empty, name="imap", daemon=True)
        _round.start()


def close() -> None:
    """Close the door of this process and wait for the mail in hand."""
    global _door, _round
    if _door is not None:
        _door.stop()
        _door = None
    if _round is not None:
        _round.join()
        _round = None


def _empty() -> None:
    try:
        imap.poll(settings.INBOUND_URL, at=clock.now())
    except Exception as error:  # the mailbox's server may say no in any way; the next round tries again
        log.warning("the mailbox could not be read: %s", type(error).__name__)
    finally:
        connection.close()
