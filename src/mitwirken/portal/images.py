"""Pictures people hand in: looked at, decoded, drawn anew. What is not a plain picture stays outside."""

import io
import re
import struct
import threading
from dataclasses import dataclass, replace
from typing import Any, Protocol

from django.utils.translation import gettext as _
from PIL import ExifTags, Image

from .errors import DomainError

MAX_BYTES = 10 * 1024 * 1024
# A picture of one kilobyte may need a gigabyte once it is unpacked. JPEG is unpacked at the size we need, unless it is
# progressive; PNG takes about ten bytes per dot and WebP twenty, so they may have fewer.
MOST_DOTS = {"JPEG": 50_000_000, "PNG": 25_000_000, "WEBP": 16_000_000}
MOST_DOTS_PROGRESSIVE = 30_000_000
# Enough for a whole screen; a resident's telephone data is not ours to spend.
LONGEST_SIDE = 2000
# What editors keep: large enough for everything their pictures are cut from.
LONGEST_KEPT = 4000
PREVIEW_SIDE = 360
ACCEPTED = "image/jpeg,image/png,image/webp"
_BEGINNINGS = {"JPEG": b"\xff\xd8\xff", "PNG": b"\x89PNG\r\n\x1a\n"}
_SAVED: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 90, "optimize": True, "progressive": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 90},
}

# How the camera was held (EXIF), and what puts the picture on its feet. Pillow's own way writes the rest of the EXIF
# anew, and fails over damaged ones.
_TURNS: dict[Any, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# A picture that is a web page, a program or an archive as well has no innocent reason to be so. Tails that
# cameras write after the picture (motion photos, depth maps) match none of these.
_SECOND_NATURE = re.compile(rb"<script|<html|<!doctype|<svg[\s>]|<\?php|%PDF-\d|PK\x05\x06\x00\x00", re.I)
# One picture at a time in each process: its memory is that of the largest one, not of all that come at once.
_unpacking = threading.Lock()


# What Pillow raises for files that are cut off or damaged.
DAMAGED = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    MemoryError,
    TypeError,
    LookupError,
    ArithmeticError,
    struct.error,
)


class Readable(Protocol):
    """A file, however it came."""

    def read(self, size: int, /) -> bytes: ...


class NotAPicture(DomainError):
    """The file is no picture we can accept."""


@dataclass(frozen=True)
class Picture:
    """A picture drawn anew by us (JPEG): nothing of the sent file is left but what it shows."""

    content: bytes
    width: int
    height: int
    alt: str = ""

    def described(self, alt: str) -> "Picture":
        return replace(self, alt=alt)


def redraw(file: Readable, *, size: int) -> Picture:
    """The picture in `file` without its hidden data (place, device, comments).

    Raises NotAPicture with a sentence for everything that is not one JPEG, PNG or WebP of bearable size.
    """
    drawn, _kind = _read(file, size, LONGEST_SIDE)
    return _encode(_on_white(drawn))


def cleaned(file: Readable, *, size: int) -> bytes:
    """An editor's picture in its own format, see-through where it was, without hidden data; see `redraw`."""
    drawn, kind = _read(file, size, LONGEST_KEPT)
    out = io.BytesIO()
    (_on_white(drawn) if kind == "JPEG" else drawn).save(out, kind, **_SAVED[kind])
    return out.getvalue()


def preview(picture: Picture) -> bytes:
    """A small version of `picture` for the review page."""
    image = Image.open(io.BytesIO(picture.content))
    image.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    return _encode(image, quality=70).content


def _read(file: Readable, size: int, longest: int) -> tuple[Image.Image, str]:
    """The first frame, upright, at most `longest` dots wide and high, and the format it came in."""
    if size > MAX_BYTES:
        raise NotAPicture(_("The picture is larger than 10 MB. Please choose a smaller one."))
    content = file.read(MAX_BYTES + 1)
    kind = _kind(content)
    if kind is None:
        raise NotAPicture(_("This file is not a JPEG, PNG or WebP picture. Please choose a photo."))
    if _SECOND_NATURE.search(content):
        raise NotAPicture(
            _("This file contains more than a picture. Please save it as a photo again and choose that one.")
        )
    try:
        with _unpacking:
            return _decode(content, kind, longest), kind
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise NotAPicture(_too_many_dots(MOST_DOTS[kind])) from None
    except DAMAGED:
        raise NotAPicture(_("The picture is damaged or incomplete. Please choose another one.")) from None


def _kind(content: bytes) -> str | None:
    """The format by its first bytes; what the file is called says nothing."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    return next((kind for kind, beginning in _BEGINNINGS.items() if content.startswith(beginning)), None)


def _decode(content: bytes, kind: str, longest: int) -> Image.Image:
    image = Image.open(io.BytesIO(content), formats=(kind,))
    # The header alone tells the size: a small file that would fill the memory is never unpacked.
    most = MOST_DOTS_PROGRESSIVE if image.info.get("progressive") else MOST_DOTS[kind]
    if image.width * image.height > most:
        raise NotAPicture(_too_many_dots(most))
    image.draft("RGB", (longest, longest))
    image.load()
    small = _of_plain_mode(image)
    # Made small before anything else: each step in full size costs as much memory as the picture itself.
    small.thumbnail((longest, longest))
    turn = _TURNS.get(image.getexif().get(ExifTags.Base.Orientation))
    upright = small if turn is None else small.transpose(turn)
    # A fresh canvas takes over the visible dots and nothing else.
    canvas = Image.new(upright.mode, upright.size)
    canvas.paste(upright)
    return canvas


def _of_plain_mode(image: Image.Image) -> Image.Image:
    """With dots as screens have them; grey of 16 bits, palettes and printing colours are none of those."""
    if image.mode in ("RGB", "RGBA"):
        return image
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value / 256).convert("L").convert("RGB")
    if image.mode in ("LA", "PA") or "transparency" in image.info:
        return image.convert("RGBA")
    return image.convert("RGB")


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode == "RGB":
        return image
    canvas = Image.new("RGB", image.size, "white")
    canvas.paste(image, mask=image)
    return canvas


def _encode(image: Image.Image, quality: int = 85) -> Picture:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return Picture(out.getvalue(), image.width, image.height)


def _too_many_dots(most: int) -> str:
    return _(
        "The picture has too many dots: a picture of this kind may have %(most)s million. "
        "Please make it smaller and try again."
    ) % {"most": most // 1_000_000}
