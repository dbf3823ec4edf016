"""A map as values: each place's shape, how it is filled and marked, and whose names have room. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from indicators.geography.outlines import Outline
from indicators.geography.projection import Shape, fitted, shape

WIDTH, TALLEST, MARGIN = 1440, 1440, 24
LETTER, LINE, BELOW = 14.8, 28, 34
"""Width of a letter, height of a line, and how far below a point its name stands: the stylesheet writes 24 high."""


@dataclass(frozen=True)
class Place:
    """A place to be drawn: `fill` is a shade of the stylesheet (`m1` to `m5`), or a pattern's name where `patterned`;
    `words` are read out and shown where somebody points; `mark` stands on it (▲ and the like) or is blank."""

    key: int
    name: str
    words: str
    url: str
    fill: str
    patterned: bool = False
    mark: str = ""


@dataclass(frozen=True)
class Area:
    """A place on the map: a `path` or, for a point, a circle at `x`, `y`. `label` is what has room at `x`, `label_y`:
    mark and name, the mark alone, or nothing."""

    place: Place
    path: str
    x: int
    y: int
    label_y: int
    label: str
    named: bool


@dataclass(frozen=True)
class MapDrawing:
    """Width and height in units, the surrounding place's `ground`, and the areas in the order given, points last."""

    width: int
    height: int
    ground: str
    areas: list[Area]

    @property
    def points(self) -> bool:
        return any(not area.path for area in self.areas)


def draw(places: Sequence[Place], outlines: Mapping[int, Outline], around: Outline | None = None) -> MapDrawing | None:
    """The places whose outline is known, by their key; None where none is. `around` is the place that holds them."""
    known = [(place, outlines[place.key]) for place in places if place.key in outlines]
    if not known:
        return None
    ground = around if around and around.polygons else None
    everything = [outline for _, outline in known] + ([ground] if ground else [])
    project = fitted((outline.bounds for outline in everything), WIDTH, TALLEST, MARGIN)
    drawn = [(place, shape(outline, project)) for place, outline in known]
    named = _with_room([(_label(place), form) for place, form in drawn], project.width)
    areas = [_area(place, form, number in named) for number, (place, form) in enumerate(drawn)]
    return MapDrawing(
        width=project.width,
        height=project.height,
        ground=shape(ground, project).path if ground else "",
        areas=sorted(areas, key=lambda area: not area.path),
    )


def _area(place: Place, form: Shape, named: bool) -> Area:
    label = _label(place) if named else place.mark
    return Area(place, form.path, form.x, form.y, form.y if form.path else form.y + BELOW, label, named)


def _label(place: Place) -> str:
    return f"{place.mark} {place.name}".strip()


def _with_room(forms: Sequence[tuple[str, Shape]], width: int) -> set[int]:
    """Whose label has room without touching another: inside its own place, or below its point inside the drawing.

    The widest places come first, then the points in the order given.
    """
    taken: list[tuple[float, float, float]] = []
    found = set()
    for number, (label, form) in sorted(enumerate(forms), key=lambda one: -one[1][1].room):
        half = (len(label) + 1) * LETTER / 2
        x, y = form.x, form.y + (0 if form.path else BELOW)
        fits = 2 * half <= form.room if form.path else half <= x <= width - half
        if fits and not any(abs(x - other) < half + far and abs(y - line) < LINE for other, line, far in taken):
            taken.append((x, y, half))
            found.add(number)
    return found
