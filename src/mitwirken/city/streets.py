"""How people write streets and house numbers, and what they mean by it. Pure: no database."""

import re
from dataclasses import dataclass

_STREET_ENDINGS = re.compile(r"str(?:\.|a(?:ß|ss)e)?(?=$|[\s-])")
_HOUSE = re.compile(r"^(?P<street>.*?\D)\s*(?P<number>\d{1,4})\s*(?P<addition>[a-z]?)(?:\s*[-–/].*)?$", re.I)


@dataclass(frozen=True)
class Address:
    """A street in the form we compare, and the house number if one was given."""

    street: str
    number: int | None = None


def normalise(street: str) -> str:
    """The form of a street's name that all spellings share: ``Kaiser-Str.`` and ``Kaiserstraße`` are one.

    >>> normalise("Kaiser-Str.") == normalise("kaiserstrasse") == normalise("KAISERSTRAẞE")
    True
    """
    plain = street.replace("\x00", " ").replace("ẞ", "ß").lower()
    plain = _STREET_ENDINGS.sub("strasse", plain).replace("ß", "ss")
    for umlaut, written in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("é", "e"), ("è", "e")):
        plain = plain.replace(umlaut, written)
    return re.sub(r"[^a-z0-9]+", "", plain)


def parse(typed: str) -> Address:
    """What someone typed into one field, ``Große Gasse 12 a``, as street and number."""
    typed = " ".join(typed.replace("\x00", " ").split())[:160].rstrip(" ,")
    found = _HOUSE.match(typed)
    if not found:
        return Address(normalise(typed))
    return Address(normalise(found["street"]), int(found["number"]))


def covers(number: int, *, start: int | None, end: int | None, parity: str = "") -> bool:
    """Whether a house number lies in a range (open where None) on the even, the odd or both sides."""
    if parity and parity != ("odd" if number % 2 else "even"):
        return False
    return (start is None or number >= start) and (end is None or number <= end)
