"""What holds for every page that somebody passes: a name, no barrier that a program can find, room on a phone."""

from pathlib import Path

from playwright.sync_api import Page, expect

AXE = (Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "EN-301-549"]
PHONE = {"width": 320, "height": 640}
# Half faded in, every text has too little contrast: what moves is at its end before somebody looks. The sheet
# keeps anything new from starting; what is under way already is not stopped by it and has to be ended.
STILL = """() => {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync("*, *::before, *::after { transition: none !important; animation: none !important }")
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
  for (const moving of document.getAnimations()) moving.cancel()
  window.looksStill = true
}"""


def violations(page: Page) -> list[str]:
    """What axe finds, a line per rule with the first place it occurs."""
    # Not `window.axe`: the staff area brings an axe of its own, of another version.
    if not page.evaluate("window.looksStill === true"):
        page.evaluate(AXE)
        page.evaluate(STILL)
    options = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"], "preload": False}
    found = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{violation['id']} ({len(violation['nodes'])}×) {violation['nodes'][0]['html'][:160]}"
        for violation in found["violations"]
    ]


def passed(page: Page) -> None:
    """The page on a small phone: one main heading, nothing sideways, no violation.

    axe waits for timers and never ends where scripts are switched off; there the rest is looked at.
    """
    expect(page.locator("h1")).to_have_count(1)
    before = page.viewport_size
    page.set_viewport_size(PHONE)
    width = page.evaluate("document.documentElement.scrollWidth")
    found = violations(page) if page.evaluate("!matchMedia('(scripting: none)').matches") else []
    page.set_viewport_size(before)
    assert width <= PHONE["width"], f"{page.url} scrolls sideways: {width} px at 320 px"
    assert not found, f"{page.url}: {found}"
