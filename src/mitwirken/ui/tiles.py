"""Draw the motif: the city as tiles. Pure functions from numbers to SVG; colours come from classes.

Twelve forms, one per tile, all cut from the same square: quarter, half and full circles, triangles,
bars, steps. A section has its own forms; a seed picks and turns them, always the same way.
"""

import hashlib
from collections.abc import Iterator

from .tilemap import Tile, layout

# Each form fills a square of 100 x 100 in the second colour of its tile.
FORMS = {
    "quarter": '<path class="f" d="M0 0h100a100 100 0 0 1-100 100z"/>',
    "speech": '<path class="f" d="M50 8a42 42 0 1 1-24 76.5L8 92l7-18A42 42 0 0 1 50 8z"/>',
    "half": '<path class="f" d="M0 0h50v100H0z"/>',
    "dome": '<path class="f" d="M0 100a50 50 0 0 1 100 0z"/>',
    "arcs": '<path class="f" d="M0 100A100 100 0 0 1 100 0v34A66 66 0 0 0 34 100z"/>'
    '<path class="f" d="M100 67a33 33 0 0 0-33 33h33z"/>',
    "corner": '<path class="f" d="M0 0h100L0 100z"/>',
    "peak": '<path class="f" d="M0 100 50 0l50 100z"/>',
    "box": '<path class="f" d="M20 20h60v60H20z"/>',
    "grid": '<path class="f" d="M0 0h50v50H0zM50 50h50v50H50z"/>',
    "stack": '<path class="f" d="M0 0h100v24H0zM0 38h100v24H0zM0 76h100v24H0z"/>',
    "dot": '<circle class="f" cx="50" cy="50" r="34"/>',
    "dots": '<circle class="f" cx="25" cy="25" r="18"/>'
    '<circle class="f" cx="75" cy="25" r="18"/>'
    '<circle class="f" cx="25" cy="75" r="18"/><circle class="f" cx="75" cy="75" r="18"/>',
    "people": '<circle class="f" cx="50" cy="28" r="20"/><path class="f" d="M8 101a42 42 0 0 1 84 0z"/>',
    "pair": '<path class="f" d="M0 0a50 50 0 0 0 50 50 50 50 0 0 0 50-50z'
    'M0 100a50 50 0 0 1 50-50 50 50 0 0 1 50 50z"/>',
    "steps": '<path class="f" d="M0 100V75h25V50h25V25h25V0h25v100z"/>',
    "bars": '<path class="f" d="M6 100V60h24v40zM38 100V34h24v66zM70 100V8h24v92z"/>',
    "rise": '<path class="f" d="M0 100C50 100 50 0 100 0v100z"/>',
    "plain": "",
}
SECTION_FORMS = {
    "portal": ("speech", "quarter", "dome", "arcs", "pair", "rise", "half"),
    "box": ("box", "grid", "half", "stack", "corner", "bars", "quarter"),
    "pool": ("people", "dot", "dots", "pair", "dome", "arcs"),
    "effect": ("steps", "bars", "rise", "peak", "corner", "arcs"),
}
MARK = {"portal": "speech", "box": "grid", "pool": "people", "effect": "steps", "": "quarter"}
TONES = ("portal", "box", "pool", "effect", "ink", "paper")


def _numbers(seed: str) -> Iterator[int]:
    """An endless row of bytes that depends on the seed alone."""
    block = seed.encode()
    while True:
        block = hashlib.blake2s(block).digest()
        yield from block


def _tile(column: int, row: int, form: str, tone: str, turn: int = 0, size: int = 100) -> str:
    turned = f' transform="rotate({turn * 90} 50 50)"' if turn else ""
    return (
        f'<g class="tile t-{tone}" transform="translate({column * size} {row * size})">'
        f'<path class="b" d="M0 0h100v100H0z"/><g{turned}>{FORMS[form]}</g></g>'
    )


def mosaic(section: str, seed: str, columns: int = 6, rows: int = 4) -> str:
    """A field of tiles. The section's colour and forms lead; the others answer, some places stay calm."""
    numbers = _numbers(f"{section}/{seed}")
    own = SECTION_FORMS.get(section) or tuple(MARK.values())
    drawn = []
    for place in range(columns * rows):
        chance, pick, turn = next(numbers), next(numbers), next(numbers) % 4
        if section and chance < 140:
            tone, form = section, own[pick % len(own)]
        elif chance < 165:
            tone, form = "ink", own[pick % len(own)]
        elif chance < 200:
            tone, form = "paper", own[pick % len(own)]
        else:
            tone = TONES[pick % 4]
            forms = SECTION_FORMS[tone]
            form = forms[pick // 4 % len(forms)]
        upright = form in ("people", "speech", "bars", "steps", "rise", "stack")
        drawn.append(_tile(place % columns, place // columns, form, tone, 0 if upright else turn))
    return _svg("mosaic", columns * 100, rows * 100, "".join(drawn))


def single(section: str, seed: str = "") -> str:
    """One tile: the section's mark, or one of its forms when a seed is given."""
    form, turn = MARK.get(section, "quarter"), 0
    if seed:
        numbers = _numbers(seed)
        forms = SECTION_FORMS.get(section) or tuple(MARK.values())
        form, turn = forms[next(numbers) % len(forms)], next(numbers) % 4
    if form in ("people", "speech", "bars", "steps", "rise"):
        turn = 0
    return _svg("single", 100, 100, _tile(0, 0, form, section if section in SECTION_FORMS else "portal", turn))


def places(districts) -> list[Tile]:
    """The tile map of anything with a name, a latitude and a longitude."""
    return layout(
        [
            (value_of(each, "name"), float(value_of(each, "lat")), float(value_of(each, "lon")))
            for each in districts
            if value_of(each, "lat") not in (None, "") and value_of(each, "lon") not in (None, "")
        ]
    )


def logo(tiles: list[Tile]) -> str:
    """The city as its tiles, one of them speaking; a block of twelve until districts are known."""
    tiles = tiles or [Tile(str(each), each % 4, each // 4) for each in range(12)]
    width, height = max(tile.column for tile in tiles) + 1, max(tile.row for tile in tiles) + 1
    tones = ("ink", "portal", "ink", "box", "ink", "pool", "ink", "effect", "ink", "ink")
    drawn = "".join(
        _tile(tile.column, tile.row, "plain", tones[number % len(tones)], size=112)
        for number, tile in enumerate(sorted(tiles, key=lambda tile: (tile.row, tile.column)))
    )
    return _svg("logo", width * 112 - 12, height * 112 - 12, drawn, fit="meet")


def city(tiles: list[Tile], section: str) -> str:
    """The city large, as a picture: its districts' tiles, each with a form of its own."""
    width = max((tile.column for tile in tiles), default=0) + 1
    height = max((tile.row for tile in tiles), default=0) + 1
    drawn = []
    for number, tile in enumerate(tiles):
        tone = TONES[number % 5]
        forms = SECTION_FORMS.get(tone) or tuple(MARK.values())
        # On its own ground a tile of the section's colour would vanish.
        tone = "paper" if tone == section else tone
        numbers = _numbers(tile.name)
        form = forms[next(numbers) % len(forms)]
        drawn.append(_tile(tile.column, tile.row, form, tone, size=104))
    return _svg("city", width * 104 - 4, height * 104 - 4, "".join(drawn), fit="meet")


def district_tiles(districts) -> dict:
    """What the map component draws: each district with its square, and the size of the whole."""
    districts = [each for each in districts if value_of(each, "lat") not in (None, "")]
    laid = places(districts)
    size, gap = 120, 8
    step = size + gap
    found = []
    for district, tile in zip(districts, laid, strict=True):
        words = value_of(district, "name").replace("-", "-\u200b").replace(" ", "\u200b").split("\u200b")
        lines = _lines(words)
        found.append(
            {
                "name": value_of(district, "name"),
                "slug": value_of(district, "slug"),
                "url": value_of(district, "url"),
                "count": value_of(district, "count"),
                "note": value_of(district, "note"),
                "current": value_of(district, "current"),
                "lat": value_of(district, "lat"),
                "lon": value_of(district, "lon"),
                "x": tile.column * step,
                "y": tile.row * step,
                "short": _short(value_of(district, "name")),
                "lines": [
                    {"text": text, "y": 58 + 19 * (number - (len(lines) - 1) / 2)} for number, text in enumerate(lines)
                ],
            }
        )
    width = max((tile.column for tile in laid), default=0) * step + size
    height = max((tile.row for tile in laid), default=0) * step + size
    return {"districts": found, "width": width, "height": height, "size": size}


def _lines(words: list[str]) -> list[str]:
    """Break a name so that each line fits a tile; long single words are broken near their middle."""
    lines: list[str] = []
    for word in words:
        if len(word) > 13:
            middle = len(word) // 2
            lines += [word[:middle] + "-", word[middle:]]
        else:
            lines.append(word)
    return lines[:3]


def _short(name: str) -> str:
    """What fits a tile on a small screen: 'Innenstadt-West' becomes 'Inn.-West', 'Scharnhorst' 'Scharnh.'."""
    first, _, last = name.partition("-")
    if last:
        return f"{first[:3]}.-{last[:4]}"
    return name if len(name) <= 9 else f"{name[:7]}."


def value_of(thing, name: str):
    return thing.get(name, "") if isinstance(thing, dict) else getattr(thing, name, "")


def _svg(kind: str, width: int, height: int, inner: str, fit: str = "slice") -> str:
    return (
        f'<svg class="motif motif-{kind}" viewBox="0 0 {width} {height}" aria-hidden="true" focusable="false"'
        f' preserveAspectRatio="xMidYMid {fit}">{inner}</svg>'
    )
