"""Every kind of mail, in both languages: readable for everybody, and harmless in the hands of a scanner.

A system of its own with nothing in it but the samples of every kind (pool/tests/every_mail.py, tests/letters.py); the
mails are really sent, caught, and asked the same rules (pool/tests/mail_rules.py).
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
import requests
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser

from mitwirken.pool.tests import mail_rules

from .checks import violations
from .conftest import ROOT, START_SECONDS, answers, free_port, fresh_database
from .wire import ONE_CLICK

# The tables of today's models at once, as pytest makes them: migrations have a journey of their own.
TABLES = """
from django.conf import settings
from django.core.management import call_command
class AsModelsSay:
    def __contains__(self, app): return True
    def __getitem__(self, app): return None
settings.MIGRATION_MODULES = AsModelsSay()
call_command("migrate", run_syncdb=True, verbosity=0)
from mitwirken.city import samples as city
city.city()
city.district()
for code, name in (("mobilitaet", "Mobilität"), ("kultur", "Kultur")):
    city.topic(code=code, name=name)
print("MADE {}")
"""
PRODUCE = """
import json
from mitwirken.core import clock
from mitwirken.core.models import Letter
from mitwirken.pool.dispatch import render
from mitwirken.pool.tests import every_mail
from tests import letters
letters.produce()
made = every_mail.produce(at=clock.now())
print("MADE " + json.dumps({
    "missing": sorted(every_mail.missing(made)),
    "kinds": sorted(str(kind) for kind in render.RENDERERS),
    "letters": Letter.objects.filter(sent_at=None, failed_at=None).count(),
}))
"""
LOOK = """
import json
from mitwirken.core.models import Letter
from mitwirken.pool import tokens
from mitwirken.pool.models import Outbox, OutboxState
from mitwirken.pool.tests import every_mail
rows = Outbox.objects.select_related("dispatch", "member").filter(channel=0)
waiting = rows.filter(state__in=[OutboxState.READY, OutboxState.CLAIMED]).count()
waiting += Letter.objects.filter(sent_at=None, failed_at=None).count()
mails = {
    tokens.message_key(row.dispatch_id, row.member_id, row.channel, row.occasion): [
        row.dispatch.kind, row.member.lang, every_mail.is_bulk(row.dispatch)]
    for row in rows if row.state == OutboxState.ACCEPTED}
mails |= {letter.message_id[1:].partition("@")[0]: ["letter", letter.headers["Content-Language"], False]
    for letter in Letter.objects.exclude(sent_at=None)}
print("MADE " + json.dumps({"waiting": waiting, "mails": mails}))
"""
# Every row of every table of the pool and its features but logs and counters of the machinery.
STATE = """
import hashlib, json
from django.apps import apps
LOGS = {"pool.Worker", "pool.RateBucket", "pool.Installation"}
state = {}
for model in apps.get_models():
    if model._meta.app_label.startswith("pool") and model._meta.label not in LOGS:
        rows = list(model._default_manager.order_by("pk").values())
        state[model._meta.label] = [len(rows), hashlib.sha256(repr(rows).encode()).hexdigest()]
print("MADE " + json.dumps(state))
"""


class Postbox:
    """Takes every mail and keeps its bytes."""

    def __init__(self) -> None:
        self.raw: list[bytes] = []

    async def handle_DATA(self, server, session, envelope):
        self.raw.append(envelope.content)
        return "250 2.0.0 Ok: queued as 4F2C1"


@dataclass(frozen=True)
class Mail:
    """One mail as it arrived, and what it is."""

    raw: bytes
    kind: str
    lang: str
    bulk: bool

    @property
    def parsed(self) -> EmailMessage:
        found = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(found, EmailMessage)
        return found

    def __str__(self) -> str:
        return f"{self.kind} ({self.lang}): {self.parsed['Subject']}"


@dataclass(frozen=True)
class System:
    """A running installation with one mail of every kind sent."""

    url: str
    environment: dict[str, str]
    mails: list[Mail]
    made: dict

    def ask(self, script: str) -> dict:
        return ask(script, self.environment)


def ask(script: str, environment: dict[str, str]) -> dict:
    """What a script inside the system says in its last line."""
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", script]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.rpartition("MADE ")[2])


@pytest.fixture(scope="module")
def system(tmp_path_factory) -> Iterator[System]:
    var, port, smtp = tmp_path_factory.mktemp("var"), free_port(), free_port()
    name = f"mails_{os.getpid()}"
    database = fresh_database(name)
    ours = {"TESTING", "DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    environment = {key: value for key, value in os.environ.items() if key not in ours} | {
        "DEBUG": "1",
        "DEMO": "0",
        "VAR_DIR": str(var),
        "SITE_URL": f"http://localhost:{port}",
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp}",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        **({"DATABASE_URL": database} if database else {}),
    }
    postbox = Postbox()
    relay = Controller(postbox, hostname="127.0.0.1", port=smtp)
    relay.start()
    log = (var / "log").open("wb")
    ask(TABLES, environment)
    processes = [
        subprocess.Popen([sys.executable, "manage.py", *words], cwd=ROOT, env=environment, stdout=log, stderr=log)
        for words in (["runserver", "--noreload", f"127.0.0.1:{port}"], ["work"])
    ]
    try:
        deadline = time.monotonic() + START_SECONDS
        while not answers(f"http://localhost:{port}/healthz"):
            if processes[0].poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("The system did not start:\n" + (var / "log").read_text()[-4000:])
            time.sleep(0.5)
        made = ask(PRODUCE, environment)
        mails = _arrived(postbox, environment)
        yield System(f"http://localhost:{port}", environment, mails, made)
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
        log.close()
        relay.stop()
        if database:
            _drop(name)
    assert "Traceback" not in (var / "log").read_text(errors="replace")


def _drop(name: str) -> None:
    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _arrived(postbox: Postbox, environment: dict[str, str]) -> list[Mail]:
    """Wait until nothing waits any more; each mail with its kind and language."""
    deadline = time.monotonic() + 180
    while (found := ask(LOOK, environment))["waiting"]:
        assert time.monotonic() < deadline, f"{found['waiting']} mails did not leave"
        time.sleep(3)
    mails = []
    for raw in postbox.raw:
        key = str(message_from_bytes(raw, policy=policy.default)["Message-ID"]).strip("<> ").partition("@")[0]
        mails.append(Mail(raw, *found["mails"][key]))
    return mails


def test_there_is_a_mail_of_every_kind_in_both_languages(system):
    assert not system.made["missing"], f"no sample for {system.made['missing']} (see pool/README.md)"
    seen = {(mail.kind, mail.lang) for mail in system.mails}
    assert seen == {(kind, lang) for kind in [*system.made["kinds"], "letter"] for lang in ("de", "en")}


def test_every_mail_keeps_the_rules(system):
    hosts = ("kalender.stadt.example", "stadt.example")
    wrong = [
        f"{mail}: {fault}"
        for mail in system.mails
        for fault in mail_rules.faults(mail.raw, lang=mail.lang, bulk=mail.bulk, site=system.url, hosts=hosts)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_mail_can_be_read_by_everybody(system, browser: Browser, scheme):
    """The HTML part alone in a browser, as a mail program shows it: no violation, nothing sideways, no request."""
    wrong, asked, looked_at = [], [], 0
    context = browser.new_context(color_scheme=scheme, locale="de-DE")
    context.on("request", lambda sent: asked.append(sent.url) if not _is_ours(sent.url, system.url) else None)
    page = context.new_page()
    for mail in system.mails:
        html = mail_rules.html_of(mail.parsed)
        if not html:
            continue
        looked_at += 1
        page.set_content(html)
        for width in (600, 320):
            page.set_viewport_size({"width": width, "height": 800})
            wrong += [f"{mail} at {width} px {scheme}: {one}" for one in violations(page)]
            if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
                wrong.append(f"{mail} scrolls sideways: {wide} px at {width} px")
    context.close()
    assert looked_at > 10
    assert not asked, asked
    assert not wrong, "\n".join(wrong)


def _is_ours(url: str, site: str) -> bool:
    return url.startswith((site + "/", "data:", "about:"))


def test_a_scanner_that_opens_every_link_changes_nothing(system):
    """What mail filters do: every link of every mail, with HEAD and with GET, twice. A person's click still works."""
    links = sorted({link for mail in system.mails for link in mail_rules.links_of(mail.parsed)})
    links = [link for link in links if link.startswith(system.url)]
    assert len(links) > 30
    before = system.ask(STATE)
    for link in links:
        for method in (requests.head, requests.get, requests.get):
            answer = method(link, timeout=60, allow_redirects=True, headers={"User-Agent": "Scanner/1.0"})
            assert answer.status_code < 500, f"{method.__name__} {link}: {answer.status_code}"
    after = system.ask(STATE)
    changed = {label: (before.get(label), state) for label, state in after.items() if before.get(label) != state}
    assert not changed, changed

    mailing = next(mail for mail in system.mails if mail.kind == "step")
    one_click = str(mailing.parsed["List-Unsubscribe"]).partition("<")[2].partition(">")[0]
    assert requests.post(one_click, data=ONE_CLICK, timeout=30, allow_redirects=False).status_code == 200
    assert system.ask(STATE)["pool.ConsentEvent"][0] == before["pool.ConsentEvent"][0] + 1
