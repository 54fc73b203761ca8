#!/usr/bin/env python
"""How long a confirmation takes while a city-wide mailing is under way: from the form to the relay.

Half a million mails wait, a real `manage.py pool_dispatch` sends them, and people ask to join meanwhile. The aim:
ten seconds at most, near by and with a relay whose answers take --relay-delay-ms.
"""

import argparse
import os
import random
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

import _pool

MOST_SECONDS = 10.0


class Arrivals:
    """The sink's log as it grows."""

    def __init__(self, path: Path) -> None:
        self.path, self.read, self.taken = path, 0, 0

    def news(self) -> bytes:
        with self.path.open("rb") as log:
            log.seek(self.read)
            found = log.read()
        self.read += len(found)
        self.taken += found.count(b"qmgr")
        return found

    def wait_for(self, words: bytes, seconds: float) -> bool:
        ends, tail = time.monotonic() + seconds, b""
        while time.monotonic() < ends:
            tail += self.news()
            if words in tail:
                return True
            tail = tail[-200:]
            time.sleep(0.01)
        return False


def confirmation(number: int, arrivals: Arrivals) -> float:
    """Seconds from asking to join until the relay has the mail."""
    from mitwirken.core import clock
    from mitwirken.pool import actions, tokens
    from mitwirken.pool.models import Channel, Outbox

    begun = time.monotonic()
    actions.ask_to_join(f"neu{number}@beispiel.example", actions.Profile(), at=clock.now(), source="/bench/")
    row = Outbox.objects.filter(prio__lt=Outbox.BULK_PRIO).latest("pk")
    key = tokens.message_key(row.dispatch_id, row.member_id, Channel.MAIL, row.occasion)
    return time.monotonic() - begun if arrivals.wait_for(key.encode(), 60) else 60.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--relay-delay-ms", type=float, default=0)
    parser.add_argument("--queued", type=int, default=500_000)
    parser.add_argument("--confirmations", type=int, default=10)
    options = parser.parse_args()
    with _pool.installation(options.db) as folder:
        log = folder / "mail.log"
        log.touch()
        with _pool.Sink(log=log, delay_ms=options.relay_delay_ms) as sink:
            os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{sink.port}"
            from mitwirken.core import clock
            from mitwirken.pool import actions
            from mitwirken.pool.models import PoolSettings

            _pool.fill(options.queued)
            PoolSettings.objects.create(mails_per_minute=100_000_000)
            queued = actions.freeze(actions.announce(_pool.offer(), at=clock.now()), at=clock.now())
            arrivals = Arrivals(log)
            command = [sys.executable, str(_pool.ROOT / "manage.py"), "pool_dispatch"]
            with subprocess.Popen(command) as dispatcher:
                try:
                    arrivals.wait_for(b"qmgr", 60)
                    seconds = []
                    for number in range(options.confirmations):
                        time.sleep(random.uniform(0, 3))
                        seconds.append(confirmation(number, arrivals))
                finally:
                    dispatcher.send_signal(signal.SIGTERM)
            arrivals.news()
    longest, usual = max(seconds), statistics.median(seconds)
    name = f"pool_urgent/{options.db}/{options.relay_delay_ms:g}ms"
    print(f"{name}: {queued} mails waited, {arrivals.taken} of them left meanwhile")
    print(f"  confirmation   {usual:8.2f} s usually, {longest:.2f} s at most (aim {MOST_SECONDS:g} s)")
    print(_pool.line(f"{name}/longest", round(longest, 2), "s", "10 s", round(longest / MOST_SECONDS, 2), len(seconds)))
    return int(longest > MOST_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
