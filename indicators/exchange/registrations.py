"""DHIS2 `completeDataSetRegistrations` JSON: which unit declared which report complete, and when. Writes nothing."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from indicators.exchange.fields import Fields
from indicators.exchange.problems import BadFile, Problem, shown
from indicators.geography.queries import units_by_identifier
from indicators.periods import BadPeriod, Frequency, Period
from indicators.registry.models import DataSet, OptionCombo
from indicators.values.report_actions import Received

LIST = "completeDataSetRegistrations"


class Registration(NamedTuple):
    """One record as written. `day` None: the report is no longer complete. `number` counts the list from 1."""

    number: int
    data_set: str
    period: str
    org_unit: str
    day: date | None


def read(content: dict[str, Any]) -> tuple[list[Registration], list[Problem]]:
    """The records of the file's content, and the problems of those that are none. Raises BadFile.

    Only whole reports are taken: a registration of one attribute option combination says nothing of the others.
    """
    if not isinstance(content[LIST], list):
        raise BadFile("wrong_shape", LIST)
    problems: list[Problem] = []
    rows = []
    for number, record in enumerate(content[LIST], 1):
        fields = Fields(record, number, problems)
        option = fields.text("attributeOptionCombo", 1000)
        if option not in ("", OptionCombo.DEFAULT_UID):
            fields.refuse("part_of_report", "attributeOptionCombo", option)
        complete = fields.record.get("completed")
        if complete not in (None, True, False):
            fields.refuse("wrong_type", "completed", complete)
        day = fields.day("date")
        if day is None and fields.good and complete is not False:
            fields.refuse("missing_field", "date", "")
        row = Registration(
            number,
            data_set=fields.text("dataSet", 1000, required=True),
            period=fields.text("period", 1000, required=True),
            org_unit=fields.text("organisationUnit", 1000, required=True),
            day=None if complete is False else day,
        )
        if fields.good:
            rows.append(row)
    return rows, problems


def resolve(rows: Iterable[Registration], *, today: date) -> tuple[list[Received], list[Problem], set[int]]:
    """Reports to write, problems, and the numbers of the rows that have one. A report named twice is one of both."""
    data_sets = dict(DataSet.objects.values_list("uid", "pk"))
    units = units_by_identifier()
    records: dict[tuple[int, int, int], Received] = {}
    first: dict[tuple[int, int, int], int] = {}
    problems: list[Problem] = []
    bad: set[int] = set()
    for row in rows:
        data_set, unit, period = data_sets.get(row.data_set), units.get(row.org_unit), _month(row.period, today)
        found = [
            Problem(code, row.number, field, shown(value))
            for wrong, code, field, value in (
                (data_set is None, "unknown_data_set", "dataSet", row.data_set),
                (unit is None, "unknown_org_unit", "organisationUnit", row.org_unit),
                (isinstance(period, str), str(period), "period", row.period),
                (row.day is not None and row.day > today, "future_day", "date", row.day),
            )
            if wrong
        ]
        if data_set is not None and unit is not None and isinstance(period, int):
            key = data_set, period, unit
            earlier = first.setdefault(key, row.number)
            if earlier != row.number:
                found.append(Problem("duplicate_in_file", row.number, None, f"{earlier}, {row.number}"))
                bad.add(earlier)
            records[key] = Received(*key, row.day)
        if found:
            bad.add(row.number)
        problems += found
    return list(records.values()), problems, bad


def _month(text: str, today: date) -> int | str:
    """The code of the month, or the code of the problem."""
    try:
        period = Period.parse(text)
    except BadPeriod:
        return "bad_period"
    if period.frequency is not Frequency.MONTH:
        return "period_type"
    return "future_period" if period > Period.month_of(today) else period.code
