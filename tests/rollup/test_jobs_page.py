"""The page of the recalculations, and asking for one there."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from indicators.accounts.roles import Role
from indicators.models import Aggregate, ChangedCell, OrgUnit, RefreshJob
from indicators.periods import Period
from indicators.rollup import actions, progress, refresh, tasks
from indicators.values.actions import Reported
from tests.builders import a_unit, a_user, an_element, the_default_combo

pytestmark = pytest.mark.django_db
Scope, State = RefreshJob.Scope, RefreshJob.State
JANUARY, MARCH = Period.parse("202501"), Period.parse("202503")


def signed_in(client: Client, *roles: Role) -> Client:
    client.cookies["django_language"] = "en"
    client.force_login(a_user(*roles, language="en"))
    return client


def shown(client: Client) -> str:
    return client.get(reverse("job-list")).content.decode()


@pytest.mark.parametrize(
    ("role", "sees", "asks"),
    [
        (Role.VIEWER, 403, 403),
        (Role.CLERK, 403, 403),
        (Role.RESEARCHER, 200, 403),
        (Role.LEAD, 200, 200),
        (Role.ADMINISTRATOR, 200, 200),
    ],
)
def test_who_sees_and_who_asks(client: Client, role: Role, sees: int, asks: int) -> None:
    signed_in(client, role)
    assert client.get(reverse("job-list")).status_code == sees
    assert client.get(reverse("job-ask")).status_code == asks
    assert client.post(reverse("job-ask")).status_code == (302 if asks == 200 else 403)
    assert RefreshJob.objects.exists() == (asks == 200)


def test_asked_with_nothing_filled_in_it_is_everything_and_twice_is_once(client: Client) -> None:
    signed_in(client, Role.LEAD)
    for _again in range(2):
        client.post(reverse("job-ask"), {"place": "", "first": "", "last": ""})
    job = RefreshJob.objects.get()
    assert (job.scope, job.asked_by is not None) == (Scope.EVERYTHING, True)


def test_a_place_and_months_are_asked_for_and_said_in_words(client: Client) -> None:
    signed_in(client, Role.LEAD)
    unit = a_unit("Ségou")
    client.post(reverse("job-ask"), {"place": "ségou", "first": "2025-01", "last": "202503"})
    job = RefreshJob.objects.get()
    assert (job.scope, job.unit, job.first, job.last) == (Scope.PART, unit, JANUARY.code, MARCH.code)
    page = shown(client)
    assert "Ségou and all below, January 2025 to March 2025" in page
    assert 'http-equiv="refresh"' in page, "a waiting job is followed"
    assert 'http-equiv="refresh"' not in client.get(reverse("job-list"), {"suivre": "non"}).content.decode()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"place": "Nowhere"}, "No place has the name or uid “Nowhere”."),
        ({"place": "Twin"}, "Several places have this name"),
        ({"first": "2025"}, "Write a month, for example 2024-03."),
        ({"first": "soon"}, "“soon” is no period"),
        ({"first": "2025-03", "last": "2025-01"}, "The last month lies before the first one."),
    ],
)
def test_a_bad_choice_is_a_sentence_and_no_job(client: Client, typed: dict[str, str], sentence: str) -> None:
    signed_in(client, Role.LEAD)
    for _two in range(2):
        a_unit("Twin")
    assert sentence in client.post(reverse("job-ask"), typed).content.decode()
    assert not RefreshJob.objects.exists()


def test_how_far_a_running_job_is_and_when_it_went_silent(client: Client) -> None:
    signed_in(client, Role.RESEARCHER)
    job = RefreshJob.objects.create(scope=Scope.EVERYTHING, state=State.RUNNING, started_at=timezone.now())
    tell = progress.teller(job.pk)
    tell(0, 1200)
    tell(1, 1200)  # too soon after the last: not told
    assert "0 of 1,200 steps" in shown(client)
    tell = progress.teller(job.pk)
    assert " steps" not in shown(client), "another attempt begins anew"
    tell(600, 1200)
    page = shown(client)
    assert '<progress max="1200" value="600"' in page
    assert "600 of 1,200 steps" in page
    assert "Nothing was heard" not in page
    tell(1200, 1200)  # the end is always told
    assert "computed, being stored" in shown(client)

    key, long_ago = progress._key(job.pk, "refresh"), timezone.now() - timedelta(minutes=3)
    caches["progress"].set(key, (600, 1200, long_ago))
    RefreshJob.objects.update(started_at=long_ago)
    assert "Nothing was heard of it for a while" in shown(client)


def test_without_a_redis_the_job_is_done_and_the_page_opens(client: Client, settings: Any) -> None:
    location = "unix:///nowhere/redis.sock"
    settings.CACHES = {**settings.CACHES, "progress": {**settings.CACHES["progress"], "LOCATION": location}}
    signed_in(client, Role.LEAD)
    report()
    assert actions.refresh_now().state == State.DONE
    RefreshJob.objects.create(scope=Scope.CHANGED, state=State.RUNNING, started_at=timezone.now())
    assert "running" in shown(client)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        ("ValueError: secret", "The calculation broke off."),
        ("OperationalError: database is locked", "The database did not answer in time."),
        ("abandoned", "The worker stopped several times"),
    ],
)
def test_a_failure_is_a_sentence_without_the_programme_s_own_words(client: Client, error: str, sentence: str) -> None:
    signed_in(client, Role.LEAD)
    RefreshJob.objects.create(scope=Scope.CHANGED, state=State.FAILED, error=error, attempts=3)
    page = shown(client)
    assert sentence in page
    assert "After 3 attempts." in page
    assert "secret" not in page


def test_a_longer_list_takes_no_more_queries(client: Client, django_assert_max_num_queries: Any) -> None:
    signed_in(client, Role.LEAD)
    for _job in range(30):
        RefreshJob.objects.create(scope=Scope.PART, unit=a_unit(), state=State.DONE, asked_by=a_user())
    with django_assert_max_num_queries(10):
        page = shown(client)
    assert page.count("and all below") == 25


def report(months: tuple[Period, ...] = (JANUARY,)) -> None:
    unit, element, combo = a_unit(parent=a_unit()), an_element("DTP1"), the_default_combo()
    reports = [Reported(element.pk, month.code, unit.pk, combo.pk, combo.pk, 5) for month in months]
    actions.record_values(reports, origin="entry", label="test", by=None)


def test_different_parts_wait_one_behind_the_other_and_everything_takes_them_in() -> None:
    north, south = a_unit(), a_unit()
    first = actions.refresh_soon()
    actions.refresh_part_soon(unit=north)
    first.refresh_from_db()
    assert (first.scope, first.unit) == (Scope.PART, north), "what changed goes with the part"
    actions.refresh_part_soon(unit=north)
    actions.refresh_part_soon(unit=south, first=JANUARY)
    assert [job.unit for job in RefreshJob.objects.order_by("pk")] == [north, south]
    assert actions.refresh_soon() == first
    actions.refresh_soon(scope=Scope.EVERYTHING)
    job = RefreshJob.objects.get()
    assert (job.pk, job.scope, job.unit, job.first) == (first.pk, Scope.EVERYTHING, None, None)
    actions.refresh_part_soon(unit=south)
    assert RefreshJob.objects.get().scope == Scope.EVERYTHING


def test_a_large_subtree_is_marked_by_whole_months_and_refreshed_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    report((JANUARY, MARCH))
    actions.refresh_now()
    before = set(Aggregate.objects.values_list("unit_id", "period", "sum"))
    Aggregate.objects.update(sum=1)  # what no write of values would notice
    monkeypatch.setattr(refresh, "FEW", 1)
    assert actions.refresh_part_soon(unit=OrgUnit.objects.get(level=1)) == 2
    assert list(ChangedCell.objects.values_list("unit", flat=True)) == [None, None]
    assert actions.run(RefreshJob.objects.get(state=State.QUEUED).pk)
    assert set(Aggregate.objects.values_list("unit_id", "period", "sum")) == before


def test_a_refresh_in_this_process_does_the_job_that_waits_for_the_same() -> None:
    report()
    actions.refresh_part_soon(first=JANUARY)
    assert actions.refresh_now(Scope.CHANGED).scope == Scope.PART
    actions.refresh_soon(scope=Scope.EVERYTHING)
    actions.refresh_now(Scope.EVERYTHING)
    assert set(RefreshJob.objects.values_list("scope", "state")) == {
        (Scope.PART, State.DONE),
        (Scope.EVERYTHING, State.DONE),
    }
    actions.refresh_soon()
    actions.refresh_now(Scope.EVERYTHING)
    assert RefreshJob.objects.get(state=State.QUEUED).scope == Scope.CHANGED


def test_a_finished_job_has_the_next_one_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[int] = []
    monkeypatch.setattr(actions, "ring", rung.append)
    report()
    actions.refresh_part_soon(unit=a_unit())
    actions.refresh_part_soon(unit=a_unit())
    first, second = RefreshJob.objects.order_by("pk")
    tasks.refresh_job(first.pk)
    assert rung == [second.pk]
    tasks.refresh_job(second.pk)
    assert rung == [second.pk]
    assert not ChangedCell.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_a_part_once() -> None:
    report()
    actions.refresh_part_soon(first=JANUARY)
    job, begin, did = RefreshJob.objects.get(), Barrier(2), list[bool]()

    def work() -> None:
        begin.wait(timeout=10)
        did.append(actions.run(job.pk))
        connection.close()

    threads = [Thread(target=work) for _two in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    job.refresh_from_db()
    assert (sorted(did), job.attempts, job.state) == ([False, True], 1, State.DONE)
