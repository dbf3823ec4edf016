"""What the operands of imported expressions stand for: what is known of them, and their numbers."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import NamedTuple

from indicators.geography.eras import Era
from indicators.geography.models import OrgUnit, OrgUnitGroup, OrgUnitGroupMembership
from indicators.geography.queries import moves_for
from indicators.periods import Period
from indicators.registry.computability import CONSTANT, GROUP, INDICATOR, REPORTS, Known, data_part
from indicators.registry.data_set_actions import MONTHLY
from indicators.registry.evaluation import DATA
from indicators.registry.expressions import BadExpression, Operand, operands, parse
from indicators.registry.models import Constant, DataElement, DataSet, ImportedIndicator, OptionCombo
from indicators.rollup.queries import Cell, element_cells, unit_ids
from indicators.rollup.reporting import reporting
from indicators.rollup.tables import AGGREGATED, NUMERIC

RATE = "REPORTING_RATE"
ON_TIME = "ON_TIME"
ACTUAL, ACTUAL_ON_TIME, EXPECTED = "ACTUAL_REPORTS", "ACTUAL_REPORTS_ON_TIME", "EXPECTED_REPORTS"


class Found(NamedTuple):
    """An operand's number of a unit and period; None is missing. `cell`: the sum behind it where it is reported."""

    value: float | None
    cell: Cell | None = None
    months: int = 0
    """Months of the period in which anything was reported."""
    demonstration: bool = False


def asked_by(texts: Iterable[str]) -> set[Operand]:
    """The operands of these expressions; those that cannot be read have none."""
    found: set[Operand] = set()
    for text in texts:
        try:
            found.update(operands(parse(text)))
        except BadExpression:
            continue
    return found


def sides_of(indicators: Iterable[ImportedIndicator]) -> dict[str, ImportedIndicator]:
    """Uid → these indicators, and where one of them names another, all that have been imported. At most one query."""
    found = {one.uid: one for one in indicators}
    texts = [text for one in found.values() for text in (one.numerator, one.denominator)]
    if any(operand.kind == INDICATOR for operand in asked_by(texts)):
        found = {one.uid: one for one in ImportedIndicator.objects.all()} | found
    return found


def known(indicators: Mapping[str, ImportedIndicator]) -> Known:
    """What is known of all that these expressions name. A query for each kind of operand among them."""
    asked = asked_by(text for one in indicators.values() for text in (one.numerator, one.denominator))
    parts = {part for operand in asked if (part := data_part(operand))}
    by_kind: dict[str, set[str]] = {}
    for operand in asked:
        by_kind.setdefault(operand.kind, set()).add(operand.parts[0])
    combos = {option for part in parts for option in (part.option, part.attribute) if option}
    elements: dict[str, bool] = {}
    if parts:
        uids = {part.element for part in parts} | {part.uid for part in parts}
        rows = DataElement.objects.filter(uid__in=uids).values_list("uid", "value_type", "aggregation")
        elements = {uid: kind in NUMERIC and aggregation in AGGREGATED for uid, kind, aggregation in rows}
    data_sets: dict[str, bool] = {}
    if sets := by_kind.get(REPORTS):
        found = DataSet.objects.filter(uid__in=sets).values_list("uid", "frequency")
        data_sets = {uid: frequency == MONTHLY for uid, frequency in found}
    return Known(
        elements=elements,
        options=_there(OptionCombo, "uid", combos),
        constants=_there(Constant, "uid", by_kind.get(CONSTANT, set())),
        data_sets=data_sets,
        groups=_there(OrgUnitGroup, "key", by_kind.get(GROUP, set())),
        indicators={uid: (one.numerator, one.denominator) for uid, one in indicators.items()},
    )


def _there(model: type, name: str, wanted: Collection[str]) -> set[str]:
    if not wanted:
        return set()
    return set(model._default_manager.filter(**{f"{name}__in": wanted}).values_list(name, flat=True))  # type: ignore[attr-defined]


@dataclass
class Numbers:
    """The numbers of operands for some units and periods, read at once. A query or two for each kind of operand."""

    units: set[int]
    months: dict[Period, list[Period]]
    cells: dict[tuple[str, int, Period], Cell] = field(default_factory=dict)
    aggregation: dict[str, str] = field(default_factory=dict)
    constants: dict[str, float] = field(default_factory=dict)
    on_time: dict[tuple[str, int, Period], int | None] = field(default_factory=dict)
    members: dict[tuple[str, int, Period], int] = field(default_factory=dict)

    @classmethod
    def read(
        cls, asked: Collection[Operand], units: Collection[OrgUnit | int], periods: Collection[Period]
    ) -> "Numbers":
        numbers = cls(unit_ids(units), {period: period.months() for period in periods})
        parts = {part.uid for operand in asked if (part := data_part(operand))}
        reports = {operand for operand in asked if operand.kind == REPORTS}
        uids = parts | {f"{operand.parts[0]}.{count}" for operand in reports for count in (ACTUAL, EXPECTED)}
        if uids:
            numbers.cells = element_cells(uids, numbers.units, {*numbers.months, *chain(*numbers.months.values())})
        if parts:
            rows = DataElement.objects.filter(uid__in=parts).exclude(aggregation="SUM")
            numbers.aggregation = dict(rows.values_list("uid", "aggregation"))
        if timely := {operand.parts[0] for operand in reports if operand.parts[1].endswith(ON_TIME)}:
            numbers._read_on_time(timely)
        if constants := {operand.parts[0] for operand in asked if operand.kind == CONSTANT}:
            numbers.constants = dict(Constant.objects.filter(uid__in=constants).values_list("uid", "value"))
        if groups := {operand.parts[0] for operand in asked if operand.kind == GROUP}:
            numbers._count_members(groups)
        return numbers

    def of(self, operand: Operand, unit: int, period: Period) -> Found:
        """The number of any operand but another indicator."""
        if operand.kind == DATA:
            return self._data(operand, unit, period)
        if operand.kind == REPORTS:
            return self._reports(operand, unit, period)
        if operand.kind == CONSTANT:
            return Found(self.constants.get(operand.parts[0]))
        return Found(self.members.get((operand.parts[0], unit, period), 0))

    def _data(self, operand: Operand, unit: int, period: Period) -> Found:
        """A sum as it is; an average over the unit-months that reported; or, where units are summed and months
        averaged, the sum over the months in which any unit reported."""
        part = data_part(operand)
        uid = part.uid if part else ""
        cell = self.cells.get((uid, unit, period))
        if cell is None:
            return Found(None)
        months = sum((uid, unit, month) in self.cells for month in self.months[period])
        shares = {"AVERAGE": cell.reported, "AVERAGE_SUM_ORG_UNIT": months}
        value = cell.sum / shares.get(self.aggregation.get(uid, ""), 1)
        return Found(value, cell, months, cell.demonstration)

    def _reports(self, operand: Operand, unit: int, period: Period) -> Found:
        """A count, or the per cent of the expected reports; missing where none was expected."""
        data_set, count = operand.parts
        expected = self.cells.get((f"{data_set}.{EXPECTED}", unit, period))
        actual = self.cells.get((f"{data_set}.{ACTUAL}", unit, period))
        demonstration = any(cell.demonstration for cell in (expected, actual) if cell)
        came: float | None
        if count.endswith(ON_TIME):
            came = self.on_time.get((data_set, unit, period))
        else:
            came = actual.sum if actual else 0 if expected else None
        if count == EXPECTED:
            came = expected.sum if expected else None
        elif count.startswith(RATE):
            came = 100 * came / expected.sum if came is not None and expected else None
        return Found(came, demonstration=demonstration)

    def _read_on_time(self, uids: Collection[str]) -> None:
        data_sets = {one.pk: one for one in DataSet.objects.filter(uid__in=uids)}
        for (data_set, unit, period), reports in reporting(
            list(data_sets.values()), self.units, list(self.months)
        ).items():
            self.on_time[data_sets[data_set].uid, unit, period] = reports.on_time

    def _count_members(self, groups: Collection[str]) -> None:
        """Units of a group at or below each unit, that were members and open on at least one day of the period. They
        are counted where they stood on its first day."""
        names = ("group__key", "unit__path", "start", "end", "unit__opening_date", "unit__closed_date")
        rows = list(OrgUnitGroupMembership.objects.filter(group__key__in=groups).values_list(*names))
        moves = moves_for(chain(*self.months.values()))
        for period, months in self.months.items():
            era = Era(months[:1], moves)
            there = {
                (group, era.path(path))
                for group, path, *days in rows
                if _overlaps(period, days[0], days[1]) and _overlaps(period, days[2], days[3])
            }
            for group, path in there:
                for unit in self.units.intersection(map(int, path.strip("/").split("/"))):
                    self.members[group, unit, period] = self.members.get((group, unit, period), 0) + 1


def _overlaps(period: Period, start: date | None, end: date | None) -> bool:
    return (start is None or start <= period.end) and (end is None or end >= period.start)
