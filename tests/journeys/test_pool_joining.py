"""Every way into the pool and everything a member may change: by web, by paper, by telephone, by typed code."""

import re
import secrets

import pytest
import requests
from playwright.sync_api import Page, expect

from . import wire
from .checks import passed
from .conftest import Portal
from .keyboard import activate, choose, tab_to, type_into
from .mailbox import link_to, text_of

BOTH = pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
CODE = re.compile(r"^[0-9A-Z]{4}-[0-9A-Z]{4}\r?$", re.MULTILINE)


def new_address(name: str) -> str:
    return f"{name}-{secrets.token_hex(4)}@beispiel.example"


def member(portal: Portal, name: str) -> str:
    """Somebody who joined by web; the address."""
    address = new_address(name)
    wire.send(requests.Session(), f"{portal.url}/mitmachpool/anmelden/", {"email": address, "agree": "on"})
    requests.post(link_to(portal.mailbox.wait(to=address, subject="bestätigen"), "/bestaetigen/"), timeout=30)
    return address


def enter_by_code(page: Page, portal: Portal, address: str) -> None:
    """The link and a code come by mail; the code is typed on the page that is still open."""
    page.goto("/mitmachpool/link/")
    type_into(page, page.get_by_label("E-Mail-Adresse"), address)
    activate(page, page.get_by_role("main").get_by_role("button"))
    code = CODE.search(text_of(portal.mailbox.wait(to=address, subject="Ihre Einstellungen")))[0].strip()
    # A slip first: the sentence says what to do, and the page still knows the address.
    type_into(page, page.get_by_label("Code aus der Mail"), "0000-0000")
    activate(page, page.get_by_role("button", name="Zu meinen Einstellungen"))
    expect(page.get_by_role("main")).to_contain_text("öffnet die Einstellungen nicht")
    passed(page)
    page.get_by_label("Code aus der Mail").fill("")
    type_into(page, page.get_by_label("Code aus der Mail"), code.lower().replace("-", " "))
    activate(page, page.get_by_role("button", name="Zu meinen Einstellungen"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Meine Einstellungen im Mitmachpool")


@BOTH
def test_a_member_enters_by_code_agrees_to_each_purpose_and_answers_for_draws_only(portal, page, javascript):
    enter_by_code(page, portal, member(portal, "toni"))
    passed(page)
    activate(page, page.get_by_role("button", name="Ich willige ein Einladungen und Aufgaben"))
    expect(page.locator("body")).to_contain_text("Ihre Einwilligung ist vermerkt.")
    activate(page, page.get_by_role("button", name="Ich willige ein Auslosungen"))
    expect(page.get_by_role("heading", name="Über mich, nur für Auslosungen")).to_be_visible()
    tab_to(page, page.locator("summary", has_text="Alter"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("radio", name="16 bis 29"))
    page.keyboard.press("ArrowDown")
    activate(page, page.locator("details[open]").get_by_role("button", name="Ich willige ein, Angabe speichern"))
    expect(page.get_by_role("main")).to_contain_text("Alter: 30 bis 44")
    passed(page)
    activate(page, page.get_by_role("button", name="Einwilligung widerrufen Auslosungen"))
    expect(page.get_by_role("main")).not_to_contain_text("30 bis 44")
    expect(page.get_by_role("main")).to_contain_text("Alter, für Auslosungen")


@BOTH
def test_a_member_moves_to_a_new_address_and_the_old_one_is_warned(portal, page, javascript):
    old, new = member(portal, "umzug"), new_address("neu")
    enter_by_code(page, portal, old)
    tab_to(page, page.locator("summary", has_text="Mails an eine andere Adresse bekommen"))
    page.keyboard.press("Enter")
    type_into(page, page.get_by_label("Neue E-Mail-Adresse"), new)
    activate(page, page.get_by_role("button", name="Adresse ändern"))
    expect(page.get_by_role("main")).to_contain_text(new)
    passed(page)
    portal.mailbox.wait(to=old, subject="Adresse")
    link = link_to(portal.mailbox.wait(to=new, subject="neue Adresse"), "/bestaetigen/")
    for method in (requests.head, requests.get):
        assert method(link, timeout=30).status_code == 200
    page.goto(link)
    passed(page)
    activate(page, page.get_by_role("button", name="Ja, diese Adresse verwenden"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Die neue Adresse gilt")
    enter_by_code(page, portal, new)


@BOTH
def test_a_child_gets_the_form_for_its_parents(portal, page, javascript):
    page.goto("/mitmachpool/anmelden/")
    type_into(page, page.get_by_label("E-Mail-Adresse"), new_address("kind"))
    choose(page, page.get_by_role("checkbox", name=re.compile("Ich bin jünger als 16")))
    activate(page, page.get_by_role("button", name="Bestätigungsmail schicken"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Jetzt sind Ihre Eltern dran")
    passed(page)
    activate(page, page.get_by_role("link", name="Zum Formular für Eltern"))
    expect(page.get_by_role("main")).to_contain_text("Ich bin sorgeberechtigt.")
    passed(page)


def as_pool_manager(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto("/demo/")
    page.locator("form", has=page.locator("[value='mitmachpool@demo.stadt.example']")).get_by_role("button").click()
    expect(page).to_have_url(re.compile("/staff/"))


def take_in(page: Page, *, origin: str, way: str, proof: str, **texts: str) -> None:
    """What staff type while the person stands there or is on the line."""
    page.goto("/staff/pool/aufnehmen/")
    page.get_by_role("radio", name=origin, exact=True).check()
    page.get_by_role("radio", name=way, exact=True).check()
    page.get_by_role("radio", name=re.compile(proof)).check()
    for name, text in texts.items():
        page.locator(f"[name={name}]").fill(text)
    page.get_by_role("checkbox", name="Kultur").check()
    page.get_by_role("checkbox", name=re.compile("Ich habe diesen Text vorgelesen")).check()
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name="Aufnehmen").click()


def test_somebody_without_e_mail_joins_by_paper_is_found_again_and_leaves(portal, page):
    as_pool_manager(page)
    person = {"name": f"Erna {secrets.token_hex(3)}", "street": "Beispielstraße 5", "postcode": "12345"}
    paper = person | {"town": "Musterstadt", "reference": "33-7/26"}
    take_in(page, origin="Papier", way="per Brief", proof="Das unterschriebene Formular", **paper)
    main = page.get_by_role("main")
    expect(main).to_contain_text("Mitglied")
    expect(main).to_contain_text("Neues über Angebote zum Mitwirken")
    # The proof, with the exact words, to print.
    page.goto("/staff/pool/nachweis/")
    find(page, person, button="Nachweis zeigen")
    expect(main).to_contain_text("signed: 33-7/26")
    expect(main).to_contain_text("Die Stadt darf mir Briefe schicken")
    expect(main).to_contain_text("Die Kette ist vollständig")
    # Written differently, it is the same person.
    page.goto("/staff/pool/person/")
    find(page, person | {"street": "Beispiel-Str. 5"}, button="Suchen")
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("^Widerrufen:")).click()
    expect(main).to_contain_text("Noch nichts, oder nichts mehr.")
    with page.expect_navigation():
        page.get_by_role("button", name="Person löschen").click()
    page.goto("/staff/pool/person/")
    find(page, person, button="Suchen")
    expect(main).to_contain_text("Niemand im Pool wird so erreicht.")


def find(page: Page, typed: dict[str, str], *, button: str) -> None:
    for name, text in typed.items():
        page.locator(f"[name={name}]").fill(text)
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name=button).click()


def test_somebody_calls_and_is_a_member_only_after_a_proof(portal, page):
    as_pool_manager(page)
    number = f"0231 {secrets.randbelow(10**7):07}"
    person = {"name": "Karl Beispiel", "street": "Probeweg 1", "postcode": "12345", "town": "Musterstadt"}
    take_in(page, origin="Telefon", way="per Telefon", proof="Wir schicken einen Brief", phone=number, **person)
    main = page.get_by_role("main")
    expect(main).to_contain_text("wartet auf Bestätigung")
    expect(main).to_contain_text("Noch nichts, oder nichts mehr.")
    page.get_by_role("radio", name=re.compile("Ich habe die Angaben am Telefon")).check()
    page.locator("#evidence-section [name=reference], [name=reference]").first.fill("Anruf 12")
    with page.expect_navigation():
        page.get_by_role("button", name="Nachweis vermerken").click()
    expect(main).to_contain_text("Die Person ist ab jetzt Mitglied.")
    page.goto("/staff/pool/person/")
    find(page, {"phone": number.replace(" ", "/")}, button="Suchen")
    expect(main).to_contain_text("Karl Beispiel")
