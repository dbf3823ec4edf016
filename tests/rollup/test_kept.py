"""What is kept between two refreshes, and what makes it anew: marks, refreshes under way, other members, other asks."""

from typing import Any

import pytest
from django.core.cache import cache

from indicators.models import OrgUnit, OrgUnitGroup, RefreshJob
from indicators.periods import Period
from indicators.rollup.actions import record_values, refresh_now
from indicators.rollup.kept import kept
from indicators.rollup.readings import readings, readings_of_groups
from indicators.values.actions import Reported, mark_everything
from indicators.values.models import ChangedCell
from tests.builders import a_unit, an_element, the_default_combo

pytestmark = pytest.mark.django_db
State = RefreshJob.State
JAN = Period.parse("202501")


class Computing:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> int:
        self.times += 1
        return self.times


def test_it_is_computed_once_until_the_next_refresh() -> None:
    compute = Computing()
    refresh_now()
    assert [kept("a", (1, "x"), compute) for _ in range(3)] == [1, 1, 1]
    refresh_now()
    assert [kept("a", (1, "x"), compute) for _ in range(2)] == [2, 2]


def test_another_name_or_another_question_has_its_own_answer() -> None:
    compute = Computing()
    refresh_now()
    assert [kept("a", 1, compute), kept("b", 1, compute), kept("a", 2, compute), kept("a", 1, compute)] == [1, 2, 3, 1]


def test_an_empty_answer_is_an_answer() -> None:
    compute = Computing()
    refresh_now()
    assert kept("a", 1, lambda: {}) == kept("a", 1, compute) == {}
    assert compute.times == 0


def test_nothing_is_kept_before_the_first_refresh_or_while_something_waits() -> None:
    compute = Computing()
    assert [kept("a", 1, compute) for _ in range(2)] == [1, 2]
    refresh_now()
    mark_everything()
    assert [kept("a", 1, compute) for _ in range(2)] == [3, 4]
    ChangedCell.objects.all().delete()
    for state in (State.QUEUED, State.RUNNING):
        job = RefreshJob.objects.create(scope="changed", state=state)
        assert [kept("a", 1, compute), kept("a", 1, compute)] == [compute.times - 1, compute.times]
        job.delete()
    assert [kept("a", 1, compute) for _ in range(2)] == [9, 9]


def test_a_failed_refresh_that_is_done_later_counts_as_the_last() -> None:
    compute = Computing()
    early = RefreshJob.objects.create(scope="changed", state=State.FAILED)
    refresh_now()
    assert kept("a", 1, compute) == 1
    late = RefreshJob.objects.get(state=State.DONE)
    early.state, early.finished_at = State.DONE, late.finished_at and late.finished_at.replace(year=2050)
    early.save()
    assert kept("a", 1, compute) == 2


def a_village() -> tuple[OrgUnit, Any]:
    village, element, combo = a_unit("Poste", a_unit("Pays")), an_element("DTP1"), the_default_combo()

    def report(number: float) -> None:
        record_values(
            [Reported(element.pk, JAN.code, village.pk, combo.pk, combo.pk, number)],
            origin="entry", label="test", by=None,
        )  # fmt: skip

    return village, report


def test_a_reading_costs_one_query_the_second_time_and_shows_a_new_value_at_once(
    django_assert_num_queries: Any,
) -> None:
    village, report = a_village()
    report(7)
    refresh_now(RefreshJob.Scope.CHANGED)
    first = readings("dtp1_doses", [village], [JAN])
    with django_assert_num_queries(1):
        assert readings("dtp1_doses", [village], [JAN]) == first
    assert first[village.pk, JAN].value == 7
    report(8)
    assert readings("dtp1_doses", [village], [JAN])[village.pk, JAN].value == 8
    refresh_now(RefreshJob.Scope.CHANGED)
    only = readings("dtp1_doses", [village], [JAN], {village.pk: []})
    assert (only[village.pk, JAN].value, readings("dtp1_doses", [village], [JAN])[village.pk, JAN].value) == (None, 8)


def test_a_group_with_another_member_is_read_anew(django_assert_num_queries: Any) -> None:
    village, report = a_village()
    report(7)
    refresh_now(RefreshJob.Scope.CHANGED)
    group = OrgUnitGroup.objects.create(key="some", name_fr="g", name_en="g")
    assert readings_of_groups("dtp1_doses", [group], [JAN])[group.pk, JAN].value is None
    group.memberships.create(unit=village)
    assert readings_of_groups("dtp1_doses", [group], [JAN])[group.pk, JAN].value == 7
    with django_assert_num_queries(3):
        assert readings_of_groups("dtp1_doses", [group], [JAN])[group.pk, JAN].value == 7


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    cache.clear()
