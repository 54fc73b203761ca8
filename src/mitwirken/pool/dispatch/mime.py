"""A mail built once, with slots for what differs per person. Filling a slot is a replacement of bytes.

A slot inside a quoted-printable body stands between two soft line breaks, so that what fills it needs no
encoding and no line grows too long (RFC 2045 6.7).
"""

import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from functools import lru_cache
from typing import Any, Self

_SLOT = re.compile("\x02([a-z_]+)\x03")
_SLOT_BYTES = re.compile(b"\x02([a-z_]+)\x03")


# What may stand before the @ without quotes; anything else could become a word to the relay.
_SPEAKABLE = re.compile(r"[!#$%&'*+/=?^_`{|}~.\w-]{1,64}", re.ASCII)


class NoAddress(ValueError):
    """An address no mail can carry."""


def ascii_address(email: str) -> str:
    """The address as it stands in envelope and headers: domains with umlauts in their ASCII form."""
    local, _, domain = email.rpartition("@")
    if not local or not _SPEAKABLE.fullmatch(local):
        raise NoAddress
    return f"{local}@{_ascii_domain(domain)}"


@lru_cache(maxsize=10_000)
def _ascii_domain(domain: str) -> str:
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        raise NoAddress from None


def slot(name: str) -> str:
    """The place in a text where `name` will stand."""
    return f"\x02{name}\x03"


def without_slots(content: Any) -> Any:
    """Text, or lists and mappings of it, without the signs that make a slot."""
    if isinstance(content, str):
        return content.replace("\x02", "").replace("\x03", "")
    if isinstance(content, Mapping):
        return {key: without_slots(value) for key, value in content.items()}
    return [without_slots(value) for value in content] if isinstance(content, list) else content


@dataclass(frozen=True)
class Attachment:
    """A text that comes along as a file; may have slots like the body."""

    name: str
    content_type: str
    text: str


def build(
    *,
    headers: Mapping[str, str],
    slotted: Mapping[str, str],
    text: str,
    html: str = "",
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """The finished mail. `headers` are encoded; `slotted` headers are ASCII with slots and stand as they are."""
    head = EmailMessage(policy=SMTP)
    for name, value in headers.items():
        head[name] = " ".join(value.split())
    lines = [head.as_bytes().rstrip(b"\r\n")]
    lines += [f"{name}: {value}".encode("ascii") for name, value in slotted.items()]
    lines.append(b"MIME-Version: 1.0")
    part = _part("text/plain", text)
    if html:
        part = _multipart("alternative", [part, _part("text/html", html)])
    if attachments:
        files = [_part(file.content_type, file.text, file=file.name) for file in attachments]
        part = _multipart("mixed", [part, *files])
    return b"\r\n".join([*lines, part])


def _multipart(kind: str, parts: list[bytes]) -> bytes:
    boundary = hashlib.blake2s(kind.encode() + b"".join(parts), digest_size=12).hexdigest().encode()
    head = b"Content-Type: multipart/" + kind.encode() + b'; boundary="' + boundary + b'"\r\n\r\n'
    body = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts)
    return head + body + b"--" + boundary + b"--\r\n"


def with_header(mime: bytes, name: str, value: str) -> bytes:
    """The mail with this header (ASCII) in place of any other of its name."""
    head, gap, body = mime.partition(b"\r\n\r\n")
    lines, ours = [], name.lower().encode() + b":"
    for line in head.split(b"\r\n"):
        if line[:1] in (b" ", b"\t") and lines:
            lines[-1] += b"\r\n" + line
        else:
            lines.append(line)
    kept = [line for line in lines if not line.lower().startswith(ours)]
    # After the first header: the others may end with one that a reader expects at the end (Content-Type).
    kept.insert(1, f"{name}: {value}".encode("ascii"))
    return b"\r\n".join(kept) + gap + body


@dataclass(frozen=True)
class Form:
    """A mail cut at its slots, so that filling them is one joining of pieces."""

    pieces: list[bytes]
    names: list[str]

    @classmethod
    def cut(cls, mime: bytes) -> Self:
        pieces = _SLOT_BYTES.split(mime)
        return cls(pieces, [name.decode() for name in pieces[1::2]])

    def fill(self, values: Mapping[str, str]) -> bytes:
        """The mail for one person. Values are ASCII without line breaks: addresses, keys, dates."""
        pieces = self.pieces.copy()
        pieces[1::2] = [_plain(values[name]) for name in self.names]
        return b"".join(pieces)


def _plain(value: str) -> bytes:
    if "\r" in value or "\n" in value:
        raise ValueError("a slot takes one line")
    return value.encode("ascii")


def slots(mime: bytes) -> frozenset[str]:
    """The names of the places that wait to be filled."""
    return frozenset(name.decode() for name in _SLOT_BYTES.findall(mime))


def fill(mime: bytes, values: Mapping[str, str]) -> bytes:
    """The mail for one person. Values are ASCII without line breaks: addresses, keys, dates."""
    for name, value in values.items():
        if not value.isascii() or "\r" in value or "\n" in value:
            raise ValueError(f"slot {name} takes plain ASCII")
        mime = mime.replace(b"\x02" + name.encode() + b"\x03", value.encode("ascii"))
    return mime


def _part(content_type: str, text: str, *, file: str = "") -> bytes:
    head = f"Content-Type: {content_type}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    if file:
        head += f'Content-Disposition: attachment; filename="{file}"\r\n'
    return head.encode() + b"\r\n" + _quoted_printable(text)


def _quoted_printable(text: str) -> bytes:
    pieces = _SLOT.split(text.replace("\r\n", "\n").rstrip("\n") + "\n")
    encoded = b""
    for index, piece in enumerate(pieces):
        if index % 2:
            encoded += b"=\r\n\x02" + piece.encode() + b"\x03=\r\n"
        else:
            encoded += binascii.b2a_qp(piece.encode()).replace(b"\n", b"\r\n")
    return encoded
