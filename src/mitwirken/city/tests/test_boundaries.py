import json

import pytest

from mitwirken.city.boundaries import problems, simplified

SQUARE = [[7.0, 51.0], [7.1, 51.0], [7.1, 51.1], [7.0, 51.1], [7.0, 51.0]]


def collection(**geometry):
    shape = {"type": "Polygon", "coordinates": [SQUARE]} | geometry
    return {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": shape}]}


def test_a_square_in_wgs84_is_fine():
    assert list(problems(collection())) == []


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ([], "FeatureCollection"),
        ({"type": "Feature"}, "FeatureCollection"),
        ({"type": "FeatureCollection", "features": []}, "keine Flächen"),
        ({"type": "FeatureCollection", "features": ["x"]}, "Geometrie"),
        (collection() | {"crs": {"properties": {"name": "EPSG:25832"}}}, "Bezugssystem"),
        (collection(type="Point", coordinates=[7, 51]), "Polygon"),
        (
            collection(coordinates=[[[393000, 5700000], [394000, 5700000], [394000, 5701000], [393000, 5700000]]]),
            "Grad",
        ),
        (collection(coordinates=[SQUARE[:-1]]), "geschlossen"),
        (collection(coordinates=[[["a", "b"]] * 4]), "Zahlenpaare"),
        (collection(coordinates=None), "Zahlenpaare"),
        (collection(coordinates=[]), "leer"),
        (collection(coordinates=[[[float("nan"), 51]] * 4]), "Zahlenpaare"),
    ],
)
def test_what_is_no_boundary_is_named(data, word):
    assert word in " ".join(problems(data))


def test_points_on_a_straight_line_go():
    many = [[7.0 + each / 1000, 51.0] for each in range(101)] + SQUARE[2:]
    thin = simplified({"type": "Polygon", "coordinates": [many]})

    assert len(thin["coordinates"][0]) <= 6
    assert thin["coordinates"][0][0] == thin["coordinates"][0][-1]


def test_outer_rings_run_against_the_clock():
    thin = simplified({"type": "Polygon", "coordinates": [SQUARE[::-1]]})

    assert json.dumps(thin["coordinates"][0]) == json.dumps(SQUARE)
