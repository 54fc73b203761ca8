"""Finding: what is open in my district, in my language, on paper, and a way on when there is nothing."""

import re

import icalendar
import pytest
import requests
from defusedxml import ElementTree
from playwright.sync_api import Page, expect

from .checks import passed
from .keyboard import activate, choose, tab_to, type_into

BOTH = pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
ATOM = "{http://www.w3.org/2005/Atom}"


def found(page: Page) -> int:
    """The number the list of offers names."""
    return int(re.search(r"(\d+) Angebot", page.get_by_role("status").filter(has_text="Angebot").inner_text())[1])


@BOTH
def test_a_resident_finds_what_is_open_in_the_district_and_takes_it_along(portal, page, javascript):
    page.goto("/")
    passed(page)
    activate(page, page.get_by_role("main").get_by_role("link", name=re.compile("^Innenstadt-Nord")).first)
    expect(page).to_have_url(re.compile("bezirk=innenstadt-nord"))
    expect(page.get_by_role("checkbox", name="Innenstadt-Nord")).to_be_checked()
    passed(page)
    in_the_district = found(page)
    assert page.get_by_role("main").get_by_role("article").count() == in_the_district > 0

    narrow_down(page, javascript)
    assert 0 < found(page) <= in_the_district
    take_along(portal.url, page, found(page))
    see_as_map_and_calendar(page)


def narrow_down(page: Page, javascript: bool) -> None:
    """Two facets by keyboard, then one away again by its chip."""
    chips = page.get_by_role("list", name="Sie filtern nach:")
    topics = page.locator("summary").filter(has_text="Thema")
    tab_to(page, topics)
    page.keyboard.press("Enter")
    choose(page, page.get_by_role("checkbox", name=re.compile("^Nachbarschaft und Quartier")))
    if not javascript:
        activate(page, page.get_by_role("button", name="Ergebnisse zeigen"))
    expect(chips.get_by_role("link")).to_have_count(2)
    expect(page).to_have_url(re.compile("thema="))
    passed(page)
    activate(page, chips.get_by_role("link", name=re.compile("Nachbarschaft")))
    expect(chips.get_by_role("link")).to_have_count(1)
    expect(page).not_to_have_url(re.compile("thema="))


def take_along(url: str, page: Page, number: int) -> None:
    """Feed, calendar and data hold what the page shows."""
    query = page.url.partition("?")[2]
    feed = requests.get(f"{url}/mitmachen/feed/?{query}", timeout=30)
    assert len(ElementTree.fromstring(feed.content).findall(f"{ATOM}entry")) == number
    calendar = icalendar.Calendar.from_ical(requests.get(f"{url}/mitmachen/kalender.ics?{query}", timeout=30).content)
    assert len(calendar.walk("VEVENT")) > 0
    data = requests.get(f"{url}/mitmachen/offers.json?{query}", timeout=30).json()
    assert len(data["offers"]) == number
    places = requests.get(f"{url}/mitmachen/karte.geojson?{query}", timeout=30).json()
    assert places["type"] == "FeatureCollection"


def see_as_map_and_calendar(page: Page) -> None:
    views = page.get_by_role("navigation", name="Ansicht der Angebote")
    activate(page, views.get_by_role("link", name="Karte"))
    expect(page.get_by_role("group", name=re.compile("Angebote nach"))).to_be_visible()
    passed(page)
    activate(page, page.get_by_role("group", name=re.compile("Angebote nach")).get_by_role("link", name="Hörde"))
    expect(page.get_by_role("checkbox", name=re.compile("^Hörde"))).to_be_checked()
    activate(page, views.get_by_role("link", name="Kalender"))
    expect(page).to_have_url(re.compile("ansicht=kalender"))
    expect(page.get_by_role("status").filter(has_text="Angebot")).to_contain_text(re.compile(r" im \w+ \d{4}"))
    passed(page)


@BOTH
def test_the_search_finds_contributions_without_telling_their_receipts(page, javascript):
    page.goto("/")
    activate(page, page.get_by_role("banner").get_by_role("link", name="Suche"))
    passed(page)
    type_into(page, page.get_by_label("Was suchen Sie?"), "Spielplatz")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=2, name="Beiträge aus der Bevölkerung")).to_be_visible()
    passed(page)
    links = page.get_by_role("main").get_by_role("link").evaluate_all("all => all.map(each => each.pathname)")
    assert [link for link in links if re.fullmatch(r"/vorhaben/[^/]+/ideas/[^/]+/\d+/", link)]
    assert not [link for link in links if link.startswith("/beitrag/")]


@BOTH
def test_a_search_without_a_hit_leads_on(page, javascript):
    page.goto("/suche/")
    type_into(page, page.get_by_label("Was suchen Sie?"), "Xyzzyq")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("Nichts gefunden zu „Xyzzyq“.")
    expect(page.get_by_label("Was suchen Sie?")).to_have_value("Xyzzyq")
    passed(page)
    activate(page, page.get_by_role("main").get_by_role("link", name="Alle Angebote"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Mitmachen")


@BOTH
def test_offers_that_no_filter_finds_lead_on(page, javascript):
    page.goto("/mitmachen/?q=xyzzyq&bezirk=eving")
    expect(page.get_by_role("main")).to_contain_text("Im Moment passt kein Angebot.")
    passed(page)
    activate(page, page.get_by_role("main").get_by_role("link", name=re.compile("Alle Filter entfernen")).first)
    expect(page.get_by_role("main").get_by_role("article").first).to_be_visible()


@BOTH
def test_another_language_stays_while_one_walks_on(page, javascript):
    page.goto("/mitmachen/?bezirk=eving")
    activate(page, page.get_by_role("link", name="English"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_have_text("Take part")
    # What was chosen is still chosen.
    expect(page.get_by_role("checkbox", name=re.compile("^Eving"))).to_be_checked()
    passed(page)
    activate(page, page.get_by_role("navigation", name="Main menu").get_by_role("link", name="Impact"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    passed(page)
    activate(page, page.get_by_role("link", name="Deutsch"))
    expect(page.locator("html")).to_have_attribute("lang", "de")


def test_easy_language_is_one_step_away_and_says_so_to_reading_programs(page):
    page.goto("/")
    activate(page, page.get_by_role("banner").get_by_role("link", name="Leichte Sprache"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Leichte Sprache")
    expect(page.locator("main [lang=de-simple]").first).to_be_visible()
    passed(page)


def test_the_card_of_a_format_fits_on_paper(page):
    page.goto("/mitmachbox/formate/ideenkarte/")
    activate(page, page.get_by_role("link", name="Karte zum Drucken"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ideenkarte")
    passed(page)
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Hauptmenü")).to_be_hidden()
    expect(page.get_by_role("main")).to_be_visible()
    sheets = len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4")))
    assert sheets <= 2
