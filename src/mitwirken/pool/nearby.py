"""How far it is from here to there, once in Python and once in SQL, with the same result. No database, no clock.

Equirectangular approximation: within the three kilometres we ask for, it errs by less than a metre, and it
needs nothing that SQLite cannot count. The cosine belongs to the given place and is worked out before.
"""

import math
from dataclasses import dataclass
from typing import Any

# One degree of a meridian in metres (mean earth radius 6,371,008.8 m, IUGG).
DEGREE = 111_195.08


@dataclass(frozen=True)
class Point:
    """A place in WGS84 degrees."""

    lat: float
    lon: float

    @classmethod
    def given(cls, lat: float | None, lon: float | None) -> "Point | None":
        """The place, if both numbers are there."""
        return None if lat is None or lon is None else cls(lat, lon)


def metres(here: Point, there: Point) -> float:
    """The distance; `here` gives the cosine, as in the SQL below."""
    return math.sqrt(_square(here, there))


def is_within(here: Point, there: Point, reach: int) -> bool:
    """True if the two are at most `reach` metres apart."""
    return _square(here, there) <= reach * reach


def _square(here: Point, there: Point) -> float:
    north = (there.lat - here.lat) * DEGREE
    east = (there.lon - here.lon) * (DEGREE * math.cos(math.radians(here.lat)))
    return north * north + east * east


def rounded(distance: float) -> int:
    """What we say to people: to the next hundred metres, and never less than one hundred."""
    return max(math.ceil(distance / 100), 1) * 100


def compiled(here: Point, reach: str, most: int) -> tuple[str, list[Any]]:
    """SQL: the member's point lies within `reach` (an SQL expression, `most` at most) of `here`.

    True or false, never NULL, so that it can be negated. The box comes first: it is what an index could use.
    """
    north = most / DEGREE
    factor = DEGREE * math.cos(math.radians(here.lat))
    east = most / max(factor, 1.0)
    up, across = "((m.point_lat - %s) * %s)", "((m.point_lon - %s) * %s)"
    sql = (
        "(m.radius IS NOT NULL AND m.point_lat IS NOT NULL AND m.point_lon IS NOT NULL "
        "AND m.point_lat BETWEEN %s AND %s AND m.point_lon BETWEEN %s AND %s "
        f"AND {up} * {up} + {across} * {across} <= {reach})"
    )
    # A breath wider than the circle: the box must never cut off what the formula lets in.
    box = [here.lat - north * 1.01, here.lat + north * 1.01, here.lon - east * 1.01, here.lon + east * 1.01]
    return sql, [*box, *[here.lat, DEGREE] * 2, *[here.lon, factor] * 2]
