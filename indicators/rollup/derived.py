"""The values of derived elements: no row holds them, they follow from what was reported and from what was expected.

An operand has the values of its element in one option combination. Expected, received and timely reports of a data set
are 1 for each unit and month: expected where the unit is assigned and open on the month's first day, from the first to
the last month in which the data set has any value or complete report; received where a value of one of its elements is
stored or the report was declared complete; on time where that was done so many days after the month's end at most.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

import numpy as np
from django.db import connection

from indicators.geography.models import OrgUnit
from indicators.periods import EVERY_MONTH, Frequency, Period, between
from indicators.registry.models import DataElement, DataSet, DataSetAssignment
from indicators.rollup import tables
from indicators.rollup.engine import Values, unit_months
from indicators.rollup.models import Aggregate
from indicators.rollup.staging import named
from indicators.values.keys import Integers
from indicators.values.models import Batch, DataValue, ReportReceived

Cell = tuple[int, int, int]
"""An element, the code of a month, a unit."""
Block = tuple[int, int]
Kind = DataElement.Derivation
_ELEMENT = DataElement._meta.db_table
_ELEMENT_OF_SET = DataSet.elements.through._meta.db_table
_ASSIGNMENT = DataSetAssignment._meta.db_table
_UNIT = OrgUnit._meta.db_table
_VALUE = DataValue._meta.db_table
_REPORT = ReportReceived._meta.db_table
_COLUMNS = ("i8", "i8", "i4", "f8", "b1")
_ONE = "CAST(1 AS double precision)"


class _Row(NamedTuple):
    """A derived element: its id, what it derives from, and for counts of reports the data set."""

    element: int
    kind: str
    operand_of: int | None
    data_set: int | None
    timely_days: int | None


class _Asked(NamedTuple):
    """What is read: all months of the elements, or the cells or blocks that `wanted` names in FROM."""

    elements: str
    months: Mapping[int, set[int]] | None
    wanted: str
    units: bool

    def joined(self, element: str, period: str, unit: str) -> tuple[str, str]:
        """What stands before FROM's other tables, and the condition, for those columns."""
        if self.months is None:
            return "", f"{element} IN ({self.elements}) AND {period} BETWEEN {EVERY_MONTH[0]} AND {EVERY_MONTH[1]}"
        by_unit = f" AND {unit} = wanted.unit_id" if self.units else ""
        return f"{self.wanted} CROSS JOIN", f"{element} = wanted.element_id AND {period} = wanted.period{by_unit}"


def values_of(elements: Sequence[int]) -> Values:
    """All values of these elements, stored and derived, in rows as `tables.read_values` has them."""
    return _with_stored(tables.read_values(elements), _derived(elements))


def values_at(element: Integers, unit: Integers, month: Integers) -> Values:
    """As `values_of`, of these cells only, each given once."""
    stored = tables.read_values_at(element, unit, month)
    return _with_stored(stored, _derived(element, {"element_id": element, "unit_id": unit, "period": month}))


def values_in(element: Integers, month: Integers) -> Values:
    """As `values_of`, of all units in these elements' months, each block given once."""
    stored = tables.read_values_in(element, month)
    return _with_stored(stored, _derived(element, {"element_id": element, "period": month}))


def marks_above(cells: set[Cell], blocks: set[Block]) -> tuple[set[Cell], set[Block]]:
    """The marked cells and blocks, and those of the derived elements that rest on them.

    Where a data set is touched, also the months in which its reports begin or cease to be expected.
    """
    known = _known()
    if not known:
        return cells, blocks
    touched = {cell[0] for cell in cells} | {block[0] for block in blocks}
    above: dict[int, list[int]] = {}
    for row in known:
        if row.operand_of in touched:
            above.setdefault(row.operand_of, []).append(row.element)  # type: ignore[arg-type]
    received = {row.data_set: row.element for row in known if row.kind == Kind.ACTUAL_REPORTS}
    if received:
        held = DataSet.elements.through.objects.filter(dataset__in=received).values_list("dataelement_id", "dataset_id")
        for element, data_set in held:
            if element in touched:
                above.setdefault(element, []).append(received[data_set])
    cells = cells | {(element, *cell[1:]) for cell in cells for element in above.get(cell[0], ())}
    blocks = blocks | {(element, block[1]) for block in blocks for element in above.get(block[0], ())}
    touched |= {element for many in above.values() for element in many}
    data_sets = {row.data_set for row in known if row.element in touched}
    return cells, blocks | _begun_or_ceased([row for row in known if row.data_set and row.data_set in data_sets])


def _known(elements: Iterable[int] | None = None) -> list[_Row]:
    rows = DataElement.objects.exclude(derivation=Kind.REPORTED).order_by("pk")
    if elements is not None:
        rows = rows.filter(pk__in=set(elements))
    return [
        _Row(*row) for row in rows.values_list("pk", "derivation", "operand_of", "data_set", "data_set__timely_days")
    ]


def _derived(elements: Iterable[int], columns: dict[str, Integers] | None = None) -> list[Values]:
    """The derived values among those of these elements, or of these cells or blocks where columns are given."""
    rows = _known(map(int, elements))
    if not rows:
        return []
    by_element: dict[int, set[int]] | None = None
    if columns is not None:
        by_element = {}
        for element, month in zip(columns["element_id"].tolist(), columns["period"].tolist(), strict=True):
            by_element.setdefault(element, set()).add(month)
    listed = ", ".join(str(row.element) for row in rows)
    wanted = named("wanted", columns) if columns else ""
    asked = _Asked(listed, by_element, wanted, "unit_id" in (columns or ()))
    kinds = {row.kind for row in rows}
    found = []
    if Kind.OPERAND in kinds:
        found.append(_operands(asked))
    if Kind.ACTUAL_REPORTS in kinds:
        found.append(_received(asked))
    if kinds & {Kind.EXPECTED_REPORTS, Kind.REPORTS_ON_TIME} and (span := _span(rows, asked)):
        found += [_expected(asked, span), _on_time(asked, span)]
    return found


def _operands(asked: _Asked) -> Values:
    wanted, condition = asked.joined("o.id", "v.period", "v.unit_id")
    return _read(
        f"SELECT o.id, v.unit_id, v.period, v.value, {_made_up('v')}"
        f" FROM {wanted} {_ELEMENT} o CROSS JOIN {_VALUE} v"
        f" WHERE {condition} AND o.derivation = '{Kind.OPERAND}' AND v.element_id = o.operand_of_id"
        " AND (o.operand_option_id IS NULL OR v.option_id = o.operand_option_id)"
        " AND (o.operand_attribute_id IS NULL OR v.attribute_id = o.operand_attribute_id)"
    )


def _received(asked: _Asked) -> Values:
    wanted, condition = asked.joined("c.id", "v.period", "v.unit_id")
    reported = (
        f"SELECT DISTINCT c.id, v.unit_id, v.period, {_ONE}, {_made_up('v')}"
        f" FROM {wanted} {_ELEMENT} c CROSS JOIN {_ELEMENT_OF_SET} m CROSS JOIN {_VALUE} v"
        f" WHERE {condition} AND c.derivation = '{Kind.ACTUAL_REPORTS}' AND m.dataset_id = c.data_set_id"
        " AND v.element_id = m.dataelement_id"
    )
    wanted, condition = asked.joined("c.id", "r.period", "r.unit_id")
    complete = (
        f"SELECT c.id, r.unit_id, r.period, {_ONE}, {_made_up('r')}"
        f" FROM {wanted} {_ELEMENT} c CROSS JOIN {_REPORT} r"
        f" WHERE {condition} AND c.derivation = '{Kind.ACTUAL_REPORTS}' AND r.data_set_id = c.data_set_id"
    )
    each = unit_months(_joined([_read(reported), _read(complete)]))
    return Values(each.element, each.unit, each.period, np.ones(len(each.sum)), each.demonstration)


def _expected(asked: _Asked, span: str) -> Values:
    wanted, condition = asked.joined("s.element_id", "s.period", "a.unit_id")
    return _read(
        f"{span} SELECT s.element_id, a.unit_id, s.period, {_ONE}, u.demonstration"
        f" FROM {wanted} span s CROSS JOIN {_ASSIGNMENT} a CROSS JOIN {_UNIT} u"
        f" WHERE {condition} AND s.kind = '{Kind.EXPECTED_REPORTS}' AND a.data_set_id = s.data_set_id"
        ' AND (a.start IS NULL OR a.start <= s.day) AND (a."end" IS NULL OR a."end" >= s.day)'
        " AND u.id = a.unit_id AND (u.opening_date IS NULL OR u.opening_date <= s.day)"
        " AND (u.closed_date IS NULL OR u.closed_date >= s.day)"
    )


def _on_time(asked: _Asked, span: str) -> Values:
    wanted, condition = asked.joined("s.element_id", "s.period", "r.unit_id")
    return _read(
        f"{span} SELECT s.element_id, r.unit_id, s.period, {_ONE}, {_made_up('r')}"
        f" FROM {wanted} span s CROSS JOIN {_REPORT} r"
        f" WHERE {condition} AND s.kind = '{Kind.REPORTS_ON_TIME}' AND r.data_set_id = s.data_set_id"
        " AND r.period = s.period AND r.received_on <= s.due"
    )


def _span(rows: Iterable[_Row], asked: _Asked) -> str:
    """The months in which reports of a data set are expected, as a table before a SELECT; blank where there is none."""
    counts = [row for row in rows if row.kind in (Kind.EXPECTED_REPORTS, Kind.REPORTS_ON_TIME)]
    months = _months_used({row.data_set for row in counts if row.data_set})
    lines = [
        f"(CAST({row.element} AS bigint), '{row.kind}', {row.data_set}, {month.code}, {_day(month, 0)},"
        f" {_day(month, row.timely_days or 0, end=True)})"
        for row in counts
        for month in months.get(row.data_set or 0, ())
        if asked.months is None or month.code in asked.months.get(row.element, ())
    ]
    names = "element_id, kind, data_set_id, period, day, due"
    return f"WITH span ({names}) AS (VALUES {', '.join(lines)})" if lines else ""


def _day(month: Period, later: int, *, end: bool = False) -> str:
    day = (month.end if end else month.start) + timedelta(days=later)
    return f"DATE '{day}'" if connection.vendor == "postgresql" else f"'{day}'"


def _months_used(data_sets: Iterable[int]) -> dict[int, list[Period]]:
    """Data set → the months from the first to the last that has a value or a complete report. Looks at index ends."""
    listed = ", ".join(map(str, sorted(data_sets))) or "0"

    def end(which: str, table: str, condition: str) -> str:
        return f"{which}((SELECT {which}(v.period) FROM {table} v WHERE {condition}))"

    of_element = f"v.element_id = m.dataelement_id AND v.period BETWEEN {EVERY_MONTH[0]} AND {EVERY_MONTH[1]}"
    of_set = "v.data_set_id = d.id"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT m.dataset_id, {end('min', _VALUE, of_element)}, {end('max', _VALUE, of_element)}"
            f" FROM {_ELEMENT_OF_SET} m WHERE m.dataset_id IN ({listed}) GROUP BY m.dataset_id"
            f" UNION ALL SELECT d.id, {end('min', _REPORT, of_set)}, {end('max', _REPORT, of_set)}"
            f" FROM {DataSet._meta.db_table} d WHERE d.id IN ({listed}) GROUP BY d.id"
        )
        ends: dict[int, list[int]] = {}
        for data_set, first, last in cursor.fetchall():
            if first is not None:
                ends.setdefault(data_set, []).extend((first, last))
    return {
        data_set: list(between(Period.from_code(min(codes)), Period.from_code(max(codes))))
        for data_set, codes in ends.items()
    }


def _begun_or_ceased(counts: Iterable[_Row]) -> set[Block]:
    expected = {row.element: row.data_set for row in counts if row.kind == Kind.EXPECTED_REPORTS and row.data_set}
    if not expected:
        return set()
    used = _months_used(expected.values())
    asked = set(DataSetAssignment.objects.filter(data_set__in=expected.values()).values_list("data_set", flat=True))
    shown: dict[int, set[int]] = {}
    rows = Aggregate.objects.filter(
        element__in=expected,
        unit__in=list(OrgUnit.objects.filter(parent=None).values_list("pk", flat=True)),
        period__lt=Period(Frequency.QUARTER, 1900).code,
    )
    for element, period in rows.values_list("element_id", "period"):
        shown.setdefault(element, set()).add(period)
    found = set()
    for element, data_set in expected.items():
        now = {month.code for month in used.get(data_set, ())} if data_set in asked else set()
        found |= {(element, period) for period in now ^ shown.get(element, set())}
    return found


def _made_up(row: str) -> str:
    return f"({row}.batch_id IN (SELECT id FROM {Batch._meta.db_table} WHERE demonstration))"


def _read(sql: str) -> Values:
    return Values(*tables.fetch(sql, *_COLUMNS))


def _with_stored(stored: Values, derived: list[Values]) -> Values:
    return _joined([stored, *derived]) if derived else stored


def _joined(parts: list[Values]) -> Values:
    return Values(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
