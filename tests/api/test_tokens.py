"""Access tokens: shown once, no more than the person, and nothing once revoked, expired or without an account."""

import hashlib
import logging
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from indicators.accounts.models import ApiToken
from indicators.accounts.roles import Role
from indicators.accounts.token_actions import MOST_TOKENS, TooManyTokens, make, revoke, used
from indicators.api.urls import version_1
from tests.api.given import Country, Program
from tests.builders import a_user

pytestmark = pytest.mark.django_db


def test_only_the_digest_of_a_token_is_kept() -> None:
    made = make(by=a_user(), name="Power BI", days=30)
    row = ApiToken.objects.get()
    assert row.digest == hashlib.sha256(made.secret.encode()).hexdigest()
    assert made.secret not in str(ApiToken.objects.values_list().get())
    assert made.secret.startswith(row.start)
    assert len(row.start) < 15 < len(made.secret)


def test_a_token_lasts_a_year_at_most_and_one_may_have_so_many() -> None:
    user = a_user()
    for days in (0, 366):
        with pytest.raises(ValueError, match=str(days)):
            make(by=user, name="x", days=days)
    for _number in range(MOST_TOKENS):
        made = make(by=user, name="x", days=365)
    with pytest.raises(TooManyTokens):
        make(by=user, name="x", days=1)
    revoke(made.token, by=user)
    make(by=user, name="x", days=1)


@pytest.mark.parametrize(("role", "may"), [(Role.VIEWER, False), (Role.RESEARCHER, True), (Role.CLERK, True)])
def test_a_writing_token_is_for_those_who_may_write_something(role: Role, may: bool) -> None:
    user = a_user(role)
    if may:
        assert make(by=user, name="x", days=1, may_write=True).token.may_write
    else:
        with pytest.raises(PermissionDenied):
            make(by=user, name="x", days=1, may_write=True)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "ApiToken"])
def test_both_ways_of_sending_a_token_open_the_interface(scheme: str) -> None:
    assert Program(a_user(Role.VIEWER), scheme=scheme).get("data-elements").status_code == 200


@pytest.mark.parametrize("how", ["revoked", "expired", "deactivated", "wrong", "empty", "password"])
def test_a_token_that_is_none_any_more_answers_401(how: str) -> None:
    user = a_user(Role.VIEWER)
    program = Program(user)
    if how == "revoked":
        revoke(ApiToken.objects.get(), by=user)
    elif how == "expired":
        ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif how == "deactivated":
        user.is_active = False
        user.save()
    elif how == "password":
        program.headers["Authorization"] = "Basic cGVyc29uOmEgbG9uZyB0ZXN0IHBhc3N3b3Jk"
    else:
        program.headers["Authorization"] = "Bearer é" if how == "wrong" else "Bearer "
    answer = program.get("values")
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/json")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert {*answer.json()} == {"code", "field", "message"}


def test_a_stranger_gets_401_as_json_and_never_a_page(client: Client) -> None:
    some = {"uid": "Nothing0001", "code": "none", "key": "00000000-0000-0000-0000-000000000000"}
    for route in version_1:
        if route.name in ("api-docs", "api-nothing"):
            continue
        wanted = {name: some[name] for name in route.pattern.converters}
        answer = client.get(reverse(str(route.name), kwargs=wanted))
        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated"), route


def test_a_token_does_no_more_than_the_person() -> None:
    country = Country()
    assert {row["org_unit"] for row in Program(country.clerk()).results("values")} == {country.area.uid}
    assert Program(a_user()).results("values") == []  # no role, no district


def test_errors_are_told_in_the_language_of_the_account() -> None:
    said = {}
    for language in ("fr", "en"):
        answer = Program(a_user(Role.VIEWER, language=language)).get("denominators", year="x")
        said[language] = answer.json()["message"]
        assert answer.headers["Content-Language"] == language
    assert said == {"fr": "Saisissez un nombre entier.", "en": "Enter a whole number."}


def test_use_is_noted_at_most_once_a_minute() -> None:
    secret = make(by=a_user(), name="x", days=1).secret
    used(secret)
    first = ApiToken.objects.get().last_used_at
    assert first is not None
    used(secret)
    assert ApiToken.objects.get().last_used_at == first
    earlier = timezone.now() - timedelta(minutes=2)
    ApiToken.objects.update(last_used_at=earlier)
    used(secret)
    again = ApiToken.objects.get().last_used_at
    assert again is not None
    assert again > first


def test_tokens_are_never_logged(caplog: pytest.LogCaptureFixture) -> None:
    program = Program(a_user(Role.VIEWER))
    with caplog.at_level(logging.DEBUG):
        program.get("values", period="never")
        program.get("nowhere")
    assert program.secret not in caplog.text
    assert program.secret[7:] not in caplog.text


def test_the_page_shows_a_new_token_once(client: Client) -> None:
    client.force_login(a_user(Role.CLERK, language="en"))
    answer = client.post("/jetons/", {"name": "Excel <b>", "days": "90", "may_write": "on"}).content.decode()
    secret = answer.partition('<code class="token">')[2].partition("<")[0]
    assert used(secret) is not None
    page = client.get("/jetons/").content.decode()
    assert secret not in page
    assert "Excel &lt;b&gt;" in page
    assert "read and write" in page


def test_the_page_refuses_what_is_no_token(client: Client) -> None:
    client.force_login(a_user(Role.VIEWER))
    for sent in ({"name": "", "days": "9"}, {"name": "x", "days": "366"}, {"name": "x", "days": "1e9"}, {"name": "x"}):
        assert client.post("/jetons/", sent).status_code == 200
    assert not ApiToken.objects.exists()
    client.post("/jetons/", {"name": "x", "days": "9", "may_write": "on"})
    assert not ApiToken.objects.get().may_write  # a viewer has no such field


def test_people_revoke_their_own_tokens_and_administrators_all(client: Client) -> None:
    mine, theirs = make(by=(user := a_user()), name="mine", days=9), make(by=a_user(), name="theirs", days=9)
    client.force_login(user)
    assert client.post(f"/jetons/{theirs.token.pk}/revoquer/").status_code == 404
    assert client.get(f"/jetons/{mine.token.pk}/revoquer/").status_code == 405
    assert client.post(f"/jetons/{mine.token.pk}/revoquer/").status_code == 302
    assert (used(mine.secret), used(theirs.secret)) == (None, theirs.token)
    with pytest.raises(PermissionDenied):
        revoke(theirs.token, by=user)
    client.force_login(a_user(is_superuser=True, is_staff=True))
    chosen = {"action": "revoke_tokens", "_selected_action": [theirs.token.pk]}
    client.post("/admin/indicators/apitoken/", chosen)
    assert used(theirs.secret) is None
    assert theirs.secret not in client.get("/admin/indicators/apitoken/").content.decode()
