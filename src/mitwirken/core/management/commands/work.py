"""The worker: runs whatever is due, for ever. Start as many as you like."""

import signal
import time

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections
from django.utils.module_loading import autodiscover_modules

from mitwirken.core import clock, jobs


class Command(BaseCommand):
    help = "Run recurring work (mail, dispatches, deadlines) until stopped; --once for a single round."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true")

    def handle(self, *args: str, once: bool = False, **options: object) -> None:
        autodiscover_modules("tasks")
        stopping: list[bool] = []
        signal.signal(signal.SIGTERM, lambda *_: stopping.append(True))
        while not stopping:
            jobs.run_due(at=clock.now())
            # A database that went away and came back gets a fresh connection in the next round.
            close_old_connections()
            if once:
                return
            time.sleep(0.5)
