"""Open places in a text: ``[[Bitte eintragen: Telefon]]`` marks what the city still has to fill in. Pure."""

import re
from collections.abc import Iterator

_MARK = re.compile(r"\[\[\s*([^\[\]<>]{1,200}?)\s*\]\]")
_TAG = re.compile(r"(<[^>]*>)")


def found(text: str) -> Iterator[str]:
    """What each mark in the text asks for."""
    return (match[1] for match in _MARK.finditer(text))


def highlighted(html: str) -> str:
    """The same HTML with each mark visibly marked; inside of tags (addresses, attributes) nothing is touched."""
    return "".join(part if part.startswith("<") else _MARK.sub(r"<mark>\1</mark>", part) for part in _TAG.split(html))
