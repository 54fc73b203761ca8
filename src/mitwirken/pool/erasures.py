"""The journal of what was deleted and withdrawn, outside the database: after a restore it is done again.

One file per month in ``VAR_DIR/erasures``, one JSON line per event, keyed hashes only. Back it up with the database
or, better, somewhere else: it must be younger than the backup to be of use (docs/operations.md).
"""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction

# Backups are kept 35 days at most; what is older than this comes back with none of them.
KEPT = timedelta(days=100)


@dataclass(frozen=True)
class Entry:
    """One thing that must not come back: a person, or one agreement of a person."""

    subject: str
    at: datetime
    # Empty: the whole person.
    purpose: str = ""
    never_again: bool = False


def folder() -> Path:
    return Path(settings.VAR_DIR) / "erasures"


def note_erased(subjects: Iterable[str], *, never_again: bool, at: datetime) -> None:
    """Remember, once the transaction holds, that these people were deleted."""
    _note([{"subject": subject, "at": at.isoformat(), "never_again": never_again} for subject in subjects], at)


def note_left(subject: str, purpose: str, *, at: datetime) -> None:
    """Remember, once the transaction holds, that this agreement ended."""
    _note([{"subject": subject, "at": at.isoformat(), "purpose": str(purpose)}], at)


def _note(lines: list[dict[str, object]], at: datetime) -> None:
    # After the commit: a line about a deletion that was rolled back would delete somebody who stayed.
    transaction.on_commit(partial(_append, "".join(json.dumps(facts) + "\n" for facts in lines), at))


def _append(lines: str, at: datetime) -> None:
    path = folder() / f"{at:%Y-%m}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    # One write in append mode: several processes may note at once, and no line is torn. One wait for the disk, too,
    # however many lines.
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, lines.encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def entries() -> Iterator[Entry]:
    """Everything noted, oldest first; a line cut off by a power failure is left out."""
    for path in sorted(folder().glob("*.jsonl")):
        for line in path.read_text().splitlines():
            try:
                facts = json.loads(line)
                at = datetime.fromisoformat(facts["at"])
                yield Entry(facts["subject"], at, facts.get("purpose", ""), facts.get("never_again", False))
            except (ValueError, KeyError, TypeError):
                continue


def drop_old(*, at: datetime) -> int:
    """Remove the files of months that no backup reaches back to; how many."""
    limit = f"{at - KEPT:%Y-%m}"
    old = [path for path in folder().glob("*.jsonl") if path.stem < limit]
    for path in old:
        path.unlink()
    return len(old)
