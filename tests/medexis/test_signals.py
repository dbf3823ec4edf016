"""The signals: pure rules against tables and slow computations, and a back-test on a real eLMIS."""

from datetime import date
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.periods import Period
from research.medexis.formulas.consumption import MonthUse
from research.medexis.signals.deliveries import Delivery, From, next_delivery
from research.medexis.signals.expiries import Ahead, ahead
from research.medexis.signals.projection import project, student_cdf, student_quantile
from research.medexis.signals.silence import Months, count

TODAY = date(2025, 6, 30)


@pytest.mark.parametrize(
    ("freedom", "share", "t"),  # NIST/SEMATECH e-Handbook, table 1.3.6.7.2
    [(3, 0.90, 1.638), (5, 0.95, 2.015), (11, 0.90, 1.363), (11, 0.975, 2.201), (30, 0.99, 2.457)],
)
def test_student_s_table(freedom: int, share: float, t: float) -> None:
    assert student_quantile(share, freedom) == pytest.approx(t, abs=5e-4)
    assert student_cdf(t, freedom) == pytest.approx(share, abs=5e-4)
    assert student_cdf(-t, freedom) == pytest.approx(1 - share, abs=5e-4)
    assert student_cdf(0, freedom) == 0.5


def test_cauchy_is_student_with_one_degree() -> None:
    assert student_cdf(1, 1) == pytest.approx(0.75, abs=1e-9)
    assert student_quantile(0.75, 1) == pytest.approx(1, abs=1e-8)


def months(*used: int | None, days_out: int = 0) -> list[MonthUse]:
    return [MonthUse(value, 30, days_out) for value in used]


def test_a_steady_site_worked_by_hand() -> None:
    found = project(50, months(100, 100, 100, 100), 1)
    assert found is not None
    assert (found.risk, found.monthly_use) == (1.0, 100)  # no spread: 100 are needed, 50 are there
    assert found.days == pytest.approx(0.5 * 30.4375)
    plenty = project(300, months(100, 100, 100, 100), 1)
    assert plenty is not None
    assert plenty.risk == 0.0


def test_uncertainty_is_student_s_prediction_interval() -> None:
    found = project(100, months(80, 120, 90, 110), 1)
    assert found is not None
    deviation = ((20**2 + 20**2 + 10**2 + 10**2) / 3) ** 0.5
    margin = 1.638 * deviation * (1 + 1 / 4) ** 0.5
    assert found.risk == pytest.approx(0.5)
    assert found.earliest == pytest.approx(100 / (100 + margin) * 30.4375, rel=1e-3)
    assert found.latest == pytest.approx(100 / (100 - margin) * 30.4375, rel=1e-3)


def test_what_is_not_said() -> None:
    assert project(50, months(10, 10, 10), 1) is None
    assert project(50, months(10, None, 10, 10), 1) is None
    assert project(50, months(0, 0, 0, 0), 1) is None
    assert project(-1, months(5, 5, 5, 5), 1) is None
    assert project(50, months(0, 0, 0, 0, days_out=30), 1) is None  # out all the time shows no need
    out = project(0, months(5, 5, 5, 5), 1)
    assert out is not None
    assert (out.risk, out.days) == (1.0, 0.0)


def test_days_out_raise_the_use_that_is_foreseen() -> None:
    hidden = project(60, months(20, 20, 20, 20, days_out=15), 1)
    assert hidden is not None
    assert hidden.monthly_use == 40


@given(st.lists(st.integers(0, 200), min_size=4, max_size=12), st.integers(1, 500), st.sampled_from([0.5, 1.0, 2.0]))
def test_more_on_hand_never_raises_the_risk(used: list[int], on_hand: int, horizon: float) -> None:
    less, more = project(on_hand, months(*used), horizon), project(on_hand + 50, months(*used), horizon)
    assert (less is None) == (more is None)
    if less and more:
        assert 0 <= more.risk <= less.risk + 1e-9 <= 1 + 2e-9
        assert less.earliest <= less.days <= less.latest <= inf


def test_the_next_delivery() -> None:
    quarterly = [Period.parse(text) for text in ("202501", "202504", "202507")]
    assert next_delivery(quarterly, Period.parse("202508"), None) == Delivery(2, From.PAST, False)
    assert next_delivery(quarterly, Period.parse("202508"), 2) == Delivery(1, From.NORM, False)
    assert next_delivery(quarterly, Period.parse("202511"), None) == Delivery(1, From.PAST, True)
    assert next_delivery([], Period.parse("202511"), None) == Delivery(1, From.ASSUMED, False)
    assert next_delivery([], Period.parse("202511"), 3) == Delivery(1, From.NORM, True)


def test_what_expires_before_it_is_used() -> None:
    lots = [(1, date(2025, 7, 30), 100), (2, date(2025, 8, 29), 100), (3, None, 500), (4, date(2025, 6, 1), 7)]
    found = ahead(lots, 50, TODAY)
    assert [one.lot for one in found] == [4, 1, 2]
    assert found[0].unused == 7  # expired already
    used_in_30_days = 50 * 12 / 365.25 * 30
    assert found[1] == Ahead(1, date(2025, 7, 30), 100, round(100 - used_in_30_days))
    assert found[2].unused == round(100 - 50 * 12 / 365.25 * 30)  # 60 days of use, less what the first lot took
    assert [one.unused for one in ahead(lots, None, TODAY)] == [7, None, None]
    assert [one.unused for one in ahead(lots, 0, TODAY)] == [7, 100, 100]
    assert ahead([(1, date(2026, 6, 30), 5)], 1, TODAY) == []


def test_silence_is_zero_said_not_nothing_said() -> None:
    assert count([(0, 0, 30), (0, 0, 31), (5, 0, 30)]) == Months(3, 2, 0, 0)
    assert count([(0, 0, 30), (0, 0, 31)]).is_signal
    assert not count([(0, None, 30), (0, None, 31)]).is_signal
    assert not count([(0, 0, 30), (0, 0, 31), (0, 4, 30)]).is_signal
    assert count([(12, 30, 30)]).contradicting == 1
