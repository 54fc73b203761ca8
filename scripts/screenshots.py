"""Make the README's pictures: start the demo on an empty folder, look at it in Chromium, keep small WebP files.

`make screenshots` runs this. It needs Chromium on the machine; everything else is already there.
"""

import io
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.journeys.conftest import CHROMIUM_FLAGS, START_SECONDS, answers, free_port  # noqa: E402 - needs the path

PICTURES = ROOT / "docs" / "pictures"
MOST_BYTES = 150_000
WIDE = {"width": 1280, "height": 960}
PUBLIC = "https://mitwirken.stadt.example"  # in pictures, instead of a port that changes each time
NARROW = {"width": 320, "height": 640}


@dataclass(frozen=True)
class Picture:
    """One file of the README: which address, how it is looked at."""

    name: str
    address: str
    dark: bool = False
    narrow: bool = False
    staff: str = ""  # the made-up person who is signed in; nobody when empty
    place: str = ""  # CSS of what stands at the top of the picture; the page's own top when empty


LEAD = "projektleitung@demo.stadt.example"
COORDINATION = "koordination@demo.stadt.example"
PICTURES_TO_TAKE = [
    Picture("home", "/"),
    Picture("home-dark", "/", dark=True),
    Picture("home-narrow", "/", narrow=True),
    Picture("offers", "/mitmachen/"),
    Picture("project", "/vorhaben/alter-markt/"),
    Picture("ideas", "/vorhaben/alter-markt/ideas/ideen/", place="#ideen"),
    Picture("ideas-narrow", "/vorhaben/alter-markt/ideas/ideen/", narrow=True, place="#liste"),
    Picture("receipt", "/beitrag/{receipt}/"),
    Picture("format", "/mitmachbox/formate/ideenkarte/"),
    Picture("pool", "/mitmachpool/anmelden/"),
    Picture("staff", "/staff/", staff=COORDINATION),
    Picture("workbench", "/staff/vorhaben/{project}/", staff=LEAD),
]


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        raise SystemExit("The pictures need Chromium: apt-get install chromium")
    with tempfile.TemporaryDirectory() as var, sync_playwright() as playwright:
        url = f"http://localhost:{free_port()}"
        system = start(url, Path(var))
        try:
            browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
            found = places(Path(var))
            for picture in PICTURES_TO_TAKE:
                size = keep(picture.name, take(browser, url, picture, found))
                print(f"{picture.name}.webp  {size // 1000} kB")
            browser.close()
        finally:
            system.send_signal(signal.SIGTERM)
            system.wait(30)


def start(url: str, var: Path) -> subprocess.Popen:
    """`manage.py run` on an empty folder, as a newcomer sees it; returns once it is ready."""
    environment = {key: value for key, value in os.environ.items() if key not in ("TESTING", "DATABASE_URL")}
    environment |= {
        "DEBUG": "1",
        "VAR_DIR": str(var),
        "SITE_URL": PUBLIC,
        "EMAIL_URL": f"smtp://localhost:{free_port()}",
    }
    log = (var / "log").open("wb")
    command = [sys.executable, "manage.py", "run", "--port", url.rsplit(":", 1)[1]]
    system = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)  # noqa: S603 - our own words
    deadline = time.monotonic() + START_SECONDS
    while not answers(f"{url}/readyz"):
        if system.poll() is not None or time.monotonic() > deadline:
            raise SystemExit("The system did not start:\n" + (var / "log").read_text()[-4000:])
        time.sleep(0.5)
    return system


def places(var: Path) -> dict[str, str]:
    """What the demo calls by chance: the number of the project, and the receipt of an answered idea."""
    with sqlite3.connect(var / "mitwirken.sqlite3") as database:
        project, receipt = database.execute(
            "SELECT step.project_id, contribution.receipt FROM portal_contribution contribution"
            " JOIN portal_answer answer ON answer.contribution_id = contribution.id"
            " JOIN portal_step step ON step.id = contribution.step_id"
            " JOIN wagtailcore_page page ON page.id = step.project_id"
            " WHERE page.slug = 'alter-markt' AND contribution.standing = 'accepted'"
            " ORDER BY contribution.id LIMIT 1"
        ).fetchone()
    return {"project": str(project), "receipt": receipt}


def take(browser: Browser, url: str, picture: Picture, found: dict[str, str]) -> bytes:
    """The top of the page as PNG, without motion and with every font in place."""
    context = browser.new_context(
        base_url=url,
        locale="de-DE",
        timezone_id="Europe/Berlin",
        viewport=NARROW if picture.narrow else WIDE,
        device_scale_factor=2 if picture.narrow else 1,
        color_scheme="dark" if picture.dark else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    if picture.staff:
        sign_in(page, picture.staff)
    page.goto(picture.address.format(**found), wait_until="networkidle")
    page.evaluate("document.fonts.ready")
    if picture.place:
        page.locator(picture.place).first.evaluate("element => element.scrollIntoView()")
    shot = page.screenshot(animations="disabled", caret="hide")
    context.close()
    return shot


def sign_in(page: Page, address: str) -> None:
    page.goto("/demo/")
    page.locator(f"button[value='{address}']").click()
    page.wait_for_url("**/staff/**")


def keep(name: str, shot: bytes) -> int:
    """Store the picture as WebP, as well as fits into `MOST_BYTES`; how many bytes that took."""
    image = Image.open(io.BytesIO(shot)).convert("RGB")
    for quality in (88, 78, 66, 50):
        stored = io.BytesIO()
        image.save(stored, "WEBP", quality=quality, method=6)
        if stored.tell() <= MOST_BYTES:
            break
    else:
        raise SystemExit(f"{name} does not fit into {MOST_BYTES} bytes")
    (PICTURES / f"{name}.webp").write_bytes(stored.getvalue())
    return stored.tell()


if __name__ == "__main__":
    main()
