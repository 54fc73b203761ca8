"""The few signs a bulletin is written in, and what they become. Pure: no Django, no database.

    ## A heading            - a list              [Words of a link](https://stadt.example/…)
    ### A smaller one       1. a numbered list    **important**

An empty line ends a paragraph. Everything else is plain text: nobody can bring in HTML, colours or scripts.
"""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from html import escape

_LINK = re.compile(r"\[([^\[\]\n]*)\]\(([^()\s]*)\)")
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_HEADING = re.compile(r"^(#{2,3})\s+(.*)$")
_BULLET = re.compile(r"^[-•*]\s+(.*)$")
_NUMBER = re.compile(r"^\d{1,2}[.)]\s+(.*)$")
# Addresses a mail may carry at all; whether they are wise is a question for preflight.py.
_SAFE = re.compile(r"^(https?://|mailto:|tel:)", re.IGNORECASE)


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Text:
    """One version of a bulletin, in one language; `alt` says what its picture shows."""

    subject: str = ""
    body: str = ""
    alt: str = ""

    def __post_init__(self) -> None:
        # Control signs mark the places where a person's own links are filled in (dispatch/mime.py).
        for name in ("subject", "body", "alt"):
            object.__setattr__(self, name, _CONTROL.sub("", getattr(self, name)))

    @property
    def is_empty(self) -> bool:
        return not (self.subject or self.body)


def stored(texts: dict[str, Text]) -> dict[str, dict[str, str]]:
    """The versions as they are kept: only those in which something is written."""
    return {version: asdict(text) for version, text in texts.items() if not text.is_empty}


@dataclass(frozen=True)
class Block:
    """A heading (`h2`, `h3`), a paragraph (`p`) or a list (`ul`, `ol`) with its lines, still with inline signs."""

    kind: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Link:
    words: str
    url: str


def blocks(text: str) -> list[Block]:
    """The text in its parts, in order."""
    found: list[Block] = []
    kind, lines = "", []

    def close() -> None:
        nonlocal kind, lines
        if lines:
            found.append(Block(kind, tuple(lines)))
        kind, lines = "", []

    for line in [*text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), ""]:
        line = line.strip()
        here, words = _kind_of(line)
        if not line or here in ("h2", "h3") or here != kind:
            close()
        if not line or not words:
            continue
        kind = here
        lines.append(words)
        if here in ("h2", "h3"):
            close()
    return found


def _kind_of(line: str) -> tuple[str, str]:
    if heading := _HEADING.match(line):
        return f"h{len(heading[1])}", heading[2].strip()
    if bullet := _BULLET.match(line):
        return "ul", bullet[1].strip()
    if number := _NUMBER.match(line):
        return "ol", number[1].strip()
    return "p", line


def html(text: str) -> str:
    """The text as HTML that a mail program and a page show alike. Whatever people typed is escaped."""
    return "\n".join(_html_of(block) for block in blocks(text))


def _html_of(block: Block) -> str:
    if block.kind in ("ul", "ol"):
        items = "".join(f"<li>{_inline_html(line)}</li>" for line in block.lines)
        return f"<{block.kind}>{items}</{block.kind}>"
    inner = "<br>".join(_inline_html(line) for line in block.lines)
    return f"<{block.kind}>{inner}</{block.kind}>"


def _inline_html(line: str) -> str:
    pieces, position = [], 0
    for match in _LINK.finditer(line):
        pieces.append(_bold(escape(line[position : match.start()])))
        words, url = match[1].strip(), match[2]
        if _SAFE.match(url):
            pieces.append(f'<a href="{escape(url)}">{escape(words)}</a>')
        else:
            pieces.append(escape(words))
        position = match.end()
    pieces.append(_bold(escape(line[position:])))
    return "".join(pieces)


def _bold(escaped: str) -> str:
    return _BOLD.sub(r"<strong>\1</strong>", escaped)


def plain(text: str) -> str:
    """The same as plain text, for the other half of the mail: every link with its address."""
    return "\n\n".join(_plain_of(block) for block in blocks(text))


def _plain_of(block: Block) -> str:
    lines = [_inline_plain(line) for line in block.lines]
    if block.kind == "h2":
        return f"{lines[0]}\n{'=' * min(len(lines[0]), 70)}"
    if block.kind == "h3":
        return f"{lines[0]}\n{'-' * min(len(lines[0]), 70)}"
    if block.kind == "ul":
        return "\n".join(f"- {line}" for line in lines)
    if block.kind == "ol":
        return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))
    return "\n".join(lines)


def _inline_plain(line: str) -> str:
    def spoken(match: re.Match[str]) -> str:
        words, url = match[1].strip(), match[2]
        bare = re.sub(r"^(mailto:|tel:)", "", url, flags=re.IGNORECASE)
        if not _SAFE.match(url):
            return words
        return bare if words in ("", bare, url) else f"{words}: {bare}"

    return _BOLD.sub(r"\1", _LINK.sub(spoken, line))


def links(text: str) -> list[Link]:
    """Every link as it was written, the broken ones too."""
    return [Link(match[1].strip(), match[2]) for match in _LINK.finditer(text)]


def bare_addresses(text: str) -> Iterator[str]:
    """Addresses that stand in the text without being a link."""
    rest = _LINK.sub(" ", text)
    yield from re.findall(r"https?://\S+", rest)
