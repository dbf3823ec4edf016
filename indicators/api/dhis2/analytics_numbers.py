"""The numbers of an analytics request, from the same aggregates and readings that the pages show.

What is added up over a filter is added up as numerators and denominators: a rate is never averaged.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from indicators.api.dhis2.analytics_items import ELEMENT, INDICATOR, Item
from indicators.api.dhis2.answers import conflict
from indicators.geography.models import OrgUnit
from indicators.periods import Period
from indicators.registry.annualisation import months_counted
from indicators.rollup.imported import imported_readings
from indicators.rollup.queries import element_cells
from indicators.rollup.readings import Reading, readings
from indicators.rollup.reporting import Reports, reporting


class Number(NamedTuple):
    """A value, and what it is made of where it is a rate; `factor` is 1 for a count."""

    value: float
    numerator: float | None = None
    denominator: float | None = None
    factor: float = 1
    demonstration: bool = False


Place = tuple[int, Period]
"""A unit's id, a period."""
Look = Callable[[Sequence[Place]], Number | None]
"""The number of these places together; None where it is missing."""


def looks(items: Collection[Item], units: Collection[OrgUnit], periods: Collection[Period]) -> dict[str, Look]:
    """Uid of the item → how its numbers are found, everything read at once. One query for the data elements, two for
    the reporting rates, a constant number for each definition and for all imported indicators together."""
    found: dict[str, Look] = {}
    found |= _of_elements([item for item in items if item.kind == ELEMENT], units, periods)
    rules = [item for item in items if item.kind == INDICATOR and item.row.definition]
    found |= {item.uid: _of_definition(item, units, periods) for item in rules}
    found |= _of_imported([item for item in items if item.kind == INDICATOR and item.row.imported], units, periods)
    found |= _of_rates([item for item in items if item.metric], units, periods)
    return found


def _of_elements(items: list[Item], units: Collection[OrgUnit], periods: Collection[Period]) -> dict[str, Look]:
    cells = element_cells([item.uid for item in items], units, periods) if items else {}

    def look(uid: str) -> Look:
        def found(places: Sequence[Place]) -> Number | None:
            there = [cell for place in places if (cell := cells.get((uid, *place)))]
            demonstration = any(cell.demonstration for cell in there)
            return Number(sum(cell.sum for cell in there), demonstration=demonstration) if there else None

        return found

    return {item.uid: look(item.uid) for item in items}


def _of_definition(item: Item, units: Collection[OrgUnit], periods: Collection[Period]) -> Look:
    rule = item.row.definition
    known = readings(rule.code, units, periods)

    def found(places: Sequence[Place]) -> Number | None:
        if len(places) == 1:
            return _plain(known[places[0]], rule.factor)
        if any(months_counted(rule.annualisation, period) != period.months() for _unit, period in places):
            raise _not_together(item)
        return _together([known[place] for place in places], rule.factor, is_ratio=rule.is_ratio)

    return found


def _of_imported(items: list[Item], units: Collection[OrgUnit], periods: Collection[Period]) -> dict[str, Look]:
    computed = imported_readings([item.row.imported for item in items], units, periods).readings if items else {}

    def look(item: Item) -> Look:
        def found(places: Sequence[Place]) -> Number | None:
            if len(places) > 1:
                raise _not_together(item)
            reading = computed.get((item.uid, *places[0]))
            return _plain(reading, item.row.factor) if reading else None

        return found

    return {item.uid: look(item) for item in items}


def _of_rates(items: list[Item], units: Collection[OrgUnit], periods: Collection[Period]) -> dict[str, Look]:
    sets = {item.row.pk: item.row for item in items}
    known = reporting(list(sets.values()), units, periods) if items else {}

    def look(item: Item) -> Look:
        def found(places: Sequence[Place]) -> Number | None:
            return _reported(item.metric, [one for place in places if (one := known.get((item.row.pk, *place)))])

        return found

    return {item.uid: look(item) for item in items}


def _plain(reading: Reading, factor: float) -> Number | None:
    if reading.value is None:
        return None
    return Number(reading.value, reading.numerator, reading.denominator, factor, reading.demonstration)


def _together(parts: Sequence[Reading], factor: float, *, is_ratio: bool) -> Number | None:
    """Of several places. Where one that reported has no denominator, the rate of them all is missing."""
    there = [part for part in parts if part.numerator is not None]
    if not there or (is_ratio and any(part.denominator is None for part in there)):
        return None
    top = sum(part.numerator or 0 for part in there)
    demonstration = any(part.demonstration for part in there)
    if not is_ratio:
        return Number(factor * top, top, None, factor, demonstration)
    bottom = sum(part.denominator or 0 for part in parts)
    return Number(factor * top / bottom, top, bottom, factor, demonstration) if bottom else None


def _reported(metric: str, parts: Sequence[Reports]) -> Number | None:
    if not parts:
        return None
    expected = sum(part.expected for part in parts)
    if metric == "EXPECTED_REPORTS":
        return Number(expected)
    if metric.endswith("ON_TIME"):
        if any(part.on_time is None for part in parts):
            return None
        came = sum(part.on_time or 0 for part in parts)
    else:
        came = sum(part.received for part in parts)
    if metric.startswith("ACTUAL"):
        return Number(came)
    return Number(100 * came / expected, came, expected, 100) if expected else None


def _not_together(item: Item) -> Exception:
    message = _("“{value}” cannot be added up over a filter: name a single period and unit, or make them dimensions.")
    return conflict("not_supported", str(message).format(value=item.name), "filter")


def as_table(
    items: Sequence[Item], units: Mapping[str, Sequence[OrgUnit]], periods: Mapping[str, Sequence[Period]]
) -> dict[tuple[str, str, str], Number]:
    """(item, unit or "", period or "") → number, for the groups of units and of periods; missing ones are absent."""
    every_unit = {unit.pk: unit for group in units.values() for unit in group}
    every_period = list(dict.fromkeys(period for group in periods.values() for period in group))
    found = looks(items, list(every_unit.values()), every_period)
    table = {}
    for item in items:
        for unit, some_units in units.items():
            for period, some_periods in periods.items():
                places = [(one.pk, when) for one in some_units for when in some_periods]
                if (number := found[item.uid](places)) is not None:
                    table[item.uid, unit, period] = number
    return table
