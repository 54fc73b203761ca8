"""The mission in one walk: a format becomes a project, the pool hears of it, people contribute, the city answers,
the evidence returns to the format. Residents use the keyboard only, once with and once without JavaScript."""

import re
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from .conftest import Portal, watched
from .keyboard import activate, choose, tab_to, type_into
from .mailbox import link_to, text_of
from .mouse import follow

CITY_TIME = ZoneInfo("Europe/Berlin")
RUN = ""
COORDINATION = "Koordinierungsstelle"
PAPER_SHEETS = 9  # with the one filled in on screen: ten, the smallest number that is ever published


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_format_becomes_a_project_and_its_evidence_returns(portal, browser, javascript):
    name = "mit" if javascript else "ohne"
    resident = f"ada-{name}-skript{RUN}@beispiel.example"
    at_home = watched(browser.new_context(base_url=portal.url, java_script_enabled=javascript, locale="de-DE"), portal)
    at_work = browser.new_context(base_url=portal.url, locale="de-DE", viewport={"width": 1280, "height": 900})
    at_work.set_default_timeout(20_000)
    home, desk = at_home.new_page(), at_work.new_page()

    join_the_pool(home, portal, resident)
    step_url = start_and_publish(desk, title=f"Grünes Band am Hafen {name} Skript")
    receipt = contribute(home, portal, resident)
    answer(desk, receipt)
    hear_of_it(home, portal, resident)
    close(desk, step_url)
    fill_the_form(home, portal, resident)
    type_in_paper_sheets(desk)
    see_the_evidence(home, title=f"Grünes Band am Hafen {name} Skript")

    at_work.close()
    at_home.close()
    assert not at_home.complaints, at_home.complaints


def join_the_pool(page: Page, portal: Portal, address: str) -> None:
    page.goto("/mitmachpool/")
    activate(page, page.get_by_role("main").get_by_role("link", name=re.compile("anmelden", re.IGNORECASE)).first)
    type_into(page, page.get_by_label("E-Mail-Adresse"), address)
    tab_to(page, page.get_by_role("radio", name="einmal in der Woche"))
    page.keyboard.press("ArrowUp")
    choose(page, page.get_by_role("checkbox", name="Klima und Umwelt"))
    choose(page, page.get_by_role("checkbox", name="Innenstadt-Nord"))
    choose(page, page.get_by_role("checkbox", name=re.compile("Ich willige ein")))
    activate(page, page.get_by_role("button", name="Bestätigungsmail schicken"))
    mail = portal.mailbox.wait(to=address, subject="bestätigen")
    page.goto(link_to(mail, "/mitmachpool/bestaetigen/"))
    activate(page, page.get_by_role("main").get_by_role("button"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def sign_in(page: Page) -> None:
    page.goto("/demo/")
    page.locator("article, li, div").filter(has_text=COORDINATION).get_by_role("button", name="Anmelden").first.click()
    expect(page).to_have_url(re.compile("/staff/"))


def start_and_publish(page: Page, *, title: str) -> str:
    """From the format's page to a public, open step; the staff address of the step."""
    sign_in(page)
    page.goto("/mitmachbox/formate/ideenkarte/")
    follow(page, page.get_by_role("link", name=re.compile("Vorhaben .*starten")))
    page.get_by_label("Titel des Vorhabens").fill(title)
    page.get_by_label("Fachbereich").select_option(label="Umweltamt")
    follow(page, page.get_by_role("button", name="Entwurf anlegen"))
    workbench = page.url
    expect(page.get_by_text("Im Feld „Frage“ steht noch eine Lücke")).to_be_visible()

    follow(page, page.get_by_role("link", name="Texte bearbeiten"))
    for field, text in {
        "summary": "Am Hafen entsteht ein Grünstreifen. Sagen Sie uns, wo Schatten fehlt.",
        "question": "Wo soll am Hafen neues Grün entstehen?",
        "open_points": "Lage der Bäume, Wege und Bänke.",
        "fixed_points": "Der Radweg bleibt.",
        "decision": "Die Bezirksvertretung entscheidet im Juni.",
        "municipal_reference": "Grünplanung der Stadt am Hafen",
        "contact_email": "gruen@stadt.example",
    }.items():
        page.locator(f"[name={field}]").fill(text)
    follow(page, page.locator("button[type=submit]").filter(has_text="Entwurf speichern").first)

    page.goto(workbench)
    follow(page, page.get_by_role("link", name=re.compile("Bearbeiten")))
    step = page.url
    now = datetime.now(CITY_TIME)
    page.locator("[name=starts_at]").fill((now - timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M"))
    page.locator("[name=ends_at]").fill((now + timedelta(days=20)).strftime("%Y-%m-%dT%H:%M"))
    page.locator("[name=teaser]").fill("Markieren Sie, wo Grün fehlt.")
    page.locator("[name=place]").fill("Speicherstraße am Hafen, stufenloser Zugang")
    page.locator("[name=offline_ways]").fill("Postkarte im Bezirksbüro, Telefon 0123 50-2211.")
    page.get_by_role("checkbox", name="Klima und Umwelt").check()
    page.get_by_role("checkbox", name="Innenstadt-Nord").check()
    follow(page, page.get_by_role("button", name="Speichern"))
    page.goto(workbench)
    follow(page, page.get_by_role("button", name="Vorhaben und Schritt veröffentlichen"))
    expect(page.get_by_role("article").filter(has_text="Ideen sammeln · ")).to_contain_text("offen")
    return step


def contribute(page: Page, portal: Portal, address: str) -> str:
    """From the pool's mail to a receipt, keyboard only; the receipt code."""
    mail = portal.mailbox.wait(to=address, subject="Grünes Band am Hafen", seconds=90)
    assert "List-Unsubscribe" in mail
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "Innenstadt-Nord" in text_of(mail)
    assert "Klima und Umwelt" in text_of(mail)
    page.goto(link_to(mail, "/vorhaben/"))
    activate(
        page, page.get_by_role("link", name=re.compile("Idee .*(einreichen|eintragen|abgeben)", re.IGNORECASE)).first
    )
    type_into(page, page.get_by_label("Ihre Idee in einem Satz"), "Bäume an der Südseite")
    type_into(page, page.locator("[name=text]"), "Dort ist es im Sommer am heißesten. Eine Reihe Linden würde helfen.")
    type_into(page, page.locator("[name=email]"), address)
    activate(page, page.get_by_role("main").locator("button[type=submit]").last)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Stimmt alles?")
    activate(page, page.get_by_role("button", name="Meine Idee senden"))
    expect(page).to_have_url(re.compile("/beitrag/[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/"))
    code = re.search("/beitrag/([0-9A-Z-]+)/", page.url)[1]
    assert code in text_of(portal.mailbox.wait(to=address, subject=code))
    return code


def answer(page: Page, receipt: str) -> None:
    page.goto("/staff/vorhaben/")
    follow(page, page.get_by_role("link", name=re.compile("Grünes Band am Hafen")).first)
    follow(page, page.get_by_role("link", name=re.compile("^Beiträge")))
    follow(page, page.get_by_role("link", name="Bäume an der Südseite"))
    expect(page.get_by_role("main")).to_contain_text(receipt)
    page.locator("textarea[name=text]").fill("Gute Idee: Wir pflanzen im Herbst eine Reihe Linden.")
    page.locator("[name=standing]").select_option("accepted")
    follow(page, page.get_by_role("button", name=re.compile("Antwort")))
    expect(page.get_by_role("main")).to_contain_text("Reihe Linden")


def hear_of_it(page: Page, portal: Portal, address: str) -> None:
    mail = portal.mailbox.wait(to=address, subject="Antwort")
    assert "eine Reihe Linden" in text_of(mail)
    page.goto(link_to(mail, "/beitrag/"))
    expect(page.get_by_role("main")).to_contain_text("Wir pflanzen im Herbst")


def close(page: Page, step: str) -> None:
    page.goto(step)
    just_now = datetime.now(CITY_TIME) - timedelta(minutes=1)
    page.locator("[name=ends_at]").fill(just_now.strftime("%Y-%m-%dT%H:%M"))
    follow(page, page.get_by_role("button", name="Speichern"))
    expect(page.get_by_role("main")).to_contain_text(re.compile("in Auswertung|Antwort"))


def fill_the_form(page: Page, portal: Portal, address: str) -> None:
    mail = portal.mailbox.wait(to=address, subject="Wie war das Mitmachen", seconds=90)
    page.goto(link_to(mail, "/mitmach-check/"))
    for number in range(1, 7):
        first = page.locator(f"[name=S{number}]").first
        tab_to(page, first)
        page.keyboard.press("Space")
    activate(page, page.get_by_role("main").locator("button[type=submit]").last)
    expect(page).to_have_url(re.compile("danke"))


def type_in_paper_sheets(page: Page) -> None:
    page.goto("/staff/mitmach-check/")
    follow(page, page.get_by_role("link", name=re.compile("Grünes Band|Ideenkarte")).first)
    for _ in range(PAPER_SHEETS):
        for number in range(1, 7):
            page.locator(f'[name=S{number}][value="5"]').check()
        follow(page, page.get_by_role("main").locator("button[type=submit]").last)
    expect(page.get_by_role("main")).to_contain_text(str(PAPER_SHEETS + 1))


def see_the_evidence(page: Page, *, title: str) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        page.goto("/mitmachbox/formate/ideenkarte/")
        row = page.get_by_role("row").filter(has_text=title)
        if row.count() and row.filter(has_text="10").count():
            return
        time.sleep(2)
    raise AssertionError(f"The format's page shows no evidence of {title!r}")
