#!/usr/bin/env python
"""How fast the public pages are, as ratios to a bare Django JSON view of the same server in the same run.

Builds an installation with the real content, the demo and one idea list of 1,000 ideas and 5,000 comments,
starts the production server on 2 workers and asks for each page over loopback, first made anew for every
request, then from the page cache. Prints a table and JSON lines; also the number of queries per page, with
all rows and with a tenth of them, because a number that grows with rows is a defect.
"""

import io
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
IDEAS, COMMENTS = 1000, 5000
CONNECTIONS = 4
SECONDS = 1.0
ROUNDS = 5
MOST_QUERIES = 12
MOST_CACHED_RATIO = 2.0
BARE = "/bare"


def environment(var: str) -> dict[str, str]:
    """Production settings on a folder of their own."""
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT / "bench")]),
        "DJANGO_SETTINGS_MODULE": "_bare",
        "DEBUG": "0",
        "DEMO": "1",
        "TESTING": "0",
        "VAR_DIR": var,
        "SECRET_KEY": "bench-only-" + "x" * 50,
        "ALLOWED_HOSTS": "localhost",
        "SITE_URL": "https://localhost",
        "SECURE_SSL_REDIRECT": "0",
    }


def build() -> dict[str, str]:
    """Fill the database; the pages to ask for, by name."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    call_command("load_content", verbosity=0, stdout=io.StringIO())
    call_command("load_demo", verbosity=0)

    from mitwirken.portal import samples

    project = samples.project(title="Tausend Ideen", slug="tausend-ideen")
    step = samples.step(project, slug="liste", title="Tausend Ideen")
    return {
        "home": "/",
        "offers": "/mitmachen/",
        "project": project.get_absolute_url(),
        "idea list": step.get_absolute_url(),
        "formats": "/mitmachbox/formate/",
        "format": "/mitmachbox/formate/world-cafe/",
    }


def fill(first: int, last: int) -> None:
    """Add the ideas number `first` to `last` with five comments each."""
    from mitwirken.core import clock
    from mitwirken.portal.models import Comment, Contribution, Step

    step, now = Step.objects.get(slug="liste", project__slug="tausend-ideen"), clock.now()
    ideas = Contribution.objects.bulk_create(
        Contribution(
            step=step,
            title=f"Idee {number}: mehr Bänke im Schatten",
            text="An der Südseite fehlen Sitzplätze. " * 5,
            created_at=now - timedelta(minutes=number),
            support_count=number % 40,
            comment_count=COMMENTS // IDEAS,
        )
        for number in range(first, last)
    )
    Comment.objects.bulk_create(
        Comment(contribution=idea, text="Das finde ich auch.", created_at=now)
        for idea in ideas
        for _ in range(COMMENTS // IDEAS)
    )


def queries(path: str) -> int:
    """Database queries of one request to `path`, page cache off."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"x-forwarded-proto": "https", "host": "localhost"})
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200, path
    return len(captured)


class Server:
    """granian with 2 workers, as in production, on a free port."""

    def __init__(self, settings: dict[str, str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port"]
        command += [str(self.port), "--workers", "2", "--blocking-threads", "1", "--log-level", "error"]
        self.process = subprocess.Popen([*command, "mitwirken.config.wsgi:application"], env=settings)

    def __enter__(self) -> "Server":
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                with Visitor(self.port, "/readyz") as visitor:
                    visitor.ask()
                return self
            except (OSError, AssertionError):
                time.sleep(0.2)
        raise RuntimeError("the server did not start")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(20)

    def rate(self, path: str, seconds: float = SECONDS) -> float:
        """Requests per second over `CONNECTIONS` kept connections."""

        def run(_: int) -> int:
            with Visitor(self.port, path) as visitor:
                visitor.ask()
                count, end = 0, time.monotonic() + seconds
                while time.monotonic() < end:
                    visitor.ask()
                    count += 1
            return count

        with ThreadPoolExecutor(CONNECTIONS) as pool:
            counts = list(pool.map(run, range(CONNECTIONS)))
        return sum(counts) / seconds

    def beside_bare(self, path: str) -> tuple[float, float]:
        """The page's requests per second, and how often the bare view fits into its time.

        Both are asked in turns, so that whatever else the machine does meets both alike.
        """
        rounds = [(self.rate(BARE), self.rate(path)) for _ in range(ROUNDS)]
        rate = statistics.median(page for _, page in rounds)
        return rate, statistics.median(bare / page for bare, page in rounds)


class Visitor:
    """One kept connection asking for one page. Bare sockets: a client library costs more than the cached page."""

    def __init__(self, port: int, path: str) -> None:
        self.path = path
        head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Proto: https\r\n"
        self.request = f"{head}Accept-Encoding: gzip\r\n\r\n".encode()
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def ask(self) -> None:
        """Send the request and read the whole answer."""
        self.socket.sendall(self.request)
        received = self.socket.recv(262_144)
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self.socket.recv(262_144)
        head = received[:end].lower()
        assert head.startswith(b"http/1.1 200"), f"{self.path}: {head[:40]!r}"
        length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        missing = end + 4 + length - len(received)
        while missing > 0:
            missing -= len(self.socket.recv(min(missing, 1 << 20)))


def main() -> int:
    lines: list[dict[str, object]] = []
    problems = []
    with tempfile.TemporaryDirectory() as var:
        settings = environment(var) | {"PAGE_CACHE_SECONDS": "0"}
        os.environ.update(settings)
        sys.path.insert(0, str(ROOT / "src"))
        import django

        django.setup()
        pages = build()
        fill(0, IDEAS // 10)
        few = {name: queries(path) for name, path in pages.items()}
        fill(IDEAS // 10, IDEAS)
        many = {name: queries(path) for name, path in pages.items()}
        for name in pages:
            if many[name] > MOST_QUERIES or many[name] > few[name]:
                problems.append(f"{name}: {few[name]} queries with a tenth of the rows, {many[name]} with all")
        measured: dict[str, dict[str, tuple[float, float]]] = {}
        for mode, seconds in (("made anew", "0"), ("cached", "300")):
            with Server(settings | {"PAGE_CACHE_SECONDS": seconds}) as server:
                server.rate(BARE, 1)
                measured[mode] = {name: server.beside_bare(path) for name, path in pages.items()}
    for mode, by_page in measured.items():
        for name, (rate, ratio) in by_page.items():
            lines.append(
                {
                    "bench": f"pages/{name}/{mode}",
                    "value": round(rate, 1),
                    "unit": "req/s",
                    "reference": "bare Django JSON view behind the same middleware, same server, alternating",
                    "ratio": round(ratio, 2),
                    "n": ROUNDS,
                }
            )
            if mode == "cached" and ratio > MOST_CACHED_RATIO:
                problems.append(f"{name}: the cached page costs {ratio:.2f} times the bare view")
    print(f"{'page':<12}{'queries':>8}{'made anew':>14}{'ratio':>8}{'cached':>12}{'ratio':>8}")
    for name in pages:
        (anew, anew_ratio), (cached, cached_ratio) = measured["made anew"][name], measured["cached"][name]
        print(f"{name:<12}{many[name]:>8}{anew:>12.0f}/s{anew_ratio:>8.1f}{cached:>10.0f}/s{cached_ratio:>8.2f}")
    for line in lines:
        print(json.dumps(line, ensure_ascii=False))
    print("\n".join(problems))
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
