"""What the page of the map shows: districts and CSCom as drawn and as listed, and how many of each stand where."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from indicators.geography.models import OrgUnit, UnitBoundary
from indicators.geography.outlines import Outline, stored
from indicators.pages.explorer import Line
from indicators.pages.explorer_map import Row, fill
from indicators.pages.map_classes import MapClass, by_count
from indicators.pages.map_drawing import Area, MapDrawing, Place, draw
from indicators.pages.map_words import PATTERNS, Swatch, legend, mark, place_words
from indicators.registry.definition import Definition
from research.map.stages import Exposure, Standing
from research.map.stock import Said, Stock, stock
from research.map.words import exposure_words, stock_words


@dataclass(frozen=True)
class SiteRow:
    """A CSCom as it is listed. `url`, `exposure_url` and `stock_url` are blank where the reader may not follow them;
    `hidden` where its name and its place are kept from the reader."""

    unit: OrgUnit
    name: str
    standing: Standing
    said: Sequence[Said]
    demonstration: bool
    hidden: bool
    url: str = ""
    exposure_url: str = ""
    stock_url: str = ""

    @property
    def exposure(self) -> Exposure:
        return self.standing.exposure

    @property
    def stock(self) -> Stock:
        return stock(self.said)

    @property
    def exposure_words(self) -> str:
        return exposure_words(self.standing)

    @property
    def stock_words(self) -> str:
        return stock_words(self.said)

    @property
    def words(self) -> str:
        """All that its mark says, in one line."""
        return f"{self.name} – {self.exposure_words}, {self.stock_words}"


@dataclass(frozen=True)
class Spot:
    """A CSCom where it is drawn."""

    area: Area
    row: SiteRow


@dataclass(frozen=True)
class MapPage:
    """`lines`: the country as a whole, then the districts shown."""

    measure: Definition
    lines: Sequence[Line]
    sites: Sequence[SiteRow]
    boundaries: Mapping[int, UnitBoundary]
    whole: bool  # all districts, with the country around them

    @cached_property
    def classes(self) -> list[MapClass]:
        """Of the districts shown; never of the country, which is the sum of them."""
        return by_count([value for line in self.lines[1:] if (value := line.cells[0].part.reading.value) is not None])

    @cached_property
    def fills(self) -> dict[str, str]:
        return {line.key: fill(line.cells[0], self.classes) for line in self.lines[1:]}

    @cached_property
    def legend(self) -> list[Swatch]:
        return legend(self.classes, list(self.fills.values()), self.measure.unit)

    @cached_property
    def districts(self) -> list[Row]:
        """In the order given: by name."""
        named = {swatch.fill: swatch for swatch in self.legend}
        return [Row(line, named[self.fills[line.key]]) for line in self.lines[1:]]

    @cached_property
    def drawing(self) -> MapDrawing | None:
        """Districts as areas, then the CSCom that may be shown; None where nobody has said where any of them lies."""
        outlines: dict[int, Outline] = {unit: stored(row.geometry) for unit, row in self.boundaries.items()}
        places = []
        for line in self.lines[1:]:
            cell, filled = line.cells[0], self.fills[line.key]
            words, url = place_words(line.name, cell), cell.part.url
            places.append(Place(line.subject.pk, line.name, words, url, filled, filled in PATTERNS, mark(cell.part)))
        places += [Place(row.unit.pk, row.name, row.words, row.url, "") for row in self.sites if not row.hidden]
        return draw(places, outlines, outlines.get(self.lines[0].subject.pk) if self.whole else None)

    @property
    def areas(self) -> list[Area]:
        """The districts whose outline is known. One of which only a point is known stands in the list."""
        own = {row.unit.pk for row in self.sites}
        areas = self.drawing.areas if self.drawing else ()
        return [area for area in areas if area.path and area.place.key not in own]

    @cached_property
    def spots(self) -> list[Spot]:
        rows = {row.unit.pk: row for row in self.sites}
        areas = self.drawing.areas if self.drawing else ()
        return [Spot(area, rows[area.place.key]) for area in areas if area.place.key in rows]

    @property
    def unplaced(self) -> int:
        """CSCom in the list alone: nobody has said where they lie."""
        return sum(not row.hidden for row in self.sites) - len(self.spots)

    @property
    def hidden(self) -> int:
        """CSCom in the list alone, for the safety of the people there."""
        return sum(row.hidden for row in self.sites)

    @property
    def undrawn(self) -> int:
        """Districts in the list alone."""
        return len(self.lines) - 1 - len(self.areas)

    @cached_property
    def forms(self) -> Counter[Exposure]:
        return Counter(row.exposure for row in self.sites)

    @cached_property
    def stocks(self) -> Counter[Stock]:
        return Counter(row.stock for row in self.sites)

    @property
    def without_number(self) -> int:
        return sum(line.cells[0].part.reading.value is None for line in self.lines[1:])

    @property
    def over_100(self) -> int:
        return sum("over_100" in line.cells[0].part.reading.flags for line in self.lines[1:])

    @property
    def negative(self) -> int:
        return sum("negative" in line.cells[0].part.reading.flags for line in self.lines[1:])

    @property
    def demonstration(self) -> bool:
        return any(line.demonstration for line in self.lines) or any(row.demonstration for row in self.sites)

    @property
    def all_made_up(self) -> bool:
        """Whether one mark beside the list of the districts says it of each."""
        return all(line.demonstration for line in self.lines[1:])

    @property
    def made_up(self) -> bool:
        """Whether the places themselves are."""
        return any(row.demonstration for row in self.boundaries.values())

    @property
    def boundary_sources(self) -> list[str]:
        return sorted({str(row.source or row.file_name) for row in self.boundaries.values()})
