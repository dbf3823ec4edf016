"""Values of weeks, quarters and financial years are kept as they are; nothing is added up from them."""

import pytest

from indicators.models import Aggregate, ChangedCell, DataElement, DataValue, OrgUnit
from indicators.period_types import Frequency
from indicators.periods import MONTHS_IN, Period
from indicators.quality.reported import Reported as Numbers
from indicators.rollup import refresh
from indicators.rollup.actions import record_values, refresh_now
from indicators.rollup.queries import cells, unit_months_on_record
from indicators.values.actions import Reported, mark_everything
from tests.builders import a_data_set, a_unit, an_element, the_default_combo

pytestmark = pytest.mark.django_db
OTHERS = [Period(frequency, 2024, 1) for frequency in Frequency if frequency is not Frequency.MONTH]
FAR = [Period.parse(text) for text in ("1950W3", "2024Q4", "2023", "2090Nov")]


class Country:
    """A district with two facilities, an element of a data set with January and March of one, and its operand."""

    def __init__(self) -> None:
        self.district = a_unit("district")
        self.units = [a_unit(parent=self.district) for _ in range(2)]
        self.element = an_element("DTP1")
        combo = the_default_combo()
        self.combo = combo.pk
        uid = f"{self.element.uid}.{combo.uid}"
        an_element(uid=uid, derivation="operand", operand_of=self.element, operand_option=combo)
        a_data_set([self.element], self.units)
        self.write(Period.parse("202401"), 10)
        self.write(Period.parse("202403"), 20)

    def write(self, period: Period, value: float | None, unit: OrgUnit | None = None) -> None:
        place = (unit or self.units[0]).pk
        row = Reported(self.element.pk, period.code, place, self.combo, self.combo, value)
        record_values([row], origin="entry", label="test", by=None)


def everything() -> list[tuple[object, ...]]:
    rows = Aggregate.objects.order_by("element_id", "unit_id", "period")
    return list(rows.values_list("element_id", "unit_id", "period", "sum", "reported", "demonstration"))


@pytest.mark.parametrize("scope", ["changed", "everything"])
def test_the_aggregates_are_the_same_with_them(scope: str) -> None:
    country = Country()
    refresh_now("everything")
    before, leaves = everything(), cells(["DTP1"], country.units, [Period.parse("2024")])
    assert len(before) > 6
    for many, period in enumerate([*OTHERS, *FAR], 1):
        country.write(period, 1000 * many, country.units[many % 2])
    assert DataValue.objects.count() == 2 + len({*OTHERS, *FAR})
    refresh_now(scope)  # type: ignore[arg-type]
    assert everything() == before
    assert cells(["DTP1"], country.units, [Period.parse("2024")]) == leaves
    assert not ChangedCell.objects.exists()
    for period in [*OTHERS, *FAR]:
        country.write(period, None, country.units[0])
        country.write(period, None, country.units[1])
    refresh_now(scope)  # type: ignore[arg-type]
    assert everything() == before
    assert not DataValue.objects.exclude(period__in=[Period.parse("202401").code, Period.parse("202403").code]).exists()


def test_a_month_changed_beside_them_is_added_up() -> None:
    country = Country()
    refresh_now("everything")
    for period in OTHERS:
        country.write(period, 7)
    country.write(Period.parse("202402"), 5)
    assert refresh.refresh_changed() > 0
    found = cells(["DTP1"], [country.district], [Period.parse("2024"), Period.parse("2024Q1")])
    assert {cell.sum for cell in found.values()} == {35}
    mark_everything()
    refresh_now("changed")
    assert {cell.sum for cell in cells(["DTP1"], [country.district], [Period.parse("2024")]).values()} == {35}


def test_what_is_on_record_are_months() -> None:
    country = Country()
    wanted = {(country.units[0].pk, Period.parse(text)) for text in ("202401", "202403")}
    for period in [*OTHERS, *FAR]:
        country.write(period, 7)
    assert unit_months_on_record(["DTP1"], [country.units[0].pk]) == wanted
    assert [month.id for month in Numbers(["DTP1"]).months] == ["202401", "202402", "202403"]


def test_with_nothing_but_them_there_is_nothing_to_show() -> None:
    country = Country()
    DataValue.objects.all().delete()
    for period in [*OTHERS, *FAR]:
        country.write(period, 7)
    refresh_now("everything")
    assert not Aggregate.objects.exists()
    assert unit_months_on_record(["DTP1"], [country.district.pk]) == set()
    assert Numbers(["DTP1"]).months == []
    assert DataElement.objects.count() > 1
    assert MONTHS_IN.keys() & {period.frequency for period in OTHERS} == {Frequency.QUARTER, Frequency.YEAR}
