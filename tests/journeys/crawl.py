"""Every public page that can be reached from the front door, found by following links."""

from collections import deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import requests

# Staff, sign-in and the demo have journeys of their own; static files are fetched by the browser tests.
OUTSIDE = ("/staff/", "/konto/", "/demo/", "/static/", "/media/")
MOST_PAGES = 3000


class PageParser(HTMLParser):
    """Links, title and number of h1 of one page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.title = ""
        self.headings = 0
        self._in_title = False

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag in ("a", "link", "form", "img", "script"):
            for name in ("href", "action", "src"):
                if values.get(name) and not (tag == "form" and values.get("method", "get").lower() == "post"):
                    self.links.append(values[name])
        self.headings += tag == "h1"
        # The first title only: an inline SVG may have one too.
        self._in_title = tag == "title" and not self.title

    def handle_endtag(self, tag):
        if tag == "title":
            self._in_title = False

    def handle_data(self, data):
        if self._in_title:
            self.title += data


@dataclass
class Crawl:
    """What was found: answers by address, and who links where."""

    status: dict[str, int] = field(default_factory=dict)
    parsed: dict[str, PageParser] = field(default_factory=dict)
    linked_from: dict[str, str] = field(default_factory=dict)

    def pages(self) -> list[str]:
        """Addresses of all HTML pages that answered 200, without query strings."""
        return sorted(path for path in self.parsed if "?" not in path and self.status[path] == 200)


def crawl(base: str, *, start: str = "/") -> Crawl:
    """Follow every internal link breadth first; one address with query string per page and name of parameter."""
    found, session = Crawl(), requests.Session()
    queue, seen, shapes = deque([start]), {start}, set()
    while queue and len(found.status) < MOST_PAGES:
        path = queue.popleft()
        answer = session.get(base + path, timeout=30, allow_redirects=True)
        found.status[path] = answer.status_code
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        parser = PageParser()
        parser.feed(answer.text)
        found.parsed[path] = parser
        for link in parser.links:
            target = urlsplit(urldefrag(urljoin(base + path, link)).url)
            if f"{target.scheme}://{target.netloc}" != base or target.path.startswith(OUTSIDE):
                continue
            address = target.path + (f"?{target.query}" if target.query else "")
            if target.query:
                shape = (target.path, tuple(sorted(part.split("=")[0] for part in target.query.split("&"))))
                if shape in shapes:
                    continue
                shapes.add(shape)
            if address not in seen:
                seen.add(address)
                found.linked_from[address] = path
                queue.append(address)
    return found
