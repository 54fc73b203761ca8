"""Whoever has left the pool is nowhere any more: not in the database, the files, the log, the journals, the index."""

import json
import re
import sqlite3
import time
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
import requests

from . import wire
from .conftest import Portal
from .mailbox import link_to, text_of

ADDRESS = "vergissmeinnicht@beispiel.example"
NEW_ADDRESS = "vergissmichganz@beispiel.example"
# What one could look for afterwards; words that stand nowhere else.
NEEDS = "Rampe zum Quittengarten"
PERSON = {"name": "Quirina Quendel", "street": "Quappengasse 17", "postcode": "12345", "town": "Quakenstadt"}
PHONE = "0231 99887766"
MOBILE = "0171 3920047"
TRACES = ["vergissmeinnicht", "vergissmichganz", "quittengarten", "quendel", "quappengasse", "quakenstadt"]
TRACES += ["99887766", "3920047"]


def test_after_download_and_deletion_a_search_finds_nothing_but_the_keyed_hash(portal: Portal):
    var = portal.mailbox.folder.parent
    if not (var / "mitwirken.sqlite3").exists():
        pytest.skip("The files of a database server are not ours to search; the tables are (test_erasures.py).")
    settings = join_and_fill(portal)
    desk, person = take_in_by_phone(portal)
    # The search itself works: while they are members, both are found.
    assert set(found_in(var)) == set(TRACES)

    download = requests.get(settings + "daten.zip", timeout=30).content
    with zipfile.ZipFile(BytesIO(download)) as packed:
        facts = json.loads(packed.read("mitmachpool.json"))
    assert (facts["email"], facts["access_needs"]) == (ADDRESS, NEEDS)
    assert facts["sms"]["proven_at"]
    answer = wire.send(requests.Session(), settings + "loeschen/", {"never_again": "on"})
    assert "Ihre Mitgliedschaft ist gelöscht" in answer.text
    gone = desk.post(person + "beenden/", data=wire.token(desk, person) | {"never": "yes"}, timeout=30)
    assert gone.status_code == 200

    left = {}
    for _attempt in range(30):  # the worker finishes what it had in hand
        left = found_in(var)
        if not left:
            break
        time.sleep(1)
    assert not left, left
    kept = hashes(var)
    assert len(kept["pool_suppression"]) >= 2
    journal = "".join(path.read_text() for path in (var / "erasures").glob("*.jsonl"))
    assert all(subject in journal for subject in kept["pool_suppression"][-2:])


def join_and_fill(portal: Portal) -> str:
    """Somebody by web with everything one can tell us; the address of the settings."""
    wire.send(requests.Session(), f"{portal.url}/mitmachpool/anmelden/", {"email": ADDRESS, "agree": "on"})
    confirmation = link_to(portal.mailbox.wait(to=ADDRESS, subject="bestätigen"), "/bestaetigen/")
    page = requests.post(confirmation, timeout=30)
    settings = portal.url + re.search(r'href="(/mitmachpool/einstellungen/[^"]+/)"', page.text)[1]
    session = requests.Session()
    assert wire.send(session, settings, {"access_needs": NEEDS, "frequency": "now", "lang": "de"}).status_code == 200
    hidden = wire.token(session, settings)
    for purpose in ("tasks", "panels"):
        session.post(settings + "einwilligung/", data=hidden | {"grant": "yes", "purpose": purpose}, timeout=30)
    session.post(settings + "angabe/", data=hidden | {"kind": "age", "age-value": "75"}, timeout=30)
    session.post(settings + "adresse/", data=hidden | {"email": NEW_ADDRESS}, timeout=30)
    portal.mailbox.wait(to=NEW_ADDRESS, subject="neue Adresse")
    session.post(settings + "sms/", data=hidden | {"number": MOBILE, "agree": "on"}, timeout=30)
    code = text_of(portal.mailbox.wait(to="+491713920047", subject="SMS"))[:6]
    session.post(settings + "sms/code/", data=hidden | {"code": code}, timeout=30)
    return settings


def take_in_by_phone(portal: Portal) -> tuple[requests.Session, str]:
    """Somebody without e-mail; the session of the desk and the address of the person's page."""
    desk = wire.staff(portal.url, "mitmachpool")
    typed = PERSON | {"phone": PHONE, "origin": "phone", "reached": "2", "proof": "letter", "words_lang": "de"}
    typed |= {"agree": "on", "frequency": "weekly", "lang": "de"}
    answer = wire.send(desk, f"{portal.url}/staff/pool/aufnehmen/", typed)
    assert "/staff/pool/person/" in answer.url, answer.url
    return desk, answer.url


def found_in(var: Path) -> dict[str, list[str]]:
    """Which traces stand where: every table and index, then every file byte by byte."""
    found: dict[str, list[str]] = {}
    for place, text in [*tables(var), *files(var)]:
        for trace in TRACES:
            if trace in text:
                found.setdefault(trace, []).append(place)
    return found


def tables(var: Path) -> Iterator[tuple[str, str]]:
    with sqlite3.connect(var / "mitwirken.sqlite3", timeout=30) as database:
        # What the write-ahead log still holds goes into the file, so that the file is the whole truth.
        for _attempt in range(50):
            if database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0:
                break
            time.sleep(0.2)
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            for row in database.execute(f'SELECT * FROM "{name}"'):  # noqa: S608 the database's own names
                yield name, plain(str(row))
    database.close()


def files(var: Path) -> Iterator[tuple[str, str]]:
    """Everything below the installation's folder; `mail` is the mailboxes of the recipients, not ours."""
    for path in sorted(var.rglob("*")):
        if path.is_file() and "mail" not in path.relative_to(var).parts:
            yield path.name, plain(path.read_bytes().decode("utf-8", "replace"))


def plain(text: str) -> str:
    return re.sub(r"(?<=\d)[ /-](?=\d)", "", text).lower()


def hashes(var: Path) -> dict[str, list[str]]:
    with sqlite3.connect(var / "mitwirken.sqlite3", timeout=30) as database:
        rows = database.execute("SELECT address_hash FROM pool_suppression ORDER BY id").fetchall()
    database.close()
    return {"pool_suppression": [subject for (subject,) in rows]}
