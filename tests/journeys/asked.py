"""Members who agreed to be asked personally, and staff who ask: what journeys about tasks and invitations share."""

import re

import requests
from playwright.sync_api import Browser, Page, expect

from . import wire
from .conftest import Portal, watched
from .mailbox import link_to

SETTINGS = re.compile(r'href="(/mitmachpool/einstellungen/[^"/]+/)"')


def member(portal: Portal, address: str) -> str:
    """Joins, asks for plain language (by which the journey finds its own people), agrees to be asked; the settings."""
    session = requests.Session()
    choices = {"email": address, "agree": "on", "frequency": "monthly", "plain_language": "on"}
    wire.send(session, f"{portal.url}/mitmachpool/anmelden/", choices)
    confirmation = link_to(portal.mailbox.wait(to=address, subject="bestätigen"), "/bestaetigen/")
    settings = portal.url + SETTINGS.search(session.post(confirmation, timeout=30).text)[1]
    given = wire.token(session, settings) | {"purpose": "tasks", "grant": "yes"}
    assert session.post(f"{settings}einwilligung/", data=given, timeout=30).status_code == 200
    return settings


def at_work(browser: Browser, portal: Portal, name: str) -> Page:
    """A member of staff at a desk."""
    context = watched(
        browser.new_context(base_url=portal.url, locale="de-DE", viewport={"width": 1280, "height": 900}), portal
    )
    page = context.new_page()
    page.goto("/demo/")
    page.get_by_role("button", name=f"Anmelden {name}").click()
    expect(page).to_have_url(re.compile("/staff/"))
    return page


def went_home(desk: Page) -> None:
    """The desk is left, and nothing was wrong on its pages."""
    context = desk.context
    context.close()
    assert not context.complaints, context.complaints
