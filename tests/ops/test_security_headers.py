"""What every answer of a server carries, and cookies that belong to it alone."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.ops.test_settings import run_manage

pytestmark = pytest.mark.django_db
ADDRESSES = ("/", "/connexion/", "/sante", "/nulle-part/", "/api/v1/", "/manifest.webmanifest", "/metriques")


def of_a_server(*names: str) -> dict[str, Any]:
    """Settings as a server has them, read in a process of its own."""
    ask = f"print(__import__('json').dumps({{name: getattr(settings, name) for name in {names}}}))"
    ask = f"from django.conf import settings; {ask}"
    done = run_manage("shell", "--no-imports", "-c", ask, SECRET_KEY="k7-" + "aZ9x" * 20, HTTPS="1")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_says_what_it_is_and_who_may_frame_it(client: Client, address: str) -> None:
    answer = client.get(address)
    if answer.content:
        kind = answer.headers["Content-Type"]
        assert "charset=" in kind or "json" in kind
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["X-Frame-Options"] == "DENY"
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == "'self'"


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_other_origin_is_let_in(client: Client, address: str) -> None:
    answer = client.get(address, headers={"Origin": "https://elsewhere.example"})
    assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


def test_trace_gives_nothing_back(client: Client) -> None:
    answer = client.generic("TRACE", "/sante", "canary", headers={"X-Canary": "canary", "Cookie": "a=canary"})
    assert b"canary" not in answer.content


def test_cookies_of_a_server_belong_to_it_alone() -> None:
    kinds = ("SESSION", "CSRF", "LANGUAGE")
    asked = [f"{kind}_COOKIE_{what}" for kind in kinds for what in ("NAME", "SECURE", "SAMESITE", "PATH", "DOMAIN")]
    found = of_a_server(*asked, "SESSION_COOKIE_HTTPONLY", "LANGUAGE_COOKIE_HTTPONLY")
    for kind in kinds:
        assert found[f"{kind}_COOKIE_NAME"].startswith("__Host-")
        assert found[f"{kind}_COOKIE_SECURE"] is True
        assert found[f"{kind}_COOKIE_SAMESITE"] == "Lax"
        assert (found[f"{kind}_COOKIE_PATH"], found[f"{kind}_COOKIE_DOMAIN"]) == ("/", None)
    assert found["SESSION_COOKIE_HTTPONLY"] is found["LANGUAGE_COOKIE_HTTPONLY"] is True


def test_https_is_demanded_for_a_year_below_the_name_too() -> None:
    found = of_a_server("SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS")
    assert found == {
        "SECURE_SSL_REDIRECT": True, "SECURE_HSTS_SECONDS": 31_536_000, "SECURE_HSTS_INCLUDE_SUBDOMAINS": True
    }  # fmt: skip


def test_a_session_lasts_twelve_hours_whatever_is_done() -> None:
    assert settings.SESSION_COOKIE_AGE == 12 * 3600
    assert settings.SESSION_SAVE_EVERY_REQUEST is False


def test_passwords_are_hashed_slowly() -> None:
    """The tests' own hasher is a quick one: asked of a server."""
    hashers = of_a_server("PASSWORD_HASHERS")["PASSWORD_HASHERS"]
    assert hashers[0] == "django.contrib.auth.hashers.PBKDF2PasswordHasher"
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    assert PBKDF2PasswordHasher.iterations >= 600_000


def test_the_deployment_checks_are_silent_on_a_server() -> None:
    done = run_manage("check", "--deploy", "--fail-level", "WARNING", SECRET_KEY="k7-" + "aZ9x" * 20, HTTPS="1")
    assert done.returncode == 0, done.stderr
