"""A member hears of a new offer by text message: after an agreement, a code, and until the link in it is used."""

import re

import pytest
import requests
from playwright.sync_api import Page, expect

from . import wire
from .asked import SETTINGS
from .checks import passed
from .conftest import Portal
from .keyboard import activate, choose, press, type_into
from .mailbox import link_to, links_of, text_of
from .test_loop import start_and_publish


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_member_proves_a_number_hears_of_an_offer_and_ends_it(portal, browser, page, javascript):
    # Numbers of films and books (Bundesnetzagentur); each its own, or one would find the code sent to the other.
    number = f"0171 39200{41 if javascript else 42}"
    settings = join(portal, f"sms-{javascript}@beispiel.example".lower())
    give(page, settings, number)
    received = prove(page, portal, number)
    desk = browser.new_context(base_url=portal.url, locale="de-DE", viewport={"width": 1280, "height": 900})
    start_and_publish(desk.new_page(), title=f"Schattenplätze am Hafen {number}")
    desk.close()
    stop = hear(page, portal, number, received)
    end(page, stop, settings, number)


def join(portal: Portal, address: str) -> str:
    session = requests.Session()
    choices = {"email": address, "agree": "on", "frequency": "now"}
    wire.send(session, f"{portal.url}/mitmachpool/anmelden/", choices)
    confirmation = link_to(portal.mailbox.wait(to=address, subject="bestätigen"), "/bestaetigen/")
    return portal.url + SETTINGS.search(session.post(confirmation, timeout=30).text)[1]


def give(page: Page, settings: str, number: str) -> None:
    page.goto(settings)
    section = page.locator("#sms")
    press(page, section.locator("summary"))
    expect(section).to_contain_text("Die Stadt darf mir zusätzlich eine SMS schicken")
    passed(page)
    # A landline first: a sentence says what is wrong, and what was typed is still there.
    type_into(page, section.get_by_label("Mobilnummer"), "0231 50-0")
    choose(page, section.get_by_role("checkbox", name="Ich willige ein."))
    activate(page, section.get_by_role("button", name="Code senden"))
    expect(page.get_by_role("main")).to_contain_text("An diese Nummer können wir keine SMS schicken.")
    expect(page.get_by_label("Mobilnummer")).to_have_value("0231 50-0")
    passed(page)
    page.get_by_label("Mobilnummer").fill(number)
    activate(page, page.get_by_role("button", name="Code senden"))


def prove(page: Page, portal: Portal, number: str) -> int:
    """The code; how many messages this number has got by now."""
    expect(page.get_by_role("main")).to_contain_text(f"Wir schicken einen Code an {number}.")
    passed(page)
    e164 = "+49" + number.replace(" ", "")[1:]
    said = text_of(portal.mailbox.wait(to=e164, subject="SMS"))
    code = re.match(r"\d{6}", said)[0]
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    type_into(page, page.get_by_label("Code aus der SMS"), wrong)
    activate(page, page.get_by_role("button", name="Nummer bestätigen"))
    expect(page.get_by_role("main")).to_contain_text("Dieser Code passt nicht.")
    passed(page)
    page.get_by_label("Code aus der SMS").fill(code)
    activate(page, page.get_by_role("button", name="Nummer bestätigen"))
    expect(page.locator("#sms")).to_contain_text(f"Wir schreiben an {number}")
    passed(page)
    return len(portal.mailbox.mails(to=e164))


def hear(page: Page, portal: Portal, number: str, received: int) -> str:
    """The message about the offer; the link in it that ends them."""
    message = portal.mailbox.nth(received + 1, to="+49" + number.replace(" ", "")[1:], seconds=120)
    assert text_of(message).startswith("Neu: ")
    assert len(text_of(message).strip()) <= 306
    for link in links_of(message):  # as a filter does: open everything, press nothing
        assert requests.head(link, timeout=30, allow_redirects=True).status_code == 200
    page.goto(link_to(message, "/mitmachpool/a/"))
    expect(page).to_have_url(re.compile("/vorhaben/"))
    return link_to(message, "/mitmachpool/sms/")


def end(page: Page, stop: str, settings: str, number: str) -> None:
    page.goto(stop)
    expect(page.get_by_role("heading", level=1)).to_have_text("Keine SMS mehr")
    passed(page)
    activate(page, page.get_by_role("button", name="SMS beenden"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Sie bekommen keine SMS mehr")
    passed(page)
    page.goto(settings)
    expect(page.locator("#sms")).not_to_contain_text(number)
    expect(page.get_by_role("main")).to_contain_text("Neuigkeiten auch als SMS")  # the history keeps the words
