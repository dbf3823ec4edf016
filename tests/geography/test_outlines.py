"""What a geometry may be, how borders lose corners without coming apart, and how they become a drawing."""

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.geography.outlines import BadGeometry, Outline, Ring, parse, ring_area, stored
from indicators.geography.projection import Projection, fitted, shape
from indicators.geography.simplification import METRES_A_DEGREE, simplified
from tests.exchange.shared_data import FOLDER

CERCLES = FOLDER / "mali_cercles_adm2.geojson"
SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def test_a_geometry_is_read_and_written_again() -> None:
    hole = [[0.2, 0.2], [0.4, 0.2], [0.4, 0.4], [0.2, 0.2]]
    two = {"type": "MultiPolygon", "coordinates": [[SQUARE, hole], [[[5, 5], [6, 5], [6, 6], [5, 5]]]]}
    for geometry in (polygon(SQUARE), polygon(SQUARE, hole), two, {"type": "Point", "coordinates": [-7.9, 12.6]}):
        outline = parse(geometry)
        assert parse(outline.as_geojson()) == outline
        kept = json.loads(json.dumps(outline.as_geojson()))
        assert parse(kept) == outline
        assert stored(kept).as_geojson() == kept
    assert parse(two).bounds == (0, 0, 6, 6)
    assert parse({"type": "Point", "coordinates": ["-7.9", "12.6", "300"]}).point == (-7.9, 12.6)


@pytest.mark.parametrize(
    ("geometry", "code"),
    [
        (None, "geometry_type"),
        ([], "geometry_type"),
        ({"type": "LineString", "coordinates": [[0, 0], [1, 1]]}, "geometry_type"),
        ({"type": "Polygon"}, "coordinates"),
        (polygon(), "coordinates"),
        (polygon([]), "coordinates"),
        (polygon([[0, 0], [1], [1, 1], [0, 0]]), "coordinates"),
        (polygon([[0, 0], [1, "x"], [1, 1], [0, 0]]), "coordinates"),
        (polygon([[0, 0], [1, "1_0"], [1, 1], [0, 0]]), "coordinates"),
        (polygon([[0, 0], [1, True], [1, 1], [0, 0]]), "coordinates"),
        (polygon([[0, 0], [1, float("nan")], [1, 1], [0, 0]]), "coordinates"),
        (polygon([[0, 0], [1, "1e999"], [1, 1], [0, 0]]), "coordinates"),
        (polygon([[0, 0], [1, 0], [1, 91], [0, 0]]), "outside_the_world"),
        (polygon([[0, 0], [180.5, 0], [1, 1], [0, 0]]), "outside_the_world"),
        ({"type": "Point", "coordinates": [590000, 1390000]}, "outside_the_world"),
        (polygon([[0, 0], [1, 1], [0, 0]]), "ring_short"),
        (polygon([[0, 0], [1, 0], [1, 1], [0, 1]]), "ring_open"),
        (polygon([[0, 0], [1, 0], [2, 0], [0, 0]]), "ring_flat"),
        (polygon(SQUARE, [[0, 0], [0, 0], [0, 0], [0, 0]]), "ring_flat"),
        ({"type": "MultiPolygon", "coordinates": [SQUARE]}, "coordinates"),
    ],
)
def test_what_is_no_place_is_refused_with_its_reason(geometry: Any, code: str) -> None:
    with pytest.raises(BadGeometry) as refused:
        parse(geometry)
    assert refused.value.code == code


def test_areas_are_those_of_a_sphere() -> None:
    degree = parse(polygon(SQUARE)).area
    assert degree == pytest.approx(12_364, rel=1e-3)  # a square degree at the equator, from 111.19 km a degree
    whole_earth = ring_area([(-180, -90), (180, -90), (180, 90), (-180, 90), (-180, -90)])
    assert whole_earth == pytest.approx(510.07e6, rel=1e-4)
    turned = parse(polygon(SQUARE[::-1])).area
    assert turned == degree
    quarter_hole = [[0, 0], [0.5, 0], [0.5, 1], [0, 1], [0, 0]]
    assert parse(polygon(SQUARE, quarter_hole)).area == pytest.approx(degree / 2, rel=1e-6)


def wavy(start: int, waves: list[int]) -> list[tuple[float, float]]:
    """A border from south to north that goes left and right by hundredths of a degree."""
    return [(start + wave / 100, number / len(waves)) for number, wave in enumerate([0, *waves, 0])]


def column(left: list[tuple[float, float]], right: list[tuple[float, float]]) -> Outline:
    ring: Ring = [*right, *left[::-1], right[0]]
    return Outline(polygons=((ring,),))


def edges(outline: Outline) -> set[frozenset[tuple[float, float]]]:
    return {frozenset(edge) for rings in outline.polygons for ring in rings for edge in pairwise(ring)}


waves = st.lists(st.integers(-30, 30), min_size=1, max_size=40)


@given(waves, waves, waves, waves, st.integers(1, 5000))
def test_neighbours_keep_their_common_border(
    one: list[int], two: list[int], three: list[int], four: list[int], metres: int
) -> None:
    borders = [wavy(number, line) for number, line in enumerate((one, two, three, four))]
    places = [column(left, right) for left, right in pairwise(borders)]
    before = [edges(first) & edges(second) for first, second in pairwise(places)]
    assert all(before)
    simpler = simplified(places, metres)
    for border, (first, second) in zip(borders[1:-1], pairwise(simpler), strict=True):
        shared = edges(first) & edges(second)
        corners = {corner for edge in shared for corner in edge}
        assert {border[0], border[-1]} <= corners <= set(border)
        assert len(shared) == len(corners) - 1  # one line without a gap
    allowed = metres / METRES_A_DEGREE * 1.001
    for old, new in zip(places, simpler, strict=True):
        [[kept]] = new.polygons
        assert all(_away(corner, kept) <= allowed for corner in old.polygons[0][0])


def _away(point: tuple[float, float], ring: Ring) -> float:
    """Degrees from the nearest stretch of the ring, in plain arithmetic."""
    found = []
    for (x1, y1), (x2, y2) in pairwise(ring):
        length = (x2 - x1) ** 2 + (y2 - y1) ** 2
        along = ((point[0] - x1) * (x2 - x1) + (point[1] - y1) * (y2 - y1)) / length if length else 0
        along = min(1, max(0, along))
        found.append(((point[0] - x1 - along * (x2 - x1)) ** 2 + (point[1] - y1 - along * (y2 - y1)) ** 2) ** 0.5)
    return min(found)


def test_a_place_never_vanishes_but_its_crumbs_do() -> None:
    crumb = [(9.0, 9.0), (9.0001, 9.0), (9.0001, 9.0001), (9.0, 9.0)]
    small = [(5.0, 5.0), (5.001, 5.0), (5.001, 5.001), (5.0, 5.0)]
    hole = [(5.0004, 5.0001), (5.0006, 5.0001), (5.0006, 5.0002), (5.0004, 5.0001)]
    [kept] = simplified([Outline(polygons=((small, hole), (crumb,)))], 1000)
    assert kept.polygons == ((small,),)
    point = Outline(point=(1.0, 2.0))
    assert simplified([point], 1000) == [point]


def test_an_island_inside_its_neighbour_fits_its_hole() -> None:
    island = [(0.3, 0.3), (0.5, 0.31), (0.7, 0.3), (0.7, 0.7), (0.3, 0.7), (0.3, 0.3)]
    around = Outline(polygons=(([(x * 1.0, y * 1.0) for x, y in SQUARE], island[3:-1] + island[:4]),))
    outer, inner = simplified([around, Outline(polygons=((island,),))], 2000)
    assert edges(inner) <= edges(outer)
    assert (0.5, 0.31) not in inner.polygons[0][0]


def test_a_map_keeps_shape_and_north_is_up() -> None:
    project = fitted([parse(polygon([[10, 59], [12, 59], [12, 61], [10, 61], [10, 59]])).bounds], 1000, 1000, 20)
    assert project.height == 1000
    assert project.width == pytest.approx(20 * 2 + 960 / 2, abs=2)  # at 60° a degree of longitude is half as wide
    (west, south), (east, north) = project([(10, 59), (12, 61)]).tolist()
    assert (west, north) == (20, 20)
    assert (east, south) == (project.width - 20, 980)


def test_a_single_point_has_surroundings_and_no_bounds_have_no_map() -> None:
    project = fitted([Outline(point=(-7.9, 12.6)).bounds], 600, 400, 20)
    assert project([(-7.9, 12.6)]).tolist() == [[project.width // 2, project.height // 2]]
    with pytest.raises(ValueError, match="unpack"):
        fitted([], 600, 400, 20)


def test_a_path_is_short_and_says_the_same() -> None:
    project = Projection(0, 10, 1, 100, 1000, 1000)
    outline = parse(polygon([[0, 0], [1, 0], [2, 0], [2, 0.001], [2, 2], [0, 2], [0, 0]]))
    assert shape(outline, project).path == "M0 1000l200 0 0-200-200 0z"
    assert shape(parse(polygon([[0, 0], [0.001, 0], [0.001, 0.001], [0, 0]])), project) == ("", 0, 1000, 0)


def test_a_name_stands_inside_its_place_where_that_is_widest() -> None:
    project = Projection(0, 10, 1, 100, 1000, 1000)
    narrow_top = parse(polygon([[0, 0], [8, 0], [8, 1], [1, 1], [1, 9], [0, 9], [0, 0]]))
    _path, x, y, room = shape(narrow_top, project)
    assert (x, room) == (400, 800)
    assert 900 < y < 1000
    ring = parse(polygon([[0, 0], [9, 0], [9, 9], [0, 9], [0, 0]], [[1, 1], [5, 1], [5, 8], [1, 8], [1, 1]]))
    _path, x, y, room = shape(ring, project)
    assert room == 900  # below or above the hole
    assert shape(Outline(point=(1.0, 2.0)), project) == ("", 100, 800, 0)


@pytest.mark.skipif(not CERCLES.exists(), reason=f"the trial data are not at {FOLDER}")
def test_the_cercles_of_mali_keep_area_and_borders() -> None:
    features = json.loads(CERCLES.read_text())["features"]
    outlines = [parse(feature["geometry"]) for feature in features]
    simpler = simplified(outlines, 50)
    assert sum(outline.area for outline in outlines) == pytest.approx(1_258_400, abs=1)
    for before, after in zip(outlines, simpler, strict=True):
        assert after.area == pytest.approx(before.area, rel=2e-3)
    project = fitted([outline.bounds for outline in simpler], 1440, 1440, 20)
    shapes = [shape(outline, project) for outline in simpler]
    assert sum(len(drawn.path) for drawn in shapes) < 40_000
    assert all(drawn.room > 0 for drawn in shapes)
