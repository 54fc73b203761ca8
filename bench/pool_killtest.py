#!/usr/bin/env python
"""Workers are killed at random moments, and nobody loses a mail or gets one twice.

Real `manage.py pool_dispatch` processes send a mailing to a sink. They are killed (SIGKILL) while they start, claim,
send and settle, and started again; on PostgreSQL all connections are cut once. More can be added: --pause puts one
worker to sleep (SIGSTOP) for longer than its lease; --full-disk leaves no room for journal and SQLite three times
(a small tmpfs, needs root); --restart crashes PostgreSQL three times (a cluster of its own); --record none is a relay
that cannot be asked. At the end three sets are compared: whom we meant, what the relay took, what we believe. Lost or
twice: not one. The release gate is `--mails 40000 --kills 20` for both databases, 1 and 4 workers, delays 0, 2 and
50 ms; without arguments a short form runs.
"""

import argparse
import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import _faults
import _pool

CONNECTIONS = 8
ALIVE = 90  # seconds without any progress after which we stop waiting


class Crew:
    """The sending processes: each that ends is replaced."""

    def __init__(self, size: int) -> None:
        self.members = [self._start() for _ in range(size)]
        self.kills = 0
        self.sleeper: subprocess.Popen | None = None
        self.wakes = 0.0

    def _start(self) -> subprocess.Popen:
        return subprocess.Popen([sys.executable, str(_pool.ROOT / "manage.py"), "pool_dispatch"])

    def kill(self, chance: random.Random) -> None:
        awake = [member for member in self.members if member is not self.sleeper]
        victim = chance.choice(awake or self.members)
        victim.kill()
        victim.wait()
        self.kills += 1
        self.replace()

    def put_one_to_sleep(self) -> None:
        """Stop one that is sending until its lease is over; the others go on meanwhile."""
        from mitwirken.pool.dispatch.claim import LEASE
        from mitwirken.pool.models import Outbox, OutboxState

        held = Outbox.objects.filter(state=OutboxState.CLAIMED, worker__state="running")
        sending = set(held.values_list("worker__pid", flat=True))
        for member in self.members:
            if member.pid in sending and member.poll() is None:
                member.send_signal(signal.SIGSTOP)
                self.sleeper, self.wakes = member, time.monotonic() + LEASE.total_seconds() + 2
                return

    def replace(self) -> None:
        """Start new ones for those that ended; wake the sleeper when its time is over."""
        if self.sleeper and self.wakes and time.monotonic() > self.wakes:
            self.sleeper.send_signal(signal.SIGCONT)
            self.wakes = 0.0
        self.members = [member if member.poll() is None else self._start() for member in self.members]

    def end(self) -> None:
        for member in self.members:
            member.send_signal(signal.SIGCONT)
            member.terminate()
        for member in self.members:
            member.wait(60)


class Log:
    """The sink's log: how many mails it has taken, and which."""

    def __init__(self, path: Path) -> None:
        self.path, self._read, self._taken = path, 0, 0

    def size(self) -> int:
        return self.path.stat().st_size

    def count(self) -> int:
        with self.path.open("rb") as log:
            log.seek(self._read)
            news = log.read()
        news = news[: news.rfind(b"\n") + 1]
        self._read, self._taken = self._read + len(news), self._taken + news.count(b"qmgr")
        return self._taken

    def accepted(self) -> Counter[str]:
        names: dict[str, str] = {}
        taken: Counter[str] = Counter()
        for line in self.path.read_text().splitlines():
            queue_id, _, rest = line.split(": ", 1)[1].partition(": ")
            if rest.startswith("message-id=<"):
                names[queue_id] = rest[12:].partition("@")[0]
            else:
                taken[names[queue_id]] += 1
        return taken


def torment(
    crew: Crew, log: Log, options: argparse.Namespace, chance: random.Random, faults: list[tuple[float, Callable]]
) -> None:
    """Kill so that the kills spread over the whole mailing; some hit a process that has just started."""
    moments = sorted(chance.uniform(0.0, 0.9) * options.mails for _ in range(options.kills))
    cut = options.db == "sqlite" or options.restart
    while crew.kills < options.kills:
        crew.replace()
        taken = log.count()
        if taken >= options.mails * 0.98:
            break
        if options.pause and not crew.sleeper and taken > options.mails / 4:
            crew.put_one_to_sleep()
        if faults and taken > faults[0][0]:
            faults.pop(0)[1]()
        if not cut and taken > options.mails / 2:
            cut = cut_connections()
        if taken >= moments[crew.kills]:
            time.sleep(chance.uniform(0, 0.1))
            crew.kill(chance)
            if chance.random() < 0.2 and crew.kills < options.kills:
                time.sleep(chance.uniform(0, 1.5))
                crew.kill(chance)
        time.sleep(0.01)


def crash(cluster: _faults.Cluster) -> None:
    from django.db import connection

    cluster.crash()
    connection.close()


def cut_connections() -> bool:
    """What a restart of the database does to its clients."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    return True


def wait_for_the_end(crew: Crew, log: Log) -> None:
    """Until nothing waits any more, or nothing moves any more."""
    from mitwirken.pool.models import Outbox

    moved, before = time.monotonic(), None
    while time.monotonic() - moved < ALIVE:
        crew.replace()
        unfinished = Outbox.objects.unfinished().count()
        if not unfinished:
            return
        if (unfinished, log.size()) != before:
            moved, before = time.monotonic(), (unfinished, log.size())
        time.sleep(0.25)


def verdict(log: Log) -> dict[str, int]:
    """The three sets against each other."""
    from django.db.models import Count

    from mitwirken.pool import actions, tokens
    from mitwirken.pool.models import Dispatch, DispatchKind, EventKind, Outbox, OutboxEvent, OutboxState

    dispatch = Dispatch.objects.get(kind=DispatchKind.STEP)
    actions.advance(at=dispatch.created_at)
    rows = Outbox.objects.filter(dispatch=dispatch).values_list("member", "state")
    meant = {tokens.message_key(dispatch.pk, member, 0, 0): state for member, state in rows}
    taken = log.accepted()
    open_ends = {OutboxState.READY, OutboxState.CLAIMED, OutboxState.IN_DOUBT}
    doubts = OutboxEvent.objects.filter(kind=EventKind.IN_DOUBT).values("at", "outbox__worker").annotate(n=Count("pk"))
    return {
        "mails": len(meant),
        "taken": len(taken),
        "lost": sum(name not in taken and state != OutboxState.HELD for name, state in meant.items()),
        "duplicates": sum(taken.values()) - len(taken),
        "strangers": len(taken.keys() - meant.keys()),
        "unfinished": sum(state in open_ends for state in meant.values()),
        "held": sum(state == OutboxState.HELD for state in meant.values()),
        "in doubt": sum(found["n"] for found in doubts),
        "most in doubt": max((found["n"] for found in doubts), default=0),
        "missing": actions.conservation(dispatch)["missing"],
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--relay-delay-ms", type=float, default=0)
    parser.add_argument("--mails", type=int, default=3000)
    parser.add_argument("--kills", type=int, default=6)
    parser.add_argument("--pause", action="store_true", help="put one worker to sleep beyond its lease")
    parser.add_argument("--full-disk", action="store_true", help="leave no room on the disk three times")
    parser.add_argument("--restart", action="store_true", help="crash PostgreSQL three times")
    parser.add_argument("--record", choices=["log", "none"], default="log", help="whether the relay can be asked")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with contextlib.ExitStack() as stack:
        cluster = stack.enter_context(_faults.cluster()) if options.restart else None
        if cluster:
            _pool.ADMIN = cluster.address
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        disk = stack.enter_context(_faults.SmallDisk(folder)) if options.full_disk else None
        stack.enter_context(_pool.installation(options.db, folder=folder))
        log = Log(Path(stack.enter_context(tempfile.TemporaryDirectory())) / "mail.log")
        log.path.touch()
        moments = [options.mails * share for share in (0.2, 0.4, 0.6)]
        faults = [(moment, lambda: crash(cluster)) for moment in moments] if cluster else []
        faults += [(moment + 50, lambda: disk.fill(3)) for moment in moments] if disk else []
        faults.sort(key=lambda fault: fault[0])
        if options.record == "log":
            os.environ["MAIL_RECORD"] = f"log://{log.path}?grace=2"
        from mitwirken.core import clock
        from mitwirken.pool import actions
        from mitwirken.pool.models import PoolSettings

        _pool.fill(options.mails)
        PoolSettings.objects.create(mails_per_minute=100_000_000)
        actions.freeze(actions.announce(_pool.offer(), at=clock.now()), at=clock.now())
        with _pool.Sink(log=log.path, delay_ms=options.relay_delay_ms) as sink:
            os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{sink.port}"
            started = time.monotonic()
            crew = Crew(options.workers)
            try:
                torment(crew, log, options, chance, faults)
                wait_for_the_end(crew, log)
            finally:
                crew.end()
            seconds = time.monotonic() - started
        found = verdict(log)
    name = f"pool_killtest/{options.db}/{options.workers}/{options.relay_delay_ms:g}ms/{options.record}"
    name += "".join(f"+{fault}" for fault in ("pause", "full_disk", "restart") if getattr(options, fault))
    fillings = f", disk full {disk.fillings} times" if disk else ""
    print(f"{name}, seed {options.seed}: {crew.kills} kills in {seconds:.0f} s{fillings}")
    for fact, value in found.items():
        print(f"  {fact:<14}{value:>8}")
    for fact in ("lost", "duplicates", "held", "in doubt"):
        ratio = round(found[fact] / crew.kills, 3) if crew.kills else None
        print(_pool.line(f"{name}/{fact}", found[fact], "mails", "kills", ratio, found["mails"]))
    broken = [fact for fact in ("lost", "duplicates", "strangers", "unfinished", "missing") if found[fact]]
    if found["most in doubt"] > CONNECTIONS:
        broken.append(f"more in doubt at once than {CONNECTIONS} connections")
    if faults:
        broken.append("not all faults happened")
    if crew.kills < options.kills:
        print(f"Only {crew.kills} of {options.kills} kills: too few mails.")
    print("".join(f"BROKEN: {fact}\n" for fact in broken), end="")
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
