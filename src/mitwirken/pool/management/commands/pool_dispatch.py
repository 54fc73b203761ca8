"""A process that does nothing but send. On PostgreSQL as many as you like; on SQLite one sends, others stand by."""

import logging
import signal
import time

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connection

from mitwirken.core import clock
from mitwirken.pool import actions
from mitwirken.pool.dispatch import Dispatcher
from mitwirken.pool.dispatch.fence import in_words
from mitwirken.pool.models import Installation

log = logging.getLogger(__name__)

PAUSE, REFUSED_PAUSE = 0.5, 10


class Command(BaseCommand):
    help = "Send the people pool's outbox until stopped; --once for one round."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true")

    def handle(self, *args, once=False, **options):
        stopping = []
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.append(True))
        dispatcher = None
        try:
            while not stopping:
                dispatcher = dispatcher or self.start()
                sent = self.send(dispatcher) if dispatcher else 0
                if once:
                    break
                if not sent:
                    time.sleep(PAUSE)
        finally:
            if dispatcher:
                dispatcher.stop()

    def start(self):
        """A dispatcher, or None while another process sends, nothing may be sent, or the database is away."""
        try:
            # A restored backup may hold people who left since: they go first.
            actions.reapply_erasures(at=clock.now())
            dispatcher = Dispatcher.start(at=clock.now())
            row = Installation.objects.first()
        except (OperationalError, InterfaceError) as error:
            log.warning("database not reachable (%s); trying again", type(error).__name__)
            connection.close()
            return None
        if dispatcher is None and row and row.refusal:
            self.stderr.write(f"No mails are sent. {in_words(row.refusal)}")
            time.sleep(REFUSED_PAUSE)
        return dispatcher

    def send(self, dispatcher):
        """One round. Without its database it waits: what it was doing stands in its journal."""
        try:
            return dispatcher.run(now=clock.now, seconds=5)
        except (OperationalError, InterfaceError) as error:
            log.warning("database not reachable (%s); trying again", type(error).__name__)
            connection.close()
            return 0
