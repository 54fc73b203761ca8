"""Files that are no plain pictures, and pictures that are odd but honest: small, made on the spot."""

import io
import struct
import zlib

from PIL import Image
from PIL.PngImagePlugin import PngInfo


def picture(kind="JPEG", size=(80, 60), mode="RGB", **options) -> bytes:
    out = io.BytesIO()
    red = {"RGB": "red", "CMYK": (0, 255, 255, 0)}
    Image.new(mode, size, red.get(mode)).save(out, kind, **options)
    return out.getvalue()


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def bomb(width=20_000, height=20_000) -> bytes:
    """A few bytes of PNG whose header claims 400 million dots."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """A small PNG with a remark that unpacks to 80 million letters."""
    plain = picture("PNG")
    remark = _chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"a" * 80_000_000))
    return plain[:33] + remark + plain[33:]


def moving(kind, frames=1000, side=8) -> bytes:
    """A film of so many frames."""
    shown = [Image.new("RGB", (side, side), (number % 256, number // 4 % 256, 9)) for number in range(frames)]
    out = io.BytesIO()
    shown[0].save(out, kind, save_all=True, append_images=shown[1:])
    return out.getvalue()


def exif(orientation=1) -> Image.Exif:
    """Where it was taken, and with what."""
    data = Image.Exif()
    data[0x0110], data[0x0112] = "Telefon XY", orientation
    data.get_ifd(0x8825).update({1: "N", 2: (51.0, 30.0, 49.0), 3: "E", 4: (7.0, 28.0, 5.0)})
    return data


def damaged_exif() -> bytes:
    """Its EXIF claims that the place is a number of another kind than it is: writing that anew is impossible."""
    return picture(exif=exif(6)).replace(b"Telefon XY", b"\xff" * 10)


PAGE = b"<script>alert(document.cookie)</script>"
REFUSED = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg">' + PAGE + b"</svg>",
    "html": b"<!doctype html>" + PAGE,
    "gif": picture("GIF", mode="P"),
    "gif and page at once": picture("GIF", mode="P") + PAGE,
    "gif that is a program": b"GIF89a/*" + picture("GIF", mode="P")[6:] + b"*/=1;alert(1)",
    "film of a thousand frames as gif": moving("GIF"),
    "tiff": picture("TIFF"),
    "jpeg and script at once": picture() + PAGE,
    "png and page at once": picture("PNG") + b"<html><body>hello</body></html>",
    "webp and page at once": picture("WEBP") + b"<!DOCTYPE html>",
    "jpeg and archive at once": picture() + b"PK\x03\x04evil" + b"PK\x05\x06" + b"\0" * 18,
    "page in a remark": picture(comment=PAGE),
    "cut off": picture(size=(800, 600), quality=95)[:900],
    "png cut off": picture("PNG", size=(800, 600))[:200],
    "webp cut off": picture("WEBP", size=(800, 600))[:60],
    "only the first bytes": b"\xff\xd8\xff\xe0",
    "bomb": bomb(),
    "bomb below the limit of the decoder": bomb(9000, 9000),
    "bomb in a remark": text_bomb(),
    "more dots than a png may have": bomb(5100, 5000),
    "more dots than a webp may have": picture("WEBP", size=(4100, 4000), lossless=True),
    "nothing but zeros": b"\0" * 4096,
}
# What cameras, scanners and print shops make; each is shown, as a still picture in plain colours.
ODD = {
    "printing colours": picture(mode="CMYK"),
    "grey": picture(mode="L"),
    "grey of 16 bits": picture("PNG", mode="I;16"),
    "black and white": picture("PNG", mode="1"),
    "palette with a see-through colour": picture("PNG", mode="P", transparency=0),
    "grey and see-through": picture("PNG", mode="LA"),
    "see-through": picture("PNG", mode="RGBA"),
    "progressive": picture(progressive=True),
    "film of a thousand frames as webp": moving("WEBP"),
    "film of a thousand frames as png": moving("PNG"),
    "one dot": picture(size=(1, 1)),
    "a line": picture("PNG", size=(4000, 1)),
    "damaged exif": damaged_exif(),
}


def with_secrets(kind) -> bytes:
    """A picture that says where, when and with what it was taken, in every way its format knows."""
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>51,30.0N</exif:GPSLatitude></x:xmpmeta>'
    options = {"exif": exif(6), "xmp": xmp}
    if kind == "JPEG":
        options["comment"] = b"Geheim 12"
    if kind == "PNG":
        remarks = PngInfo()
        remarks.add_text("Comment", "Geheim 12")
        remarks.add_itxt("XML:com.adobe.xmp", xmp.decode())
        options = {"exif": exif(6), "pnginfo": remarks}
    return picture(kind, **options)


SECRETS = [b"Telefon", b"Geheim", b"GPSLatitude", b"Exif\0\0", b"xmpmeta"]
# What stands before the name in an upload, who reads from right to left, and what no disk can write.
NAMES = [
    "../../etc/passwd.jpg",
    "..\\..\\windows\\foto.jpg",
    "foto\u202egpj.exe.jpg",
    "a" * 300 + ".jpg",
    "Bänke ☀️.jpg",
]
