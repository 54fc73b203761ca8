"""Pictures people hand in: looked at, decoded, drawn anew. What is not a plain picture stays outside."""

import io
import re
from dataclasses import dataclass, replace
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from .errors import DomainError

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 50_000_000
# Enough for a whole screen; a resident's telephone data is not ours to spend.
LONGEST_SIDE = 2000
PREVIEW_SIDE = 360
ACCEPTED = "image/jpeg,image/png,image/webp"

# A picture that is a web page, a program or an archive as well has no innocent reason to be so. Tails that
# cameras write after the picture (motion photos, depth maps) match none of these.
_SECOND_NATURE = re.compile(rb"<script|<html|<!doctype|<svg[\s>]|<\?php|%PDF-\d|PK\x05\x06\x00\x00", re.I)


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


def redraw(file: BinaryIO, *, size: int) -> Picture:
    """The picture in `file` without its hidden data (place, device, comments).

    Raises NotAPicture with a sentence for everything that is not one JPEG, PNG or WebP of bearable size.
    """
    if size > MAX_BYTES:
        raise NotAPicture(_("The picture is larger than 10 MB. Please choose a smaller one."))
    content = file.read(MAX_BYTES + 1)
    if not _looks_like_picture(content):
        raise NotAPicture(_("This file is not a JPEG, PNG or WebP picture. Please choose a photo."))
    if _SECOND_NATURE.search(content):
        raise NotAPicture(
            _("This file contains more than a picture. Please save it as a photo again and choose that one.")
        )
    try:
        drawn = _decode(content)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise NotAPicture(_too_many_pixels()) from None
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError):
        # What Pillow raises for files that are cut off or damaged.
        raise NotAPicture(_("The picture is damaged or incomplete. Please choose another one.")) from None
    return _encode(drawn)


def preview(picture: Picture) -> bytes:
    """A small version of `picture` for the review page."""
    image = Image.open(io.BytesIO(picture.content))
    image.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    return _encode(image, quality=70).content


def _looks_like_picture(content: bytes) -> bool:
    return content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (
        content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    )


def _decode(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP"))
    # The header alone tells the size: a small file that would fill the memory is never unpacked.
    if image.width * image.height > MAX_PIXELS:
        raise NotAPicture(_too_many_pixels())
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    image.load()
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    # A fresh canvas takes over the visible dots and nothing else.
    canvas = Image.new("RGB", upright.size, "white")
    layered = upright.convert("RGBA") if upright.mode in ("RGBA", "LA", "PA", "P") else None
    canvas.paste(layered or upright.convert("RGB"), mask=layered)
    return canvas


def _encode(image: Image.Image, quality: int = 85) -> Picture:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return Picture(out.getvalue(), image.width, image.height)


def _too_many_pixels() -> str:
    return _("The picture has more than 50 million dots. Please make it smaller and try again.")
