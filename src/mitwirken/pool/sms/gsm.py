"""The alphabet of text messages (GSM 03.38): 160 signs in one, 153 in each of several. Pure."""

import unicodedata

ONE, TWO = 160, 306
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Count twice.
_EXTENDED = frozenset("^{}\\[~]|€")
# What typographers write and telephones do not know; one other sign would halve the room of the whole message.
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("–—‐‑‒−", "-"),
        **dict.fromkeys("„“”«»", '"'),
        **dict.fromkeys("‚‘’‹›`´", "'"),
        **dict.fromkeys("\u00a0\u202f\u2009\t", " "),
        **dict.fromkeys("\u00ad\u200b", None),
        "…": "...",
        "·": "-",
        "•": "-",
        "ẞ": "SS",
        "Ł": "L",
        "ł": "l",
        "ı": "i",
        "Đ": "D",
        "đ": "d",
    }
)


def plain(text: str) -> str:
    """The same in this alphabet: accents it does not know fall off, what has no counterpart is left out."""
    found = []
    for sign in unicodedata.normalize("NFC", text).translate(_PLAIN):
        if sign in _BASIC or sign in _EXTENDED:
            found.append(sign)
        else:
            found += [part for part in unicodedata.normalize("NFKD", sign) if part in _BASIC]
    return "".join(found)


def length(text: str) -> int:
    """How much room a text of this alphabet takes."""
    return sum(2 if sign in _EXTENDED else 1 for sign in text)


def shortened(text: str, most: int) -> str:
    """At most so long, ended by dots where something is missing."""
    if length(text) <= most:
        return text
    while text and length(text) > most - 3:
        text = text[:-1]
    return text.rstrip(" -,:;.") + "..."
