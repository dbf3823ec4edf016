"""The address that a watchdog asks, and the headers that every page carries."""

import pytest
from django.db import DatabaseError, connection
from django.test import Client


@pytest.mark.django_db
def test_well_while_the_database_answers(client: Client) -> None:
    answer = client.get("/sante")
    assert (answer.status_code, answer.json()) == (200, {"database": "ok"})
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.django_db
def test_503_without_a_word_more_when_the_database_is_down(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise DatabaseError("password of capev refused")

    monkeypatch.setattr(connection, "cursor", refuse)
    answer = client.get("/sante")
    assert (answer.status_code, answer.json()) == (503, {"database": "down"})
    assert answer.headers["Retry-After"] == "10"
    assert client.get("/vivant").status_code == 200  # the process lives: nothing to restart


@pytest.mark.django_db
def test_pages_load_nothing_from_elsewhere_and_run_nothing_inline(client: Client) -> None:
    policy = client.get("/connexion/").headers["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["default-src"] == directives["script-src"] == "'self'"
    assert directives["object-src"] == directives["frame-ancestors"] == "'none'"
    assert "unsafe" not in policy
    assert "http" not in policy
