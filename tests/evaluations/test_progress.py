"""Sums over sums, windows of months, and which indicators an evaluation follows."""

from datetime import date

import pytest

from indicators.periods import Period
from indicators.registry.definitions import definition, definitions
from indicators.rollup.readings import Reading
from research.evaluations.measures import PROCESS, QUALITY, evaluations_using, indicators_of
from research.evaluations.models import EvaluationSite
from research.evaluations.progress import Records, progress, total
from research.evaluations.queries import Window, window
from tests.builders import a_followed_site


def read(numerator: float | None, denominator: float | None = None) -> Reading:
    return Reading(None, numerator, denominator, None, 3, False, ())


def test_a_total_divides_sums_by_sums() -> None:
    score = definition("checklist_score")
    assert total(score, [read(1, 2), read(9, 9)]) == pytest.approx(100 * 10 / 11)  # the mean of rates would be 75
    assert total(score, [read(0, 8)]) == 0


def test_a_total_leaves_out_what_is_not_known() -> None:
    score, days = definition("checklist_score"), definition("days_out_of_stock")
    assert total(score, [read(None, None), read(5, 10)]) == 50
    assert total(score, [read(5, None)]) is None
    assert total(score, [read(0, 0)]) is None
    assert total(score, []) is None
    assert total(days, [read(None), read(4), read(0)]) == 4
    assert total(days, [read(None)]) is None


def a_plan(first: str | None, last: str | None) -> EvaluationSite:
    day = date.fromisoformat
    return EvaluationSite(expected_from=first and day(first), expected_to=last and day(last))


def months(first: str, last: str) -> Window:
    return Window(Period.parse(first), Period.parse(last))


def test_the_window_spans_all_plans_and_ends_today_at_the_latest() -> None:
    today = date(2025, 9, 15)
    assert window([a_plan("2025-03-10", "2025-06-30"), a_plan("2025-01-01", None)], today) == months("202501", "202509")
    assert window([a_plan("2025-03-10", "2025-06-30")], today) == months("202503", "202506")
    assert window([a_plan("2025-03-10", "2025-12-31")], today) == months("202503", "202509")
    assert window([a_plan("2025-11-01", None)], today) == months("202511", "202511")


def test_without_a_plan_there_is_no_window() -> None:
    assert window([a_plan(None, "2025-06-30")], date(2025, 9, 15)) is None
    assert window([], date(2025, 9, 15)) is None


@pytest.mark.django_db
def test_progress_without_a_window_is_unknown_and_not_zero() -> None:
    site = a_followed_site()
    names = {site.unit_id: "A"}
    nothing = progress([site], names, Records({site.unit_id: (3, 2)}), None)
    assert (nothing.planned, nothing.done) == (None, None)
    known = progress([site], names, Records({site.unit_id: (3, 2)}, {site.unit_id}), months("202501", "202503"))
    assert (known.planned, known.done, known.made_up) == (3, 2, True)
    assert not known.rows[0].link


def test_every_followed_indicator_has_a_definition() -> None:
    for code in PROCESS:
        assert set(indicators_of(code)) <= set(definitions())
        assert QUALITY[code] in PROCESS[code]
    assert indicators_of("unheard-of") == indicators_of("")  # only what all evaluations share


def test_who_uses_an_indicator() -> None:
    assert evaluations_using("dtp1_coverage") == ["coach2pev", "medexis"]
    assert evaluations_using("visits_done") == ["coach2pev"]
    assert evaluations_using("dtp3_doses") == []
