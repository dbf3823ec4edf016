"""The same doses and children by several rules: the worked numbers of the field."""

import pytest

from indicators.periods import Frequency, Period, between
from indicators.registry.annualisation import months_counted, share_of_year
from indicators.registry.definitions import definition, definitions, rival_definitions
from indicators.registry.rivals import rivals


@pytest.mark.parametrize(
    ("year", "quarters"), [(2025, (101.39, 100.27, 99.18, 99.18)), (2024, (100.27, 100.27, 99.18, 99.18))]
)
def test_equal_doses_give_unequal_coverage_by_days(year: int, quarters: tuple[float, ...]) -> None:
    periods = [Period(Frequency.QUARTER, year, number) for number in range(1, 5)]
    by_days = [round(float(100 * 25 / (100 * share_of_year("days", period))), 2) for period in periods]
    assert tuple(by_days) == quarters
    assert {float(25 / (100 * share_of_year("twelfths", period))) for period in periods} == {1.0}


def test_a_leap_year_is_longer_than_its_target_by_days() -> None:
    assert share_of_year("days", Period.parse("2024")) > 1 == share_of_year("days", Period.parse("2025"))
    assert sum(share_of_year("twelfths", month) for month in Period.parse("2024").months()) == 1


def test_rolling_counts_the_twelve_months_that_end_with_the_period() -> None:
    assert months_counted("rolling", Period.parse("202502")) == list(
        between(Period.parse("202403"), Period.parse("202502"))
    )
    assert months_counted("rolling", Period.parse("2025Q2"))[0] == Period.parse("202407")
    assert months_counted("rolling", Period.parse("2025")) == Period.parse("2025").months()
    assert months_counted("twelfths", Period.parse("2025Q1")) == Period.parse("2025Q1").months()
    assert months_counted("rolling", Period.parse("190001")) == [Period.parse("190001")]
    assert share_of_year("rolling", Period.parse("202502")) == 1


@pytest.mark.parametrize("asked", ["dtp1_coverage", "dtp1_coverage_days", "dtp1_coverage_rolling"])
def test_any_of_a_family_gives_the_family(asked: str) -> None:
    assert [rival.code for rival in rivals(asked)] == ["dtp1_coverage", "dtp1_coverage_days", "dtp1_coverage_rolling"]


def test_who_is_under_immunised_is_a_choice() -> None:
    including, excluding = rivals("under_immunised")
    assert including.numerator == {"surviving_infants": 1, "DTP3": -1}
    assert excluding.numerator == {"DTP1": 1, "DTP3": -1}


def test_most_definitions_have_no_rival_and_an_unknown_one_is_refused() -> None:
    assert rivals("dtp1_doses") == [definition("dtp1_doses")]
    with pytest.raises(KeyError):
        rivals("nothing")


def test_rivals_stand_beside_definitions_and_never_among_them() -> None:
    assert not set(definitions()) & set(rival_definitions())
    assert {rival.rival_of for rival in rival_definitions().values()} <= set(definitions())
    assert {rival.unit for rival in rivals("dtp3_coverage")} == {"percent"}
