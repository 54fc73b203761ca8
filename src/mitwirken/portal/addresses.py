"""Addresses people can read: made from titles, never the same twice."""

from collections.abc import Iterable

from mitwirken.city.actions import slug_for

LONGEST = 70


def free_slug(title: str, taken: Iterable[str]) -> str:
    """An address for `title` that is not among `taken`; umlauts are written out."""
    base = slug_for(title)[:LONGEST].strip("-") or "vorhaben"
    taken = set(taken)
    number, found = 2, base
    while found in taken:
        found, number = f"{base}-{number}", number + 1
    return found
