"""People without e-mail: taken in on the telephone, confirmed with the code of a letter, told by letter and by call."""

import io
import re

import pypdf
import pytest
from playwright.sync_api import Browser, Page, expect

from .checks import passed
from .conftest import Portal, watched
from .keyboard import activate, type_into
from .test_loop import sign_in

BOTH = pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
PATIENCE = 120_000
CODE = re.compile(r"\b[0-9A-HJ-KM-NP-TV-Y]{4}-[0-9A-Y]{4}-[0-9A-Y]{4}\b")


@BOTH
def test_who_joins_by_telephone_confirms_with_the_code_of_a_letter(
    portal: Portal, browser: Browser, page: Page, javascript
):
    name = f"Ayla Probe {'mit' if javascript else 'ohne'} Skript"
    at_work = watched(browser.new_context(base_url=portal.url, locale="de-DE", accept_downloads=True), portal)
    desk = at_work.new_page()
    take_in_on_the_telephone(desk, name, number="1" if javascript else "2")
    code = letter_of(print_letters(desk), name)
    confirm_with_the_code(page, code)
    settle_the_batch(desk)
    at_work.close()
    assert not at_work.complaints, at_work.complaints


def take_in_on_the_telephone(page: Page, name: str, *, number: str) -> None:
    sign_in(page)
    page.goto("/staff/pool/aufnehmen/")
    page.locator("[name=origin][value=phone]").check()
    page.locator("[name=reached][value='2']").check()
    page.locator("[name=proof][value=letter]").check()
    for field, text in {
        "name": name,
        "street": f"Musterweg 1{number}",
        "postcode": "12345",
        "town": "Musterstadt",
        "phone": f"030 23125 90{number}",
    }.items():
        page.locator(f"[name={field}]").fill(text)
    page.locator("[name=agree]").check()
    page.get_by_role("button", name="Aufnehmen").click()
    expect(page.locator("body")).to_contain_text("Der Brief mit dem Code")


def print_letters(page: Page) -> bytes:
    page.goto("/staff/pool/briefe/")
    page.get_by_role("button", name=re.compile("Die nächsten Briefe drucken")).click()
    # The first PDF of an installation prepares the typeface as well.
    with page.expect_download(timeout=PATIENCE) as download:
        page.get_by_role("link", name="Briefe als PDF").click(timeout=PATIENCE)
    return download.value.path().read_bytes()


def letter_of(pdf: bytes, name: str) -> str:
    """The code in this person's letter, as somebody reads it who opens the envelope."""
    pages = [found.extract_text() for found in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    (letter,) = [text for text in pages if name in text]
    assert "Bitte bestätigen Sie" in letter
    assert "Seite 1 von 1" in letter
    (code,) = CODE.findall(letter)
    return code


def confirm_with_the_code(page: Page, code: str) -> None:
    page.goto("/mitmachpool/code/")
    passed(page)
    # One wrong sign first: a sentence says so, and what was typed is still there.
    type_into(page, page.get_by_label("Code aus Ihrem Brief"), "0000 0000 0001")
    activate(page, page.get_by_role("main").get_by_role("button", name="Öffnen"))
    expect(page.get_by_role("main")).to_contain_text("Wir kennen diesen Code nicht.")
    passed(page)
    page.goto("/mitmachpool/code/")
    type_into(page, page.get_by_label("Code aus Ihrem Brief"), code.lower().replace("-", " "))
    activate(page, page.get_by_role("main").get_by_role("button", name="Öffnen"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Anmeldung bestätigen")
    activate(page, page.get_by_role("button", name="Ja, ich möchte mitmachen"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Sie sind Mitglied")
    activate(page, page.get_by_role("link", name="Meine Einstellungen"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Meine Einstellungen im Mitmachpool")
    passed(page)


def settle_the_batch(page: Page) -> None:
    page.get_by_role("button", name="Gedruckt und aufgegeben").click()
    expect(page.locator("body")).to_contain_text(re.compile(r"\d+ Briefe? (gilt|gelten) als verschickt"))
    expect(page.locator("body")).to_contain_text("Kein Brief wartet.")


def test_staff_call_who_is_told_on_the_telephone(portal: Portal, page: Page):
    sign_in(page)
    page.goto("/staff/pool/briefe/")
    page.get_by_role("button", name=re.compile("Die nächsten Anrufe übernehmen")).click()
    first = page.get_by_role("button", name=re.compile("^erreicht")).first
    expect(first).to_be_visible()
    calls = page.get_by_role("button", name=re.compile("^erreicht")).count()
    assert calls >= 3
    first.click()
    expect(page.locator("body")).to_contain_text("Notiert: erreicht.")
    page.get_by_role("button", name=re.compile("^will nicht mehr")).first.click()
    expect(page.locator("body")).to_contain_text("Diese Person bekommt keine Nachrichten mehr.")
    with page.expect_download(timeout=PATIENCE) as download:
        page.get_by_role("link", name="Diese Liste als PDF").click(timeout=PATIENCE)
    text = "".join(found.extract_text() for found in pypdf.PdfReader(download.value.path()).pages)
    assert "030 23125" in text
    page.get_by_role("button", name=re.compile("Den Rest zurückgeben")).click()
    expect(page.locator("body")).to_contain_text(re.compile("warte[tn] wieder"))
