"""What everybody is promised who hands something in: a receipt, a fair hearing, the same for paper."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from .checks import passed
from .conftest import Portal, watched
from .keyboard import activate, tab_to, type_into
from .mailbox import link_to, text_of
from .test_loop import sign_in

BOTH = pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
STEP = "/vorhaben/alter-markt/ideas/ideen/"
CODE = re.compile("/beitrag/([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})/")


def photo() -> dict:
    """A picture as a phone sends it, with a place in its hidden data."""
    picture = Image.new("RGB", (640, 480), (60, 120, 60))
    hidden = picture.getexif()
    hidden[0x010E] = "Geheimer Ort"
    file = io.BytesIO()
    picture.save(file, "JPEG", exif=hidden)
    return {"name": "bank.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


@pytest.fixture
def desk(browser, portal):
    """A member of staff of the coordination office at a desktop screen."""
    context = watched(browser.new_context(base_url=portal.url, locale="de-DE"), portal)
    page = context.new_page()
    page.set_viewport_size({"width": 1280, "height": 900})
    sign_in(page)
    yield page
    context.close()


@BOTH
def test_an_idea_is_heard_supported_discussed_and_if_hidden_its_author_is_told_why(portal, page, desk, javascript):
    name = "mit" if javascript else "ohne"
    title, author = f"Eine Bank {name} Lehne am Brunnen", f"autor-{name}@beispiel.example"
    code = hand_in(page, title, author)
    assert code in text_of(portal.mailbox.wait(to=author, subject=code))
    look_up_with_a_slip(page, code)
    idea = see_it_among_all(page, title)
    support_and_undo(page)
    comment(page, idea)
    report(page, idea)
    hide_with_a_reason(desk, title)
    hear_why(page, portal, author, code, idea)


def hand_in(page: Page, title: str, author: str) -> str:
    page.goto(STEP)
    passed(page)
    activate(page, page.get_by_role("link", name="Idee einreichen").first)
    expect(page.get_by_role("heading", level=1)).to_have_text("Idee einreichen")
    passed(page)
    type_into(page, page.get_by_label("Ihre Idee in einem Satz"), title)
    type_into(page, page.locator("[name=text]"), "Ältere Menschen brauchen auf halbem Weg eine Pause.")
    # A letter picks the district, as in every list of choices.
    type_into(page, page.locator("[name=district]"), "Hör")
    expect(page.locator("[name=district] option:checked")).to_have_text("Hörde")
    tab_to(page, page.locator("[name=image]"))
    page.locator("[name=image]").set_input_files(photo())
    type_into(page, page.locator("[name=image_alt]"), "Der Brunnen ohne Bank")
    type_into(page, page.locator("[name=email]"), author)
    activate(page, page.get_by_role("button", name="Meine Idee prüfen"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Stimmt alles?")
    expect(page.get_by_role("main")).to_contain_text("Hörde")
    expect(page.get_by_role("img", name="Der Brunnen ohne Bank")).to_be_visible()
    passed(page)
    activate(page, page.get_by_role("button", name="Meine Idee senden"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Danke.")
    passed(page)
    code = CODE.search(page.url)[1]
    page.emulate_media(media="print")
    expect(page.get_by_text(code, exact=True).first).to_be_visible()
    expect(page.get_by_role("navigation", name="Hauptmenü")).to_be_hidden()
    page.emulate_media(media="screen")
    return code


def look_up_with_a_slip(page: Page, code: str) -> None:
    page.goto("/beitrag/")
    passed(page)
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    field = page.get_by_role("main").get_by_label("Quittungs-Code")
    type_into(page, field, wrong)
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text(re.compile("Quittungs-Code.*Tippfehler"))
    expect(field).to_have_value(wrong)
    passed(page)
    tab_to(page, field)
    page.keyboard.press("Control+a")
    # Small letters and no hyphens, as people type.
    page.keyboard.type(code.lower().replace("-", " "))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(code))
    expect(page.get_by_role("heading", level=1)).to_have_text("Was aus Ihrem Beitrag wurde")


def see_it_among_all(page: Page, title: str) -> str:
    activate(page, page.get_by_role("link", name=re.compile("allen Beiträgen")))
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    passed(page)
    picture = page.get_by_role("img", name="Der Brunnen ohne Bank")
    expect(picture).to_be_visible()
    sent = page.request.get(picture.get_attribute("src")).body()
    assert b"Geheimer Ort" not in sent
    assert Image.open(io.BytesIO(sent)).format == "JPEG"
    return page.url


def support_and_undo(page: Page) -> None:
    activate(page, page.get_by_role("button", name="Idee unterstützen"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Danke. Sie unterstützen diese Idee.")
    expect(page.get_by_role("main")).to_contain_text("Bisher 1 Unterstützung.")
    passed(page)
    activate(page, page.get_by_role("button", name="Unterstützung zurücknehmen"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Diese Idee unterstützen?")
    expect(page.get_by_role("main")).to_contain_text("Bisher 0 Unterstützungen.")


def comment(page: Page, idea: str) -> None:
    page.goto(idea)
    activate(page, page.get_by_role("link", name="Kommentar schreiben"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Kommentar schreiben")
    passed(page)
    type_into(page, page.get_by_label("Ihr Kommentar"), "Bitte auch einen Tisch für Rollstühle.")
    activate(page, page.get_by_role("button", name="Kommentar veröffentlichen"))
    expect(page.get_by_role("main")).to_contain_text("Bitte auch einen Tisch für Rollstühle.")
    expect(page.get_by_role("heading", level=2, name="1 Kommentar")).to_be_visible()


def report(page: Page, idea: str) -> None:
    activate(page, page.get_by_role("link", name="Idee melden"))
    passed(page)
    type_into(page, page.get_by_label("Was stimmt nicht?"), "Nennt den Namen eines Nachbarn.")
    activate(page, page.get_by_role("button", name="Meldung senden"))
    expect(page.get_by_role("main")).to_contain_text("Danke. Ein Mensch bei der Stadt sieht sich das an.")
    passed(page)


def hide_with_a_reason(desk: Page, title: str) -> None:
    desk.goto("/staff/moderation/?art=meldungen")
    case = desk.get_by_role("article").filter(has_text=title)
    expect(case).to_contain_text("Nennt den Namen eines Nachbarn.")
    # Without a reason nothing is hidden.
    case.get_by_role("button", name="Verbergen").click()
    expect(desk.locator("body")).to_contain_text(re.compile("Grund an|nennen Sie den Grund"))
    case.get_by_label("Grund").fill("Im Text steht der Name einer anderen Person.")
    case.get_by_role("button", name="Verbergen").click()
    expect(desk.locator("body")).to_contain_text("Jetzt verborgen.")
    expect(desk.get_by_role("article").filter(has_text=title)).to_have_count(0)


def hear_why(page: Page, portal: Portal, author: str, code: str, idea: str) -> None:
    mail = portal.mailbox.wait(to=author, subject="ausgeblendet")
    assert "Im Text steht der Name einer anderen Person." in text_of(mail)
    page.goto(link_to(mail, "/beitrag/"))
    expect(page.get_by_role("main")).to_contain_text("Im Text steht der Name einer anderen Person.")
    passed(page)
    assert page.request.get(idea).status == 404


def test_a_letter_on_paper_gets_the_same_receipt_and_is_counted(page, desk):
    before = counted(page)
    desk.goto("/staff/beitrag-erfassen/")
    desk.get_by_role("link", name="Ideen für den Alten Markt").first.click()
    desk.get_by_role("radio", name="Papier").check()
    desk.locator("[name=title]").fill("Ein Trinkbrunnen für heiße Tage")
    desk.locator("[name=text]").fill("Steht so auf der Postkarte.")
    desk.locator("main button[type=submit]").last.click()
    expect(desk.get_by_role("main")).to_contain_text(re.compile("[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}"))
    code = re.search("[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", desk.get_by_role("main").inner_text())[0]

    page.goto("/beitrag/")
    type_into(page, page.get_by_role("main").get_by_label("Quittungs-Code"), code)
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("Ein Trinkbrunnen für heiße Tage")
    expect(page.get_by_role("main")).to_contain_text("Papier")
    passed(page)
    assert counted(page) == before + 1


def counted(page: Page) -> int:
    """How many ideas the public page names."""
    page.goto(STEP)
    return int(re.search(r"(\d+) Ideen", page.get_by_role("main").inner_text())[1])
