"""Indicators of another DHIS2, computed at read from the aggregates of their data elements."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from indicators.geography.models import OrgUnit
from indicators.periods import Period
from indicators.registry import computability
from indicators.registry.annualisation import DAYS_IN_YEAR
from indicators.registry.computability import INDICATOR, Refusal
from indicators.registry.evaluation import DATA, Missing, evaluate
from indicators.registry.expressions import Node, Operand, operands, parse
from indicators.registry.models import ImportedIndicator
from indicators.rollup.operands import Found, Numbers, known, sides_of
from indicators.rollup.queries import unit_ids
from indicators.rollup.readings import Reading

Key = tuple[str, int, Period]
"""An indicator's uid, a unit's id, a period."""


class Computed(NamedTuple):
    """Readings, and uid → why not for the indicators that cannot be computed today."""

    readings: dict[Key, Reading]
    refusals: dict[str, Refusal]


def refusals(indicators: Iterable[ImportedIndicator]) -> dict[str, Refusal]:
    """Uid → why that indicator cannot be computed today; those that can are absent.

    At most seven queries for any number: one for each kind of thing that the expressions name.
    """
    asked = list(indicators)
    return _refusals(asked, sides_of(asked))


def _refusals(asked: Iterable[ImportedIndicator], all_named: Mapping[str, ImportedIndicator]) -> dict[str, Refusal]:
    return computability.refusals(((one.uid, one.numerator, one.denominator) for one in asked), known(all_named))


def imported_readings(
    indicators: Collection[ImportedIndicator],
    units: Collection[OrgUnit | int],
    periods: Collection[Period],
    *,
    refused: dict[str, Refusal] | None = None,
) -> Computed:
    """A reading for each indicator, unit and period, or the reason why there is none.

    A constant number of queries: those of `refusals`, and one or two for each kind of operand. A data element that did
    not report counts 0 once another of the same expression did, which is DHIS2's rule, and the reading is flagged
    `missing_as_zero`; see `Missing.AS_ZERO`. Other flags and fields as in `Reading`. `refused`: what `refusals` said of
    them, where the caller has asked.
    """
    named = sides_of(indicators)
    if refused is None:
        refused = _refusals(indicators, named)
    computation = _Computation(named, [one for one in indicators if one.uid not in refused], units, periods)
    found = {
        (one.uid, unit, period): computation.reading(one.uid, unit, period)
        for one in indicators
        if one.uid not in refused
        for unit in unit_ids(units)
        for period in periods
    }
    return Computed(found, refused)


class _Computation:
    """Indicators and those that they rest on, each read once for a unit and a period."""

    def __init__(
        self,
        named: Mapping[str, ImportedIndicator],
        indicators: Iterable[ImportedIndicator],
        units: Collection[OrgUnit | int],
        periods: Collection[Period],
    ) -> None:
        self.named = named
        self.sides: dict[str, tuple[Node, Node]] = {}
        self.asked: dict[str, list[Operand]] = {}
        for one in indicators:
            self._take(one)
        every = {operand for asked in self.asked.values() for operand in asked}
        self.numbers = Numbers.read(every, units, periods)
        self.readings: dict[Key, Reading] = {}

    def _take(self, one: ImportedIndicator) -> None:
        if one.uid in self.sides:
            return
        sides = self.sides[one.uid] = parse(one.numerator), parse(one.denominator)
        self.asked[one.uid] = list(dict.fromkeys(operand for side in sides for operand in operands(side)))
        for operand in self.asked[one.uid]:
            if operand.kind == INDICATOR:
                self._take(self.named[operand.parts[0]])

    def reading(self, uid: str, unit: int, period: Period) -> Reading:
        key = uid, unit, period
        if key not in self.readings:
            self.readings[key] = self._read(uid, unit, period)
        return self.readings[key]

    def _read(self, uid: str, unit: int, period: Period) -> Reading:
        indicator = self.named[uid]
        below = {
            operand: self.reading(operand.parts[0], unit, period)
            for operand in self.asked[uid]
            if operand.kind == INDICATOR
        }
        found = {operand: self._found(operand, below, unit, period) for operand in self.asked[uid]}
        given = {operand: number.value for operand, number in found.items()}
        top, bottom = (evaluate(side, given, days=period.days, missing=Missing.AS_ZERO) for side in self.sides[uid])
        value: float | None = None
        flags = []
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
        months = len(self.numbers.months[period])
        data = [number for operand, number in found.items() if operand.kind == DATA]
        cells = [number.cell for number in data if number.cell]
        inherited = {flag for reading in below.values() for flag in reading.flags}
        if (cells and len(cells) < len(data)) or "missing_as_zero" in inherited:
            flags.append("missing_as_zero")
        if (cells and any(number.months < months for number in data)) or "incomplete" in inherited:
            flags.append("incomplete")
        return Reading(
            value=value,
            numerator=top,
            denominator=bottom,
            reported=min(cell.reported for cell in cells) if cells and len(cells) == len(data) else None,
            expected_months=months,
            demonstration=any(number.demonstration for number in found.values()),
            flags=tuple(flags),
        )

    def _found(self, operand: Operand, below: Mapping[Operand, Reading], unit: int, period: Period) -> Found:
        if operand in below:
            return Found(below[operand].value, demonstration=below[operand].demonstration)
        return self.numbers.of(operand, unit, period)
