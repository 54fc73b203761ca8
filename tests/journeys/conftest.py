"""The whole system as `make run` starts it, on an empty folder and free ports, and a real browser in front."""

import ipaddress
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from requests.structures import CaseInsensitiveDict

from .mailbox import Mailbox

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 420
FORWARDED = "X-Forwarded-For"
REFUSAL = re.compile(r"^\S+ \S+ WARNING django\.request Forbidden.*?(?=^\d{4}-|\Z)", re.MULTILINE | re.DOTALL)
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]


@dataclass(frozen=True)
class Portal:
    """A running installation: its address, its caught mail, the ports where mail is handed in and comes in."""

    url: str
    mailbox: Mailbox
    smtp: int
    lmtp: int


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def fresh_database(name: str) -> str | None:
    """An empty PostgreSQL database beside the one in DATABASE_URL, or None for SQLite."""
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        return None
    with psycopg.connect(given, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    return given.rsplit("/", 1)[0] + f"/{name}"


@pytest.fixture(scope="session")
def portal(tmp_path_factory) -> Iterator[Portal]:
    var, port, smtp, lmtp = tmp_path_factory.mktemp("var"), free_port(), free_port(), free_port()
    url = f"http://localhost:{port}"
    name = f"journeys_{os.getpid()}"
    database = fresh_database(name)
    # The settings of `make run`, not those of the tests: with page cache and compressed files.
    ours = {"TESTING", "DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    environment = {key: value for key, value in os.environ.items() if key not in ours}
    environment |= {
        "DEBUG": "1",
        "DEMO": "1",
        "VAR_DIR": str(var),
        "SITE_URL": url,
        "EMAIL_URL": f"smtp://localhost:{smtp}",
        "INBOUND_URL": f"lmtp://127.0.0.1:{lmtp}",
        # As behind the city's proxy, so that each journey can come from an address of its own.
        "TRUSTED_PROXIES": "1",
        **({"DATABASE_URL": database} if database else {}),
    }
    log = (var / "log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "manage.py", "run", "--port", str(port)], cwd=ROOT, env=environment, stdout=log, stderr=log
    )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not answers(f"{url}/readyz"):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("The system did not start:\n" + (var / "log").read_text()[-4000:])
            time.sleep(0.5)
        yield Portal(url, Mailbox(var / "mail"), smtp, lmtp)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        log.close()
        if database:
            with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
                connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    # A journey that leaves an error has not passed; a refusal (403) is logged with its way, too, and is meant to.
    said = (var / "log").read_text(errors="replace")
    broken = REFUSAL.sub("", said)
    assert "Traceback" not in broken, broken[-4000:]


def answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=5).status_code == 200
    except requests.RequestException:
        return False


@pytest.fixture(autouse=True)
def own_address(monkeypatch):
    """The people of each journey come from an address of their own: what is limited per address and hour is
    limited for them alone, however many journeys one installation sees in an hour."""
    address = str(ipaddress.IPv4Address("10.0.0.0") + secrets.randbelow(1 << 24))
    headers = CaseInsensitiveDict(requests.sessions.default_headers(), **{FORWARDED: address})
    monkeypatch.setattr(requests.sessions, "default_headers", headers.copy)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.exit("These tests need Chromium: apt-get install chromium", returncode=3)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield running
        running.close()


def watched(context: BrowserContext, portal: Portal) -> BrowserContext:
    """The context, with every request elsewhere and every console error written down in `.complaints`."""
    complaints: list[str] = []
    context.complaints = complaints
    ours = (portal.url + "/", "data:", "blob:", "about:")
    context.on(
        "request", lambda sent: None if sent.url.startswith(ours) else complaints.append(f"request to {sent.url}")
    )
    context.on("console", lambda said: complaints.append(f"console: {said.text}") if is_complaint(said) else None)
    context.on("weberror", lambda error: complaints.append(f"script error: {error.error}"))
    context.set_default_timeout(15_000)
    ours_alone = requests.sessions.default_headers().get(FORWARDED)
    context.set_extra_http_headers({FORWARDED: ours_alone} if ours_alone else {})
    return context


def is_complaint(said: ConsoleMessage) -> bool:
    """An error of ours: not axe, which we type into the page ourselves and which stumbles over the page's policy,
    and not the browser's note about a page that refuses what was typed (409, 422, …), as it is meant to."""
    source = said.location["url"]
    about_files = any(folder in source for folder in ("/static/", "/media/"))
    refused = "responded with a status of 4" in said.text and not about_files
    return said.type == "error" and bool(source) and not refused


@pytest.fixture
def context(browser: Browser, portal: Portal, request) -> Iterator[BrowserContext]:
    """A fresh browser profile; ``@pytest.mark.parametrize("javascript", [True, False])`` switches scripts off."""
    javascript = request.node.callspec.params.get("javascript", True) if hasattr(request.node, "callspec") else True
    opened = watched(browser.new_context(base_url=portal.url, java_script_enabled=javascript, locale="de-DE"), portal)
    yield opened
    opened.close()
    assert not opened.complaints, opened.complaints


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()
