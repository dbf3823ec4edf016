"""Stock-outs that go on: each night counts one more day, and nights that were missed are made up for."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from indicators.models import DataValue
from indicators.periods import Period
from research.medexis import tasks
from research.medexis.measures.actions import publish_measures
from research.medexis.stock_outs import actions
from research.medexis.stock_outs.actions import MONTHS_KEPT_UP, publish_ongoing
from tests.medexis.test_stock_outs import saved

pytestmark = pytest.mark.django_db


def test_one_that_goes_on_counts_to_today_and_a_day_later_one_more(monkeypatch: pytest.MonkeyPatch) -> None:
    today = timezone.localdate()
    start = today - timedelta(days=2)
    stored = saved(start=start.isoformat(), end=None)

    def total() -> float:
        rows = DataValue.objects.filter(unit=stored.site, element__code="STOCKOUT_DAYS_CALENDAR")
        return sum(rows.values_list("value", flat=True))

    assert total() == 3
    tasks.count_ongoing_stock_outs()
    assert total() == 3
    monkeypatch.setattr(timezone, "localdate", lambda *_: today + timedelta(days=1))
    assert publish_ongoing() == 1
    assert total() == 4


def test_nights_that_were_missed_are_counted_up_to_twelve_months_back_and_all_or_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    today = timezone.localdate()
    start = Period.month_of(today).shift(-13).start
    stored = saved(start=start.isoformat(), end=None)
    written = DataValue.objects.filter(unit=stored.site, element__code="STOCKOUT_DAYS_CALENDAR")
    codes = {Period.month_of(today).shift(-back).code for back in range(14)}
    assert set(written.values_list("period", flat=True)) == codes
    written.delete()
    monkeypatch.setattr(actions, "publish_measures", _writes_and_breaks)
    with pytest.raises(RuntimeError):
        publish_ongoing()
    assert not written.exists()
    monkeypatch.undo()
    publish_ongoing()
    assert set(written.values_list("period", flat=True)) == set(sorted(codes)[-MONTHS_KEPT_UP:])


def _writes_and_breaks(pairs: set[Any], *, by: Any) -> None:
    publish_measures(pairs, by=by)
    raise RuntimeError
