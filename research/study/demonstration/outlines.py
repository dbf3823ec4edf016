"""Where the demonstration's places lie on a map: a honeycomb, so that nobody takes it for the country."""

from collections.abc import Iterator

from indicators.geography.boundary_actions import save_boundaries
from indicators.geography.outlines import Outline, Position, Ring
from indicators.models import OrgUnit, Source, UnitBoundary
from research.study.demonstration.doses import Place
from research.study.demonstration.places import demonstration_places

COLUMNS = 8
_WEST, _NORTH = -8.0, 17.0
_HALF_WIDTH, _HALF_HEIGHT = 0.26, 0.15
"""Degrees: half the width of a cell, and half of one of its sides."""
_IN_THE_MIDDLE = (18, 21, 34, 37)
"""The cells of the study's four districts."""
_POINTS = ((0, 1), (-0.5, -0.5), (0.5, -0.5))
"""Where a district's places lie in its cell, in halves of its width and sides."""


def ensure_outlines(units: dict[str, OrgUnit]) -> int:
    """A cell for each district and a point for each place in one; how many were made now.

    Whatever has a boundary keeps it: a real one, or this one.
    """
    wanted = dict(_outlines(units))
    for known in UnitBoundary.objects.filter(unit__in=wanted).values_list("unit_id", flat=True):
        del wanted[known]
    source = Source.objects.get(key="demonstration")
    return save_boundaries(wanted, source=source, file_name="", demonstration=True).created


def _outlines(units: dict[str, OrgUnit]) -> Iterator[tuple[int, Outline]]:
    """Unit id → where it lies."""
    inside: dict[int, list[Place]] = {}
    around: list[int] = []
    for place in demonstration_places():
        unit = units[place.key]
        if place.key.startswith("demonstration-district"):
            around.append(unit.pk)
        else:
            assert unit.parent_id is not None
            inside.setdefault(unit.parent_id, []).append(place)
    cells = iter(number for number in range(COLUMNS * COLUMNS) if number not in _IN_THE_MIDDLE)
    for district in around:
        yield district, Outline(polygons=((_cell(next(cells)),),))
    for cell, (district, places) in zip(_IN_THE_MIDDLE, inside.items(), strict=True):
        yield district, Outline(polygons=((_cell(cell),),))
        for place, (right, up) in zip(places, _POINTS, strict=True):
            yield units[place.key].pk, Outline(point=_position(cell, right, up))


def _cell(number: int) -> Ring:
    """A hexagon that stands on a corner; neighbours share their corners to the last digit."""
    corners = ((0, 2), (1, 1), (1, -1), (0, -2), (-1, -1), (-1, 1), (0, 2))
    return [_position(number, right, up) for right, up in corners]


def _position(number: int, right: float, up: float) -> Position:
    row, column = divmod(number, COLUMNS)
    halves = 2 * column + row % 2 + right
    return round(_WEST + halves * _HALF_WIDTH, 5), round(_NORTH - (3 * row - up) * _HALF_HEIGHT, 5)
