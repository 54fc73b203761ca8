"""Small pictures of numbers as SVG, the same on the page and in the PDF; a table beside each says it all."""

from xml.sax.saxutils import escape, quoteattr

WIDTH, NARROW = 640, 300
BAR, GAP, LABEL = 22, 8, 190
# The pool's green: 4.6:1 on white, 4.5:1 on the staff area's dark ground.
FILL = "#2c8a67"
SECOND = "#c2571a"
_INK = "currentColor"


def bars(title: str, rows: list[tuple[str, float | None, str]], *, narrow: bool = False) -> str:
    """Lying bars: (label, value or None, what is written behind). `title` is what a screen reader says.

    On a telephone each label stands above its bar.
    """
    width, left, above = (NARROW, 0, 20) if narrow else (WIDTH, LABEL, 0)
    most = max((value or 0 for _label, value, _words in rows), default=0) or 1
    room, high = width - left - 70, above + BAR + GAP
    parts = []
    for number, (label, value, words) in enumerate(rows):
        top = number * high + above
        wide = max(room * (value or 0) / most, 0)
        where = f'x="0" y="{top - 6}"' if narrow else f'x="{LABEL - 10}" y="{top + 16}" text-anchor="end"'
        parts.append(f"<text {where}>{escape(label)}</text>")
        if wide:
            parts.append(f'<rect x="{left}" y="{top}" width="{wide:.1f}" height="{BAR}" fill="{FILL}"/>')
        parts.append(f'<text x="{left + wide + 8:.1f}" y="{top + 16}">{escape(words)}</text>')
    return _svg(title, parts, width, len(rows) * high)


def columns(title: str, rows: list[tuple[str, int, int]], legend: tuple[str, str], *, narrow: bool = False) -> str:
    """Standing pairs of columns over a common ground line: (label, first, second); on a telephone the last six."""
    width = NARROW if narrow else WIDTH
    rows = rows[-6:] if narrow else rows
    most = max((max(first, second) for _label, first, second in rows), default=0) or 1
    step = width / max(len(rows), 1)
    wide = min(step * 0.36, 30)
    base, high = 200, 150
    parts = [
        f'<rect x="0" y="0" width="14" height="14" fill="{FILL}"/><text x="20" y="12">{escape(legend[0])}</text>',
        f'<rect x="150" y="0" width="14" height="14" fill="{SECOND}"/><text x="170" y="12">{escape(legend[1])}</text>',
        f'<rect x="0" y="{base}" width="{width}" height="1" fill="{_INK}"/>',
    ]
    for number, (label, first, second) in enumerate(rows):
        middle = number * step + step / 2
        for value, left, fill in ((first, middle - wide, FILL), (second, middle, SECOND)):
            tall = high * value / most
            parts.append(
                f'<rect x="{left:.1f}" y="{base - tall:.1f}" width="{wide:.1f}" height="{tall:.1f}" fill="{fill}"/>'
            )
            if value:
                parts.append(
                    f'<text x="{left + wide / 2:.1f}" y="{base - tall - 4:.1f}" text-anchor="middle" '
                    f'font-size="11">{value}</text>'
                )
        parts.append(
            f'<text x="{middle:.1f}" y="{base + 18}" text-anchor="middle" font-size="12">{escape(label)}</text>'
        )
    return _svg(title, parts, width, base + 28)


def _svg(title: str, parts: list[str], width: int, height: int) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="100%" role="img" '
        f'aria-label={quoteattr(title)} font-family="inherit" font-size="14" '
        f'fill="{_INK}">{"".join(parts)}</svg>'
    )
