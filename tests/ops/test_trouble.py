"""A full disk and a database that is away are told from a fault of ours, on pages and below /api/."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from capev_site.trouble import AWAY, FAULT, NO_ROOM, trouble

pytestmark = pytest.mark.django_db(transaction=True)


def fill_the_disk(*_args: Any, **_kwargs: Any) -> None:
    with Path("/dev/full").open("w") as file:
        file.write("x")


def lose_the_database(*_args: Any, **_kwargs: Any) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
            return
        cursor.execute("PRAGMA busy_timeout=50")
        with sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None) as other:
            other.execute("BEGIN EXCLUSIVE")
            try:
                cursor.execute("BEGIN IMMEDIATE")
            finally:
                other.rollback()
                connection.close()


def ask_for_what_is_not_there(*_args: Any, **_kwargs: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere")


@pytest.mark.parametrize(
    ("act", "status", "code"),
    [(fill_the_disk, 507, "no_room"), (lose_the_database, 503, "try_later"), (ask_for_what_is_not_there, 500, "fault")],
)
@pytest.mark.parametrize("path", ["/connexion/", "/api/v1/schema"])
def test_an_answer_says_what_became_of_what_was_sent(
    client: Client, monkeypatch: pytest.MonkeyPatch, act: Any, status: int, code: str, path: str
) -> None:
    monkeypatch.setattr("django.contrib.auth.middleware.LoginRequiredMiddleware.process_view", act)
    client.raise_request_exception = False
    answer = client.get(path)
    connection.close()  # the lost one; the test's end asks for another
    assert answer.status_code == status
    assert ("Retry-After" in answer.headers) == (status != 500)
    assert answer.headers["Cache-Control"] == "no-store"
    if path.startswith("/api/"):
        assert answer.json()["code"] == code
    else:
        page = answer.content.decode()
        assert f'<p class="eyebrow">{status}</p>' in page
        assert 'lang="en"' in page


def test_a_database_without_room_is_a_full_disk(tmp_path: Path) -> None:
    small = sqlite3.connect(tmp_path / "small.sqlite3")
    small.execute("PRAGMA max_page_count=2")
    with pytest.raises(sqlite3.OperationalError) as caught:
        small.executescript("CREATE TABLE t (x); INSERT INTO t VALUES (zeroblob(100000))")
    small.close()
    assert trouble(caught.value) is NO_ROOM
    behind = RuntimeError("while saving")
    behind.__cause__ = caught.value
    assert trouble(behind) is NO_ROOM
    assert trouble(ValueError("x")) is trouble(None) is FAULT
    assert AWAY.status == 503
