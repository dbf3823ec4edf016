"""The data-quality board: how many values of each unit below a unit are to be doubted, by rule."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from indicators.quality import completeness, doses, published, ratios, targets, years
from indicators.quality.findings import Outcome
from indicators.quality.material import DOSES, Material

DROPOUT = "dropout_dtp1_dtp3"
FIRST, THIRD = DOSES["DTP1"], DOSES["DTP3"]

RULES: Mapping[str, Callable[[Material], Outcome]] = {
    "not_received": lambda it: completeness.not_received(it.units, it.months, [*it.data_sets.values()], it.reporting),
    "late": lambda it: completeness.late(it.units, it.months, [*it.data_sets.values()], it.reporting),
    "missing": lambda it: completeness.missing_reports(it.series, it.expected),
    "irregular": lambda it: completeness.irregular(it.series, it.opened),
    "beside": lambda it: completeness.reports_beside(it.series, it.reports_below),
    "dtp3_over_dtp1": lambda it: doses.later_over_earlier(it.series[FIRST], it.series[THIRD], DROPOUT),
    "negative_dropout": lambda it: ratios.negative_dropout(it.series[FIRST], it.series[THIRD], DROPOUT),
    "over_100": lambda it: ratios.over_100(it.coverages, it.beside),
    "modified_z": lambda it: doses.modified_z_outliers(it.series),
    "sd_moderate": lambda it: doses.moderate_outliers(it.series),
    "sd_extreme": lambda it: doses.extreme_outliers(it.series),
    "year_ratio": lambda it: years.year_ratios(it.series, it.before),
    "published": lambda it: published.published_differ(it.published, it.routine, it.comparable),
    "target_change": lambda it: targets.year_changes(it.preferred, it.years),
    "target_parts": lambda it: targets.parts_differ(it.preferred, it.totals, it.children, it.years, it.moved),
    "target_kinds": lambda it: targets.more_survivors_than_births(it.preferred, it.years),
    "target_sources": lambda it: targets.sources_differ(it.targets, it.years),
    "target_rates": lambda it: targets.implied_rates_differ(it.preferred, it.targets, it.years),
}
"""Every rule by its code, in the order of the board."""

COMPLETENESS_RULES = ("not_received", "late", "missing", "irregular", "beside")
TARGET_RULES = tuple(rule for rule in RULES if rule.startswith("target_"))
DOSE_RULES = tuple(rule for rule in RULES if rule not in COMPLETENESS_RULES + TARGET_RULES)
SHARES = ("not_received", "late", "missing", "irregular")
"""Rules of which the board also says which share of what was tested is in order."""


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
    def in_order(self) -> float | None:
        """Of the rules in `SHARES`: the values tested and not flagged, in % of those tested; None where none was."""
        return 100 * (1 - self.flags / self.tested) if self.rule in SHARES and self.tested else None


Cells = dict[str, Cell]


@dataclass
class Board:
    """Rule → cell, for everything, for the unit itself alone, and for each unit right below with what is below it."""

    everything: Cells
    itself: Cells
    below: dict[int, Cells]
    made_up: bool
    quarters: int


def examine(material: Material, rules: Iterable[str] = RULES) -> dict[str, Outcome]:
    """Rule → what it found. A constant number of queries."""
    return {rule: RULES[rule](material) for rule in rules}


def board(material: Material) -> Board:
    """What every rule found, counted. A constant number of queries."""
    outcomes = examine(material)
    top, depth = material.unit.pk, len(material.unit.ancestor_ids)
    quarters = len(next(iter(material.series.values())).quarters())
    below = {place.pk: _cells() for place in material.places.values() if place.parent == top}
    found = Board(_cells(), _cells(), below, material.made_up, quarters)
    row_of = {
        place.pk: below[int(place.path.strip("/").split("/")[depth])] if place.pk != top else found.itself
        for place in material.places.values()
    }
    for rule, outcome in outcomes.items():
        for unit, count in Counter(flag.unit for flag in outcome.flags).items():
            for cells in (found.everything, row_of[unit]):
                cells[rule].flags += count
        for unit, count in outcome.tested.items():
            for cells in (found.everything, row_of[unit]):
                cells[rule].tested += count
        for gap in outcome.untested:
            for cells in (found.everything, row_of[gap.unit]):
                cells[rule].untested[gap.reason] += gap.values
    return found


def _cells() -> Cells:
    return {rule: Cell(rule) for rule in RULES}
