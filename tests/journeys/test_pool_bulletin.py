"""A department writes to the pool: a check that finds what is wrong, four eyes, one mail that says why it came."""

import re
import secrets

import requests
from playwright.sync_api import Browser, Page, expect

from .checks import passed
from .conftest import Portal, watched
from .keyboard import activate, type_into
from .mailbox import link_to, links_of, text_of
from .mouse import follow
from .test_pool_promises import join, scan

LEAD, MANAGER = "Paul Projektleitung", "Peer Mitmachpool"
MARK = secrets.token_hex(3)
SUBJECT = f"Lesen im Park, Ausgabe {MARK}"
FLAWED = "Am [Bitte ergänzen: Tag] lesen wir im Park.\n\nMehr steht [hier](http://stadt.example/lesen)."
BODY = """Liebe Mitglieder,

am Samstag lesen wir im Park. **Kommen Sie dazu.**

## Was Sie erwartet

- kurze Geschichten, auf Deutsch und in Gebärdensprache
- Stühle im Schatten und ein Weg ohne Stufen

Alle Angebote der Stadt: [Angebote zum Mitmachen]({site}/mitmachen/)"""


def test_a_department_writes_a_second_person_approves_and_a_member_reads_why(portal, page, browser):
    reader = f"rita-{MARK}@beispiel.example"
    join(page, portal, reader)

    desk, office = at_work(browser, portal, LEAD), at_work(browser, portal, MANAGER)
    bulletin = write_with_flaws(desk)
    repair(desk, portal, bulletin)
    look_and_test(desk, portal, bulletin)
    hand_in(desk, bulletin)
    approve(office)
    read(page, portal, reader)
    ask_what_became_of_it(office, bulletin, reader)
    for context in (desk.context, office.context):
        context.close()
        assert not context.complaints, context.complaints


def at_work(browser: Browser, portal: Portal, name: str) -> Page:
    context = watched(
        browser.new_context(base_url=portal.url, locale="de-DE", viewport={"width": 1280, "height": 900}), portal
    )
    page = context.new_page()
    page.goto("/demo/")
    page.get_by_role("button", name=f"Anmelden {name}").click()
    expect(page).to_have_url(re.compile("/staff/"))
    return page


def write_with_flaws(page: Page) -> str:
    """A draft with everything wrong: the check says each thing in a sentence, and does not let it go."""
    page.goto("/staff/pool/")
    follow(page, page.get_by_role("main").get_by_role("link", name="Rundbriefe", exact=True).first)
    follow(page, page.get_by_role("link", name="Rundbrief schreiben"))
    follow(page, page.get_by_role("button", name="Anfangen"))
    page.locator("[name=body_de]").fill(FLAWED)
    follow(page, page.get_by_role("button", name="Speichern und prüfen"))
    found = page.get_by_role("main")
    for sentence in (
        "Der Betreff fehlt.",
        "Hier ist noch eine Lücke zu füllen: [Bitte ergänzen: Tag]",
        "Der Link „hier“ sagt für sich allein nichts.",
        "Die Adresse hinter „hier“ beginnt mit http://",
        "Der Bezug zur Stadt fehlt.",
    ):
        expect(found).to_contain_text(sentence)
    expect(page.get_by_role("button", name="Zur Freigabe einreichen")).to_have_count(0)
    return page.url


def repair(page: Page, portal: Portal, bulletin: str) -> None:
    follow(page, page.get_by_role("link", name="Ändern"))
    page.locator("[name=subject_de]").fill(SUBJECT)
    page.locator("[name=body_de]").fill(BODY.format(site=portal.url))
    page.locator("[name=municipal_reference]").fill("Lesefest der Stadtbücherei")
    page.locator("[name=rule-topics]").locator("xpath=ancestor::label").filter(has_text="Kultur").first.click()
    page.locator("[name=rule-districts]").locator("xpath=ancestor::label").filter(has_text="Hörde").first.click()
    # The reader wants one mail a week; this one is for everybody.
    page.locator("[name=rule-pace][value=all]").check()
    follow(page, page.get_by_role("button", name="Speichern und prüfen"))
    expect(page).to_have_url(bulletin)
    expect(page.get_by_role("main")).not_to_contain_text("Bevor er hinausgehen kann, ist zu beheben")
    expect(page.get_by_role("main")).to_contain_text("„Kultur“")


def look_and_test(page: Page, portal: Portal, bulletin: str) -> None:
    follow(page, page.get_by_role("link", name="Vorschau"))
    expect(page.get_by_role("heading", name="Was Sie erwartet")).to_be_visible()
    expect(page.locator("iframe")).to_have_count(0)
    expect(page.locator("pre")).to_contain_text("- kurze Geschichten")
    expect(page.locator("pre")).to_contain_text("„Kultur“")
    follow(page, page.get_by_role("button", name="Diese Fassung als Test an mich senden"))
    mail = portal.mailbox.wait(to="projektleitung@", subject=SUBJECT)
    assert str(mail["Subject"]) == f"[Test] {SUBJECT}"
    assert "Dies ist ein Test." in text_of(mail)
    page.goto(bulletin)


def hand_in(page: Page, bulletin: str) -> None:
    for box in page.locator("[name=confirmed]").all():
        box.check()
    follow(page, page.get_by_role("button", name="Zur Freigabe einreichen"))
    page.goto(bulletin)
    expect(page.get_by_role("main")).to_contain_text("Eine andere Person gibt es frei")
    expect(page.get_by_role("button", name="Freigeben und jetzt senden")).to_have_count(0)


def approve(page: Page) -> None:
    page.goto("/staff/pool/")
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"\d+ (warten|wartet) auf Sie"))
    follow(page, page.get_by_role("main").get_by_role("link", name="Rundbriefe", exact=True).first)
    follow(page, page.get_by_role("link", name=SUBJECT))
    follow(page, page.get_by_role("button", name="Freigeben und jetzt senden"))
    expect(page.locator("body")).to_contain_text("Freigegeben. Der Rundbrief geht jetzt hinaus.")


def read(page: Page, portal: Portal, reader: str) -> None:
    mail = portal.mailbox.wait(to=reader, subject=SUBJECT, seconds=120)
    assert mail["Reply-To"]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "weil Sie „Kultur“ gewählt haben" in text_of(mail)
    assert "- Stühle im Schatten" in text_of(mail)
    scan([link for link in links_of(mail) if link.startswith("http")])
    archive = link_to(mail, "/mitmachpool/archiv/")
    page.set_content(mail.get_body(preferencelist=("html",)).get_content())
    passed(page)
    page.goto(archive)
    expect(page.get_by_role("heading", level=1)).to_have_text(SUBJECT)
    expect(page.get_by_role("main")).to_contain_text("Stühle im Schatten")
    passed(page)
    assert "Sie bekommen zurzeit keine Mails" not in requests.get(link_to(mail, "/einstellungen/"), timeout=30).text


def ask_what_became_of_it(page: Page, bulletin: str, reader: str) -> None:
    page.goto(bulletin)
    expect(page.get_by_role("main")).to_contain_text("Der Post übergeben am")
    follow(page, page.get_by_role("link", name=re.compile("Zur Aussendung")))
    follow(page, page.get_by_role("link", name="Wer sie bekam, wann, und warum nicht"))
    type_into(page, page.get_by_role("main").get_by_label("E-Mail-Adresse"), reader)
    activate(page, page.get_by_role("button", name="Diese Person suchen"))
    expect(page.get_by_role("row").filter(has_text="Mitglied")).to_have_count(2)
    expect(page.get_by_role("row").last).to_contain_text("verschickt")
    expect(page.get_by_role("table")).not_to_contain_text("@")
