#!/usr/bin/env python
"""Taking a list of 100,000 people with 5 % bad rows into the pool, beside a plain bulk INSERT of the same rows.

The reference writes, in the same run, what stands in the tables afterwards: one member, one line of the ledger and one
state per person, with Django's own `bulk_create` and nothing else: no reading, no checks, no hashes, no way back. Also
shown: that each bad row is named, that the same file changes nothing a second time, that undo leaves the tables as they
were, how long another writer has to wait at most (SQLite has one), and what memory the work takes beyond what Django
takes.
"""

import argparse
import contextlib
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import IO

import _pool

BAD = ["email", "date", "no_evidence", "topic", "formula", "quotes", "double", "columns"]
# Somebody else who wants to write fifty times a second; says the waits in seconds once stdin ends.
OTHER_WRITER = """
import sqlite3, sys, threading, time
over = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
database, waits = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None), []
while not over.wait(0.02):
    asked = time.monotonic()
    while not over.is_set():
        try:
            database.execute("BEGIN IMMEDIATE")
            database.execute("ROLLBACK")
            waits.append(time.monotonic() - asked)
            break
        except sqlite3.OperationalError:
            time.sleep(0.001)
print(*waits)
"""
HEADING = "E-Mail;Themen;Sprache;Häufigkeit;Einwilligung am;Quelle;Aktenzeichen\r\n"


def write(path: Path, rows: int) -> dict[int, str]:
    """The list, and which line is wrong in which way: every twentieth."""
    wrong = {}
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(HEADING)
        for number in range(rows):
            cells = [f"person{number}@beispiel.example", "Thema 1, Thema 2" if number % 3 else "", "Deutsch",
                     "wöchentlich", "14.03.2025", "Bogen beim Stadtfest", f"12-3/2025 Blatt {number}"]  # fmt: skip
            if number % 20 == 7:
                wrong[number + 2] = problem = BAD[number // 20 % len(BAD)]
                place, text = {
                    "email": (0, "person@@beispiel"), "date": (4, "31.02.2025"), "no_evidence": (6, ""),
                    "topic": (1, "Unsinn"), "formula": (5, "=1+1"), "quotes": (5, 'Bogen "offen'),
                    "double": (0, "person0@beispiel.example"), "columns": (6, "Blatt;noch;mehr"),
                }[problem]  # fmt: skip
                cells[place] = text
            file.write(";".join(cells) + "\r\n")
    return wrong


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextlib.contextmanager
def other_writer(waits: list[float]) -> Iterator[None]:
    """Meanwhile, another process wants to write, too; its waits are added."""
    from django.db import connection

    if connection.vendor != "sqlite":
        yield
        return
    command = [sys.executable, "-c", OTHER_WRITER, str(connection.settings_dict["NAME"])]
    writer = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield
    finally:
        said, _ = writer.communicate()
        waits.extend(map(float, said.split()))


def work_off(run, longest: list[float]) -> float:
    """All portions of what has begun; the seconds it took."""
    from mitwirken.core import clock
    from mitwirken.pool.imports import work

    begun = time.monotonic()
    run.refresh_from_db()
    while run.is_working:
        portion = time.monotonic()
        assert work.advance(run, at=clock.now())
        longest.append(time.monotonic() - portion)
    return time.monotonic() - begun


def through(file: IO[bytes], label: str):
    """Upload, trial run and real run of one file: the run, its seconds per step and its portions."""
    from mitwirken.core import clock
    from mitwirken.pool.imports import actions
    from mitwirken.pool.imports.models import Mode

    begun, portions = time.monotonic(), []
    run = actions.upload(file, label=label, mode=Mode.PROVEN, words="x" * 80, by=None, at=clock.now())
    seconds = {"read": time.monotonic() - begun}
    actions.look(run, run.columns, by=None)
    seconds["trial"] = work_off(run, portions)
    actions.take_in(run, by=None)
    seconds["take in"] = work_off(run, portions)
    return run, seconds, portions


def state() -> dict[str, int]:
    from mitwirken.pool.models import ConsentEvent, ConsentState, Member, MemberTopic

    return {model.__name__: model.objects.count() for model in (Member, ConsentEvent, ConsentState, MemberTopic)}


def plainly() -> float:
    """The same rows once more under other names, by bulk_create alone; the seconds it took."""
    from django.db import transaction

    from mitwirken.pool.models import ConsentEvent, ConsentState, Member, MemberTopic

    members = list(Member.objects.order_by("pk").iterator())
    topics = list(MemberTopic.objects.values_list("member_id", "topic_id"))
    events = list(ConsentEvent.objects.order_by("pk").iterator())
    places = {member.pk: place for place, member in enumerate(members)}
    for member in members:
        member.pk, member.address_hash = None, "z" + member.address_hash[1:]
    for event in events:
        event.pk, event.subject = None, "z" + event.subject[1:]
    begun = time.monotonic()
    with transaction.atomic():
        made = Member.objects.bulk_create(members, batch_size=500)
        for event in events:
            event.member = made[places[event.member_id]]
        ConsentEvent.objects.bulk_create(events, batch_size=500)
        ConsentState.objects.bulk_create(
            [ConsentState(member_id=e.member_id, purpose=e.purpose, granted_at=e.at, event=e) for e in events],
            batch_size=500,
        )
        MemberTopic.objects.bulk_create(
            [MemberTopic(member=made[places[member]], topic_id=topic) for member, topic in topics], batch_size=500
        )
    return time.monotonic() - begun


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--rows", type=int, default=100_000)
    options = parser.parse_args()
    with _pool.installation(options.db), tempfile.TemporaryDirectory() as folder:
        from mitwirken.city import samples
        from mitwirken.pool import ledger
        from mitwirken.pool.imports import actions
        from mitwirken.pool.models import Member

        for number in (1, 2):
            samples.topic(code=f"thema-{number}", name=f"Thema {number}")
        wrong = write(Path(folder) / "liste.csv", options.rows)
        _warm_up(Path(folder))
        before, empty = megabytes(), state()
        waits: list[float] = []
        with (Path(folder) / "liste.csv").open("rb") as file, other_writer(waits):
            run, seconds, portions = through(file, "first")
            named = dict(run.lines.named().values_list("line", "problem"))
            again, _seconds, _portions = through(file, "second")
        grown, full = megabytes() - before, state()
        assert named == wrong, Counter(wrong.values()) - Counter(named.values())
        assert full["Member"] == options.rows - len(wrong)
        assert not next(ledger.broken_chains(), None)
        changed = again.counters["made"] + again.counters["changed"]
        raw = plainly()
        Member.objects.filter(address_hash__startswith="z").delete()
        _without_the_copy()
        actions.undo(run, by=None)
        with other_writer(waits):
            seconds["undo"] = work_off(run, portions)
        left = {name: number - empty[name] for name, number in state().items() if number != empty[name]}
    whole = seconds["read"] + seconds["trial"] + seconds["take in"]
    name, reference = f"pool_import/{options.db}/{options.rows}", "bulk_create of the same rows"
    print(f"{name}: {full['Member']} people, {len(wrong)} bad rows, all named")
    for step, took in seconds.items():
        print(f"  {step:14} {took:8.2f} s, {options.rows / took:8.0f} rows/s")
    print(f"  all of it      {whole:8.2f} s, {whole / raw:.1f} times {reference} ({raw:.2f} s)")
    print(f"  one portion    {median(portions) * 1000:8.0f} ms, {max(portions) * 1000:.0f} ms at most")
    if waits:
        rarely = quantiles(waits, n=100)[-1]
        print(f"  another writer {rarely * 1000:8.0f} ms waited in 99 of 100 cases, {max(waits) * 1000:.0f} ms at most")
    print(f"  memory         {grown:8.0f} MB more than before")
    print(f"  second run     {changed:8} changes")
    print(f"  after undo     {sum(left.values()):8} rows left")
    print(_pool.line(name, round(whole, 2), "s", reference, round(whole / raw, 2), options.rows))
    print(
        _pool.line(
            f"{name}/take_in",
            round(seconds["take in"], 2),
            "s",
            reference,
            round(seconds["take in"] / raw, 2),
            full["Member"],
        )
    )
    undone = round(options.rows / seconds["undo"])
    print(_pool.line(f"{name}/undo", undone, "rows/s", "", None, full["Member"]))
    print(_pool.line(f"{name}/portion", round(max(portions) * 1000), "ms", "", None, len(portions)))
    if waits:
        waited = max(waits)
        print(_pool.line(f"{name}/lock", round(waited * 1000), "ms", "150 ms", round(waited / 0.15, 2), len(portions)))
    print(_pool.line(f"{name}/memory", round(grown), "MB", "64 MB", round(grown / 64, 2), options.rows))
    return int(bool(changed or left))


def _warm_up(folder: Path) -> None:
    """Some hundred rows first: what is imported and compiled once is not the work's own memory."""
    from mitwirken.pool.imports import actions

    write(folder / "small.csv", 600)
    with (folder / "small.csv").open("rb") as file:
        run, _seconds, portions = through(file, "warm up")
    actions.undo(run, by=None)
    work_off(run, portions)


def _without_the_copy() -> None:
    from mitwirken.pool.models import ConsentEvent

    ConsentEvent.objects.filter(member=None).delete()


if __name__ == "__main__":
    sys.exit(main())
