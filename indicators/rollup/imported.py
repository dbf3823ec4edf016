"""Indicators of another DHIS2, computed at read from the aggregates of their data elements."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from indicators.geography.models import OrgUnit
from indicators.periods import Period
from indicators.registry.annualisation import DAYS_IN_YEAR
from indicators.registry.computability import Refusal, element_of, refusal
from indicators.registry.evaluation import Missing, evaluate
from indicators.registry.expressions import Node, Operand, operands, parse
from indicators.registry.models import DataElement, ImportedIndicator
from indicators.rollup.queries import Cell, element_cells, unit_ids
from indicators.rollup.readings import Reading
from indicators.rollup.tables import summed_elements

Key = tuple[str, int, Period]
"""An indicator's uid, a unit's id, a period."""


class Computed(NamedTuple):
    """Readings, and uid → why not for the indicators that cannot be computed today."""

    readings: dict[Key, Reading]
    refusals: dict[str, Refusal]


def refusals(indicators: Iterable[ImportedIndicator]) -> dict[str, Refusal]:
    """Uid → why that indicator cannot be computed today; those that can are absent. Two queries for any number."""
    summed = set(summed_elements())
    elements = {uid: pk in summed for pk, uid in DataElement.objects.values_list("pk", "uid")}
    found = {one.uid: refusal(one.numerator, one.denominator, elements) for one in indicators}
    return {uid: why for uid, why in found.items() if why}


def imported_readings(
    indicators: Collection[ImportedIndicator], units: Collection[OrgUnit | int], periods: Collection[Period]
) -> Computed:
    """A reading for each indicator, unit and period, or the reason why there is none. Three queries for any number.

    A data element that did not report counts 0 once another of the same expression did, which is DHIS2's rule, and the
    reading is flagged `missing_as_zero`; see `Missing.AS_ZERO`. Other flags and fields as in `Reading`.
    """
    refused = refusals(indicators)
    trees = {one.uid: (parse(one.numerator), parse(one.denominator)) for one in indicators if one.uid not in refused}
    asked = {
        uid: {one: element for tree in sides for one in operands(tree) if (element := element_of(one))}
        for uid, sides in trees.items()
    }
    identities = unit_ids(units)
    months = {month for period in periods for month in period.months()}
    found = element_cells({uid for parts in asked.values() for uid in parts.values()}, identities, {*periods, *months})
    computed = {}
    for indicator in indicators:
        if indicator.uid in refused:
            continue
        parts = asked[indicator.uid]
        for unit in identities:
            for period in periods:
                given = {one: found.get((uid, unit, period)) for one, uid in parts.items()}
                seen = [sum((uid, unit, month) in found for month in period.months()) for uid in parts.values()]
                computed[indicator.uid, unit, period] = _read(indicator, trees[indicator.uid], period, given, seen)
    return Computed(computed, refused)


def _read(
    indicator: ImportedIndicator,
    sides: tuple[Node, Node],
    period: Period,
    given: Mapping[Operand, Cell | None],
    months: list[int],
) -> Reading:
    sums = {one: cell.sum if cell else None for one, cell in given.items()}
    top, bottom = (evaluate(tree, sums, days=period.days, missing=Missing.AS_ZERO) for tree in sides)
    value: float | None = None
    flags = []
    cells = [cell for cell in given.values() if cell]
    if bottom == 0:
        flags.append("zero_denominator")
    elif top is not None and bottom is not None:
        value = indicator.factor * top / bottom
        if indicator.annualised:
            value = value * DAYS_IN_YEAR / period.days
    if value is not None and indicator.factor == 100 and value > 100:
        flags.append("over_100")
    if value is not None and value < 0:
        flags.append("negative")
    if cells and len(cells) < len(given):
        flags.append("missing_as_zero")
    if cells and any(count < len(period.months()) for count in months):
        flags.append("incomplete")
    return Reading(
        value=value,
        numerator=top,
        denominator=bottom,
        reported=min(cell.reported for cell in cells) if cells and len(cells) == len(given) else None,
        expected_months=len(period.months()),
        demonstration=any(cell.demonstration for cell in cells),
        flags=tuple(flags),
    )
