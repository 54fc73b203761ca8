"""An existing list becomes part of the pool: a trial run names what is wrong by its line, and all can be undone."""

import csv
import re
import secrets
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .checks import passed
from .mouse import follow

MANAGER = "Peer Mitmachpool"
# The clockwork comes every two seconds, and the machine may have other things to do.
PATIENCE = 120_000
HEADING = "E-Mail;Themen;Sprache;Häufigkeit;Einwilligung am;Quelle;Aktenzeichen"
ROWS = 300
WORDS = "Ich möchte Post der Stadt zu Beteiligungen bekommen und kann das jederzeit widerrufen."
# The line in the file, what stands in it, and what the pool says about it.
WRONG = {
    5: ("person@@beispiel;;Deutsch;monatlich;14.03.2025;Bogen;Blatt 5", "Die E-Mail-Adresse ist unvollständig"),
    40: ("p40@beispiel.example;;Deutsch;monatlich;31.02.2025;Bogen;Blatt 40", "„31.02.2025“ ist kein Datum."),
    80: ("p80@beispiel.example;;Deutsch;monatlich;14.03.2025;Bogen;", "Der Nachweis ist unvollständig"),
    120: ("p120@beispiel.example;Unsinn;Deutsch;monatlich;14.03.2025;Bogen;Blatt", "Das Thema „Unsinn“ gibt es nicht."),
    160: ("p160@beispiel.example;;Deutsch;monatlich;14.03.2025;=1+1;Blatt 160", "Eine Zelle beginnt wie eine Formel"),
    200: ('p200@beispiel.example;;Deutsch;monatlich;14.03.2025;Bogen "offen;Blatt', "Die Anführungszeichen"),
}
GOOD = ROWS - len(WRONG)


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_list_is_tried_taken_in_and_taken_back(page: Page, tmp_path: Path, javascript):
    name = f"Bögen {'mit' if javascript else 'ohne'} Skript {secrets.token_hex(3)}"
    file = written(tmp_path / "liste.csv", mark=secrets.token_hex(3))
    sign_in(page)

    upload(page, file, name)
    try_out(page)
    assert named_in_report(page) == list(WRONG)
    expect(page.get_by_role("main")).to_contain_text(f"{GOOD} können aufgenommen werden")
    follow(page, page.get_by_role("button", name=f"{GOOD} Personen aufnehmen"))
    watch_until(page, "aufgenommen", on_the_way="wird aufgenommen")
    expect(page.get_by_role("main")).to_contain_text(f"{GOOD} aufgenommen")
    passed(page)
    first = page.url

    upload(page, file, f"{name}, noch einmal")
    expect(page.get_by_role("main")).to_contain_text(f"dieselbe Datei wie „{name}“")
    try_out(page)
    expect(page.get_by_role("main")).to_contain_text(f"{GOOD} schon da")
    expect(page.get_by_role("button", name="Personen aufnehmen")).to_be_disabled()
    follow(page, page.get_by_role("button", name="Diese Liste verwerfen"))

    page.goto(first)
    follow(page, page.get_by_role("button", name="Diese Liste zurücknehmen"))
    watch_until(page, "zurückgenommen", on_the_way="wird zurückgenommen")
    expect(page.get_by_role("main")).to_contain_text(f"{GOOD} zurückgenommen")
    passed(page)

    # Nobody of them is left: the same file could be taken in anew.
    upload(page, file, f"{name}, danach")
    try_out(page)
    expect(page.get_by_role("button", name=f"{GOOD} Personen aufnehmen")).to_be_enabled()
    follow(page, page.get_by_role("button", name="Diese Liste verwerfen"))
    expect(page.locator("body")).to_contain_text("Verworfen. Die Zeilen sind gelöscht")
    expect(page.locator(".messages > ul")).to_have_css("opacity", "1")
    passed(page)


def written(path: Path, *, mark: str) -> Path:
    """A file as a spreadsheet saves it: some hundred rows, some of them wrong."""
    lines = [HEADING]
    for line in range(2, ROWS + 2):
        row = f"liste-{mark}-{line}@beispiel.example;;Deutsch;wöchentlich;14.03.2025;Bogen beim Stadtfest;Blatt {line}"
        lines.append(WRONG[line][0] if line in WRONG else row)
    path.write_text("\r\n".join([*lines, ""]), encoding="utf-8-sig")
    return path


def sign_in(page: Page) -> None:
    page.goto("/demo/")
    page.get_by_role("button", name=f"Anmelden {MANAGER}").click()
    expect(page).to_have_url(re.compile("/staff/"))


def upload(page: Page, file: Path, name: str) -> None:
    page.goto("/staff/pool/")
    follow(page, page.get_by_role("main").get_by_role("link", name="Eine Liste aufnehmen", exact=True))
    passed(page)
    page.get_by_label("Name der Liste").fill(name)
    page.get_by_label("Tabelle als CSV").set_input_files(file)
    page.get_by_label("Der Text, dem diese Menschen zugestimmt haben").fill(WORDS)
    follow(page, page.get_by_role("button", name="Hochladen und Spalten prüfen"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    expect(page.get_by_role("main")).to_contain_text(f"{ROWS} Zeilen wurden gelesen.")
    passed(page)


def try_out(page: Page) -> None:
    """The trial run, and what it says of each wrong line where it says anything of a line."""
    follow(page, page.get_by_role("button", name="Probelauf starten"))
    watch_until(page, "Probelauf fertig", on_the_way="Probelauf")
    for line, (_row, sentence) in WRONG.items():
        row = page.get_by_role("row").filter(has=page.get_by_role("cell", name=str(line), exact=True))
        expect(row.filter(has_text=sentence)).to_have_count(1)
    passed(page)


def watch_until(page: Page, end: str, *, on_the_way: str) -> None:
    """The page tells how far the work is, by itself, with scripts and without, until it is over."""
    status = page.locator("#progress").get_by_role("status")
    expect(status).to_have_text(re.compile(rf"^\s*({on_the_way}: \d+ von \d+ Zeilen|{end})\s*$"))
    expect(status).to_have_text(end, timeout=PATIENCE)


def named_in_report(page: Page) -> list[int]:
    """The lines in the table that can be downloaded; no address stands in it."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Alle Hinweise als Tabelle").click()
    text = download.value.path().read_text("utf-8-sig")
    assert "beispiel.example" not in text
    _heading, *rows = csv.reader(text.splitlines(), delimiter=";")
    for line, reason in rows:
        assert WRONG[int(line)][1] in reason
    return [int(line) for line, _reason in rows]
