"""What every page promises: it is there, it has a name, everybody can use it, nobody else hears of it."""

import itertools
from urllib.parse import quote

import pytest
import requests

from .checks import PHONE, violations
from .conftest import watched
from .crawl import crawl

SCREENS = [{"width": 1280, "height": 900}, PHONE]
SCHEMES = ["light", "dark"]
FIRST_VIEW_BYTES = 150_000
PARTS = 6
ODD_QUERIES = [
    "bezirk=%00&von=x",
    "thema=%27%22%3E%3Cscript%3E&status=99",
    "von=0000-00-00&bis=9999-99-99",
    "q=" + quote("ä" * 3000),
    "nach=garbage&vor=garbage&ansicht=nichts&sortierung=%F0%9F%92%A9",
    "format=world-cafe&format=%00&bezirk=&bezirk=-1&lang=xx",
    "f=a&f=b&f=%00&page=-1&seite=1e99",
]


@pytest.fixture(scope="module")
def site(portal):
    return crawl(portal.url)


def test_no_link_is_dead(site):
    dead = {
        path: (status, site.linked_from.get(path))
        for path, status in site.status.items()
        if status >= 400 and not path.startswith("/dokumente/")
    }
    assert not dead


@pytest.mark.parametrize(
    ("prefix", "at_least"),
    [("/mitmachbox/formate/", 86), ("/mitmachbox/beispiele/", 35), ("/vorhaben/", 64 + 6)],
)
def test_all_content_is_reachable_from_the_front_door(site, prefix, at_least):
    depth = prefix.count("/") + 1
    found = [path for path in site.pages() if path.startswith(prefix) and path.count("/") == depth and path != prefix]
    assert len(found) >= at_least


def test_all_twelve_districts_are_reachable(site):
    assert len({link for link in site.status if link.startswith("/mitmachen/?bezirk=")} | districts(site)) >= 12


def districts(site):
    return {
        link
        for parser in site.parsed.values()
        for link in parser.links
        if "bezirk=" in link and link.startswith(("/mitmachen/", "?"))
    }


def test_titles_are_unique(site):
    titles = {}
    for path in site.pages():
        titles.setdefault(" ".join(site.parsed[path].title.split()), []).append(path)
    assert "" not in titles
    assert not {title: paths for title, paths in titles.items() if len(paths) > 1}


def test_every_page_has_one_main_heading(site):
    assert not {path: site.parsed[path].headings for path in site.pages() if site.parsed[path].headings != 1}


def test_odd_query_strings_never_break_a_page(site, portal):
    session = requests.Session()
    broken = []
    for path in site.pages():
        # Every page gets one odd query, the lists get them all.
        queries = ODD_QUERIES if path.count("/") <= 3 else ODD_QUERIES[:1]
        for query in queries:
            status = session.get(f"{portal.url}{path}?{query}", timeout=30).status_code
            if status >= 500:
                broken.append((path, query, status))
    assert not broken


@pytest.mark.parametrize(
    "path", ["/", "/mitmachen/", "/mitmachbox/formate/", "/mitmachbox/formate/world-cafe/", "/wirkung/"]
)
def test_an_anonymous_page_can_be_kept_by_anybody(portal, path):
    first = requests.get(portal.url + path, timeout=30)
    again = requests.get(portal.url + path, headers={"If-None-Match": first.headers["ETag"]}, timeout=30)
    assert "Set-Cookie" not in first.headers
    assert "public" in first.headers["Cache-Control"]
    assert again.status_code == 304


# In parts, so that two browsers share the several hundred pages.
@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_is_violated_on_any_page_in_any_theme_or_width(site, portal, browser, part):
    problems = []
    context = watched(browser.new_context(base_url=portal.url, locale="de-DE"), portal)
    page = context.new_page()
    for path in site.pages()[part::PARTS]:
        # Without motion: a colour on its way from one theme to the other is neither.
        page.emulate_media(color_scheme=SCHEMES[0], reduced_motion="reduce")
        page.set_viewport_size(SCREENS[0])
        page.goto(path, wait_until="load")
        for screen, scheme in itertools.product(SCREENS, SCHEMES):
            page.set_viewport_size(screen)
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            problems += [f"{path} {screen['width']} {scheme}: {line}" for line in violations(page)]
            if page.evaluate("document.documentElement.scrollWidth") > screen["width"]:
                problems.append(f"{path} scrolls sideways at {screen['width']}")
        problems += [f"{path}: {line}" for line in context.complaints]
        context.complaints.clear()
    context.close()
    assert not problems, "\n".join(problems[:60])


@pytest.mark.parametrize(
    "path", ["/", "/mitmachen/", "/mitmachbox/formate/", "/mitmachpool/", "/mitmachpool/anmelden/"]
)
def test_a_first_view_transfers_less_than_150_kb_without_pictures(portal, browser, path):
    context = browser.new_context(base_url=portal.url)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    pictures, sizes = set(), []
    session.on(
        "Network.responseReceived",
        lambda event: pictures.add(event["requestId"]) if event["type"] == "Image" else None,
    )
    session.on(
        "Network.loadingFinished",
        lambda event: sizes.append(event["encodedDataLength"]) if event["requestId"] not in pictures else None,
    )
    page.goto(path, wait_until="networkidle")
    context.close()
    assert sum(sizes) < FIRST_VIEW_BYTES
