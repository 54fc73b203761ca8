"""Forms sent by a program: what a browser would send, read from the page itself."""

from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


class _Forms(HTMLParser):
    """The POST forms of a page with the values their inputs begin with."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.open = False
        self.select = ""

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "form":
            self.open = (values.get("method") or "get").lower() == "post"
            if self.open:
                self.found.append((values.get("action") or "", {}))
        if not self.open:
            return
        if tag == "select":
            self.select = values.get("name") or ""
        if tag == "option" and self.select and (self.select not in self.found[-1][1] or "selected" in values):
            self.found[-1][1][self.select] = values.get("value") or ""
        if not values.get("name"):
            return
        if tag == "textarea":
            self.found[-1][1][values["name"]] = ""
        chosen = values.get("type") not in ("checkbox", "radio", "submit", "file") or "checked" in values
        if tag == "input" and chosen:
            self.found[-1][1][values["name"]] = values.get("value") or ""

    def handle_endtag(self, tag):
        if tag == "form":
            self.open = False
        if tag == "select":
            self.select = ""


def send(session: requests.Session, address: str, values: dict, *, files: dict | None = None) -> requests.Response:
    """Open `address`, fill `values` into its form and send it; redirects are followed."""
    page = session.get(address, timeout=30)
    parser = _Forms()
    parser.feed(page.text)
    with_it = [form for form in parser.found if set(values) & set(form[1])] or parser.found
    assert with_it, f"{address} has no form ({page.status_code})"
    action, start = with_it[0]
    return session.post(urljoin(page.url, action), data=start | values, files=files, timeout=60)


def token(session: requests.Session, address: str) -> dict[str, str]:
    """The hidden field without which no form is taken, from any page of this session that has one."""
    parser = _Forms()
    parser.feed(session.get(address, timeout=30).text)
    return {"csrfmiddlewaretoken": parser.found[0][1]["csrfmiddlewaretoken"]}


def staff(url: str, name: str) -> requests.Session:
    """A session of one of the demo's members of staff."""
    session = requests.Session()
    answer = send(session, f"{url}/demo/", {"email": f"{name}@demo.stadt.example"})
    assert answer.url.startswith(f"{url}/staff/"), answer.url
    return session
