"""What is wrong with a bulletin before it goes to thousands. Pure: no Django, no database, no clock.

An error must be repaired; a warning may be right, and then somebody says so. `WORDS` of checking.py has a
sentence for each code.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

from . import markup
from .markup import Text

# RFC 5322 2.1.1: lines should not be longer; telephones cut at half of it.
SUBJECT = 78
# Gmail cuts a mail off at 102 kB, and with it the way to leave.
HEAVIEST = 100_000
# Below so many people a mailing is hardly a mailing; perhaps the rule is too narrow.
FEW = 10
# So many of the words of one half of a mail may be missing in the other (dates, symbols).
DIFFERENT = 0.1

ERRORS = frozenset(
    [
        "no_subject", "long_subject", "no_text", "gap", "skipped_heading", "no_alt", "file_name_as_alt", "no_words",
        "vague_words", "broken_link", "insecure_link", "dead_link", "heavy", "no_text_part", "different_text_part",
        "links_missing", "no_reference", "nobody", "past", "no_quota",
    ]
)  # fmt: skip
WARNINGS = frozenset(["foreign_link", "bare_address", "shouting", "few", "no_english", "no_simple"])

_GAP = re.compile(r"\[(?:Bitte ergänzen|Please complete)[^\]]*\]|\{\{.*?\}\}|\bXX+X\b|\bTODO\b|\blorem ipsum\b", re.I)
_VAGUE = {
    "hier", "hier klicken", "klicken sie hier", "bitte hier klicken", "mehr", "mehr infos", "mehr informationen",
    "weiter", "weiterlesen", "link", "dieser link", "details", "download", "here", "click here", "more", "read more",
    "this link", "info", "infos", "website", "webseite", "url",
}  # fmt: skip
_FILE_NAME = re.compile(r"\.(jpe?g|png|gif|webp|svg|heic)$|^(img|dsc|foto|bild|image|picture)[ _-]?\d*$", re.I)


@dataclass(frozen=True)
class Finding:
    """One thing to repair (`is_error`) or to confirm: where (a version of the text, or none) and what exactly."""

    code: str
    version: str = ""
    detail: str = ""

    @property
    def is_error(self) -> bool:
        return self.code in ERRORS

    @property
    def key(self) -> str:
        """The name under which a warning is confirmed; another detail is another warning."""
        return "|".join([self.code, self.version, self.detail])


@dataclass(frozen=True)
class Rendered:
    """The two halves of a finished mail in one version, and its size in bytes."""

    html: str
    text: str
    size: int


@dataclass(frozen=True)
class Facts:
    """Everything the check asks, gathered before (checking.py)."""

    texts: Mapping[str, Text]
    # Addresses of our own: `scheme://host` of this website, and hosts the city calls its own.
    site: str
    hosts: frozenset[str] = frozenset()
    dead: frozenset[str] = frozenset()
    has_picture: bool = False
    reference: str = ""
    # How many people the rule reaches, by the version they would read.
    people: Mapping[str, int] = field(default_factory=dict)
    rendered: Mapping[str, Rendered] = field(default_factory=dict)
    is_past: bool = False
    has_quota: bool = True


def check(facts: Facts) -> list[Finding]:
    """All findings, errors first, each in the order of the text."""
    found = [
        finding
        for version, text in facts.texts.items()
        for part in (_words, _picture, _headings, _links)
        for finding in part(version, text, facts)
    ]
    found += [finding for version, mail in facts.rendered.items() for finding in _mail(version, mail)]
    found += _whole(facts)
    return sorted(dict.fromkeys(found), key=lambda finding: not finding.is_error)


def _words(version: str, text: Text, facts: Facts) -> Iterator[Finding]:
    if not text.subject.strip():
        yield Finding("no_subject", version)
    if len(text.subject) > SUBJECT:
        yield Finding("long_subject", version, str(len(text.subject)))
    if not markup.blocks(text.body):
        yield Finding("no_text", version)
    for gap in _GAP.findall("\n".join([text.subject, text.body, text.alt])):
        yield Finding("gap", version, gap[:60])
    letters = [sign for sign in text.subject if sign.isalpha()]
    if (len(letters) > 8 and sum(sign.isupper() for sign in letters) > len(letters) / 2) or "!!" in text.subject:
        yield Finding("shouting", version)


def _picture(version: str, text: Text, facts: Facts) -> Iterator[Finding]:
    # Plain language may do with the German words.
    alt = text.alt.strip() or (facts.texts["de"].alt.strip() if version == "de-simple" and "de" in facts.texts else "")
    if facts.has_picture and not alt:
        yield Finding("no_alt", version)
    if facts.has_picture and _FILE_NAME.search(alt):
        yield Finding("file_name_as_alt", version, alt[:60])


def _headings(version: str, text: Text, facts: Facts) -> Iterator[Finding]:
    """The subject is the first heading; who listens to a mail jumps from heading to heading (WCAG 1.3.1)."""
    level = 1
    for block in markup.blocks(text.body):
        if block.kind in ("h2", "h3"):
            if int(block.kind[1]) > level + 1:
                yield Finding("skipped_heading", version, block.lines[0][:60])
            level = int(block.kind[1])


def _links(version: str, text: Text, facts: Facts) -> Iterator[Finding]:
    for link in markup.links(text.body):
        words, shown = link.words.casefold().strip(" .…>»→"), (link.words or link.url)[:60]
        if not words:
            yield Finding("no_words", version, link.url[:60])
        elif words in _VAGUE:
            yield Finding("vague_words", version, shown)
        yield from _address(version, link.url, shown, facts)
    for address in markup.bare_addresses(text.body):
        yield Finding("bare_address", version, address[:60])


def _address(version: str, url: str, shown: str, facts: Facts) -> Iterator[Finding]:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:  # brackets that are no IPv6 address
        yield Finding("broken_link", version, shown)
        return
    if parts.scheme in ("mailto", "tel"):
        if not parts.path or (parts.scheme == "mailto" and "@" not in parts.path):
            yield Finding("broken_link", version, shown)
    elif parts.scheme not in ("http", "https") or ("." not in host.strip(".") and not _is_ours(url, facts)):
        yield Finding("broken_link", version, shown)
    elif _is_ours(url, facts):
        if url in facts.dead:
            yield Finding("dead_link", version, shown)
    elif parts.scheme != "https":
        yield Finding("insecure_link", version, shown)
    elif not any(host == ours or host.endswith(f".{ours}") for ours in facts.hosts):
        yield Finding("foreign_link", version, host)


def _is_ours(url: str, facts: Facts) -> bool:
    return url == facts.site or url.startswith((facts.site + "/", facts.site + "?", facts.site + "#"))


def own_links(text: Text, site: str) -> list[str]:
    """The addresses of this website in a text: those somebody can try out."""
    facts = Facts({}, site)
    return [link.url for link in markup.links(text.body) if _is_ours(link.url, facts)]


def _mail(version: str, mail: Rendered) -> Iterator[Finding]:
    if mail.size > HEAVIEST:
        yield Finding("heavy", version, str(mail.size // 1000))
    if not mail.text.strip():
        yield Finding("no_text_part", version)
        return
    seen = Reading.of(mail.html)
    spoken, written = _vocabulary(seen.words), _vocabulary(mail.text)
    missing = spoken - written
    if spoken and len(missing) > DIFFERENT * len(spoken):
        yield Finding("different_text_part", version, ", ".join(sorted(missing)[:5]))
    lost = [link for link in seen.links if link.removeprefix("mailto:").removeprefix("tel:") not in mail.text]
    if lost:
        yield Finding("links_missing", version, lost[0][:60])


def _whole(facts: Facts) -> Iterator[Finding]:
    if "de" not in facts.texts:
        yield Finding("no_text", "de")
    if not facts.reference.strip():
        yield Finding("no_reference")
    total = sum(facts.people.values())
    if not total:
        yield Finding("nobody")
    elif total < FEW:
        yield Finding("few")
    if facts.people.get("en") and "en" not in facts.texts:
        yield Finding("no_english")
    if facts.people.get("de-simple") and "de-simple" not in facts.texts:
        yield Finding("no_simple")
    if facts.is_past:
        yield Finding("past")
    if not facts.has_quota:
        yield Finding("no_quota")


def _vocabulary(text: str) -> set[str]:
    return {word.casefold() for word in re.findall(r"[^\W\d_]{4,}", re.sub(r"https?://\S+", " ", text))}


class Reading(HTMLParser):
    """What a person reads in the HTML half of a mail, and where its links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.words, self.links = "", []
        self._hidden = 0

    @classmethod
    def of(cls, html: str) -> "Reading":
        reading = cls()
        reading.feed(html)
        return reading

    def handle_starttag(self, tag, attrs):
        facts = dict(attrs)
        if tag in ("style", "script", "head", "title"):
            self._hidden += 1
        if tag == "a" and facts.get("href"):
            self.links.append(facts["href"])
        if tag == "img":
            self.words += f" {facts.get('alt') or ''} "

    def handle_endtag(self, tag):
        if tag in ("style", "script", "head", "title"):
            self._hidden -= 1

    def handle_data(self, data):
        if not self._hidden:
            self.words += f" {data} "
