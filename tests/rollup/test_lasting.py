"""What is kept until somebody writes is computed anew after each write, also one that was committed late."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from indicators.geography.models import OrgUnit
from indicators.models import Source
from indicators.rollup import lasting
from indicators.rollup.lasting import kept_until_written
from indicators.rollup.models import RefreshJob
from tests.builders import a_unit

pytestmark = pytest.mark.django_db


class Counting:
    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> int:
        self.times += 1
        return self.times


@pytest.fixture
def compute() -> Counting:
    cache.clear()
    return Counting()


def ask(compute: Counting, asked: Any = "") -> int:
    return kept_until_written("counted", asked, [OrgUnit, Source], compute)


def test_each_write_is_told_and_nothing_else(compute: Counting) -> None:
    unit = a_unit("A")
    assert [ask(compute), ask(compute)] == [1, 1]
    assert [ask(compute, "else"), ask(compute)] == [2, 1]
    unit.name = "B"
    unit.save()
    assert [ask(compute), ask(compute)] == [3, 3]
    unit.delete()
    assert ask(compute) == 4
    RefreshJob.objects.create(scope=RefreshJob.Scope.EVERYTHING)
    assert ask(compute) == 5, "a demonstration may have been taken out, with its history"


def test_what_was_begun_before_and_committed_after_is_told(compute: Counting) -> None:
    a_unit("A")
    history = OrgUnit.history.model
    last = history.objects.order_by("-history_id").first()
    last.pk, last.history_date = last.pk + 5, timezone.now()
    last.save()
    assert ask(compute) == 1
    last.pk, last.history_date = last.pk - 3, last.history_date - timedelta(minutes=1)
    last.save()
    assert ask(compute) == 2


def test_it_asks_once_for_any_number_of_rows(compute: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lasting, "WINDOW", 2)
    for name in "ABCDEF":
        a_unit(name)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        ask(compute)
    assert len(queries) == 1
