"""The data-quality board: how many values of each unit below a unit are to be doubted, by rule."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from indicators.quality import doses, ratios, targets
from indicators.quality.findings import Outcome
from indicators.quality.material import DOSES, Material, Place

DROPOUT = "dropout_dtp1_dtp3"
COVERAGES = ("dtp1_coverage", "dtp3_coverage")

RULES: Mapping[str, Callable[[Material], Outcome]] = {
    "missing": lambda it: doses.missing_reports(
        it.series, it.ever, {place.pk: place.opening for place in it.places.values()}, it.months
    ),
    "dtp3_over_dtp1": lambda it: doses.later_over_earlier(it.series, DOSES["DTP1"], DOSES["DTP3"], DROPOUT),
    "negative_dropout": lambda it: ratios.negative_dropout(it.ratios(DROPOUT)),
    "over_100": lambda it: ratios.over_100(it.ratios(*COVERAGES)),
    "modified_z": lambda it: doses.modified_z_outliers(it.series),
    "sd_moderate": lambda it: doses.moderate_outliers(it.series),
    "sd_extreme": lambda it: doses.extreme_outliers(it.series),
    "target_change": lambda it: targets.year_changes(it.preferred, it.years),
    "target_parts": lambda it: targets.parts_differ(it.preferred, it.totals, it.children, it.years),
    "target_kinds": lambda it: targets.more_survivors_than_births(it.preferred, it.years),
    "target_sources": lambda it: targets.sources_differ(it.targets, it.years),
}
"""Every rule by its code, in the order of the board."""

REPORT_RULES = [rule for rule in RULES if not rule.startswith("target_")]
TARGET_RULES = [rule for rule in RULES if rule.startswith("target_")]


@dataclass
class Cell:
    """One rule and one row: values to doubt, values tested, and those that could not be, by reason."""

    rule: str
    flags: int = 0
    tested: int = 0
    untested: Counter[str] = field(default_factory=Counter)

    @property
    def untested_values(self) -> int:
        return self.untested.total()

    @property
    def complete(self) -> float | None:
        """Of a count of missing reports: the share that came, in %; None where none was expected."""
        return 100 * (1 - self.flags / self.tested) if self.tested else None


@dataclass
class Row:
    """A unit right below, with everything below it; or the unit itself alone (`itself`), or the unit with all below."""

    place: Place
    itself: bool
    cells: dict[str, Cell]

    @property
    def report_cells(self) -> list[Cell]:
        return [self.cells[rule] for rule in REPORT_RULES]

    @property
    def target_cells(self) -> list[Cell]:
        return [self.cells[rule] for rule in TARGET_RULES]


def examine(material: Material, rules: Iterable[str] = RULES) -> dict[str, Outcome]:
    """Rule → what it found. A constant number of queries."""
    return {rule: RULES[rule](material) for rule in rules}


def rows(material: Material, outcomes: Mapping[str, Outcome]) -> tuple[Row, list[Row]]:
    """The sum over everything, and a row for each unit right below, by name. The unit itself comes first where it was
    examined itself, and alone where nothing is below it."""
    top = material.unit.pk
    everything = Row(material.places[top], False, _cells())
    depth = len(material.unit.ancestor_ids)
    found = {top: Row(material.places[top], True, _cells())}
    found |= {place.pk: Row(place, False, _cells()) for place in material.places.values() if place.parent == top}
    for rule, outcome in outcomes.items():
        for unit, change in _changes(outcome):
            row = _row_of(material.places[unit].path, depth, top)
            for cell in (everything.cells[rule], found[row].cells[rule]):
                change(cell)
    itself = found.pop(top)
    below = sorted(found.values(), key=lambda row: row.place.name)
    examined = any(cell.tested or cell.untested for cell in itself.cells.values())
    return everything, ([itself] if examined or not below else []) + below


def _changes(outcome: Outcome) -> Iterable[tuple[int, Callable[[Cell], None]]]:
    """What an outcome adds to the cell of each unit."""

    def flagged(cell: Cell) -> None:
        cell.flags += 1

    for flag in outcome.flags:
        yield flag.unit, flagged
    for unit, count in outcome.tested.items():
        yield unit, lambda cell, count=count: setattr(cell, "tested", cell.tested + count)  # type: ignore[misc]
    for gap in outcome.untested:
        yield gap.unit, lambda cell, gap=gap: cell.untested.update({gap.reason: gap.values})  # type: ignore[misc]


def _cells() -> dict[str, Cell]:
    return {rule: Cell(rule) for rule in RULES}


def _row_of(path: str, depth: int, top: int) -> int:
    """The unit right below the top on the way to the unit of that path; the top for itself."""
    way = path.strip("/").split("/")
    return int(way[depth]) if len(way) > depth else top
