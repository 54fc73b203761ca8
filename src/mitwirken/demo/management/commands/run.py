"""Everything a newcomer needs in one foreground process: web server, worker, catcher of mails and text messages."""

import contextlib
import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from mitwirken.demo import catcher

STARTED = time.monotonic()


class Command(BaseCommand):
    help = "Migrate, load the city and the demo once, then serve until Ctrl-C."

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))

    def handle(self, *args, port: int, **options):
        self.refuse_taken_ports(port, settings.EMAIL_PORT)
        self.migrate_once()
        self.load_once()
        post_office, telephones = catcher.start(settings.EMAIL_PORT), catcher.Telephones()
        if not settings.SMS_URL:
            os.environ["SMS_URL"] = telephones.address
        children: list[subprocess.Popen] = []
        stopping: list[int] = []
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda received, _frame: stopping.append(received))
        try:
            children = [self.start_web(port), self.start_worker()]
            self.wait_until_ready(port, children)
            self.tell(port)
            while not stopping and all(child.poll() is None for child in children):
                time.sleep(0.3)
            if not stopping:
                raise CommandError("A part of the system stopped by itself; its message is above.")
        finally:
            for child in children:
                child.terminate()
            for child in children:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(10)
                # Its group too: a server that dies while it starts leaves its own children behind.
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
            post_office.stop()
            telephones.stop()
        self.stdout.write("Stopped.")

    def refuse_taken_ports(self, web: int, smtp: int):
        for number, variable in ((web, "PORT=8001"), (smtp, "EMAIL_URL=smtp://localhost:8026")):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", number))
                except OSError:
                    raise CommandError(
                        f"Port {number} is in use by another program. Stop it, or start with {variable} make run."
                    ) from None

    def migrate_once(self):
        """Migrate only when something is pending: asking costs a tenth of running the command."""
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", verbosity=0)

    def load_once(self):
        """Load content and demo when the content changed since the last time, so that a restart is quick."""
        files = sorted(path for path in Path(settings.CONTENT_DIR).rglob("*") if path.is_file())
        digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
        # The stamp lies beside the database it speaks of: another DATABASE_URL has a stamp of its own.
        database = hashlib.sha256(str(settings.DATABASES["default"]["NAME"]).encode()).hexdigest()[:8]
        stamp = settings.VAR_DIR / f"loaded-{database}"
        if stamp.exists() and stamp.read_text() == digest:
            return
        self.stdout.write("Loading the city, its content and the demo …")
        call_command("load_content", stdout=self.stdout)
        call_command("load_demo")
        stamp.write_text(digest)

    def start_web(self, port: int) -> subprocess.Popen:
        return self.child(
            "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "2",
            "--blocking-threads", "2", "--log-level", "warning", "--no-ws", "mitwirken.config.wsgi:application",
            module=True,
        )  # fmt: skip

    def start_worker(self) -> subprocess.Popen:
        return self.child(str(settings.BASE_DIR / "manage.py"), "work")

    def child(self, *words: str, module: bool = False) -> subprocess.Popen:
        environment = {**os.environ, "PYTHONPATH": str(settings.BASE_DIR / "src")}
        command = [sys.executable, *(["-m"] if module else []), *words]
        # A session of their own: Ctrl-C reaches this process alone, which then ends them in order.
        return subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603 - our own words

    def wait_until_ready(self, port: int, children: list[subprocess.Popen]):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if any(child.poll() is not None for child in children):
                raise CommandError("The web server or the worker did not start; its message is above.")
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
                    return
            except OSError:
                time.sleep(0.1)
        raise CommandError(f"Nothing answers on port {port} after a minute.")

    def tell(self, port: int):
        self.stdout.write(
            self.style.SUCCESS(f"\nMitwirken is ready on http://localhost:{port}/")
            + f" (after {time.monotonic() - STARTED:.1f} s)\n\n"
            f"  http://localhost:{port}/demo/        what to try, the mailbox, sign-in as staff with one click\n"
            f"  http://localhost:{port}/mitmachen/   what is open now\n"
            f"  http://localhost:{port}/staff/       the staff area\n\n"
            "Stop with Ctrl-C.\n"
        )
