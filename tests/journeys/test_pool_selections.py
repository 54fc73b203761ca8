"""Staff build a selection: they see how many people it reaches while they choose, and read it as a sentence."""

import re
import secrets

import pytest
import requests
from playwright.sync_api import Page, expect

from . import wire
from .checks import PHONE
from .keyboard import activate, choose, type_into
from .mouse import follow

BOTH = pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
DESK = {"width": 1280, "height": 900}
NUMBER = re.compile(r"So viele Personen bekämen das jetzt: ([\d.]+)")


@BOTH
def test_a_department_saves_whom_it_wants_to_reach(portal, page, javascript):
    name = f"Klima im Norden {secrets.token_hex(3)}"
    page.set_viewport_size(DESK)
    sign_in(page, "projektleitung")
    page.goto("/staff/pool/")
    follow(page, page.get_by_role("main").get_by_role("link", name="Auswahlen").first)
    follow(page, page.get_by_role("link", name="Neue Auswahl"))
    everybody = number(page)

    type_into(page, page.get_by_label("Name"), name)
    choose(page, page.get_by_role("group", name="Alles davon").get_by_role("checkbox", name="Klima und Umwelt"))
    choose(page, page.get_by_role("group", name="Alles davon").get_by_role("checkbox", name="Innenstadt-Nord"))
    if javascript:
        # The number changes by itself, and it is said aloud.
        expect(page.get_by_role("status").filter(has_text="bekämen")).to_contain_text("„Innenstadt-Nord“")
    else:
        activate(page, page.get_by_role("button", name="Zählen"))
        expect(page.get_by_label("Name")).to_have_value(name)
    expect(page.get_by_role("main")).to_contain_text("hören vom Thema „Klima und Umwelt“ oder von allen Themen")
    assert 10 <= number(page) < everybody
    checked(page)

    type_into(page, page.get_by_label("Höchstens so viele Personen"), "25")
    activate(page, page.get_by_role("button", name="Auswahl speichern"))
    expect(page.get_by_role("main")).to_contain_text("Gespeichert.")
    row = page.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text("Höchstens 25 Personen, zuerst, wer noch nie oder am längsten nicht gefragt wurde")
    checked(page)

    follow(page, row.get_by_role("link", name=name))
    expect(page.get_by_label("Höchstens so viele Personen")).to_have_value("25")
    expect(page.get_by_role("heading", name="Was sie vorher sagte")).to_be_visible()
    checked(page)
    activate(page, page.get_by_role("button", name="Auswahl löschen"))
    expect(page.get_by_role("main")).to_contain_text("Gelöscht.")
    expect(page.get_by_role("row").filter(has_text=name)).to_have_count(0)


def sign_in(page: Page, name: str) -> None:
    page.goto("/demo/")
    follow(page, page.locator(f'button[value^="{name}@"]'))
    expect(page).to_have_url(re.compile("/staff/"))


def number(page: Page) -> int:
    return int(NUMBER.search(page.get_by_role("main").inner_text())[1].replace(".", ""))


def checked(page: Page) -> None:
    """One main heading, and nothing sideways on a phone; what Wagtail draws around it is not ours to judge."""
    expect(page.locator("h1")).to_have_count(1)
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.set_viewport_size(DESK)


def test_a_stranger_counts_nobody(portal):
    stranger = wire.staff(portal.url, "auswertung")
    answer = stranger.get(f"{portal.url}/staff/pool/auswahlen/", timeout=30)
    assert "Neue Auswahl" not in answer.text
    counted = requests.post(f"{portal.url}/staff/pool/zaehlen/", {"purpose": "information"}, timeout=30)
    assert "bekämen" not in counted.text
