import io
import struct
import zlib

import pytest
from PIL import Image

from mitwirken.portal import images


def picture(kind="JPEG", size=(80, 60), mode="RGB", **options) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "red" if mode == "RGB" else None).save(out, kind, **options)
    return out.getvalue()


def bomb(width=20_000, height=20_000) -> bytes:
    """A few bytes of PNG whose header claims 400 million dots."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


REFUSED = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html": b"<!doctype html><script>alert(1)</script>",
    "gif that calls itself jpeg": picture("GIF", mode="P"),
    "jpeg and script at once": picture() + b"<script>alert(1)</script>",
    "png and page at once": picture("PNG") + b"<html><body>hello</body></html>",
    "jpeg and archive at once": picture() + b"PK\x03\x04evil" + b"PK\x05\x06" + b"\0" * 18,
    "cut off": picture(size=(800, 600), quality=95)[:900],
    "only the first bytes": b"\xff\xd8\xff\xe0",
    "bomb": bomb(),
    "bomb below the limit of the decoder": bomb(9000, 9000),
    "nothing": b"",
}


def redraw(content: bytes, size: int | None = None):
    return images.redraw(io.BytesIO(content), size=len(content) if size is None else size)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_plain_picture_is_refused_with_a_sentence(name):
    with pytest.raises(images.NotAPicture) as refused:
        redraw(REFUSED[name])
    assert str(refused.value.sentence).endswith(".")


def test_a_picture_above_ten_megabytes_is_refused_before_it_is_read():
    with pytest.raises(images.NotAPicture, match="10 MB"):
        redraw(picture(), size=images.MAX_BYTES + 1)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_three_accepted_kinds_come_out_as_jpeg(kind):
    drawn = redraw(picture(kind))
    assert (drawn.width, drawn.height, drawn.content[:3]) == (80, 60, b"\xff\xd8\xff")


def test_place_device_and_comment_are_gone():
    exif = Image.Exif()
    exif[0x0110] = "Telefon XY"
    exif.get_ifd(0x8825)[2] = (51.0, 30.0, 0.0)
    drawn = redraw(picture(exif=exif, comment=b"secret"))
    again = Image.open(io.BytesIO(drawn.content))
    assert not again.getexif()
    assert b"secret" not in drawn.content
    assert b"Telefon" not in drawn.content


def test_a_photo_taken_sideways_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    drawn = redraw(picture(size=(80, 60), exif=exif))
    assert (drawn.width, drawn.height) == (60, 80)


def test_a_large_photo_becomes_as_small_as_a_screen():
    assert max(redraw(picture(size=(4000, 1000))).width, 0) == images.LONGEST_SIDE
