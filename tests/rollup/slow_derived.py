"""The values of derived elements a second, slow, obvious way: every rule asked of every row, unit and month."""

from datetime import timedelta

from indicators.models import DataElement, DataSetAssignment, DataValue, OrgUnit, ReportReceived
from indicators.periods import Period, between
from tests.rollup.slow import Row


def derived_rows() -> list[Row]:
    """Rows as `slow.aggregates` takes them, of every derived element."""
    rows: list[Row] = []
    for element in DataElement.objects.exclude(derivation=""):
        if element.derivation == "operand":
            rows += operand_rows(element)
        else:
            rows += count_rows(element)
    return rows


def operand_rows(element: DataElement) -> list[Row]:
    rows = []
    for value in DataValue.objects.select_related("batch"):
        if value.element_id != element.operand_of_id:
            continue
        if element.operand_option_id and value.option_id != element.operand_option_id:
            continue
        if element.operand_attribute_id and value.attribute_id != element.operand_attribute_id:
            continue
        rows.append((element.pk, value.period, value.unit_id, 0, value.value, value.batch.demonstration))
    return rows


def count_rows(element: DataElement) -> list[Row]:
    data_set = element.data_set
    assert data_set is not None
    reports = list(ReportReceived.objects.filter(data_set=data_set).select_related("batch"))
    values = list(DataValue.objects.filter(element__in=data_set.elements.all()).select_related("batch"))
    used = [report.period for report in reports] + [value.period for value in values]
    if not used:
        return []
    rows: list[Row] = []
    units, assignments = list(OrgUnit.objects.all()), list(data_set.assignments.all())
    for month in between(Period.from_code(min(used)), Period.from_code(max(used))):
        for unit in units:
            declared = [one for one in reports if (one.period, one.unit_id) == (month.code, unit.pk)]
            its = [one for one in values if (one.period, one.unit_id) == (month.code, unit.pk)]
            made_up = any(one.batch.demonstration for one in declared) or any(one.batch.demonstration for one in its)
            last_day = month.end + timedelta(days=data_set.timely_days)
            true = {
                "expected": is_expected(assignments, unit, month),
                "actual": bool(declared or its),
                "on_time": any(one.received_on <= last_day for one in declared),
            }[element.derivation]
            if true and element.derivation == "expected":
                made_up = unit.demonstration
            if true and element.derivation == "on_time":
                made_up = any(one.batch.demonstration for one in declared)
            if true:
                rows.append((element.pk, month.code, unit.pk, 0, 1.0, made_up))
    return rows


def is_expected(assignments: list[DataSetAssignment], unit: OrgUnit, month: Period) -> bool:
    day = month.start
    if unit.opening_date and unit.opening_date > day:
        return False
    if unit.closed_date and unit.closed_date < day:
        return False
    for row in assignments:
        if row.unit_id == unit.pk and (row.start is None or row.start <= day) and (row.end is None or row.end >= day):
            return True
    return False
