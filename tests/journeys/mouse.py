"""Hands on a mouse: staff at their desk."""

from playwright.sync_api import Locator, Page


def follow(page: Page, target: Locator) -> None:
    """Click a link or a form's button, and wait for the page it opens."""
    with page.expect_navigation():
        target.click()
