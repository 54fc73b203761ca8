"""Writing the recipients of a dispatch down, in chunks that let others write and that may be killed at any point."""

import time
from collections import deque
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from mitwirken.core import audit

from .. import content, matching
from ..eligible import ELIGIBLE
from ..features import features
from ..models import URGENT, DigestRun, Dispatch, DispatchKind, DispatchState, Member, Outbox

# Who gets one of these is asked for something; the next time others come first (selecting.py). What follows
# (a reminder, a thank-you; `content["follows"]`) asks for nothing new.
ASKING = (DispatchKind.TASK, DispatchKind.INVITATION)
# The first transaction takes so many members; the next ones as many as fit into the time other writers can wait.
CHUNK = 5_000
MOST = 50_000
# So many seconds a transaction may keep other writers waiting on SQLite, and the pause after it as a share of that.
# A digest takes long and nobody waits for it: every second moment belongs to the others.
HOLD, GAP, DIGEST_GAP = 0.06, 0.2, 1.0
_ROW = """
INSERT INTO pool_outbox
  (dispatch_id, member_id, channel, occasion, state, prio, due_at, attempts, enh_code, queue_ref)
"""


def freeze(dispatch: Dispatch, *, at: datetime, chunk: int = CHUNK, seconds: float = float("inf")) -> int:
    """Write the recipients down, once. May stop or be killed and run again at any point; the number of new rows."""
    total, ends = 0, time.monotonic() + seconds
    while dispatch.state == DispatchState.FREEZING and time.monotonic() < ends:
        added, longest = _freeze_chunk(dispatch, at=at, chunk=chunk)
        total += added
        chunk = _fitting(chunk, longest)
    return total


def _fitting(chunk: int, seconds: float) -> int:
    """The size of the next chunk. On SQLite it holds the only write lock; on PostgreSQL nobody waits for it."""
    wanted = HOLD if connection.vendor == "sqlite" else 1.0
    # Smaller than CHUNK gains nothing: then the commit itself is what takes time.
    return max(min(chunk, CHUNK), min(int(chunk * min(wanted / max(seconds, 0.001), 2)), MOST))


def _let_others_in(held: float, share: float) -> None:
    """Writers on SQLite ask again and again for the lock: without a gap after each transaction they would find none."""
    if connection.vendor == "sqlite":
        time.sleep(max(held * share, 0.002))


def _freeze_chunk(dispatch: Dispatch, *, at: datetime, chunk: int) -> tuple[int, float]:
    """Everybody up to `chunk` members further; new rows, and how long a single transaction took at most."""
    low, high = dispatch.cursor, min(dispatch.cursor + chunk, dispatch.upper)
    longest = _insert_items(dispatch, dispatch.digest, low, high, at) if dispatch.digest else 0.0
    begun = time.monotonic()
    added = _freeze_range(dispatch, low, high, at)
    held = time.monotonic() - begun
    _let_others_in(held, GAP)
    return added, max(longest, held)


@transaction.atomic
def _freeze_range(dispatch: Dispatch, low: int, high: int, at: datetime) -> int:
    current = Dispatch.objects.select_for_update(of=("self",)).select_related("digest").get(pk=dispatch.pk)
    added = 0
    # Somebody else may have come further meanwhile.
    if current.state == DispatchState.FREEZING and current.cursor == low:
        if current.digest:
            added = _insert_digest_rows(current, low, high, at)
        else:
            added = _insert_rows(current, low, high, at)
            if current.kind in ASKING and not current.content.get("follows"):
                _note_asked(current, low, high, at)
        added += sum(feature.freeze(current, low, high, at) for feature in features())
        current.cursor = high
        current.frozen += added
        if high >= current.upper:
            current.state = DispatchState.PAUSED if current.halted else DispatchState.RUNNING
            if current.digest:
                DigestRun.objects.filter(pk=current.digest.pk).update(built_at=at)
            audit.record(current, "pool.frozen", by=None, people=current.frozen)
        current.save(update_fields=["cursor", "frozen", "state"])
    dispatch.cursor, dispatch.frozen, dispatch.state = current.cursor, current.frozen, current.state
    return added


def _insert_rows(dispatch: Dispatch, low: int, high: int, at: datetime) -> int:
    condition, values = matching.where(dispatch.selection, low=low, high=high)
    moment = connection.ops.adapt_datetimefield_value(at)
    purpose, prio = dispatch.purpose, 2 if dispatch.mail_class in URGENT else Outbox.BULK_PRIO
    return _execute(
        _ROW + f"SELECT %s, m.id, m.channel, 0, 0, {prio:d}, %s, 0, '', '' {ELIGIBLE} AND {condition} "
        "ON CONFLICT DO NOTHING",
        [dispatch.pk, moment, purpose, low, high, moment, purpose, *values],
    )


def _note_asked(dispatch: Dispatch, low: int, high: int, at: datetime) -> None:
    """Who is asked for something now comes later the next time."""
    asked = dispatch.rows.filter(member_id__gt=low, member_id__lte=high)
    Member.objects.filter(pk__in=asked.values("member_id")).update(last_asked_at=at)


def _insert_items(dispatch: Dispatch, run: DigestRun, low: int, high: int, at: datetime) -> float:
    """Which offers go into whose digest, a few offers per transaction; the seconds the longest one took.

    A range left unfinished is simply done again: what is there already stays.
    """
    entries, longest = deque(dispatch.content["items"]), 0.0
    while entries:
        begun = time.monotonic()
        with transaction.atomic():
            while entries and time.monotonic() - begun < HOLD / 2:
                _insert_item(dispatch, run, entries.popleft(), low, high, at)
        held = time.monotonic() - begun
        longest = max(longest, held)
        _let_others_in(held, DIGEST_GAP)
    return longest


def _insert_item(dispatch: Dispatch, run: DigestRun, entry: dict[str, Any], low: int, high: int, at: datetime) -> None:
    moment, until = map(connection.ops.adapt_datetimefield_value, (at, run.window_end))
    rhythm, rhythm_values = matching.where(dispatch.selection)
    condition, values = matching.where(matching.selection_for(content.offer_of_item(entry)), low=low, high=high)
    _execute(
        "INSERT INTO pool_digestitem (run_id, member_id, step_id) SELECT %s, m.id, %s "
        f"{ELIGIBLE} AND m.confirmed_at <= %s AND {rhythm} AND {condition} ON CONFLICT DO NOTHING",
        [run.pk, entry["step"], dispatch.purpose, low, high, moment, dispatch.purpose, until, *rhythm_values, *values],
    )


def _insert_digest_rows(dispatch: Dispatch, low: int, high: int, at: datetime) -> int:
    return _execute(
        _ROW + "SELECT DISTINCT %s, i.member_id, m.channel, 0, 0, 7, %s, 0, '', '' "
        "FROM pool_digestitem i "
        "JOIN pool_member m ON m.id = i.member_id "
        "WHERE i.run_id = %s AND i.member_id > %s AND i.member_id <= %s ON CONFLICT DO NOTHING",
        [dispatch.pk, connection.ops.adapt_datetimefield_value(at), dispatch.digest_id, low, high],
    )


def _execute(sql: str, values: list[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return max(cursor.rowcount, 0)
