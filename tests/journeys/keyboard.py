"""Hands that only know Tab, Space, Enter and the letters."""

from playwright.sync_api import Locator, Page

MOST_STEPS = 150
# By an outline or a shadow of the element or of the area it opens (a card), or by a thick edge (a tile of the map).
FOCUS_IS_SEEN = """element => {
  const marked = [null, "::after"].map(part => getComputedStyle(element, part))
  const edge = element.ownerSVGElement ? getComputedStyle(element.querySelector("path")).strokeWidth : "0"
  return marked.some(style => style.outlineStyle !== "none" || style.boxShadow !== "none") || parseFloat(edge) >= 6
}"""


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until `target` has the focus and its focus can be seen; fails when it is never reached."""
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            assert target.evaluate(FOCUS_IS_SEEN), "the focus cannot be seen"
            return
    raise AssertionError(f"{target} is not reached within {MOST_STEPS} presses of Tab")


def type_into(page: Page, target: Locator, text: str) -> None:
    tab_to(page, target)
    page.keyboard.type(text)


def choose(page: Page, target: Locator) -> None:
    """Tick a box or pick a radio button: a group's radio is reached by Tab, its value by Space or arrows."""
    tab_to(page, target)
    page.keyboard.press("Space")


def activate(page: Page, target: Locator) -> None:
    """Follow a link or send a form, and wait for what it opens."""
    tab_to(page, target)
    with page.expect_navigation():  # a load state alone may still be the old page's
        page.keyboard.press("Enter")


def press(page: Page, target: Locator) -> None:
    """Press what opens no page: a download, a dialog."""
    tab_to(page, target)
    page.keyboard.press("Enter")
