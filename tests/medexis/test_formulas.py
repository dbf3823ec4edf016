"""Each definition with a worked example, its edge cases, and a slow, obvious second computation."""

from datetime import date
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.periods import Period
from research.medexis.formulas.availability import (
    district_event,
    fully_available,
    national_event,
    out_at_any_time,
    out_on_the_day,
    rate_at_any_time,
)
from research.medexis.formulas.balance import Line, difference
from research.medexis.formulas.consumption import Adjustment, Amc, MonthUse, adjusted, amc
from research.medexis.formulas.discrepancy import discrepancy, surplus_of_the_guide
from research.medexis.formulas.doses import Given, check, used_by_balance
from research.medexis.formulas.doses import given as doses_given
from research.medexis.formulas.ordering import Ordered, lead_time, lead_times, order_fill
from research.medexis.formulas.ratios import Ratio, summed
from research.medexis.formulas.reporting import consistent, on_time
from research.medexis.formulas.stock import (
    Band,
    Bands,
    according_to_plan,
    band,
    coverage_time,
    months_of_stock,
    stocked_according_to_plan,
)
from research.medexis.formulas.variability import Demand, demand, variation
from research.medexis.formulas.wastage import closed_vial_disc, closed_vial_who, national, open_vial, used_who

# What the package's own example holds: opening 10, received 15, losses 9, issued 10 leave 6.
EXAMPLE = Line(opening=10, received=15, issued=10, lost=9, lost_expired=4, lost_vvm=2, lost_frozen=1, lost_broken=2,
               lost_missing=0, lost_other=0, adjustment=0, closing=6)  # fmt: skip


def test_rates_are_summed_and_never_averaged() -> None:
    assert summed([Ratio(1, 1), None, Ratio(0, 9)]) == Ratio(1, 10)  # the mean of the rates would be 50 %
    assert summed([None]) is None
    assert Ratio(0, 0).value is None
    assert Ratio(3, 2).value == 1.5


def test_nothing_is_missing_where_the_broken_expression_of_the_package_finds_eight() -> None:
    """`SOH − opening + received − redistributed − VVM − expired − frozen − broken − issued`, as the package has it."""
    one = EXAMPLE
    losses = one.lost or 0
    broken = (one.closing or 0) - (one.opening or 0) + (one.received or 0) - 0 - losses - (one.issued or 0)
    assert broken == -8
    assert difference(one) == 0
    assert discrepancy(one) == Ratio(0, 6)
    assert surplus_of_the_guide(one) == 0


def test_missing_stock_has_one_sign_here_and_the_other_in_the_guide() -> None:
    short = Line(opening=100, received=0, issued=40, lost=0, adjustment=0, closing=50)
    assert (difference(short), surplus_of_the_guide(short), discrepancy(short)) == (-10, 10, Ratio(10, 60))
    assert discrepancy(Line(opening=100)) is None
    below = Line(opening=0, received=0, issued=5, lost=0, adjustment=0, closing=0)
    assert discrepancy(below) is None
    assert difference(below) == 5


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Adjustment.NONE, 100),
        (Adjustment.OPENLMIS, 150),  # ceil(100 · 30 / 20)
        (Adjustment.MSUPPLY, 150),
        (Adjustment.MSUPPLY_MEAN_MONTH, 100 * 30.4375 / 20.4375),
        (Adjustment.CALENDAR, 100 * 28 / 18),
    ],
)
def test_consumption_is_adjusted_for_ten_days_out_in_february(rule: Adjustment, expected: float) -> None:
    assert adjusted(MonthUse(100, 28, 10), rule) == pytest.approx(expected, rel=1e-12)


def test_what_cannot_be_adjusted() -> None:
    everything_out = MonthUse(0, 28, 28)
    assert adjusted(everything_out, Adjustment.CALENDAR) is None  # nothing shows the need
    assert adjusted(MonthUse(7, 31, 31), Adjustment.OPENLMIS) == 7  # as OpenLMIS and mSupply give it
    assert adjusted(MonthUse(7, 31, 30), Adjustment.MSUPPLY) == 7
    assert adjusted(MonthUse(None, 30, 0), Adjustment.NONE) is None
    assert adjusted(MonthUse(5, 30, None), Adjustment.OPENLMIS) == 5
    assert adjusted(MonthUse(5, 30, 300), Adjustment.OPENLMIS) is None  # impossible, as two rows of a real file
    assert adjusted(MonthUse(10, 30, 1), Adjustment.OPENLMIS) == 11  # 10.34… is rounded up


THREE = [MonthUse(60, 31, 0), MonthUse(30, 28, 14), MonthUse(0, 31, 0, transfers=0)]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Amc.CALENDAR, 90 / 76 * 365.25 / 12),
        (Amc.OPENLMIS, ceil((60 + ceil(30 * 30 / 16) + 0) / 3)),
        (Amc.MSUPPLY_REQUISITION, (60 + 30 * 30 / 16 + 0) / 3),
        (Amc.MSUPPLY_PREFERENCES, 90 / 3 * 90 / 76),
        (Amc.BHIMA_WITH_STOCK, 90 / 76 * 30.5),
        (Amc.BHIMA_WITH_CONSUMPTION, 45),
        (Amc.BHIMA_ALL_DAYS, 90 / 90 * 30.5),
    ],
)
def test_the_same_three_months_by_seven_rules(rule: Amc, expected: float) -> None:
    assert amc(THREE, rule) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("rule", Amc)
def test_no_month_no_average(rule: Amc) -> None:
    assert amc([], rule) is None
    assert amc([MonthUse(None, 30, 0)], rule) is None
    assert amc([MonthUse(0, 30, 0)], rule) == 0  # a month of 0 is known
    missing_between = [MonthUse(60, 30, 0), MonthUse(None, 31, None), MonthUse(60, 30, 0)]
    assert amc(missing_between, rule) == amc([missing_between[0], missing_between[2]], rule)


def test_out_all_the_time_shows_no_need_by_the_calendar() -> None:
    out = [MonthUse(0, 30, 30), MonthUse(0, 31, 31)]
    assert amc(out) is None
    assert amc(out, Amc.BHIMA_WITH_STOCK) is None
    assert amc(out, Amc.MSUPPLY_PREFERENCES) is None
    assert amc([MonthUse(90, 30, 0), *out]) == pytest.approx(90 / 30 * 365.25 / 12)
    assert amc([MonthUse(90, 30, 0, transfers=30)], Amc.MSUPPLY_PREFERENCES) == 60


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(28, 31), st.integers(0, 31)), max_size=12))
def test_the_average_agrees_with_days_counted_one_by_one(months: list[tuple[int, int, int]]) -> None:
    """Slow and obvious: every day with stock is one entry, and a month is the mean number of days of one."""
    days_with_stock, eaten = [], 0
    for consumed, days, out in months:
        if out > days:
            continue  # impossible
        eaten += consumed
        days_with_stock += [1] * (days - out)
    found = amc([MonthUse(*month) for month in months])
    if not days_with_stock:
        assert found is None
    else:
        assert found == pytest.approx(eaten / len(days_with_stock) * 30.4375, rel=1e-12)


def test_months_of_stock() -> None:
    assert months_of_stock(150, 60) == 2.5
    assert months_of_stock(0, 60) == months_of_stock(0, None) == 0
    assert (
        months_of_stock(10, 0)
        is months_of_stock(None, 5)
        is months_of_stock(10, None)
        is months_of_stock(-3, 5)
        is None
    )
    assert coverage_time(10, 15, 10, 0, 9) == 25 / 19 != months_of_stock(6, 10)
    assert coverage_time(10, 15, 0, 0, 0) is coverage_time(10, None, 1, 0, 0) is None


@pytest.mark.parametrize(
    ("months", "who", "openlmis", "norm"),
    [
        (0.0, Band.OUT, Band.UNDER, Band.OUT),
        (0.00005, Band.OUT, Band.UNDER, Band.UNDER),
        (0.99, Band.UNDER, Band.UNDER, Band.UNDER),
        (1.0, Band.ADEQUATE, Band.UNDER, Band.ADEQUATE),
        (3.0, Band.ADEQUATE, Band.ADEQUATE, Band.ADEQUATE),
        (3.01, Band.OVER, Band.ADEQUATE, Band.OVER),
        (6.5, Band.OVER, Band.OVER, Band.OVER),
        (12.5, Band.INVALID, Band.OVER, Band.OVER),
        (None, Band.UNKNOWN, Band.UNKNOWN, Band.UNKNOWN),
    ],
)
def test_bands_of_three_systems(months: float | None, who: Band, openlmis: Band, norm: Band) -> None:
    assert band(months, rule=Bands.WHO) == who
    assert band(months, rule=Bands.OPENLMIS) == openlmis
    assert band(months, rule=Bands.NORM, minimum=1, maximum=3) == norm


def test_nothing_on_hand_of_what_nobody_uses_is_not_out() -> None:
    assert band(0, rule=Bands.NORM, on_hand=0, amc=0, minimum=1, maximum=3) == Band.UNKNOWN
    assert band(0, rule=Bands.NORM, on_hand=0, amc=4, minimum=1, maximum=3) == Band.OUT
    assert band(2, rule=Bands.NORM) == Band.UNKNOWN


def test_stocked_according_to_plan_counts_observations() -> None:
    seen = [stocked_according_to_plan(months, 1, 3) for months in (0.5, 1, 2, 3, 3.1, None)]
    assert seen == [False, True, True, True, False, None]
    assert according_to_plan(seen) == Ratio(3, 5)
    assert according_to_plan([None]) is None


def test_wastage_by_two_definitions_and_the_broken_vials_of_bcg() -> None:
    assert closed_vial_disc(EXAMPLE) == Ratio(9, 25)
    assert used_who(EXAMPLE) == 10
    assert closed_vial_who(EXAMPLE) == Ratio(9, 10)
    assert closed_vial_who(EXAMPLE, bcg=True) == Ratio(7, 10)
    only_total = Line(opening=10, received=15, lost=9, closing=6)
    assert closed_vial_disc(only_total) == Ratio(9, 25)
    assert closed_vial_who(only_total) is None
    assert closed_vial_disc(Line(lost=1)) is None


def test_open_vials() -> None:
    assert open_vial(Line(issued=100, administered=80)) == Ratio(20, 100)
    assert open_vial(Line(issued=100, administered=110)) == Ratio(-10, 100)  # impossible, told and not clamped
    assert open_vial(Line(issued=0, administered=0)) == Ratio(0, 0)
    assert open_vial(Line(issued=100)) is None


def test_national_wastage() -> None:
    assert national(0.05, 3, 0.4) == pytest.approx(1 - 0.95 * 0.95 * 0.95 * 0.6)
    assert national(0, 4, 0) == 0
    with pytest.raises(ValueError, match="shares"):
        national(5, 3, 40)  # percent instead of shares


def test_out_on_the_day_and_at_any_time_are_two_things() -> None:
    assert out_on_the_day([0, 5, None, 12]) == Ratio(1, 3)
    assert out_on_the_day([None]) is None
    assert out_on_the_day([-2]) == Ratio(1, 1)  # a card that went below zero
    assert [out_at_any_time(months) for months in ([False, True, None], [False, None], [False] * 3, [])] == [
        True, None, False, None,
    ]  # fmt: skip
    assert rate_at_any_time([[True, None], [False, False], [None]]) == Ratio(1, 2)
    assert national_event(31, 30) is national_event(30, 30) is True
    assert national_event(29, 30) is False
    assert national_event(None, 30) is None
    assert district_event({"bcg": None, "penta": True}) is True
    assert district_event({"bcg": None}) is None
    assert district_event({"bcg": False, "x": None}) is False


def test_full_availability_needs_every_tracer() -> None:
    assert fully_available({"penta": False, "bcg": False}) is True
    assert fully_available({"penta": False, "bcg": None}) is None
    assert fully_available({"penta": True, "bcg": None}) is False
    assert fully_available({}) is None


def test_no_dose_is_given_that_was_not_used() -> None:
    assert used_by_balance(Line(opening=10, received=15, lost=0, closing=9)) == 16  # the package's worked example
    reported = doses_given({"DTP1": 12, "DTP3": 8}, {"DTP1": 1, "DTP3": 1})
    assert reported == Given(20, True)
    found = check(reported, 16)
    assert found is not None
    assert found.impossible
    assert not found.lower_bound
    partly = check(doses_given({"DTP1": 12}, {"DTP1": 1, "DTP2": 1, "DTP3": 1}), 16)
    assert partly is not None
    assert not partly.impossible
    assert partly.lower_bound
    assert check(Given(16, True), 16) == (16, 16, False, False)
    assert check(None, 3) is check(Given(1, True), None) is doses_given({}, {"DTP1": 1}) is None
    assert used_by_balance(Line(opening=10)) is None


def test_orders() -> None:
    came = Ordered(100, date(2025, 1, 30), 80, date(2025, 2, 9))
    none_sent = Ordered(50, date(2025, 1, 1), 0, date(2025, 1, 5))
    waits = Ordered(40, date(2025, 3, 1))
    assert order_fill([came, none_sent, waits]) == Ratio(80, 150)
    assert order_fill([waits]) is None
    assert [lead_time(line) for line in (came, none_sent, waits)] == [10, None, None]
    assert lead_time(Ordered(5, date(2025, 2, 2), 5, date(2025, 2, 1))) is None
    assert lead_time(Ordered(5, date(2025, 2, 2), 5, date(2025, 2, 2))) == 0
    assert lead_times([came, none_sent, waits]) == Ratio(10, 1)
    assert lead_times([waits]) is None


def test_demand_variability() -> None:
    assert variation([10, 20, 30, None]) == pytest.approx(0.5)
    assert variation([10, 20]) is variation([0, 0, 0]) is None
    assert [demand(cov) for cov in (0.49, 0.5, 1.0, 1.01, None)] == [
        Demand.LOW, Demand.MEDIUM, Demand.MEDIUM, Demand.ERRATIC, None,
    ]  # fmt: skip


def test_reports_on_time_and_every_month() -> None:
    january, february = Period.parse("202501"), Period.parse("202502")
    assert on_time(january, date(2025, 2, 15))
    assert not on_time(january, date(2025, 2, 16))
    assert consistent({1: [january, february], 2: [january], 3: []}, [january, february]) == Ratio(1, 2)
    assert consistent({}, [january]) is None
