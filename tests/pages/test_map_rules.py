"""Classes, room for names, and colours that everybody can tell apart."""

import re
from itertools import combinations, pairwise

import numpy as np
import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from indicators.geography.outlines import Outline
from indicators.pages.map_classes import MOST, by_bands, by_count, class_of
from indicators.pages.map_drawing import MARGIN, WIDTH, Place, draw
from indicators.registry.definitions import definition

numbers = st.lists(st.integers(-50, 50).map(float), max_size=60)


@given(numbers)
def test_classes_by_count_hold_every_value_once_and_are_about_as_full(values: list[float]) -> None:
    classes = by_count(values)
    assert len(classes) == len({one.shade for one in classes}) <= min(MOST, len(set(values)))
    for one, after in pairwise(classes):
        assert one.high < after.low  # type: ignore[operator]
        assert one.shade < after.shade
    for value in values:
        found = class_of(classes, value)
        assert found
        assert found.low <= value <= found.high  # type: ignore[operator]
    if len(set(values)) == len(values) and values:
        sizes = [sum(class_of(classes, value) is one for value in values) for one in classes]
        assert max(sizes) - min(sizes) <= 1


def bands_of(code: str) -> list[tuple[float | None, str]]:
    return [(band.start, band.name) for band in definition(code).bands]


def test_bands_are_classes_and_the_first_one_is_open_below() -> None:
    classes = by_bands(bands_of("dtp1_coverage"))
    assert [(one.low, one.high, one.shade) for one in classes] == [
        (None, 70, 1), (70, 80, 2), (80, 90, 3), (90, 100, 4), (100, None, 5)
    ]  # fmt: skip
    for value in (0, 69.99, 70, 99.9, 100, 250):
        found, band = class_of(classes, value), definition("dtp1_coverage").band_of(value)
        assert found
        assert band
        assert found.name == band.name
    assert class_of(classes, -3) == classes[0]
    assert [one.shade for one in by_bands(bands_of("dropout_dtp1_dtp3"))] == [1, 3, 5]


def test_no_bands_and_too_many_bands_make_no_classes() -> None:
    assert by_bands(()) == []
    assert by_bands([(float(start), "x") for start in range(6)]) == []
    assert by_count([]) == []
    assert class_of([], 5) is None
    assert [(one.low, one.high, one.shade) for one in by_count([4.0, 4.0])] == [(4, 4, 3)]


def a_square(west: float, south: float, size: float) -> Outline:
    east, north = west + size, south + size
    return Outline(polygons=(([(west, south), (east, south), (east, north), (west, north), (west, south)],),))


def a_place(key: int, name: str, mark: str = "") -> Place:
    return Place(key, name, f"{name}: 1", "/", "m1", mark=mark)


def test_a_name_stands_where_it_has_room_and_a_mark_everywhere() -> None:
    places = [a_place(1, "Nord", "▲"), a_place(2, "Un nom bien trop long pour si peu", "▲"), a_place(3, "Sans")]
    drawn = draw(places, {1: a_square(0, 0, 4), 2: a_square(4, 0, 0.5)})
    assert drawn
    assert [(area.label, area.named) for area in drawn.areas] == [("▲ Nord", True), ("▲", False)]
    assert drawn.width == WIDTH
    assert not drawn.points


def test_points_come_last_with_their_names_below_where_these_do_not_touch() -> None:
    places = [a_place(1, "Poste A"), a_place(2, "Poste B"), a_place(3, "Secteur")]
    outlines = {1: Outline(point=(1.0, 1.0)), 2: Outline(point=(1.02, 1.0)), 3: a_square(3, 0, 2)}
    drawn = draw(places, outlines, a_square(0, 0, 5))
    assert drawn
    assert drawn.ground
    assert drawn.points
    assert [(area.place.name, bool(area.path), area.label) for area in drawn.areas] == [
        ("Secteur", True, "Secteur"), ("Poste A", False, "Poste A"), ("Poste B", False, "")
    ]  # fmt: skip
    area, first, _second = drawn.areas
    assert first.label_y > first.y
    assert area.label_y == area.y
    assert all(MARGIN <= one.x <= drawn.width - MARGIN for one in drawn.areas)


def test_without_a_boundary_there_is_no_map() -> None:
    assert draw([a_place(1, "Nord")], {}) is None
    assert draw([a_place(1, "Nord")], {}, a_square(0, 0, 1)) is None


# How people see who lack one kind of cone (Viénot, Brettel and Mollon 1999, on linear RGB), or colours altogether.
SEEN = {
    "all": np.eye(3),
    "without red": np.array([[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]]),
    "without green": np.array([[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]]),
    "on grey paper": np.array([[0.2126, 0.7152, 0.0722]] * 3),
}


def shades(block: int) -> list[str]:
    """The colours of the stylesheet, in the light scheme (0) or the dark one (1)."""
    text = (settings.BASE_DIR / "static/css/map.css").read_text()
    return re.findall(r"--m\d: (#[0-9a-f]{6})", text)[block * MOST : (block + 1) * MOST]


def luminance(colour: str, seen: np.ndarray) -> float:
    """Relative luminance as WCAG defines it, of the colour as it is seen."""
    channels = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(np.array([0.2126, 0.7152, 0.0722]) @ np.clip(seen @ linear, 0, 1))


@pytest.mark.parametrize("seen", SEEN)
@pytest.mark.parametrize("scheme", [0, 1])
def test_shades_differ_in_lightness_for_everybody(scheme: int, seen: str) -> None:
    found = [luminance(colour, SEEN[seen]) for colour in shades(scheme)]
    assert len(found) == MOST
    assert found == sorted(found, reverse=scheme == 0)
    for one, other in combinations(found, 2):
        assert (max(one, other) + 0.05) / (min(one, other) + 0.05) >= 1.4
