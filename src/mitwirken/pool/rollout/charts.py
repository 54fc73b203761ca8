"""Small pictures of numbers as SVG, the same on the page and in the PDF; a table beside each says it all."""

from xml.sax.saxutils import escape, quoteattr

WIDTH = 640
BAR, GAP, LABEL = 22, 8, 190
# The pool's green: 4.6:1 on white, 4.5:1 on the staff area's dark ground.
FILL = "#2c8a67"
SECOND = "#c2571a"
_INK = "currentColor"


def bars(title: str, rows: list[tuple[str, float | None, str]]) -> str:
    """Lying bars: (label, value or None, what is written behind). `title` is what a screen reader says."""
    most = max((value or 0 for _label, value, _words in rows), default=0) or 1
    room = WIDTH - LABEL - 70
    parts = []
    for number, (label, value, words) in enumerate(rows):
        top = number * (BAR + GAP)
        wide = max(room * (value or 0) / most, 0)
        parts.append(f'<text x="{LABEL - 10}" y="{top + 16}" text-anchor="end">{escape(label)}</text>')
        if wide:
            parts.append(f'<rect x="{LABEL}" y="{top}" width="{wide:.1f}" height="{BAR}" fill="{FILL}"/>')
        parts.append(f'<text x="{LABEL + wide + 8:.1f}" y="{top + 16}">{escape(words)}</text>')
    return _svg(title, parts, len(rows) * (BAR + GAP))


def columns(title: str, rows: list[tuple[str, int, int]], legend: tuple[str, str]) -> str:
    """Standing pairs of columns over a common ground line: (label, first, second)."""
    most = max((max(first, second) for _label, first, second in rows), default=0) or 1
    step = WIDTH / max(len(rows), 1)
    wide = min(step * 0.36, 30)
    base, high = 200, 150
    parts = [
        f'<rect x="0" y="0" width="14" height="14" fill="{FILL}"/><text x="20" y="12">{escape(legend[0])}</text>',
        f'<rect x="160" y="0" width="14" height="14" fill="{SECOND}"/><text x="180" y="12">{escape(legend[1])}</text>',
        f'<rect x="0" y="{base}" width="{WIDTH}" height="1" fill="{_INK}"/>',
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
    return _svg(title, parts, base + 28)


def _svg(title: str, parts: list[str], height: int) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="100%" role="img" '
        f'aria-label={quoteattr(title)} font-family="inherit" font-size="14" '
        f'fill="{_INK}">{"".join(parts)}</svg>'
    )
