"""The table of bad input: each gets a clear German sentence, keeps what was typed and stores nothing."""

import io
import re
import secrets
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from PIL import Image
from playwright.sync_api import expect

from . import wire
from .checks import passed
from .keyboard import activate, tab_to, type_into
from .mailbox import link_to

STEP = "/vorhaben/alter-markt/ideas/ideen/"
FORM = STEP + "beitragen/"
CLOSED = "/vorhaben/spielplatz-suedpark/ideas/ideen/"
IDEA = {"title": "Mehr Licht am Durchgang", "text": "Abends ist es dort sehr dunkel."}


@pytest.fixture(scope="module")
def office(portal):
    return wire.staff(portal.url, "koordination")


@pytest.fixture(scope="module")
def csv_of(portal, office):
    """The staff's table of everything handed in at a step, found by the step's public address."""
    page = office.get(f"{portal.url}/staff/beitrag-erfassen/", timeout=30).text
    steps = {title: pk for pk, title in re.findall(r'href="\?step=(\d+)">([^<]+)<', page)}

    def read(title: str) -> str:
        answer = office.get(f"{portal.url}/staff/schritt/{steps[title]}/beitraege.csv", timeout=30)
        assert answer.headers["Content-Type"].startswith("text/csv")
        return answer.text

    return read


@pytest.fixture
def nothing_stored(csv_of):
    """The same table before and after."""
    before = {title: csv_of(title) for title in ("Ideen für den Alten Markt", "Ideen für den Spielplatz")}
    yield
    for title, rows in before.items():
        assert csv_of(title) == rows


def picture(kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 40), (200, 30, 30)).save(file, kind)
    return file.getvalue()


NO_PICTURE = "kein Bild im Format JPEG, PNG oder WebP"
FILES = {
    "SVG": (
        "bild.svg",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        NO_PICTURE,
    ),
    "HTML": ("bild.jpg", b"<!doctype html><script>alert(1)</script>", NO_PICTURE),
    "picture that is a page as well": ("bild.png", picture() + b"<script>alert(1)</script>", "mehr als ein Bild"),
    "picture that is an archive as well": ("bild.png", picture() + b"PK\x05\x06" + bytes(18), "mehr als ein Bild"),
    "half a picture": ("bild.jpg", picture("JPEG")[:200], "beschädigt oder unvollständig"),
    "too many bytes": ("bild.jpg", picture("JPEG") + bytes(10 * 1024 * 1024), "größer als 10 MB"),
    "nothing": ("bild.jpg", b"", "Datei ist leer"),
}


@pytest.mark.parametrize("case", FILES)
def test_a_file_that_is_no_plain_picture_is_refused(portal, nothing_stored, case):
    name, content, sentence = FILES[case]
    answer = wire.send(requests.Session(), portal.url + FORM, IDEA, files={"image": (name, content, "image/jpeg")})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert IDEA["title"] in answer.text


TEXTS = {
    "an over-long title": ({"title": "x" * 121}, 422, "Das ist zu lang: 121 Zeichen, möglich sind 120."),
    "an over-long text": ({"text": "wort " * 1200}, 422, "möglich sind 5000."),
    "no title": ({"title": "  "}, 422, "Bitte geben Sie Ihrer Idee einen Titel."),
    "a sign nobody can store": ({"title": "Licht\x00"}, 422, "ein Zeichen, das wir nicht speichern können"),
    "a district that does not exist": ({"district": "atlantis"}, 422, "Diesen Stadtbezirk kennen wir nicht."),
    "half a point": ({"lat": "51,5"}, 422, "Ein Punkt braucht beide Zahlen."),
    "a point elsewhere": ({"lat": "48.1", "lon": "11.5"}, 422, "Dieser Punkt liegt nicht in unserer Stadt."),
    "an address that is none": ({"email": "ich@"}, 422, "Das ist keine E-Mail-Adresse."),
    "a trap for programs": ({"website": "http://spam.example"}, 422, "Nicht ausfüllen"),
    "10 MB of text": ({"text": "a" * 10_000_000}, 413, "Was Sie geschickt haben, ist zu groß"),
}


@pytest.mark.parametrize("case", TEXTS)
def test_what_cannot_be_stored_is_named_and_what_was_typed_is_kept(portal, nothing_stored, case):
    change, status, sentence = TEXTS[case]
    answer = wire.send(requests.Session(), portal.url + FORM, IDEA | change)
    assert answer.status_code == status
    assert sentence in answer.text
    kept = IDEA["text"] if "title" in change else IDEA["title"]
    # A text that is larger than any page is not sent back: there the browser still has it.
    assert kept in answer.text or status == 413


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_whoever_forgot_the_title_is_led_to_it_and_loses_nothing(page, nothing_stored, javascript):
    page.goto(FORM)
    type_into(page, page.locator("[name=text]"), IDEA["text"])
    activate(page, page.get_by_role("button", name="Meine Idee prüfen"))
    problem = page.get_by_role("link", name="Bitte geben Sie Ihrer Idee einen Titel.")
    expect(problem).to_be_visible()
    expect(page).to_have_title(re.compile("^Fehler"))
    passed(page)
    activate(page, problem)
    field = page.get_by_label("Ihre Idee in einem Satz")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[name=text]")).to_have_value(IDEA["text"])
    page.keyboard.type(IDEA["title"])
    tab_to(page, page.get_by_role("button", name="Meine Idee prüfen"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Stimmt alles?")


def test_pressing_twice_makes_one_contribution(portal, csv_of):
    typed = IDEA | {"title": "Doppelt gedrückt hält nicht besser", "submission_key": secrets.token_urlsafe(24)}
    before = csv_of("Ideen für den Alten Markt").count(typed["title"])
    with ThreadPoolExecutor(2) as hands:
        sent = [hands.submit(wire.send, requests.Session(), portal.url + FORM, typed | {"stage": "send"}) for _ in "ab"]
        receipts = {answer.result().url for answer in sent}
    assert len(receipts) == 1
    assert "/beitrag/" in receipts.pop()
    assert csv_of("Ideen für den Alten Markt").count(typed["title"]) == before + 1


def test_a_closed_step_says_so_and_takes_nothing(portal, page, nothing_stored):
    page.goto(CLOSED + "beitragen/")
    expect(page.get_by_role("main")).to_contain_text("Dieses Angebot ist beendet.")
    passed(page)
    # A form that was opened before the end: its key and words arrive after it.
    session = requests.Session()
    answer = session.post(
        portal.url + CLOSED + "beitragen/",
        data=IDEA | {"stage": "send"} | wire.token(session, portal.url + FORM),
        timeout=30,
    )
    assert answer.status_code == 409
    assert "Dieses Angebot ist beendet." in answer.text
    assert IDEA["title"] in answer.text


def test_a_form_without_its_token_is_explained(portal, nothing_stored):
    answer = requests.post(portal.url + FORM, data=IDEA | {"stage": "send"}, timeout=30)
    assert answer.status_code == 403
    assert "Wir konnten dieses Formular nicht annehmen." in answer.text


def test_a_foreign_page_cannot_support_in_my_name(portal, nothing_stored):
    idea = re.search(rf'href="({STEP}\d+/)"', requests.get(portal.url + STEP, timeout=30).text)[1]
    answer = requests.post(f"{portal.url}{idea}unterstuetzen/", headers={"Origin": "https://boese.example"}, timeout=30)
    assert answer.status_code == 403


def test_links_that_were_replaced_or_cut_off_say_what_to_do(portal):
    address = "nora@beispiel.example"
    for _twice in range(2):
        wire.send(requests.Session(), f"{portal.url}/mitmachpool/anmelden/", {"email": address, "agree": "on"})
        portal.mailbox.wait(to=address, subject="bestätigen")
    first = link_to(portal.mailbox.mails(to=address)[0], "/bestaetigen/")
    cut_off = requests.post(first[:-4] + "/", timeout=30)
    assert (cut_off.status_code, "Dieser Link gilt nicht mehr" in cut_off.text) == (404, True)
    assert "Noch einmal anmelden" in cut_off.text
    for dead in ("/mitmachpool/einstellungen/1-abc/", "/mitmachpool/abmelden/1-information-abc/"):
        answer = requests.get(portal.url + dead, timeout=30)
        assert answer.status_code == 404
        assert "gilt nicht" in answer.text


def test_days_that_do_not_exist_are_named_in_the_filter(page):
    page.goto("/mitmachen/?von=31.02.2027&bis=x")
    expect(page.get_by_role("main")).to_contain_text("„31.02.2027“ ist kein Datum.")
    expect(page.get_by_role("main")).to_contain_text("„x“ ist kein Datum.")
    passed(page)
    page.goto("/mitmachen/?von=2027-05-02&bis=2027-05-01")
    expect(page.get_by_role("main")).to_contain_text("Der Zeitraum endet, bevor er beginnt.")


def test_other_departments_projects_do_not_exist_for_a_member_of_staff(portal, office, csv_of):
    page = office.get(f"{portal.url}/staff/beitrag-erfassen/", timeout=30).text
    foreign = dict(re.findall(r'href="\?step=(\d+)">([^<]+)<', page))
    pk = next(pk for pk, title in foreign.items() if title == "Ideen für den Spielplatz")
    planner = wire.staff(portal.url, "projektleitung")
    before = csv_of("Ideen für den Spielplatz")
    for address in (f"schritt/{pk}/", f"schritt/{pk}/beitraege/", f"schritt/{pk}/beitraege.csv"):
        assert planner.get(f"{portal.url}/staff/{address}", timeout=30).status_code == 404
    answer = planner.post(
        f"{portal.url}/staff/beitrag-erfassen/?step={pk}",
        data=IDEA | {"channel": "paper"} | wire.token(planner, f"{portal.url}/staff/vorhaben/neu/"),
        timeout=30,
    )
    assert answer.status_code == 404
    assert csv_of("Ideen für den Spielplatz") == before
