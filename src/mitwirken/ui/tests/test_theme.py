"""Colours live in one file, and each pair that meets on a page can be read in both themes."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[1] / "static/ui"
THEME = (STATIC / "theme.css").read_text()

TEXT = [
    ("ink", "page"), ("ink", "surface"), ("ink", "tint"), ("ink", "neutral-ground"),
    ("muted", "page"), ("muted", "surface"), ("muted", "tint"),
    ("link", "page"), ("link", "surface"), ("link", "tint"),
    ("on-press", "press"), ("on-press", "press-hover"), ("on-deep", "deep"), ("deep-link", "deep"),
    *[(f"on-{name}", f"{name}-ground") for name in ("portal", "box", "pool", "effect")],
    *[(tone, f"{tone}-ground") for tone in ("info", "success", "warning", "danger")],
    ("danger", "page"), ("danger", "surface"), ("danger", "tint"),
    *[("ink", f"{tone}-ground") for tone in ("info", "success", "warning", "danger")],
    *[("link", f"{tone}-ground") for tone in ("info", "success", "warning", "danger")],
    *[("tile-paper-form", tone) for tone in ("portal", "box", "pool", "effect")],
]  # fmt: skip
SHAPES = [
    ("edge", "page"), ("edge", "surface"), ("edge", "tint"), ("focus", "page"), ("focus", "surface"), ("focus", "tint"),
    ("focus", "portal-ground"), ("focus", "box-ground"), ("focus", "pool-ground"), ("focus", "effect-ground"),
    ("portal-form", "portal"), ("box-form", "box"), ("pool-form", "pool"), ("effect-form", "effect"),
    ("press", "page"), ("press", "surface"), ("press", "tint"),
]  # fmt: skip


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", block))


LIGHT = colours(re.search(r":root \{(.*?)\n\}", THEME, re.S).group(1))
BY_SYSTEM = colours(re.search(r'not\(\[data-theme="light"\]\) \{(.*?)\n  \}', THEME, re.S).group(1))
BY_CHOICE = colours(re.search(r'\[data-theme="dark"\] \{(.*?)\n\}', THEME, re.S).group(1))
THEMES = {"light": LIGHT, "dark": {**LIGHT, **BY_SYSTEM}}


def brightness(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, bright = sorted([brightness(one), brightness(other)])
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("pair", TEXT, ids="/".join)
def test_letters_can_be_read_on_their_ground(theme, pair):
    front, ground = (THEMES[theme][name] for name in pair)
    assert contrast(front, ground) >= 4.5, f"{front} on {ground}: {contrast(front, ground):.2f}"


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("pair", SHAPES, ids="/".join)
def test_edges_and_forms_can_be_seen(theme, pair):
    front, ground = (THEMES[theme][name] for name in pair)
    assert contrast(front, ground) >= 3, f"{front} on {ground}: {contrast(front, ground):.2f}"


def test_dark_by_the_system_and_dark_by_choice_are_the_same():
    assert BY_SYSTEM == BY_CHOICE


@pytest.mark.parametrize("sheet", sorted((STATIC / "css").glob("*.css")), ids=lambda path: path.stem)
def test_no_colour_is_named_outside_the_theme(sheet):
    rules = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.S)
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?=[^{]*[;}])|\b(?:rgb|hsl|oklch)a?\(", rules)


@pytest.mark.parametrize("sheet", sorted((STATIC / "css").glob("*.css")), ids=lambda path: path.stem)
def test_sides_are_named_by_reading_direction(sheet):
    wrong = r"(?:margin|padding|border)-(?:left|right)|(?:text-align|float): (?:left|right)"
    assert not re.search(wrong, sheet.read_text())


@pytest.mark.parametrize("sheet", sorted(STATIC.rglob("*.css")), ids=lambda path: path.stem)
def test_every_custom_property_that_is_used_is_set_somewhere(sheet):
    everything = "".join(path.read_text() for path in STATIC.rglob("*.css"))
    known = set(re.findall(r"(--[\w-]+):", everything))
    assert not {name for name in re.findall(r"var\((--[\w-]+)\)", sheet.read_text()) if name not in known}
