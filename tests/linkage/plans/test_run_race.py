"""Two workers at one run, and two people who ask at once: one of each wins."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from research.linkage.plans import run
from research.linkage.plans.models import AnalysisRun
from tests.linkage.plans.plans import a_locked, sites, somebody

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def only_where_rows_are_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one write at a time")
    monkeypatch.setattr(run, "ring", lambda *_told: None)


def at_once(work: Any, times: int = 4) -> list[Any]:
    start = Barrier(times)

    def one(_number: int) -> Any:
        try:
            start.wait(10)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def test_one_worker_gets_the_claim() -> None:
    by = somebody()
    waiting = run.ask(a_locked(by, sites(1)), by=by)
    claims = at_once(lambda: run.claim(waiting.pk))
    won = [one for one in claims if one]
    waiting.refresh_from_db()
    assert won == [waiting.claim]
    assert waiting.attempts == 1


def test_asked_at_once_it_is_one_run() -> None:
    by = somebody()
    version = a_locked(by, sites(1))
    asked = at_once(lambda: run.ask(version, by=by).pk)
    assert len(set(asked)) == AnalysisRun.objects.count() == 1
