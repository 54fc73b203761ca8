"""What every mail of ours must keep, read from its bytes as a relay gets them. No Django: journeys use it, too.

`faults` says what is wrong with one mail; an empty list is a good mail.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from html.parser import HTMLParser
from urllib.parse import urlsplit

ONCE = ("Date", "From", "To", "Subject", "Message-ID", "MIME-Version", "Content-Type")
NEVER = ("Cc", "Bcc", "Return-Path", "Disposition-Notification-To", "Return-Receipt-To")
LIST = ("List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Help", "List-Archive")
MESSAGE_ID = re.compile(r"<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+>")
URL = re.compile(r"https?://[^\s<>\"]+")
# Words that no German sentence holds; names and addresses are taken out first.
ENGLISH = re.compile(
    r"\b(the|and|you|your|yours|with|please|this|that|from|of|for|are|our|have|has|been|would|which|because|"
    r"there|they|their|what|when|where|until|only|than|can|may we|is|it|we|answer|read|write|leave|join)\b",
    re.IGNORECASE,
)
GERMAN = re.compile(
    r"\b(hallo|nicht mehr|mit einem klick|sie bekommen|ihre einstellungen|diese mail|rufen sie|abmelden|"
    r"guten tag|freundliche grüße|vielen dank|wir schreiben)\b",
    re.IGNORECASE,
)


class _Page(HTMLParser):
    """What the HTML part links to, fetches and shows."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.shown: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self._hidden += tag in ("style", "title")

    def handle_endtag(self, tag):
        self._hidden -= tag in ("style", "title")

    def handle_data(self, data):
        if not self._hidden:
            self.shown.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


def faults(raw: bytes, *, lang: str, bulk: bool, site: str, hosts: tuple[str, ...] = ()) -> list[str]:
    """Everything that is wrong; `site` is our own address, `hosts` are others a text may link to (never fetch)."""
    mail = BytesParser(EmailMessage, policy=policy.default).parsebytes(raw)
    return [
        *_of_the_bytes(raw),
        *_of_the_headers(mail, lang=lang, bulk=bulk, site=site),
        *_of_the_parts(mail, lang=lang, site=site, hosts=hosts),
    ]


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(preferencelist=("plain",))
    return part.get_content() if part else ""


def html_of(mail: EmailMessage) -> str:
    part = mail.get_body(preferencelist=("html",))
    return part.get_content() if part else ""


def links_of(mail: EmailMessage) -> set[str]:
    """Every address a mail holds, in its parts and in its headers: what a scanner opens."""
    page = _read(html_of(mail))
    found = {tag["href"] for tag in page.all("a") if tag.get("href", "").startswith("http")}
    found |= {tag["src"] for tag in page.all("img") if tag.get("src", "").startswith("http")}
    found |= {link.rstrip(".,;:)") for link in URL.findall(text_of(mail))}
    for name in LIST:
        found |= {link.rstrip(">") for link in URL.findall(str(mail.get(name, "")))}
    return found


def _of_the_bytes(raw: bytes) -> Iterator[str]:
    if re.search(rb"(?<!\r)\n|\r(?!\n)", raw):
        yield "a line that does not end in CRLF"
    if any(len(line) > 998 for line in raw.split(b"\r\n")):
        yield "a line longer than 998 octets (RFC 5322 2.1.1)"
    if not raw.isascii():
        yield "octets beyond ASCII: a relay without 8BITMIME changes or refuses it"
    if b"\x02" in raw or b"\x03" in raw:
        yield "a slot that nobody filled"


def _of_the_headers(mail: EmailMessage, *, lang: str, bulk: bool, site: str) -> Iterator[str]:
    for name in ONCE:
        if len(mail.get_all(name, [])) != 1:
            yield f"{name} stands there {len(mail.get_all(name, []))} times"
    yield from (f"{name} has no place in our mails" for name in NEVER if name in mail)
    for name, value in mail.items():
        if getattr(value, "defects", ()):
            yield f"{name} is malformed: {value.defects}"
        if "=?" in str(value):
            yield f"{name} cannot be decoded (RFC 2047)"
    for name in ("From", "To"):
        addresses = getattr(mail[name], "addresses", ())
        if len(addresses) != 1 or not addresses[0].username or not addresses[0].domain:
            yield f"{name} is not one address"
    # A zone of -0000 is UTC from somebody who does not tell where they are (RFC 5322 3.3).
    if not isinstance(getattr(mail["Date"], "datetime", None), datetime):
        yield f"Date is no date: {mail['Date']}"
    if not MESSAGE_ID.fullmatch(str(mail["Message-ID"]).strip()):
        yield f"Message-ID is malformed: {mail['Message-ID']}"
    if not str(mail["Subject"]).strip() or len(str(mail["Subject"])) > 200:
        yield "the subject is empty or endless"
    if mail["Auto-Submitted"] != "auto-generated":
        yield "Auto-Submitted is missing (RFC 3834)"
    if mail["Content-Language"] != lang:
        yield f"Content-Language is {mail['Content-Language']}, not {lang}"
    yield from _of_the_list(mail, bulk=bulk, site=site)


def _of_the_list(mail: EmailMessage, *, bulk: bool, site: str) -> Iterator[str]:
    if not bulk:
        yield from (f"{name} in a mail that is no mailing" for name in (*LIST, "Precedence") if name in mail)
        return
    yield from (f"{name} is missing in a mailing" for name in LIST if name not in mail)
    if not str(mail["List-Unsubscribe"]).startswith(f"<{site}"):
        yield "List-Unsubscribe does not begin with our own address (RFC 8058)"
    if mail["List-Unsubscribe-Post"] != "List-Unsubscribe=One-Click":
        yield "List-Unsubscribe-Post does not offer one click (RFC 8058)"


def _of_the_parts(mail: EmailMessage, *, lang: str, site: str, hosts: tuple[str, ...]) -> Iterator[str]:
    for part in mail.walk():
        way = str(part.get("Content-Transfer-Encoding", "7bit")).lower()
        if part.get_content_maintype() == "text" and way not in ("7bit", "quoted-printable"):
            yield f"{part.get_content_type()} is sent as {way}"
        if part.defects:
            yield f"{part.get_content_type()} is malformed: {part.defects}"
    text, html = text_of(mail), html_of(mail)
    if len(text.split()) < 10:
        yield "there is no text part"
    yield from _of_the_words(f"{mail['Subject']}\n{text}", lang)
    for link in URL.findall(text):
        if not _is_ours(link, site, hosts):
            yield f"the text leads to a third party: {link}"
    if html:
        yield from _of_the_page(_read(html), text, lang=lang, site=site, hosts=hosts)
        if "url(" in html or "@import" in html:
            yield "the style fetches something"


def _of_the_page(page: _Page, text: str, *, lang: str, site: str, hosts: tuple[str, ...]) -> Iterator[str]:
    if [tag.get("lang") for tag in page.all("html")] != [lang]:
        yield "the page does not say its language"
    if len(page.all("h1")) != 1:
        yield f"{len(page.all('h1'))} main headings"
    for tag in ("script", "form", "iframe", "object", "link", "base", "input", "button"):
        if page.all(tag):
            yield f"<{tag}> in a mail"
    if any(tag.get("role") != "presentation" for tag in page.all("table")):
        yield "a table for layout without role=presentation"
    for link in (tag.get("href", "") for tag in page.all("a")):
        if link.removeprefix("mailto:").partition("?")[0] not in text:
            yield f"not in the text part: {link}"
        if link.startswith("http") and not _is_ours(link, site, hosts):
            yield f"leads to a third party: {link}"
    for picture in page.all("img"):
        source = picture.get("src", "")
        if not source.startswith(site) or "?" in source:
            yield f"a picture from elsewhere, or one that tells who opens it: {source}"
        if not picture.get("width", "").isdigit() or int(picture["width"]) < 3:
            yield f"a picture without a size, or a tracking pixel: {source}"
        if "alt" not in picture:
            yield f"a picture without words: {source}"
    yield from _of_the_words(" ".join(page.shown), lang)


def _of_the_words(text: str, lang: str) -> Iterator[str]:
    plain = re.sub(r"\S*(://|@|\.example|\.html?)\S*", " ", text)
    wrong = (ENGLISH if lang == "de" else GERMAN).search(plain)
    if wrong:
        around = plain[max(wrong.start() - 40, 0) : wrong.end() + 40]
        yield f"not {lang}: “{' '.join(around.split())}”"


def _is_ours(link: str, site: str, hosts: tuple[str, ...]) -> bool:
    return link.startswith(site + "/") or link.rstrip(".,;:)") == site or (urlsplit(link).hostname or "") in hosts


def _read(html: str) -> _Page:
    page = _Page()
    page.feed(html)
    return page
