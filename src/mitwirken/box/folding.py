"""How text is compared in the search: no case, no accents, no hyphens, and ä, ae and a are the same. Pure."""

import re
import unicodedata

# After the accents are gone, the two-letter spellings follow: "Buergerrat" and "Bürgerrat" become "burgerrat".
SPELLINGS = (("ae", "a"), ("oe", "o"), ("ue", "u"))
MOST_WORDS = 8


def folded(text: str) -> str:
    """`text` as the search compares it: words of a–z and 0–9 with one space between."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    for pair, letter in SPELLINGS:
        plain = plain.replace(pair, letter)
    return " ".join(re.findall(r"[a-z0-9]+", plain))


def words(query: str) -> list[str]:
    """The folded words of a query; a pasted page is cut, so that it cannot slow the search down."""
    return folded(query[:200]).split()[:MOST_WORDS]
