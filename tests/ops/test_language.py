"""The language of a page: chosen by the visitor, else by the account, else French."""

import pytest
from django.test import Client

from indicators.accounts.models import User


@pytest.mark.parametrize(
    ("cookie", "account", "expected"),
    [
        (None, None, "fr"),
        ("en", None, "en"),
        (None, "en", "en"),
        ("fr", "en", "fr"),
        ("en", "fr", "en"),
        ("xx", None, "fr"),
        ("xx", "en", "en"),
    ],
)
@pytest.mark.django_db
def test_cookie_then_account_then_french(
    cookie: str | None, account: str | None, expected: str, client: Client
) -> None:
    if account:
        client.force_login(User.objects.create_user("somebody", language=account))
    if cookie:
        client.cookies["django_language"] = cookie
    # A browser's own language is nobody's choice here.
    answer = client.get("/sante", headers={"Accept-Language": "en-GB"})
    assert answer.headers["Content-Language"] == expected
    assert "Cookie" in answer.headers["Vary"]


@pytest.mark.django_db
def test_the_switch_sets_the_cookie_and_goes_back(client: Client) -> None:
    answer = client.post("/langue/", {"language": "en", "next": "/sante"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sante")
    assert client.get("/sante").headers["Content-Language"] == "en"


@pytest.mark.django_db
def test_the_switch_leads_to_no_other_host(client: Client) -> None:
    answer = client.post("/langue/", {"language": "en", "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/"
