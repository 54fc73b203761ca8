#!/usr/bin/env python
"""Writing down the recipients of a city-wide mailing, as ratio to the raw `INSERT … SELECT` of the same rows.

Both write the same rows into the same table in the same run, in turns: the freeze with selection, consent and
suppression in chunks that let other writers in, the raw statement in one go. Also the longest time a chunk kept
other writers waiting, and how long counting the people of a narrow selection takes. The aim for a million members:
twice the raw time, 150 ms, one second. Then a weekly digest of 40 offers is built for every third member while people
go on joining: the longest time one of them waited.
"""

import argparse
import sqlite3
import statistics
import sys
import threading
import time
from dataclasses import dataclass

import _pool

MOST_RATIO, MOST_LOCK, MOST_PREVIEW = 2.0, 0.150, 1.0
# What a person filling in a form hardly notices.
MOST_WAIT = 2.0
RAW = """
INSERT INTO pool_outbox
  (dispatch_id, member_id, channel, occasion, state, prio, due_at, attempts, enh_code, queue_ref)
SELECT %s, member_id, 0, 0, 0, 5, due_at, 0, '', '' FROM pool_outbox WHERE dispatch_id = %s
"""


class OtherWriter(threading.Thread):
    """Asks SQLite for the write lock every other millisecond; the longest time it was refused."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.longest, self.over = 0.0, threading.Event()

    def run(self) -> None:
        from django.db import connection

        other = sqlite3.connect(connection.settings_dict["NAME"], timeout=0, isolation_level=None)
        refused = None
        while not self.over.wait(0.002):
            try:
                other.execute("BEGIN IMMEDIATE")
                other.execute("ROLLBACK")
                refused = None
            except sqlite3.OperationalError:
                refused = refused or time.monotonic()
                self.longest = max(self.longest, time.monotonic() - refused)
        other.close()


class SignUps(threading.Thread):
    """People who join one after the other, as the web process would write it; how long each took."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.seconds: list[float] = []
        self.over = threading.Event()

    def run(self) -> None:
        from django.db import connection

        from mitwirken.core import clock
        from mitwirken.pool import actions

        while not self.over.wait(0.05):
            begun = time.monotonic()
            name = f"zwischendurch{len(self.seconds)}@beispiel.example"
            actions.ask_to_join(name, actions.Profile(), at=clock.now(), source="/bench/")
            self.seconds.append(time.monotonic() - begun)
        connection.close()


def prepare(dispatch, *, step=None):
    """The same dispatch once more, not yet frozen."""
    from mitwirken.pool.models import DispatchState

    dispatch.pk, dispatch.step = None, step
    dispatch.state, dispatch.cursor, dispatch.frozen = DispatchState.FREEZING, 0, 0
    dispatch.save(force_insert=True)
    return dispatch


def forget_rows() -> None:
    """Empty the outbox, so that each round finds the same table."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("TRUNCATE pool_outbox CASCADE")
        else:
            cursor.execute("DELETE FROM pool_outbox")


@dataclass(frozen=True)
class Round:
    """The freeze beside the raw statement: seconds, and seconds of our own processor time."""

    freeze: float
    raw: float
    freeze_cpu: float
    raw_cpu: float
    lock: float
    rows: int


def one_round(dispatch) -> Round:
    from django.db import connection, transaction

    from mitwirken.core import clock
    from mitwirken.pool import actions

    forget_rows()
    frozen, other = prepare(dispatch), OtherWriter()
    if connection.vendor == "sqlite":
        other.start()
    begun, cpu = time.monotonic(), time.thread_time()
    rows = actions.freeze(frozen, at=clock.now())
    freeze, freeze_cpu = time.monotonic() - begun, time.thread_time() - cpu
    other.over.set()
    source = frozen.pk
    target = prepare(dispatch).pk
    begun, cpu = time.monotonic(), time.thread_time()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(RAW, [target, source])
        assert cursor.rowcount == rows
    return Round(freeze, time.monotonic() - begun, freeze_cpu, time.thread_time() - cpu, other.longest, rows)


def preview() -> tuple[float, int]:
    """Counting the people of three topics in three districts."""
    from mitwirken.city.models import District, Topic
    from mitwirken.core import clock
    from mitwirken.pool import eligible

    topics = list(Topic.objects.values_list("pk", flat=True)[:3])
    districts = list(District.objects.values_list("pk", flat=True)[:3])
    selection = {"and": [{"topics": topics}, {"districts": districts}, {"kinds": ["ideas"]}, {"ways": ["digital"]}]}
    started = time.monotonic()
    count = eligible.preview(selection, purpose="information", at=clock.now())
    return time.monotonic() - started, count


def build_digest(offers: int) -> tuple[float, int, float, list[float]]:
    """Seconds, mails, longest lock (SQLite), and what each sign-up meanwhile took."""
    from datetime import timedelta

    from django.db import connection
    from django.utils import timezone

    from mitwirken.city.models import District, Topic
    from mitwirken.core import clock
    from mitwirken.pool import actions
    from mitwirken.pool.models import Dispatch, DispatchKind
    from mitwirken.portal import samples

    topics, districts = list(Topic.objects.order_by("pk")), list(District.objects.order_by("pk"))
    project = samples.project()
    for number in range(offers):
        chosen = [topics[number % len(topics)]]
        places = [districts[number % len(districts)]] if number % 2 else []
        samples.step(project, published_at=clock.now(), topics=chosen, districts=places, channel="hybrid")
    actions.start_digests(at=timezone.localtime(clock.now()) + timedelta(days=8))
    dispatch = Dispatch.objects.get(kind=DispatchKind.DIGEST, digest__period="weekly")
    other, people = OtherWriter(), SignUps()
    if connection.vendor == "sqlite":
        other.start()
    people.start()
    begun = time.monotonic()
    rows = actions.freeze(dispatch, at=clock.now())
    seconds = time.monotonic() - begun
    for thread in (other, people):
        thread.over.set()
    people.join(30)
    return seconds, rows, other.longest, people.seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--members", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--offers", type=int, default=40, help="in the digest")
    options = parser.parse_args()
    with _pool.installation(options.db):
        from mitwirken.core import clock
        from mitwirken.pool import actions

        _pool.fill(options.members, weekly=3)
        _pool.choose(topics=12, districts=12)
        dispatch = actions.announce(_pool.offer(), at=clock.now())
        dispatch.selection = dispatch.selection["and"][0]  # everybody, also who reads digests
        rounds = [one_round(dispatch) for _ in range(options.rounds)]
        seconds, found = min(preview() for _ in range(3))
        digest, mails, digest_lock, waits = build_digest(options.offers)
    ratio = statistics.median(one.freeze / one.raw for one in rounds)
    cpu_ratio = statistics.median(one.freeze_cpu / one.raw_cpu for one in rounds)
    freeze, raw = (statistics.median(getattr(one, name) for one in rounds) for name in ("freeze", "raw"))
    lock, rows = max(one.lock for one in rounds), rounds[0].rows
    name = f"pool_match/{options.db}/{options.members}"
    print(f"{name}: {rows} of {options.members} members, {options.rounds} rounds")
    print(f"  freeze         {freeze:8.2f} s, {ratio:.2f} times the raw statement ({raw:.2f} s)")
    if options.db == "sqlite":
        print(f"  processor      {cpu_ratio:8.2f} times the raw statement")
        print(f"  longest lock   {lock * 1000:8.0f} ms")
    print(f"  preview        {seconds:8.2f} s for {found} people")
    print(f"  digest         {digest:8.2f} s for {mails} mails of {options.offers} offers")
    if options.db == "sqlite":
        print(f"  longest lock   {digest_lock * 1000:8.0f} ms while building it")
    wait, usual = max(waits, default=0), statistics.median(waits or [0])
    print(f"  sign-ups       {wait:8.2f} s at most, {usual:.2f} s usually, {len(waits)} meanwhile")
    reference = "raw INSERT … SELECT of the same rows"
    print(_pool.line(f"{name}/freeze", round(freeze, 3), "s", reference, round(ratio, 2), rows))
    if options.db == "sqlite":
        print(_pool.line(f"{name}/lock", round(lock * 1000), "ms", "150 ms", round(lock / MOST_LOCK, 2), rows))
    print(_pool.line(f"{name}/preview", round(seconds, 3), "s", "1 s", round(seconds / MOST_PREVIEW, 2), found))
    print(_pool.line(f"{name}/digest", round(digest, 1), "s", "none", None, mails))
    print(_pool.line(f"{name}/sign-up", round(wait, 2), "s", "2 s", round(wait / MOST_WAIT, 2), len(waits)))
    locked = max(lock, digest_lock)
    return int(ratio > MOST_RATIO or locked > MOST_LOCK or seconds > MOST_PREVIEW or wait > MOST_WAIT)


if __name__ == "__main__":
    sys.exit(main())
