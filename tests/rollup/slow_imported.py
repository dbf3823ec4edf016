"""Indicators of another DHIS2 a second, slow, obvious way: from the reported rows, in plain loops."""

from datetime import timedelta

from indicators.models import (
    Constant,
    DataElement,
    DataSet,
    DataSetAssignment,
    DataValue,
    ImportedIndicator,
    OrgUnit,
    OrgUnitGroupMembership,
    ReportReceived,
)
from indicators.periods import Period, between
from tests.rollup.slow_derived import is_expected


class World:
    """All rows that a number may rest on, read once."""

    def __init__(self) -> None:
        self.units = list(OrgUnit.objects.all())
        self.values = list(DataValue.objects.select_related("element", "option", "attribute"))
        self.elements = {row.uid: row for row in DataElement.objects.all()}
        self.constants = dict(Constant.objects.values_list("uid", "value"))
        self.indicators = {row.uid: row for row in ImportedIndicator.objects.all()}
        self.data_sets = {row.uid: row for row in DataSet.objects.all()}
        self.held = {row.pk: set(row.elements.values_list("pk", flat=True)) for row in self.data_sets.values()}
        self.assignments = list(DataSetAssignment.objects.all())
        self.declared = list(ReportReceived.objects.all())
        self.members = list(OrgUnitGroupMembership.objects.select_related("group"))


Sides = tuple[list[tuple[int, str]], list[tuple[int, str]]]
"""An indicator's numerator and denominator, each as signed operands in DHIS2's writing."""


def value(uid: str, world: World, sides_of: dict[str, Sides], unit: OrgUnit, period: Period) -> float | None:
    """The indicator's value; None where it has none."""
    top, bottom = (_side(side, world, sides_of, unit, period) for side in sides_of[uid])
    if top is None or not bottom:
        return None
    row = world.indicators[uid]
    return row.factor * top / bottom * (365 / period.days if row.annualised else 1)


def _side(
    terms: list[tuple[int, str]], world: World, sides_of: dict[str, Sides], unit: OrgUnit, period: Period
) -> float | None:
    numbers = [(sign, text, number(text, world, sides_of, unit, period)) for sign, text in terms]
    reported = [found for _, text, found in numbers if text.startswith("#")]
    if reported and all(found is None for found in reported):
        return None
    total = 0.0
    for sign, text, found in numbers:
        if found is None and not text.startswith("#"):
            return None
        total += sign * (found or 0)
    return total


def number(text: str, world: World, sides_of: dict[str, Sides], unit: OrgUnit, period: Period) -> float | None:
    kind, inside = text[:-1].split("{")
    parts = inside.split(".")
    if kind == "C":
        return world.constants[inside]
    if kind == "N":
        return value(inside, world, sides_of, unit, period)
    if kind == "OUG":
        return _open_members(inside, world, unit, period)
    if kind == "R":
        return _reports(world.data_sets[parts[0]], parts[1], world, unit, period)
    return _reported(parts, world, unit, period)


def _below(unit: OrgUnit, world: World) -> list[OrgUnit]:
    found = [unit]
    for child in world.units:
        if child.parent_id == unit.pk:
            found += _below(child, world)
    return found


def _reported(parts: list[str], world: World, unit: OrgUnit, period: Period) -> float | None:
    element = world.elements[parts[0]]
    option, attribute = [*parts[1:], "*", "*"][:2]
    months = [month.code for month in period.months()]
    units = [one.pk for one in _below(unit, world)]
    total, unit_months, with_report = 0.0, set(), set()
    for row in world.values:
        if row.element_id != element.pk or row.period not in months or row.unit_id not in units:
            continue
        if option not in ("*", row.option.uid) or attribute not in ("*", row.attribute.uid):
            continue
        total += row.value
        unit_months.add((row.unit_id, row.period))
        with_report.add(row.period)
    if not unit_months:
        return None
    if element.aggregation == "AVERAGE":
        return total / len(unit_months)
    if element.aggregation == "AVERAGE_SUM_ORG_UNIT":
        return total / len(with_report)
    return total


def _reports(data_set: DataSet, count: str, world: World, unit: OrgUnit, period: Period) -> float | None:
    declared = [row for row in world.declared if row.data_set_id == data_set.pk]
    reported = [row for row in world.values if row.element_id in world.held[data_set.pk]]
    assignments = [row for row in world.assignments if row.data_set_id == data_set.pk]
    used = [row.period for row in declared] + [row.period for row in reported]
    if not used:
        return None
    span = list(between(Period.from_code(min(used)), Period.from_code(max(used))))
    expected = received = timely = 0
    judged = False
    for month in period.months():
        judged = judged or any(row.period == month.code for row in declared)
        for one in _below(unit, world):
            expected += month in span and is_expected(assignments, one, month)
            its = [row for row in declared if (row.period, row.unit_id) == (month.code, one.pk)]
            received += bool(its) or any((row.period, row.unit_id) == (month.code, one.pk) for row in reported)
            last_day = month.end + timedelta(days=data_set.timely_days)
            timely += any(row.received_on <= last_day for row in its)
    if not expected and (count == "EXPECTED_REPORTS" or count.startswith("REPORTING_RATE")):
        return None
    if not expected and not received:
        return None
    if count.endswith("ON_TIME") and not judged:
        return None
    came = timely if count.endswith("ON_TIME") else received
    if count.startswith("REPORTING_RATE"):
        return 100 * came / expected
    return expected if count == "EXPECTED_REPORTS" else came


def _open_members(key: str, world: World, unit: OrgUnit, period: Period) -> int:
    count = 0
    for one in _below(unit, world):
        member = any(
            (row.start is None or row.start <= period.end) and (row.end is None or row.end >= period.start)
            for row in world.members
            if (row.unit_id, row.group.key) == (one.pk, key)
        )
        opened = one.opening_date is None or one.opening_date <= period.end
        still = one.closed_date is None or one.closed_date >= period.start
        count += member and opened and still
    return count
