"""Boundaries as GeoJSON (RFC 7946): is it one, which way do its rings run, how few points are enough? Pure."""

from collections.abc import Iterator
from itertools import pairwise
from math import cos, hypot, isfinite, radians
from typing import Any

Point = tuple[float, float]
# About eleven metres: a boundary on a screen needs no more, and pages stay small.
TOLERANCE = 0.0001
# Files of cities name WGS84 in different words; everything else would silently land in the sea.
WGS84 = ("CRS84", "EPSG::4326", "EPSG:4326")


def problems(collection: Any) -> Iterator[str]:
    """What keeps this from being a FeatureCollection of areas in WGS84, as German sentences."""
    if not isinstance(collection, dict) or collection.get("type") != "FeatureCollection":
        yield "Die Datei ist keine GeoJSON-FeatureCollection (RFC 7946)."
        return
    crs = collection.get("crs")
    if crs and not any(name in str(crs) for name in WGS84):
        yield "Die Datei nennt ein anderes Bezugssystem. Bitte als WGS84 (EPSG:4326) speichern."
    features = collection.get("features")
    if not isinstance(features, list) or not features:
        yield "Die Datei enthält keine Flächen („features“ ist leer)."
        return
    for number, feature in enumerate(features, 1):
        fault = _fault(feature)
        if fault:
            yield f"Fläche {number}: {fault}"


def _fault(feature: Any) -> str:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        return "Es fehlt eine Geometrie vom Typ Polygon oder MultiPolygon."
    try:
        rings = [_ring(ring) for polygon in _polygons(geometry) for ring in polygon]
    except (TypeError, ValueError, IndexError):
        return "Die Koordinaten sind keine Zahlenpaare."
    if not rings:
        return "Die Geometrie ist leer."
    for ring in rings:
        if len(ring) < 4 or ring[0] != ring[-1]:
            return "Ein Ring hat weniger als vier Punkte oder ist nicht geschlossen."
        if any(not (-180 <= lon <= 180 and -90 <= lat <= 90) for lon, lat in ring):
            return "Die Koordinaten sind keine Grad (Länge, Breite). Bitte nach WGS84 umrechnen."
    return ""


def _polygons(geometry: dict[str, Any]) -> list[Any]:
    coordinates = geometry["coordinates"]
    return [coordinates] if geometry["type"] == "Polygon" else coordinates


def _ring(ring: Any) -> list[Point]:
    points = [(float(position[0]), float(position[1])) for position in ring]
    if not all(isfinite(value) for point in points for value in point):
        raise ValueError
    return points


def simplified(geometry: dict[str, Any], tolerance: float = TOLERANCE) -> dict[str, Any]:
    """The same area with fewer points, six decimals, outer rings against the clock (RFC 7946 3.1.6)."""
    polygons = []
    for polygon in _polygons(geometry):
        rings = [_thinned(_ring(ring), tolerance) for ring in polygon]
        polygons.append(
            [
                [[round(lon, 6), round(lat, 6)] for lon, lat in _turned(ring, outer=index == 0)]
                for index, ring in enumerate(rings)
            ]
        )
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}


def _turned(ring: list[Point], *, outer: bool) -> list[Point]:
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
    return ring if (area > 0) == outer else ring[::-1]


def _thinned(ring: list[Point], tolerance: float) -> list[Point]:
    """Douglas and Peucker on both halves of the ring; a ring too small to thin stays as it is."""
    middle = len(ring) // 2
    first, second = _line(ring[: middle + 1], tolerance), _line(ring[middle:], tolerance)
    thin = first + second[1:]
    return thin if len(thin) >= 4 else ring


def _line(points: list[Point], tolerance: float) -> list[Point]:
    kept = {0, len(points) - 1}
    waiting = [(0, len(points) - 1)]
    while waiting:
        start, end = waiting.pop()
        worst, distance = max(
            ((each, _distance(points[each], points[start], points[end])) for each in range(start + 1, end)),
            key=lambda found: found[1],
            default=(start, 0.0),
        )
        if distance > tolerance:
            kept.add(worst)
            waiting += [(start, worst), (worst, end)]
    return [points[each] for each in sorted(kept)]


def _distance(point: Point, start: Point, end: Point) -> float:
    """From a point to the line between two others, in degrees of latitude."""
    shrink = cos(radians(point[1]))
    px, py = (point[0] - start[0]) * shrink, point[1] - start[1]
    dx, dy = (end[0] - start[0]) * shrink, end[1] - start[1]
    length = dx * dx + dy * dy
    along = max(0.0, min(1.0, (px * dx + py * dy) / length)) if length else 0.0
    return hypot(px - along * dx, py - along * dy)
