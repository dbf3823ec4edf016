"""Settings that keep a promise are asserted here, so that nobody loosens one unseen."""

import os
import subprocess
import sys
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from kombu.exceptions import OperationalError

from capev_site.celery import app


def run_manage(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`manage.py` in a process of its own, with only the given settings on top of the tests' own."""
    left_out = {"SECRET_KEY", "HTTPS", "DEMONSTRATION", "DJANGO_ALLOW_ASYNC_UNSAFE"}
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        capture_output=True, text=True, cwd=settings.BASE_DIR, env={**kept, **environment},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("task_acks_late", True),
        ("task_reject_on_worker_lost", True),
        ("task_ignore_result", True),
        ("task_publish_retry", False),
        ("task_soft_time_limit", 270),
        ("task_time_limit", 300),
        ("task_serializer", "json"),
        ("accept_content", ["json"]),
        ("worker_prefetch_multiplier", 1),
        ("worker_cancel_long_running_tasks_on_connection_loss", True),
        ("worker_soft_shutdown_timeout", 20),
    ],
)
def test_celery_survives_what_it_was_measured_against(name: str, value: Any) -> None:
    assert app.conf[name] == value


def test_a_running_task_is_never_handed_out_twice() -> None:
    timeouts = {
        app.conf.visibility_timeout,
        app.conf.broker_transport_options["visibility_timeout"],
        app.conf.result_backend_transport_options["visibility_timeout"],
    }
    assert len(timeouts) == 1
    assert timeouts.pop() > app.conf.task_time_limit


def test_lost_tasks_are_looked_for_every_five_seconds() -> None:
    options = app.conf.broker_transport_options
    assert (options["unacked_restore_throttle"], options["unacked_restore_interval"]) == (1, 5)


def test_with_redis_down_a_publish_gives_up_before_anybody_notices(tmp_path: Path) -> None:
    started = monotonic()
    with app.connection_for_write(f"redis+socket://{tmp_path}/nobody.sock") as broker, pytest.raises(OperationalError):
        app.send_task("indicators.rollup.tasks.refresh_changed", connection=broker)
    assert monotonic() - started < 2


def test_scheduled_tasks_exist_and_expire() -> None:
    app.loader.import_default_modules()
    for entry in app.conf.beat_schedule.values():
        assert entry["task"] in app.tasks
        assert entry["options"]["expires"] > 0


@pytest.mark.django_db
def test_the_database_is_set_up_as_promised() -> None:
    with connection.cursor() as cursor:

        def ask(sql: str) -> Any:
            cursor.execute(sql)
            return cursor.fetchone()[0]

        if connection.vendor == "sqlite":
            assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
            wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 20000}
            assert {name: ask(f"PRAGMA {name}") for name in wanted} == wanted
        else:
            assert connection.settings_dict["CONN_HEALTH_CHECKS"]
            assert ask("SHOW statement_timeout") == "270s"
            assert ask("SHOW lock_timeout") == "20s"


def test_deployment_checks_pass_with_nothing_but_a_key() -> None:
    done = run_manage("check", "--deploy", "--fail-level", "WARNING", SECRET_KEY="k7-" + "aZ9x" * 20)
    assert done.returncode == 0, done.stderr


def test_a_weak_key_fails_the_deployment_checks() -> None:
    assert run_manage("check", "--deploy", "--fail-level", "WARNING", SECRET_KEY="short").returncode != 0


def test_without_a_key_nothing_starts_and_the_sentence_says_why(tmp_path: Path) -> None:
    done = run_manage("check", VAR_DIR=str(tmp_path))
    assert done.returncode != 0
    assert "SECRET_KEY is not set" in done.stderr


def test_every_setting_read_is_listed_in_the_sample() -> None:
    source = (settings.BASE_DIR / "capev_site/settings.py").read_text()
    sample = (settings.BASE_DIR / ".env.example").read_text()
    read = {part.split('"')[1] for part in source.split("env.")[1:] if part.split('"')[0] in READERS}
    assert len(read) > 10
    assert [name for name in sorted(read) if f"{name}=" not in sample] == []


READERS = {"str(", "bool(", "int(", "list(", "db("}
