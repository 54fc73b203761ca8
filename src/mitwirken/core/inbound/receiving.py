"""From a mail to what became of it: once, in one transaction, and a mail that breaks our code is kept for later."""

import logging
import re
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction

from ..models import InboundMail
from .mail import Mail

log = logging.getLogger(__name__)

FAILED = "failed"
# privacy.toml: relays repeat a mail for five days; a month later nobody does.
KEPT = timedelta(days=30)
# For so long we try what our own code could not deal with.
TRIED = timedelta(days=7)


@dataclass(frozen=True)
class PassOn:
    """What the desk should know of a mail. `thread` ties mails of one matter together, `note` is for colleagues."""

    owner: int | None = None  # the department's id
    thread: str = ""
    note: str = ""


class NotNow(Exception):
    """What this mail is about is still under way: whoever brought it brings it again later."""


# Both get the mail and the time. A handler says what became of the mail in one word, passes it on to the desk
# with what it knows, or returns None: not one of its addresses.
Handler = Callable[[Mail, datetime], str | PassOn | None]
Desk = Callable[[Mail, PassOn, datetime], str]

_handlers: dict[str, Handler] = {}
_desks: list[Desk] = []


def register(name: str, handler: Handler) -> None:
    """Take mail to ``name-…@``, ``name+…@`` and ``name@``; called once from an AppConfig.ready()."""
    _handlers[name] = handler


def register_desk(desk: Desk) -> None:
    """Take all mail that nobody else does."""
    _desks[:] = [desk]


def is_addressed(address: str) -> bool:
    """True if somebody registered for this very address of ours."""
    local, _, domain = address.lower().rpartition("@")
    return domain == settings.MAIL_DOMAIN.lower() and _name(local) in _handlers


def receive(raw: bytes, *, sender: str, recipient: str, at: datetime) -> str:
    """Deal with one mail; one word for what became of it. When this returns, the mail is kept or dealt with for good.

    The same mail again changes nothing. Raises only if the database is away or it is too early (NotNow): then
    whoever brought the mail keeps it.
    """
    mail = Mail(raw, sender, recipient.lower())
    key = mail.identity
    try:
        with transaction.atomic():
            row, is_new = InboundMail.objects.select_for_update().get_or_create(
                key=key, defaults={"at": at, "size": len(raw)}
            )
            if not is_new and row.outcome != FAILED:
                return "again"
            row.outcome, row.raw, row.envelope = _handle(mail, at)[:20], None, []
            row.save(update_fields=["outcome", "raw", "envelope"])
            return row.outcome
    except (OperationalError, InterfaceError, NotNow):
        raise
    except Exception as error:
        # Never the error's own words: they may quote the mail.
        place = traceback.extract_tb(error.__traceback__)[-1]
        log.error("inbound mail %s: %s at %s:%s", key[:12], type(error).__name__, place.filename, place.lineno)
    InboundMail.objects.update_or_create(
        key=key,
        defaults={"outcome": FAILED, "raw": raw, "envelope": [sender, mail.recipient]},
        create_defaults={
            "at": at,
            "size": len(raw),
            "outcome": FAILED,
            "raw": raw,
            "envelope": [sender, mail.recipient],
        },
    )
    return FAILED


def try_again(*, at: datetime) -> int:
    """Deal with what our code could not deal with before; how many of them it can now."""
    waiting = InboundMail.objects.filter(outcome=FAILED, at__gte=at - TRIED).order_by("pk")[:100]
    outcomes = [
        receive(bytes(row.raw), sender=row.envelope[0], recipient=row.envelope[1], at=at)
        for row in waiting
        if row.raw is not None
    ]
    return sum(outcome != FAILED for outcome in outcomes)


def forget(*, at: datetime) -> int:
    """Retention: what came in a month ago."""
    return InboundMail.objects.filter(at__lt=at - KEPT).delete()[0]


def _handle(mail: Mail, at: datetime) -> str:
    handler = _handlers.get(_name(mail.local))
    result = handler(mail, at) if handler else None
    if isinstance(result, str):
        return result
    if not _desks:
        return "ignored"
    return _desks[0](mail, result or PassOn(), at)


def _name(local: str) -> str:
    return re.split(r"[-+]", local, maxsplit=1)[0]
