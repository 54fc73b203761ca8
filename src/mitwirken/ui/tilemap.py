"""Lay the districts of a city out as tiles: one square each, neighbours stay neighbours.

A schematic map needs no geometry, no network and no licence: only a name and a rough centre per district.
Pure: the same centres give the same map.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import cos, radians, sqrt


@dataclass(frozen=True)
class Tile:
    name: str
    column: int
    row: int


Place = tuple[int, int]


def layout(centres: Sequence[tuple[str, float, float]]) -> list[Tile]:
    """Give each (name, lat, lon) a tile of its own, in the order given; columns and rows start at 0."""
    return list(_layout(tuple((name, lat, lon) for name, lat, lon in centres)))


# A city's districts hardly ever change, and every page draws them at least once: in its logo.
@lru_cache(maxsize=16)
def _layout(centres: tuple[tuple[str, float, float], ...]) -> tuple[Tile, ...]:
    if not centres:
        return ()
    wishes = _wishes(centres)
    places = _place_each(wishes)
    places = _improve(wishes, places)
    left, top = min(column for column, _ in places), min(row for _, row in places)
    named = zip(centres, places, strict=True)
    return tuple(Tile(name, column - left, row - top) for (name, _, _), (column, row) in named)


def _wishes(centres: Sequence[tuple[str, float, float]]) -> list[tuple[float, float]]:
    """Where each centre would like to be, so that the city covers about as many tiles as it has districts."""
    middle = sum(lat for _, lat, _ in centres) / len(centres)
    east = [lon * cos(radians(middle)) for _, _, lon in centres]
    south = [-lat for _, lat, _ in centres]
    width, height = max(east) - min(east), max(south) - min(south)
    side = sqrt(len(centres))
    # Each axis keeps its share of the city's shape; very long cities are bent towards a readable block.
    ratio = min(4.0, max(0.25, (width or 1e-9) / (height or 1e-9)))
    across, down = (side * sqrt(ratio) - 1, side / sqrt(ratio) - 1) if len(centres) > 1 else (0, 0)
    return [
        ((x - min(east)) / (width or 1) * across, (y - min(south)) / (height or 1) * down)
        for x, y in zip(east, south, strict=True)
    ]


def _neighbours(place: Place) -> list[Place]:
    column, row = place
    return [(column + 1, row), (column - 1, row), (column, row + 1), (column, row - 1)]


def _place_each(wishes: list[tuple[float, float]]) -> list[Place]:
    """From the middle outwards: the free tile next to the others that is nearest to the wish."""
    middle = (sum(x for x, _ in wishes) / len(wishes), sum(y for _, y in wishes) / len(wishes))
    order = sorted(range(len(wishes)), key=lambda each: (_distance(wishes[each], middle), each))
    taken: dict[Place, int] = {}
    for each in order:
        free = {place for used in taken for place in _neighbours(used)} - taken.keys()
        free = free or {(round(wishes[each][0]), round(wishes[each][1]))}
        taken[min(free, key=lambda place: (_distance(wishes[each], place), place))] = each
    where = {each: place for place, each in taken.items()}
    return [where[each] for each in range(len(wishes))]


def _improve(wishes: list[tuple[float, float]], places: list[Place]) -> list[Place]:
    """Swap or move tiles as long as the map gets truer; never tear it apart."""
    for _ in range(30):
        before = _strain(wishes, places)
        for one, other in combinations(range(len(places)), 2):
            swapped = places.copy()
            swapped[one], swapped[other] = places[other], places[one]
            if _pull(wishes, swapped, one, other) < _pull(wishes, places, one, other) - 1e-9:
                places = swapped
        for each in range(len(places)):
            for place in sorted({near for used in places for near in _neighbours(used)} - set(places)):
                moved = [*places[:each], place, *places[each + 1 :]]
                if _distance(wishes[each], place) < _distance(wishes[each], places[each]) - 1e-9 and _hangs_together(
                    moved
                ):
                    places = moved
        if _strain(wishes, places) > before - 1e-9:
            break
    return places


def _strain(wishes: list[tuple[float, float]], places: list[Place]) -> float:
    return sum(_distance(wish, place) for wish, place in zip(wishes, places, strict=True))


def _pull(wishes: list[tuple[float, float]], places: list[Place], *which: int) -> float:
    return sum(_distance(wishes[each], places[each]) for each in which)


def _distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2


def _hangs_together(places: list[Place]) -> bool:
    everything, seen, waiting = set(places), {places[0]}, [places[0]]
    while waiting:
        for near in _neighbours(waiting.pop()):
            if near in everything and near not in seen:
                seen.add(near)
                waiting.append(near)
    return len(seen) == len(everything)
