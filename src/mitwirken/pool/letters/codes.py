"""The codes in letters: worked out from a seed and the installation's secret, kept as a keyed hash only."""

import hashlib
import hmac
import secrets

from django.conf import settings

from mitwirken.core import codes


def new_seed() -> str:
    return secrets.token_hex(16)


def code_of(seed: str) -> str:
    """The code that is printed; the same each time the letter is."""
    return codes.code_from(_mac("code", seed))


def digest_of(code: str) -> str:
    """What the database knows of a code."""
    return _mac("digest", code).hex()


def _mac(label: str, text: str) -> bytes:
    return hmac.new(settings.SECRET_KEY.encode(), f"pool.letters.{label}|{text}".encode(), hashlib.sha256).digest()
