"""Codes that people read aloud, type from paper and get right."""

import secrets

# Crockford's Base32 without I, L, O, U and Z: no look-alikes, no accidental words, and a prime number of signs.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXY"
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "Z": "2"})
# A primitive root of 31: every place has a weight of its own, so one wrong sign and any two swapped ones show.
_WEIGHT = 3


def _check_sign(payload: str) -> str:
    number = 0
    for sign in payload:
        number = (number * _WEIGHT + ALPHABET.index(sign)) % len(ALPHABET)
    return ALPHABET[number]


def new_code() -> str:
    """A random code such as ``7KQ4-M2XH-9TC3``: 54 random bits and one check sign."""
    return spell(secrets.randbelow(room(3)), groups=3)


def code_from(seed: bytes, *, groups: int = 3) -> str:
    """The code that belongs to these bytes, always the same: for codes that are worked out instead of stored."""
    return spell(int.from_bytes(seed, "big") % room(groups), groups=groups)


def normalise(typed: str) -> str | None:
    """The code a person meant, or None if it cannot be one (a slip is caught by the check sign)."""
    number = read(typed, groups=3)
    return None if number is None else spell(number, groups=3)


def room(groups: int) -> int:
    """How many different codes of so many groups there are."""
    return int(len(ALPHABET) ** (4 * groups - 1))


def spell(number: int, *, groups: int) -> str:
    """A number as a code of so many groups of four."""
    signs = ""
    for _ in range(4 * groups - 1):
        number, rest = divmod(number, len(ALPHABET))
        signs = ALPHABET[rest] + signs
    return _grouped(signs + _check_sign(signs))


def read(typed: str, *, groups: int) -> int | None:
    """The number behind a typed code, or None if it cannot be one."""
    signs = "".join(sign for sign in typed.upper().translate(_LOOKALIKES) if sign in ALPHABET)
    if len(signs) != 4 * groups or _check_sign(signs[:-1]) != signs[-1]:
        return None
    number = 0
    for sign in signs[:-1]:
        number = number * len(ALPHABET) + ALPHABET.index(sign)
    return number


def _grouped(signs: str) -> str:
    return "-".join(signs[start : start + 4] for start in range(0, len(signs), 4))
