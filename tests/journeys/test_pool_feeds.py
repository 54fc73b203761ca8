"""A member's own calendar and feed: switched on with the keyboard, fetched by a program, ended when it leaks."""

import re
import secrets

import icalendar
import pytest
import requests
from playwright.sync_api import Page, expect

from . import wire
from .checks import passed
from .conftest import Portal
from .keyboard import activate
from .mailbox import link_to
from .test_pool_promises import settings_by_mail

BOTH = pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])


@BOTH
def test_a_member_takes_the_offers_into_a_calendar_and_ends_an_address_that_others_know(portal, page, javascript):
    address = f"kal-{secrets.token_hex(4)}@beispiel.example"
    wire.send(
        requests.Session(),
        f"{portal.url}/mitmachpool/anmelden/",
        {"email": address, "agree": "on", "frequency": "weekly"},
    )
    requests.post(link_to(portal.mailbox.wait(to=address, subject="bestätigen"), "/bestaetigen/"), timeout=30)
    settings = settings_by_mail(page, portal, address)
    page.goto(settings)

    activate(page, page.get_by_role("button", name="Feed und Kalender einschalten"))
    expect(page.locator("body")).to_contain_text("Ihr Feed hat jetzt eine Adresse.")
    passed(page)
    first = addresses(page, portal)
    fetched(first, address)

    activate(page, page.get_by_role("button", name="Neue Adressen für Feed und Kalender"))
    second = addresses(page, portal)
    assert not set(first) & set(second)
    fetched(second, address)
    ended(first)

    activate(page, page.get_by_role("button", name="Feed und Kalender ausschalten"))
    expect(page.get_by_role("button", name="Feed und Kalender einschalten")).to_be_visible()
    passed(page)
    ended(second)


def addresses(page: Page, portal: Portal) -> list[str]:
    """The two addresses the page shows: calendar and feed."""
    found = re.findall(rf"{portal.url}/mitmachpool/abo/\S+", page.get_by_role("main").inner_text())
    assert len(found) == 2, found
    return found


def fetched(found: list[str], address: str) -> None:
    """What a calendar program does: without cookies, again with the tag, and nobody learns whose it is."""
    for link in found:
        answer = requests.get(link, timeout=30)
        assert answer.status_code == 200
        assert not answer.cookies
        assert address not in answer.text
        again = requests.get(link, headers={"If-None-Match": answer.headers["ETag"]}, timeout=30)
        assert again.status_code == 304
    calendar = icalendar.Calendar.from_ical(requests.get(found[0], timeout=30).content)
    assert calendar.walk("VEVENT"), "somebody who chose everything sees the dates of the demo"
    assert "<entry>" in requests.get(found[1], timeout=30).text


def ended(found: list[str]) -> None:
    for link in found:
        answer = requests.get(link, timeout=30)
        assert answer.status_code == 410
        assert "Diese Adresse gilt nicht mehr" in answer.text
