"""What a pool manager does with a list. The rows themselves are the workers' business (work.py)."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import IO, Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from mitwirken.accounts.models import User
from mitwirken.core import audit

from ..errors import Refused
from . import columns, table
from .models import WORKING, ImportPortion, ImportRun, Mode, Outcome, RunState
from .work import PORTION, counts

LARGEST = 25_000_000
MOST_ROWS = 200_000


def upload(file: IO[bytes], *, label: str, mode: str, words: str = "", by: User | None, at: datetime) -> ImportRun:
    """Read the file into portions; raises table.NotATable if it is none.

    Not one transaction: each portion is its own, so that nobody waits for a large file. A run that breaks off in
    the middle stays in the state "being read" and is forgotten within the hour.
    """
    encoding, content_hash = table.encoding_of(file), _digest(file)
    found = table.records(file, encoding=encoding)
    heading = next(found, None)
    if heading is None:
        raise table.NotATable("empty")
    if heading.problem:
        raise table.NotATable("heading")
    if len(heading.cells) > table.MOST_COLUMNS:
        raise table.NotATable("columns")
    run = ImportRun.objects.create(
        label=label,
        content_hash=content_hash,
        mode=mode,
        words=words if mode == Mode.PROVEN else "",
        encoding=encoding,
        heading=list(heading.cells),
        columns=columns.guess(heading.cells),
        created_by=by,
        created_at=at,
    )
    try:
        _store(run, found)
    except table.NotATable:
        run.delete()
        raise
    with transaction.atomic():
        run.state = RunState.COLUMNS
        run.save(update_fields=["state", "rows", "portions"])
        audit.record(run, "pool_imports.uploaded", by=by, rows=run.rows, mode=str(mode))
    return run


@transaction.atomic
def look(run: ImportRun, chosen: Mapping[str, int], *, by: User | None) -> bool:
    """Begin the trial run with these columns; a second one forgets what the first found."""
    changed = _kept(run, state__in=[RunState.COLUMNS, RunState.CHECKED]).update(
        columns=dict(chosen), state=RunState.CHECKING, cursor=0, is_stopped=False
    )
    if changed:
        run.lines.all().delete()
        audit.record(run, "pool_imports.looked", by=by)
    return bool(changed)


@transaction.atomic
def take_in(run: ImportRun, *, by: User | None) -> bool:
    """Begin the real run; only after a trial run that found somebody. Nobody is asked twice with the same file."""
    if run.mode == Mode.ASK and ImportRun.objects.same_file(run.content_hash).exclude(pk=run.pk).exists():
        raise Refused(_("These people have been asked already, with the same file. Nobody is asked twice."))
    if _kept(run, state=RunState.CHECKED).exists() and not run.lines.filter(outcome=Outcome.WAITING).exists():
        raise Refused(_("Nobody in this list can be taken in. The reasons stand below."))
    changed = _kept(run, state=RunState.CHECKED).update(**_begun(RunState.RUNNING))
    if changed:
        audit.record(run, "pool_imports.running", by=by)
    return bool(changed)


@transaction.atomic
def undo(run: ImportRun, *, by: User | None) -> bool:
    """Begin to take back what this run did, whether it is finished or was stopped in the middle."""
    stopped = Q(state=RunState.RUNNING, is_stopped=True)
    changed = bool(_kept(run, stopped | Q(state=RunState.DONE)).update(**_begun(RunState.UNDOING)))
    if changed:
        audit.record(run, "pool_imports.undoing", by=by)
    return changed


@transaction.atomic
def stop(run: ImportRun, *, by: User | None) -> bool:
    """Stop after the portion in hand; what is done stays done."""
    changed = _kept(run, state__in=WORKING, is_stopped=False).update(is_stopped=True)
    if changed:
        audit.record(run, "pool_imports.stopped", by=by)
    return bool(changed)


@transaction.atomic
def go_on(run: ImportRun, *, by: User | None) -> bool:
    """Go on where it was stopped."""
    changed = _kept(run, state__in=WORKING, is_stopped=True).update(is_stopped=False)
    if changed:
        audit.record(run, "pool_imports.went_on", by=by)
    return bool(changed)


@transaction.atomic
def discard(run: ImportRun, *, by: User | None) -> bool:
    """Throw the list away before anybody was taken in."""
    before = [RunState.COLUMNS, RunState.CHECKING, RunState.CHECKED]
    changed = _kept(run, state__in=before).update(**_begun(RunState.DROPPED))
    if changed:
        run.parts.all().delete()
        run.lines.all().delete()
        audit.record(run, "pool_imports.discarded", by=by)
    return bool(changed)


@transaction.atomic
def forget(run: ImportRun, *, at: datetime) -> None:
    """Delete the rows of a list for good; its numbers stay. From then on it cannot be undone."""
    if run.lines.exists():
        run.counters = counts(run)
    if run.state == RunState.UPLOADING:
        run.state = RunState.DROPPED
    run.forgotten_at = at
    run.save(update_fields=["counters", "state", "forgotten_at"])
    run.parts.all().delete()
    run.lines.all().delete()
    audit.record(run, "pool_imports.forgotten", by=None)


def _kept(run: ImportRun, *wanted: Q, **state: Any) -> QuerySet[ImportRun]:
    """This run as the database has it, if it is as wanted and its rows are not forgotten."""
    return ImportRun.objects.filter(*wanted, pk=run.pk, forgotten_at=None, **state)


def _begun(state: RunState) -> dict[str, Any]:
    return {"state": state, "cursor": 0, "is_stopped": False}


def _store(run: ImportRun, found: Iterator[table.Record]) -> None:
    for number, portion in enumerate(table.portions(found, PORTION)):
        run.rows += len(portion)
        run.portions = number + 1
        if run.rows > MOST_ROWS:
            raise table.NotATable("rows")
        ImportPortion.objects.create(
            run=run,
            number=number,
            records=[[record.line, record.problem or list(record.cells)] for record in portion],
        )
    if not run.rows:
        raise table.NotATable("no_rows")


def _digest(file: IO[bytes]) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while portion := file.read(1 << 20):
        digest.update(portion)
    return digest.hexdigest()
