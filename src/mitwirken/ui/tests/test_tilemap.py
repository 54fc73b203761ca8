"""The schematic map: every district a tile of its own, all of them together, roughly where they lie."""

import random
from itertools import combinations
from pathlib import Path

import pytest

from mitwirken.ui.tilemap import layout
from mitwirken.ui.tiles import district_tiles, logo, mosaic, places

TWELVE = [
    ("West", 51.5139, 7.4653), ("Nord", 51.527, 7.467), ("Ost", 51.505, 7.495), ("Eving", 51.55, 7.4667),
    ("Nordost", 51.55, 7.5333), ("Brackel", 51.5167, 7.5667), ("Südost", 51.4917, 7.5667), ("Hörde", 51.4833, 7.5),
    ("Süd", 51.47, 7.44), ("Fernwest", 51.5, 7.35), ("Nordwest", 51.54, 7.41), ("Fernnordwest", 51.57, 7.38),
]  # fmt: skip


def some(count):
    dice = random.Random(count)  # noqa: S311 a scene, not a secret
    return [(f"B{each}", 51 + dice.random() / 5, 7 + dice.random() / 3) for each in range(count)]


SCENES = {"twelve": TWELVE, "nine": some(9), "one": some(1), "two": some(2), "forty": some(40)}
line = [("A", 51.0, 7.0), ("B", 51.0, 7.1), ("C", 51.0, 7.2), ("D", 51.0, 7.3)]
SCENES["in a line"] = line
SCENES["all in one point"] = [(name, 51.0, 7.0) for name in "ABCDE"]


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_no_two_districts_share_a_tile(scene):
    tiles = layout(scene)
    assert len({(tile.column, tile.row) for tile in tiles}) == len(scene)


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_the_city_hangs_together(scene):
    waiting = {(tile.column, tile.row) for tile in layout(scene)}
    reach = [waiting.pop()]
    while reach:
        column, row = reach.pop()
        near = {(column + 1, row), (column - 1, row), (column, row + 1), (column, row - 1)} & waiting
        waiting -= near
        reach += near
    assert not waiting


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_the_map_is_compact_and_starts_at_the_corner(scene):
    tiles = layout(scene)
    columns, rows = max(tile.column for tile in tiles) + 1, max(tile.row for tile in tiles) + 1
    assert min(tile.column for tile in tiles) == min(tile.row for tile in tiles) == 0
    assert columns * rows <= 2.5 * len(scene) + 3


def test_districts_keep_their_side_of_the_city():
    where = {tile.name: tile for tile in layout(TWELVE)}
    assert where["Fernnordwest"].row < where["Süd"].row
    assert where["Fernwest"].column < where["Brackel"].column
    assert where["Eving"].row <= where["Nord"].row <= where["Ost"].row
    assert where["Südost"].column >= where["Hörde"].column >= where["Süd"].column


@pytest.mark.parametrize("scene", [TWELVE, some(9), some(40)], ids=["twelve", "nine", "forty"])
def test_what_lies_far_apart_is_hardly_ever_turned_round(scene):
    where = {tile.name: tile for tile in layout(scene)}
    height = max(lat for _, lat, _ in scene) - min(lat for _, lat, _ in scene)
    far = [(one, other) for one, other in combinations(scene, 2) if abs(one[1] - other[1]) > height / 3]
    turned = [1 for one, other in far if (one[1] > other[1]) != (where[one[0]].row < where[other[0]].row)]
    assert len(turned) <= 0.1 * len(far)


def test_the_same_city_always_gets_the_same_map():
    assert layout(TWELVE) == layout(list(TWELVE))
    assert layout([]) == []


def test_a_line_of_districts_stays_a_line():
    assert [(tile.column, tile.row) for tile in layout(line)] == [(0, 0), (1, 0), (2, 0), (3, 0)]


def test_the_logo_has_as_many_tiles_as_the_city_has_districts():
    nine = [{"name": name, "lat": lat, "lon": lon} for name, lat, lon in some(9)]
    assert logo(places(nine)).count('<g class="tile') == 9
    assert logo([]).count('<g class="tile') == 12


def test_a_picture_depends_on_its_seed_alone():
    assert mosaic("box", "a") == mosaic("box", "a") != mosaic("box", "b")


def test_a_district_without_a_centre_is_left_out_of_the_map():
    districts = [
        {"name": "A", "lat": 51.0, "lon": 7.0},
        {"name": "B", "lat": None, "lon": None},
        {"name": "C", "lat": 51.1, "lon": 7.0},
    ]
    assert [each["name"] for each in district_tiles(districts)["districts"]] == ["A", "C"]


def test_the_pure_modules_need_no_framework():
    for name in ("tilemap", "tiles"):
        assert "django" not in (Path(__file__).parents[1] / f"{name}.py").read_text()
