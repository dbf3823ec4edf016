"""Rows of a file → rows of the database, or the reason why not. Reads only."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

from indicators.exchange.data_values import Row
from indicators.exchange.numbers import NUMERIC_TYPES, BadNumber, parse_number
from indicators.exchange.problems import Problem, shown
from indicators.geography.queries import units_by_identifier
from indicators.periods import BadPeriod, Frequency, Period
from indicators.registry.models import DataElement, OptionCombo
from indicators.values.actions import Reported


class _Element(NamedTuple):
    pk: int
    value_type: str
    is_count: bool


class Lookups:
    """The identifiers that a file may name, read once (four queries)."""

    def __init__(self, *, today: date) -> None:
        self.this_month = Period.month_of(today)
        self.elements = {
            uid: _Element(pk, value_type, bool(concept))
            for pk, uid, value_type, concept in DataElement.objects.filter(
                derivation=DataElement.Derivation.REPORTED
            ).values_list("pk", "uid", "value_type", "concept")
        }
        self.units = units_by_identifier()
        self.combos = dict(OptionCombo.objects.values_list("uid", "pk"))
        self.periods: dict[str, int | str] = {}
        self.numbers: dict[tuple[str, str, bool], float] = {}

    def resolve(self, rows: Iterable[Row]) -> tuple[list[Reported], list[Problem], set[int]]:
        """Values to write, problems, and the numbers of the rows that have one. A cell named twice is one of both."""
        records: list[Reported] = []
        problems: list[Problem] = []
        bad: set[int] = set()
        first: dict[tuple[int, ...], int] = {}
        for row in rows:
            before = len(problems)
            record = self._one(row, problems)
            if record is not None:
                earlier = first.setdefault(record[:5], row.number)
                if earlier != row.number:
                    problems.append(Problem("duplicate_in_file", row.number, None, f"{earlier}, {row.number}"))
                    bad.add(earlier)
            if len(problems) > before:
                bad.add(row.number)
            elif record is not None:
                records.append(record)
        twice = {cell for cell, number in first.items() if number in bad}
        return [record for record in records if record[:5] not in twice] if twice else records, problems, bad

    def _one(self, row: Row, problems: list[Problem]) -> Reported | None:
        element = self.elements.get(row.data_element)
        unit = self.units.get(row.org_unit)
        option = self.combos.get(row.option)
        attribute = self.combos.get(row.attribute)
        period = self._period(row.period)
        if None in (element, unit, option, attribute) or isinstance(period, str):
            self._unknown(row, period, problems.append)
            return None
        assert element is not None
        assert unit is not None
        assert option is not None
        assert attribute is not None
        try:
            value = None if row.deleted else self._number(row.value, element)
        except BadNumber as error:
            at_fault = (
                ("dataElement", row.data_element) if error.args[0] == "not_numeric_element" else ("value", row.value)
            )
            problems.append(Problem(error.args[0], row.number, at_fault[0], shown(at_fault[1])))
            return None
        return Reported(element.pk, period, unit, option, attribute, value)

    def _unknown(self, row: Row, period: int | str, refuse: Callable[[Problem], None]) -> None:
        checks = (
            (row.data_element in self.elements, "unknown_data_element", "dataElement", row.data_element),
            (row.org_unit in self.units, "unknown_org_unit", "orgUnit", row.org_unit),
            (row.option in self.combos, "unknown_option_combo", "categoryOptionCombo", row.option),
            (row.attribute in self.combos, "unknown_option_combo", "attributeOptionCombo", row.attribute),
            (not isinstance(period, str), str(period), "period", row.period),
        )
        for good, code, field, value in checks:
            if not good:
                refuse(Problem(code if value else "missing_field", row.number, field, shown(value)))

    def _period(self, text: str) -> int | str:
        """The code of the month, or the code of the problem; each text is looked at once."""
        if (known := self.periods.get(text)) is not None:
            return known
        try:
            period = Period.parse(text)
        except BadPeriod:
            found: int | str = "bad_period"
        else:
            late = period.frequency is Frequency.MONTH and period > self.this_month
            found = (
                "period_type" if period.frequency is not Frequency.MONTH else "future_period" if late else period.code
            )
        self.periods[text] = found
        return found

    def _number(self, text: str, element: _Element) -> float:
        """The number; each text is looked at once for each type, and most reports say one of a few hundred numbers."""
        key = text, element.value_type, element.is_count
        if (known := self.numbers.get(key)) is None:
            if element.value_type not in NUMERIC_TYPES:
                raise BadNumber("not_numeric_element")
            if not text.strip():
                raise BadNumber("blank_value")
            known = self.numbers[key] = parse_number(text, element.value_type, count=element.is_count)
        return known
