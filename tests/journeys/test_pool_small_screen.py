"""The residents' pages of the pool on the smallest telephone: nothing is cut, and a map is more than a picture."""

import io

import pypdf
import requests
from playwright.sync_api import Page, expect

from . import wire
from .asked import member
from .checks import PHONE, passed
from .conftest import Portal

PAPER = "/mitmachpool/anmelden/papier/"
# Tables wider than the place they have, and choices that a closed list shows only in part.
CUT = """() => {
  const wide = [...document.querySelectorAll(".table-region")].filter((each) => each.scrollWidth > each.clientWidth)
  const pen = document.createElement("canvas").getContext("2d")
  const short = [...document.querySelectorAll("select")].flatMap((list) => {
    const look = getComputedStyle(list)
    pen.font = look.font
    const room = list.clientWidth - parseFloat(look.paddingLeft) - parseFloat(look.paddingRight)
    return [...list.options].filter((option) => pen.measureText(option.text).width > room)
  })
  return [...wide.map((each) => each.getAttribute("aria-label")), ...short.map((option) => option.text)]
}"""


def look_at(page: Page, address: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(address)
    page.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true })")
    assert page.evaluate(CUT) == []
    passed(page)


def test_nothing_is_cut_before_somebody_joins(portal: Portal, page: Page):
    for address in ("/mitmachpool/", "/mitmachpool/anmelden/", PAPER, f"{PAPER}?eltern"):
        look_at(page, address)


def test_nothing_is_cut_in_the_settings(portal: Portal, page: Page):
    settings = member(portal, "klein@beispiel.example")
    session = requests.Session()
    given = wire.token(session, settings) | {"purpose": "panels", "grant": "yes"}
    assert session.post(f"{settings}einwilligung/", data=given, timeout=30).status_code == 200
    look_at(page, settings)


def test_the_paper_form_fits_on_two_sheets_and_is_signed_below_what_it_agrees_to(portal: Portal, page: Page):
    for query in ("", "?eltern"):
        page.goto(PAPER + query)
        printed = page.pdf(format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), "12mm"))
        first, second = (sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(printed)).pages)
        assert "Stadtbezirke" in first
        assert second.index("Worin Sie einwilligen") < second.index("Unterschrift")


def test_a_tile_ticks_the_district_and_the_browser_sets_the_point(portal: Portal, page: Page):
    page.context.grant_permissions(["geolocation"], origin=portal.url)
    page.context.set_geolocation({"latitude": 51.51364, "longitude": 7.46531})
    page.goto("/mitmachpool/anmelden/")
    page.get_by_text("Den Ort auf einer Karte zeigen").click()
    box = page.get_by_role("checkbox", name="Hörde")
    page.locator('place-picker g[data-name="Hörde"]').click()
    expect(box).to_be_checked()
    page.locator('place-picker g[data-name="Hörde"]').click()
    expect(box).not_to_be_checked()
    page.get_by_role("button", name="Punkt setzen, wo ich gerade bin").click()
    expect(page.get_by_role("status").filter(has_text="Der Punkt ist gesetzt.")).to_be_visible()
    assert [page.get_by_label(name).input_value() for name in ("Breitengrad", "Längengrad")] == ["51.5136", "7.4653"]
    page.get_by_role("button", name="Punkt entfernen").click()
    expect(page.get_by_label("Breitengrad")).to_have_value("")
