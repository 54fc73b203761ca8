"""What the people pool promises: nothing without a button, one's own choices, and out with one click."""

import json
import re
import zipfile

import pytest
import requests
from playwright.sync_api import Page, expect

from . import wire
from .checks import passed
from .conftest import Portal
from .keyboard import activate, choose, press, type_into
from .mailbox import link_to, links_of
from .test_loop import start_and_publish

BOTH = pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])


def scan(links: list[str]) -> None:
    """What a mail filter does: open every link, with HEAD and with GET, and press nothing."""
    for link in links:
        assert requests.head(link, timeout=30, allow_redirects=True).status_code < 500
        assert requests.get(link, timeout=30).status_code < 500


@BOTH
def test_a_member_joins_chooses_pauses_takes_the_data_along_and_is_forgotten(portal, page, javascript):
    address = f"mia-{javascript}@beispiel.example".lower()
    join(page, portal, address)
    settings = settings_by_mail(page, portal, address)
    change_choices(page, settings)
    pause_and_go_on(page)
    take_the_data_along(page, address)
    be_forgotten(page, settings)


def join(page: Page, portal: Portal, address: str) -> None:
    page.goto("/mitmachpool/")
    passed(page)
    activate(page, page.get_by_role("main").get_by_role("link", name=re.compile("anmelden", re.IGNORECASE)).first)
    type_into(page, page.get_by_label("E-Mail-Adresse"), address)
    choose(page, page.get_by_role("checkbox", name="Kultur"))
    # The agreement is forgotten first: a sentence asks for it, and what was typed is still there.
    activate(page, page.get_by_role("button", name="Bestätigungsmail schicken"))
    expect(page.get_by_role("main")).to_contain_text("Wir dürfen Ihnen nur schreiben, wenn Sie einwilligen.")
    expect(page.get_by_label("E-Mail-Adresse")).to_have_value(address)
    expect(page.get_by_role("checkbox", name="Kultur")).to_be_checked()
    passed(page)
    choose(page, page.get_by_role("checkbox", name=re.compile("Ich willige ein")))
    activate(page, page.get_by_role("button", name="Bestätigungsmail schicken"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Bitte sehen Sie in Ihr Postfach")
    passed(page)
    mail = portal.mailbox.wait(to=address, subject="bestätigen")
    scan(links_of(mail))
    page.goto(link_to(mail, "/mitmachpool/bestaetigen/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Anmeldung bestätigen")
    passed(page)
    activate(page, page.get_by_role("button", name="Ja, ich möchte mitmachen"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Sie sind Mitglied")
    passed(page)


def settings_by_mail(page: Page, portal: Portal, address: str) -> str:
    """Back after weeks: the link to the settings comes by mail, no password."""
    page.goto("/mitmachpool/link/")
    passed(page)
    type_into(page, page.get_by_label("E-Mail-Adresse"), address)
    activate(page, page.get_by_role("main").get_by_role("button"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Der Link ist unterwegs")
    passed(page)
    mail = portal.mailbox.wait(to=address, subject="Ihre Einstellungen")
    scan(links_of(mail))
    return link_to(mail, "/mitmachpool/einstellungen/")


def change_choices(page: Page, settings: str) -> None:
    page.goto(settings)
    passed(page)
    expect(page.get_by_role("checkbox", name="Kultur")).to_be_checked()
    choose(page, page.get_by_role("checkbox", name="Mobilität"))
    choose(page, page.get_by_role("checkbox", name="Hörde"))
    activate(page, page.get_by_role("button", name="Auswahl speichern"))
    expect(page.locator("body")).to_contain_text("Gespeichert. Ab jetzt schreiben wir Ihnen entsprechend.")
    expect(page.get_by_role("checkbox", name="Mobilität")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Hörde")).to_be_checked()


def pause_and_go_on(page: Page) -> None:
    press(page, page.locator("summary", has_text="Pause machen"))
    activate(page, page.get_by_role("button", name="Jetzt Pause machen"))
    expect(page.locator("body")).to_contain_text("Wir machen Pause.")
    passed(page)
    activate(page, page.get_by_role("button", name="Pause beenden"))
    expect(page.locator("body")).to_contain_text("Die Pause ist vorbei.")


def take_the_data_along(page: Page, address: str) -> None:
    with page.expect_download() as download:
        press(page, page.get_by_role("link", name="Meine Daten herunterladen"))
    with zipfile.ZipFile(download.value.path()) as packed:
        data = json.loads(packed.read("mitmachpool.json"))
        assert address in packed.read("mitmachpool.html").decode()
    assert data["email"] == address
    assert {"Kultur", "Mobilität"} <= set(data["topics"])
    assert data["consents"], "the proof of the agreement is missing"


def be_forgotten(page: Page, settings: str) -> None:
    activate(page, page.get_by_role("link", name="Meine Mitgliedschaft löschen"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Meine Mitgliedschaft löschen")
    passed(page)
    activate(page, page.get_by_role("button", name="Endgültig löschen"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihre Mitgliedschaft ist gelöscht")
    passed(page)
    answer = requests.get(settings, timeout=30)
    assert answer.status_code == 404
    assert "Der Link zu den Einstellungen gilt nicht mehr." in answer.text


def test_programs_that_open_links_neither_confirm_nor_leave_and_one_click_leaves(portal, page):
    address, session = "otto@beispiel.example", requests.Session()
    answer = wire.send(
        session, f"{portal.url}/mitmachpool/anmelden/", {"email": address, "agree": "on", "frequency": "now"}
    )
    assert "Bitte sehen Sie in Ihr Postfach" in answer.text
    confirmation = link_to(portal.mailbox.wait(to=address, subject="bestätigen"), "/bestaetigen/")
    scan([confirmation])
    # Still open: nobody pressed the button. Then a person does, in a mail program that keeps no cookies.
    assert "Ja, ich möchte mitmachen" in requests.get(confirmation, timeout=30).text
    assert "Sie sind Mitglied" in requests.post(confirmation, timeout=30).text

    page.set_viewport_size({"width": 1280, "height": 900})
    start_and_publish(page, title="Lesegarten am Kanal")
    mail = portal.mailbox.wait(to=address, subject="Lesegarten am Kanal", seconds=90)
    one_click = re.search("<(http[^>]+)>", str(mail["List-Unsubscribe"]))[1]
    settings = link_to(mail, "/mitmachpool/einstellungen/")
    scan([*links_of(mail), one_click])
    assert "Sie bekommen zurzeit keine Mails" not in requests.get(settings, timeout=30).text

    for _again in range(2):
        answer = requests.post(one_click, data=wire.ONE_CLICK, timeout=30, allow_redirects=False)
        assert (answer.status_code, answer.cookies.get_dict()) == (200, {})
    assert "Sie bekommen zurzeit keine Mails" in requests.get(settings, timeout=30).text


@BOTH
def test_a_person_leaves_with_the_keyboard_and_without_a_reason(portal, page, javascript):
    address, session = f"lea-{javascript}@beispiel.example".lower(), requests.Session()
    wire.send(session, f"{portal.url}/mitmachpool/anmelden/", {"email": address, "agree": "on", "frequency": "weekly"})
    confirmation = link_to(portal.mailbox.wait(to=address, subject="bestätigen"), "/bestaetigen/")
    requests.post(confirmation, timeout=30)
    page.goto(settings_by_mail(page, portal, address))
    activate(page, page.get_by_role("button", name="Keine Mails mehr: Einwilligung widerrufen"))
    expect(page.locator("body")).to_contain_text("Erledigt. Sie bekommen keine Mails mehr über neue Angebote.")
    expect(page.get_by_role("main")).to_contain_text("Einwilligung widerrufen")
    passed(page)
