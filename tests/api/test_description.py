"""The description of the interface is valid, whole and true; its page asks no other host for anything."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from indicators.api.urls import version_1
from tests.api.given import Country, Program, a_reader
from tests.builders import a_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_limits() -> None:
    cache.clear()


@pytest.fixture
def described() -> dict[str, Any]:
    return a_reader().get("schema").json()


def test_the_description_is_valid_and_nothing_in_it_is_guessed(tmp_path: Path) -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yaml"))


def test_every_address_is_described_with_its_refusals(described: dict[str, Any]) -> None:
    routes = {re.sub(r"<\w+:(\w+)>", r"{\1}", str(route.pattern)) for route in version_1}
    ours = {path.removeprefix("/api/v1/") for path in described["paths"]}
    assert routes - ours == {"schema", "docs/", "^(?P<rest>.*)$"}
    assert ours - routes == {"observations", "observations/{client_uuid}"}
    for path, operations in described["paths"].items():
        assert "observations" in path or [*operations] == ["get"], path
        for operation in operations.values():
            assert {"200", "400", "401", "403", "404", "405", "429"} <= {*operation["responses"]}, path
            assert operation["summary"], path
            assert operation["security"] == [{"accessToken": []}, {"session": []}], path


def test_described_parameters_are_those_that_are_read(described: dict[str, Any]) -> None:
    """And each of them has a meaning, except where its name says it all."""
    program = a_reader()
    for path, operations in described["paths"].items():
        if "{" in path or "get" not in operations:
            continue
        names = {one["name"] for one in operations["get"].get("parameters", [])}
        said = program.get(path.removeprefix("/api/v1/"), nonsense=1).json()["message"]
        assert names == set(re.findall(r"[a-z_0-9]+", said.rpartition(":")[2])), path


def test_answers_are_as_described(described: dict[str, Any]) -> None:
    Country()
    program = a_reader()
    rows = {"values": "ValueAnswer", "readings?period=202501": "ReadingAnswer", "indicators": "IndicatorAnswer"}
    for path, row in rows.items():
        answer = program.get(path)
        assert answer.status_code == 200, program
        shape = described["components"]["schemas"][row]
        assert {*answer.json()["results"][0]} == {*shape["properties"]} == {*shape["required"]}


def test_the_page_is_for_people_who_are_signed_in(client: Client) -> None:
    assert client.get(reverse("api-docs")).status_code == 302
    client.force_login(a_user())
    assert client.get(reverse("api-docs")).status_code == 200
    assert Program().get("schema").status_code == 401
    assert client.get(reverse("api-schema")).status_code == 200


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_page_draws_itself_under_the_strict_content_policy(browser_page: Any, live_server: Any) -> None:
    user = a_user(username="reader")
    browser_page.goto("/connexion/")
    browser_page.fill("[name=username]", user.username)
    browser_page.fill("[name=password]", "a long test password")
    browser_page.click("main button[type=submit]")
    browser_page.goto("/api/v1/docs/")
    browser_page.wait_for_selector("#api-docs .opblock", timeout=60_000)
    assert browser_page.locator("#api-docs .opblock").count() > 15
    wide = browser_page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360, wide
    browser_page.goto("/jetons/")
    assert browser_page.evaluate("document.documentElement.scrollWidth") <= 360
