"""The plain text in which content/pages/ is written, as the blocks of a page. Pure.

A file begins with ``key: value`` lines and ``---``; then paragraphs, ``## headings``, lists (``- `` or ``1. ``),
tables (``| a | b |``), quotes (``> text``) and blocks of their own: ``:::name words`` … ``:::``.
Inside a line: ``**strong**`` and ``[words](address)``.
"""

import re
from dataclasses import dataclass, field
from html import escape
from typing import Any

Block = dict[str, Any]

_HEADING = re.compile(r"^(#{2,3})\s+(.+)$")
_LINK = re.compile(r"\[([^\[\]]+)\]\(([^()\s]+)\)")
_STRONG = re.compile(r"\*\*(.+?)\*\*")
_ITEM = re.compile(r"^(?:-|\d+\.)\s+(.*)$")


@dataclass
class Text:
    """One page as it was written: its facts and its blocks."""

    facts: dict[str, str]
    blocks: list[Block] = field(default_factory=list)


def read(source: str) -> Text:
    """The page a file describes. Raises ValueError when a block is not closed."""
    head, _, body = source.partition("\n---\n")
    return Text(_facts(head), blocks(body))


def blocks(body: str) -> list[Block]:
    """The blocks of a text, in order."""
    made: list[Block] = []
    lines = body.strip().splitlines()
    while lines:
        line = lines[0].rstrip()
        if not line:
            lines.pop(0)
        elif line.startswith(":::"):
            made.append(_own_block(lines))
        elif heading := _HEADING.match(line):
            lines.pop(0)
            made.append({"type": "heading", "value": {"text": heading[2].strip(), "level": str(len(heading[1]))}})
        else:
            made.append(_group(lines))
    return made


def _own_block(lines: list[str]) -> Block:
    name, _, words = lines.pop(0)[3:].strip().partition(" ")
    inner: list[str] = []
    while lines and lines[0].strip() != ":::":
        inner.append(lines.pop(0))
    if not lines:
        raise ValueError(f"Der Block „:::{name}“ ist nicht mit „:::“ beendet.")
    lines.pop(0)
    return _OWN[name](words.strip(), "\n".join(inner).strip())


def _group(lines: list[str]) -> Block:
    """Lines of one kind up to the next empty line or block."""
    kind = _kind(lines[0])
    group: list[str] = []
    while lines and lines[0].strip() and _kind(lines[0]) == kind:
        group.append(lines.pop(0).strip())
    if kind == "table":
        return _table("", "\n".join(group))
    if kind == "quote":
        return {"type": "quote", "value": {"text": " ".join(line[1:].strip() for line in group), "by": ""}}
    return {"type": "paragraph", "value": _html(kind, group)}


def _kind(line: str) -> str:
    line = line.strip()
    if line.startswith((":::", "## ", "### ")):
        return "other"
    if line.startswith("|"):
        return "table"
    if line.startswith(">"):
        return "quote"
    if item := _ITEM.match(line):
        return "ul" if line.startswith("-") else "ol" if item else "p"
    return "p"


def _html(kind: str, group: list[str]) -> str:
    if kind == "p":
        return f"<p>{' '.join(inline(line) for line in group)}</p>"
    words = (inline(_ITEM.sub(r"\1", line)) for line in group)
    items = "".join(f"<li>{each}</li>" for each in words)
    return f"<{kind}>{items}</{kind}>"


def inline(line: str) -> str:
    """A line as HTML: strong words and links, everything else escaped."""
    line = _STRONG.sub(r"<b>\1</b>", escape(line, quote=False))
    return _LINK.sub(lambda found: f'<a href="{escape(found[2])}">{found[1]}</a>', line)


def rich(body: str) -> str:
    """Paragraphs and lists as one piece of HTML."""
    return "".join(block["value"] for block in blocks(body) if block["type"] == "paragraph")


def _facts(body: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in body.splitlines() if ":" in line)
    return {name.strip(): value.strip() for name, _, value in pairs}


def _table(words: str, body: str) -> Block:
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in body.splitlines()
        if line.strip() and not set(line.strip()) <= set("|-: ")
    ]
    return {"type": "table", "value": {"caption": words, "head": rows[0], "rows": rows[1:]}}


def _accordion(words: str, body: str) -> Block:
    parts = re.split(r"^### +", body, flags=re.M)
    items = []
    for part in parts[1:]:
        title, _, text = part.partition("\n")
        items.append({"title": title.strip(), "text": rich(text)})
    return {"type": "accordion", "value": {"items": items}}


def _cards(words: str, body: str) -> Block:
    cards = []
    for line in body.splitlines():
        if found := re.match(r"^-\s+\[([^\[\]]+)\]\(([^()\s]+)\)\s*(.*)$", line.strip()):
            cards.append({"title": found[1], "address": found[2], "text": found[3].lstrip("–—: ")})
    return {"type": "link_cards", "value": {"cards": cards}}


_OWN = {
    "tabelle": _table,
    "fragen": _accordion,
    "karten": _cards,
    "hinweis": lambda words, body: {"type": "notice", "value": {"title": words, "text": rich(body)}},
    "zitat": lambda words, body: {"type": "quote", "value": {"text": body, "by": words}},
    "kontakt": lambda words, body: {"type": "contact", "value": {"name": words} | _facts(body)},
    "film": lambda words, body: {
        "type": "video",
        "value": {"title": words, "kind": "explanation", "transcript": rich(body)},
    },
    "gebaerdenfilm": lambda words, body: {
        "type": "video",
        "value": {"title": words, "kind": "sign", "transcript": rich(body)},
    },
    "liste": lambda words, body: {"type": "maintained_list", "value": {"which": words}},
    "einfach": lambda words, body: {
        "type": "easy",
        "value": {"sentences": [line.strip() for line in body.splitlines() if line.strip()]},
    },
}
