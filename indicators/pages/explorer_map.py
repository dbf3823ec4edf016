"""The explorer's map: where is it high, where low, and where is nothing known? One period of the choice."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import Min, QuerySet
from django.utils.translation import gettext_lazy as _

from indicators.geography.models import OrgUnit, UnitBoundary
from indicators.geography.outlines import Outline, stored
from indicators.pages import explorer
from indicators.pages.downloads import Rows
from indicators.pages.explorer_choice import MEMBERS, Choice
from indicators.pages.explorer_subjects import members_of
from indicators.pages.explorer_view import Showing, View
from indicators.pages.formats import period_text
from indicators.pages.map_classes import MapClass, by_bands, by_count, class_of
from indicators.pages.map_drawing import MapDrawing, Place, draw
from indicators.pages.map_words import PATTERNS, Swatch, finding, legend, mark, place_words
from indicators.pages.states import NOT_COMPUTABLE, NOT_EXPECTED, State
from indicators.periods import Period

MOST_PLACES = 500
"""More cannot be told apart on one map, nor listed beside it."""
NEAREST, BANDS, EQUAL = "nearest", "bands", "equal"


@dataclass(frozen=True)
class MapShown:
    """The places of a map with their numbers. The number of queries depends on neither places nor boundaries."""

    showing: Showing

    @cached_property
    def period(self) -> Period:
        """The one asked for where it is among those chosen, else the last."""
        periods = self.showing.choice.periods
        return next((when for when in periods if when.id == self.showing.choice.option("at")), periods[-1])

    @cached_property
    def choice(self) -> Choice:
        """The choice in that period alone, with the places so many levels below."""
        return replace(self.showing.choice, periods=(self.period,), depth=self._depth())

    @cached_property
    def places(self) -> list[OrgUnit]:
        """Who is drawn, one more than MOST_PLACES where there are too many; the place itself where none lies below."""
        found = list(self._below()[: MOST_PLACES + 1])
        return found or [self.choice.place]

    def _below(self) -> QuerySet[OrgUnit]:
        choice, scope = self.choice, self.showing.scope
        if choice.show == MEMBERS and choice.group:
            return members_of(choice.group, choice, scope)
        return scope.filter(choice.children.where).order_by("name", "pk")

    def _depth(self) -> int:
        """As asked, else down to the first level below of which anybody has said where its places lie."""
        choice = self.showing.choice
        if choice.show == MEMBERS and choice.group:
            return 1
        if (asked := choice.option("depth")).isdigit():
            return int(asked)
        below = UnitBoundary.objects.filter(unit__path__startswith=choice.place.path)
        found = below.filter(unit__level__gt=choice.place.level).aggregate(level=Min("unit__level"))["level"]
        return int(found) - choice.place.level if found is not None else 1

    @cached_property
    def lines(self) -> list[explorer.Line]:
        """The place as a whole, then those drawn."""
        return explorer.table(self.choice, [self.choice.place, *self.places], self.showing.today)

    @cached_property
    def boundaries(self) -> dict[int, UnitBoundary]:
        """Unit id → where it lies, of the places and of the one around them."""
        return boundaries_of([self.choice.place.pk, *(place.pk for place in self.places)])

    @cached_property
    def classes(self) -> list[MapClass]:
        values = [value for line in self.lines[1:] if (value := line.cells[0].part.reading.value) is not None]
        bands = [(band.start, band.name) for band in self.choice.measure.bands]
        return (by_bands(bands) if self.choice.option("classes") == BANDS else []) or by_count(values)

    @cached_property
    def fills(self) -> dict[str, str]:
        """Key of the line → its shade or its pattern."""
        return {line.key: fill(line.cells[0], self.classes) for line in self.lines}

    def drawing(self) -> MapDrawing | None:
        outlines: dict[int, Outline] = {unit: stored(row.geometry) for unit, row in self.boundaries.items()}
        places = []
        for line in self.lines[1:]:
            cell = line.cells[0]
            filled = self.fills[line.key]
            words, url = place_words(line.name, cell), cell.part.url
            places.append(Place(line.subject.pk, line.name, words, url, filled, filled in PATTERNS, mark(cell.part)))
        whole = self.choice.place
        return draw(places, outlines, None if self.places == [whole] else outlines.get(whole.pk))


def boundaries_of(units: Collection[int]) -> dict[int, UnitBoundary]:
    """Unit id → where it lies, with its source fetched. Once there are real boundaries among them, those of the
    demonstration are left out: they would lie across them. One query."""
    rows = list(UnitBoundary.objects.filter(unit__in=units).select_related("source"))
    real = [row for row in rows if not row.demonstration]
    return {row.unit_id: row for row in real or rows}


@dataclass(frozen=True)
class Row:
    """A line of the list beside the map, with the shade or pattern that its place has there."""

    line: explorer.Line
    swatch: Swatch

    @property
    def cell(self) -> explorer.Cell:
        return self.line.cells[0]

    @property
    def fill(self) -> str:
        return self.swatch.fill

    @property
    def shaded(self) -> bool:
        return self.swatch.shaded

    @property
    def words(self) -> str:
        """The class of a number; of a missing one, why it is missing."""
        return self.swatch.short if self.shaded else self.cell.words


def fill(cell: explorer.Cell, classes: Sequence[MapClass]) -> str:
    """`m1` to `m5` by the value; without one the pattern that says why: `missing`, `unexpected`, `uncomputable`."""
    value = cell.part.reading.value
    found = class_of(classes, value) if value is not None else None
    if found:
        return f"m{found.shade}"
    if cell.state in NOT_EXPECTED:
        return "unexpected"
    return "uncomputable" if cell.state in NOT_COMPUTABLE or cell.state is State.NOT_APPLICABLE else "missing"


def _shown(showing: Showing) -> dict[str, Any]:
    shown = MapShown(showing)
    if len(shown.places) > MOST_PLACES:
        return {"too_many": MOST_PLACES, "demonstration": False}
    head, *lines = shown.lines
    drawing = shown.drawing()
    swatches: list[Swatch] = legend(shown.classes, [shown.fills[line.key] for line in lines], shown.choice.measure.unit)
    named = {swatch.fill: swatch for swatch in swatches}
    ordered = sorted(lines, key=lambda line: _order(line, shown.choice.measure.direction))
    boundaries = [shown.boundaries[place.pk] for place in shown.places if place.pk in shown.boundaries]
    return {
        "map": drawing,
        "title": finding(shown.choice.measure, shown.period, lines),
        "head": head,
        "rows": [Row(line, named[shown.fills[line.key]]) for line in ordered],
        "negative": any("negative" in line.cells[0].part.reading.flags for line in lines),
        "all_made_up": all(line.demonstration for line in lines),
        "legend": swatches,
        "undrawn": len(lines) - len(boundaries),
        "boundary_sources": sorted({str(row.source or row.file_name) for row in boundaries}),
        "made_up": any(row.demonstration for row in boundaries),
        "times": _times(showing.choice, shown.period),
        "demonstration": any(line.demonstration for line in shown.lines),
    }


def _times(choice: Choice, here: Period) -> list[tuple[str, str, bool]]:
    """(text, address, whether it is shown) of each period chosen."""
    options = tuple(pair for pair in choice.options if pair[0] != "at")
    return [
        (period_text(when), replace(choice, options=(*options, ("at", when.id))).url, when == here)
        for when in choice.periods
    ]


def _order(line: explorer.Line, direction: str) -> tuple[bool, float, str]:
    """Whoever needs attention first: the lowest where more is better, else the highest; without a number last."""
    value = line.cells[0].part.reading.value
    if value is None:
        return True, 0.0, line.name
    return False, value if direction == "up" else -value, line.name


def _headers(choice: Choice) -> list[str]:
    return explorer.headers()


def _rows(showing: Showing) -> Rows:
    """One row per place of the map, and one of the place as a whole."""
    shown = MapShown(showing)
    whole = [] if shown.places == [shown.choice.place] else [shown.choice.place]
    return explorer.rows(shown.choice, [*whole, *shown.places[:MOST_PLACES]], showing.today)


MAP = View(
    "map",
    _("Map"),
    "indicators/pages/explorer_map.html",
    _shown,
    _headers,
    _rows,
    {
        "depth": lambda: forms.ChoiceField(
            label=_("Places drawn"),
            choices=[
                (NEAREST, _("nearest with a boundary")),
                ("1", _("one level below")),
                ("2", _("two levels below")),
                ("3", _("three levels below")),
            ],
        ),
        "classes": lambda: forms.ChoiceField(
            label=_("Classes"),
            choices=[(BANDS, _("of the definition")), (EQUAL, _("equal numbers of places"))],
        ),
        "at": lambda: forms.CharField(widget=forms.HiddenInput),
    },
)
