"""What a monitoring program reads, and that nobody else does."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from capev_site import metrics
from indicators.rollup.models import RefreshJob
from indicators.values.models import ChangedCell

TOKEN = "a-token-of-the-tests-alone"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def with_a_token(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.METRICS_TOKEN = TOKEN


def read(client: Client, token: str = TOKEN) -> dict[str, float]:
    answer = client.get("/metriques", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    lines = [line.rsplit(" ", 1) for line in answer.content.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in lines}


def test_without_a_token_in_the_settings_there_is_no_such_page(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    assert client.get("/metriques", headers={"Authorization": "Bearer "}).status_code == 404
    assert client.get("/metriques").status_code == 404


@pytest.mark.parametrize("shown", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer é"])
def test_without_the_right_token_nothing_is_told(client: Client, shown: str) -> None:
    answer = client.get("/metriques", headers={"Authorization": shown} if shown else {})
    assert (answer.status_code, answer.content) == (401, b"")
    assert client.get(f"/metriques?token={TOKEN}").status_code == 401


def test_nothing_can_be_written_there(client: Client) -> None:
    assert client.post("/metriques", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 405


def test_jobs_are_counted_by_kind_and_state_and_the_oldest_that_waits_has_an_age(client: Client) -> None:
    for state in ("queued", "queued", "done"):
        RefreshJob.objects.create(scope="changed", state=state)
    an_hour_ago = timezone.now() - timedelta(hours=1)
    RefreshJob.objects.filter(state="queued").update(asked_at=an_hour_ago)
    RefreshJob.objects.filter(state="done").update(asked_at=an_hour_ago, finished_at=an_hour_ago)
    ChangedCell.objects.create(period=1)
    told = read(client)
    assert told['capev_jobs{kind="refresh",state="queued"}'] == 2
    assert told['capev_jobs{kind="refresh",state="done"}'] == 1
    assert told['capev_job_oldest_waiting_seconds{kind="refresh"}'] == pytest.approx(3600, abs=60)
    assert told["capev_refresh_age_seconds"] == pytest.approx(3600, abs=60)
    assert told["capev_cells_to_refresh"] == 1


def test_what_never_happened_has_no_age(client: Client) -> None:
    told = read(client)
    assert "capev_refresh_age_seconds" not in told
    assert not [name for name in told if name.startswith("capev_job_oldest_waiting_seconds")]
    assert told["capev_records_waiting"] == 0


def test_a_broker_that_is_away_is_told_and_costs_little(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    from capev_site.celery import app

    monkeypatch.setattr(app.conf, "broker_read_url", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(metrics, "current_app", app)
    assert metrics.broker_answers() is False


def test_the_broker_of_the_tests_answers(client: Client) -> None:
    assert read(client)["capev_broker_up"] == 1


def test_as_many_questions_however_much_there_is(client: Client) -> None:
    read(client)
    with CaptureQueriesContext(connection) as few:
        read(client)
    for _ in range(20):
        RefreshJob.objects.create(scope="part")
        ChangedCell.objects.create(period=1)
    with CaptureQueriesContext(connection) as many:
        read(client)
    assert len(many) == len(few) == len(metrics.KINDS) + len(metrics.MARKS) + 1


def test_signs_in_labels_are_written_so_that_a_line_stays_a_line() -> None:
    strange = metrics.Metric("m", "help", [metrics.Sample(1, (("l", 'a"b\\c\nd'),))])
    assert metrics.written([strange]).splitlines()[-1] == r'm{l="a\"b\\c\nd"} 1'
