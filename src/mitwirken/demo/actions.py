"""What only the demo does: fill itself, keep the mails it catches."""

import re
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from django.conf import settings

from mitwirken.accounts import samples as accounts
from mitwirken.core import clock
from mitwirken.evaluation import samples as evaluation
from mitwirken.pool import samples as pool
from mitwirken.pool.features import features
from mitwirken.portal import samples as portal
from mitwirken.website import samples as website

MAIL_NAME = re.compile(r"^\d{8}T\d{12}$")
KEPT_MAILS = 500


def fill() -> None:
    """Load every part's samples, in the order in which they need each other.

    Raises PermissionError outside DEMO: made-up people never enter a real installation.
    """
    if not settings.DEMO:
        raise PermissionError("Demo data are only for installations with DEMO=1.")
    now = clock.now()
    accounts.demo_staff()
    portal.demo_projects(now)
    pool.demo_members()
    for feature in features():
        feature.demo(now)
    evaluation.demo_runs(now)
    website.demo_cases()


def mail_folder() -> Path:
    """Where caught mails lie, newest name last."""
    folder = settings.VAR_DIR / "mail"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def keep_mail(content: bytes) -> str:
    """Store one caught mail; the oldest beyond `KEPT_MAILS` go."""
    name = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    (mail_folder() / f"{name}.eml").write_bytes(content)
    for path in sorted(mail_folder().glob("*.eml"))[:-KEPT_MAILS]:
        path.unlink(missing_ok=True)
    return name


def mails(limit: int = 100) -> list[tuple[str, EmailMessage]]:
    """The newest caught mails as (name, message), newest first."""
    paths = sorted(mail_folder().glob("*.eml"), reverse=True)[:limit]
    return [(path.stem, _parsed(path)) for path in paths]


def mail(name: str) -> EmailMessage | None:
    """One caught mail by its name, or None."""
    path = mail_folder() / f"{name}.eml"
    return _parsed(path) if MAIL_NAME.match(name) and path.exists() else None


def _parsed(path: Path) -> EmailMessage:
    return BytesParser(policy=policy.default).parsebytes(path.read_bytes())
