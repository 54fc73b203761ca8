"""PDFs that everybody can read: tagged after PDF/UA-1, in the typeface of the pages, made without any network."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

_WOFFS = Path(__file__).parent / "static" / "vendor" / "fonts"
_NAME = "text"
TYPEFACE = "Atkinson Hyperlegible Next"
_WEIGHTS = {"Regular": 400, "Bold": 700}

# What every document begins with; `data` is what the caller passed.
_PRELUDE = f"""
#let data = json(bytes(sys.inputs.data))
#set document(title: sys.inputs.title)
#set text(lang: sys.inputs.lang, font: "{TYPEFACE}", size: 11pt, hyphenate: true)
#set par(leading: 0.7em, spacing: 1.1em)
#show heading: set block(above: 1.6em, below: 0.8em)
#show link: underline
#show heading: set text(hyphenate: false)
#show table: set text(hyphenate: false)
"""


def render(
    template: Path,
    data: dict[str, Any],
    *,
    title: str,
    lang: str,
    at: datetime,
    files: Mapping[str, bytes] | None = None,
) -> bytes:
    """The PDF of a Typst template that reads `data`; one language per document (PDF/UA wants it so).

    `files` are pictures the template names. The same input gives the same bytes: `at` is the time the document bears.
    Raises RuntimeError with Typst's own words if the template is wrong.
    """
    source = _PRELUDE + template.read_text(encoding="utf-8")
    fonts: list[Any] = [str(_fonts())]  # the library's type for a list of paths fits none
    return typst.compile(
        {"main.typ": source.encode(), **(files or {})},
        font_paths=fonts,
        ignore_system_fonts=True,
        pdf_standards="ua-1",
        sys_inputs={"data": json.dumps(data, default=str), "title": title, "lang": lang},
        timestamp=int(at.timestamp()),
    )


@cache
def _fonts() -> Path:
    """The pages' fonts as files Typst reads: made once from the ones for the web, kept in VAR_DIR."""
    folder = Path(settings.VAR_DIR) / "fonts"
    folder.mkdir(parents=True, exist_ok=True)
    for style, weight in _WEIGHTS.items():
        target = folder / f"{_NAME}-{style}.ttf"
        if not target.exists():
            _make(target, style, weight)
    return folder


def _make(target: Path, style: str, weight: int) -> None:
    # Needed once per installation.
    from fontTools.merge import Merger
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    parts = []
    for subset in ("latin", "latin-ext"):
        font = TTFont(_WOFFS / f"{_NAME}-{subset}.woff2")
        font.flavor = None
        part = target.with_suffix(f".{subset}.part")
        instancer.instantiateVariableFont(font, {"wght": weight}).save(part)
        parts.append(part)
    whole = Merger().merge([str(part) for part in parts])
    whole["OS/2"].usWeightClass = weight
    for name in whole["name"].names:
        if name.nameID == 2:
            name.string = style
    half = target.with_suffix(".half")
    whole.save(half)
    half.rename(target)  # two processes at once both end with a whole file
    for part in parts:
        part.unlink(missing_ok=True)
