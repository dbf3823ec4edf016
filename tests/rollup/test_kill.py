"""A refresh that is killed: readers keep the old numbers whole, and the sweeper finishes the work."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from indicators.accounts.roles import Role
from indicators.models import Aggregate, ChangedCell, RefreshJob
from indicators.periods import Period
from indicators.rollup import actions, tasks
from indicators.rollup.progress import progress_of
from indicators.values.actions import Reported, mark_everything
from tests.builders import a_unit, a_user, an_element, the_default_combo
from tests.conftest import database_url, wait_until

MONTHS = [Period.parse(text).code for text in ("202501", "202502")]
# The child stops for ever where it first comes to a function for the given time; the test kills it there.
CHILD = """
import importlib, pathlib, signal, sys
import django
django.setup()
job, place, times, mark = sys.argv[1:]
room, name = place.rsplit(".", 1)
module = importlib.import_module(f"indicators.rollup.{room}")
real, calls = getattr(module, name), []
def stop(*args, **fields):
    calls.append(1)
    if len(calls) == int(times):
        pathlib.Path(mark).touch()
        signal.pause()
    return real(*args, **fields)
setattr(module, name, stop)
from indicators.rollup.actions import run
run(int(job))
"""


def totals() -> set[tuple[int, int, int, float]]:
    return set(Aggregate.objects.values_list("element_id", "unit_id", "period", "sum"))


def assert_page_shows_it_running(job: RefreshJob, client: Client, *, told: bool) -> None:
    """The page does not wait for the open transaction, and knows how far the refresh has come."""
    assert (progress_of(job.pk) is not None) == told
    row = client.get(reverse("job-list")).context["rows"][-1]
    assert (row.job.pk, row.job.state) == (job.pk, RefreshJob.State.RUNNING)
    assert (row.progress is not None) == told


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("scope", "place", "times"),
    [
        (RefreshJob.Scope.EVERYTHING, "tables.read_trees", 1),
        (RefreshJob.Scope.EVERYTHING, "tables._write", 2),
        (RefreshJob.Scope.EVERYTHING, "refresh._forget", 1),
        (RefreshJob.Scope.CHANGED, "tables._write", 1),
        (RefreshJob.Scope.CHANGED, "refresh._forget", 1),
    ],
)
def test_killed_at_any_point_it_shows_nothing_half_and_is_finished_later(
    scope: str, place: str, times: int, tmp_path: Path, client: Client
) -> None:
    client.force_login(a_user(Role.LEAD))
    country, combo = a_unit(), the_default_combo().pk
    units, elements = [a_unit(parent=country) for _ in range(2)], [an_element() for _ in range(3)]

    def write(value: float, months: list[int]) -> None:
        cells = [(element.pk, month, unit.pk) for element in elements for month in months for unit in units]
        reports = [Reported(*cell, combo, combo, value) for cell in cells]
        actions.record_values(reports, origin="entry", label="test", by=None)

    write(5, MONTHS)
    actions.refresh_now()
    before = totals()
    RefreshJob.objects.all().delete()
    write(7, MONTHS[:1])
    if scope == RefreshJob.Scope.EVERYTHING:
        mark_everything()
    job = RefreshJob.objects.get()
    RefreshJob.objects.update(scope=scope)

    mark = tmp_path / "stopped"
    environment = {**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "capev_site.settings"}
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(job.pk), place, str(times), str(mark)],
        env=environment,
        cwd=settings.BASE_DIR,
    )
    try:
        wait_until(lambda: mark.exists() or child.poll() is not None, what="the child at its place")
        assert child.poll() is None
        assert totals() == before, "readers see a refresh before it is committed"
        assert_page_shows_it_running(job, client, told=place != "tables.read_trees")
        if connection.vendor == "postgresql":  # SQLite has a second writer wait for the first
            assert not actions.run(job.pk), "two did one job"
            with pytest.raises(actions.RefreshRunning):
                actions.refresh_now()
            RefreshJob.objects.exclude(pk=job.pk).delete()
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait(timeout=20)

    assert totals() == before
    assert ChangedCell.objects.exists()
    job.refresh_from_db()
    assert job.state == RefreshJob.State.RUNNING
    tasks.refresh_changed()
    job.refresh_from_db()
    assert job.state == RefreshJob.State.DONE
    january = set(Aggregate.objects.filter(unit=country, period=MONTHS[0]).values_list("sum", flat=True))
    assert january == {14}
    assert not ChangedCell.objects.exists()
    assert actions.refresh_now().cells == 0
