"""Bad requests: each gets its 4xx with code, field and sentence; none a page, none a 500, none changes anything."""

import base64
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client, override_settings
from django_otp.plugins.otp_totp.models import TOTPDevice
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory
from rest_framework.throttling import UserRateThrottle

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from indicators.accounts.token_actions import make
from indicators.api.authentication import WRONG_PASSWORDS, PasswordAuthentication
from indicators.geography.models import OrgUnit
from indicators.models import DataValue
from tests.api.given import Country, Program, a_reader
from tests.builders import a_user

LISTS = ("org-units", "org-unit-groups", "data-elements", "indicators", "values", "readings", "denominators", "imports")

NAMES = (
    "org_unit", "level", "period", "from", "to", "data_element", "since_batch", "after", "page", "page_size", "name",
    "open_on", "year", "kind", "state", "indicator", "group", "reported",
)  # fmt: skip


@pytest.fixture(autouse=True)
def no_limits() -> None:
    cache.clear()


@pytest.mark.django_db
def test_unknown_parameters_are_refused() -> None:
    program = a_reader()
    for address in (*LISTS, "batches", "values.csv", "values.xlsx", "readings.parquet"):
        for name in ("order_by", "fields", "filter[user__password__startswith]", "user__password", "expand", "format"):
            assert program.refusal(address, **{name: "password"}) == (400, "unknown_parameter", name)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("parameters", "refusal"),
    [
        ({"page": "-1"}, (400, "bad_page", "page")),
        ({"page": "0"}, (400, "bad_page", "page")),
        ({"page": "last"}, (400, "bad_page", "page")),
        ({"page": "١"}, (400, "bad_page", "page")),
        ({"page": "1" * 40}, (400, "bad_page", "page")),
        ({"page_size": "0"}, (400, "bad_page_size", "page_size")),
        ({"page_size": "1e3"}, (400, "bad_page_size", "page_size")),
        ({"level": "two"}, (400, "invalid", "level")),
        ({"level": "99999999999999999999"}, (400, "max_value", "level")),
        ({"open_on": "2024-02-30"}, (400, "invalid", "open_on")),
        ({"code": "a\0b"}, (400, "control_char", "code")),
        ({"org_unit": "Nowhere0001"}, (404, "unknown_org_unit", "org_unit")),
        ({"level": ["1", "2"]}, (400, "repeated_parameter", "level")),
    ],
)
def test_parameters_without_such_a_value_are_refused(parameters: dict[str, Any], refusal: tuple[object, ...]) -> None:
    assert a_reader().refusal("org-units", **parameters) == refusal


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("parameters", "refusal"),
    [
        ({"period": "202413"}, (400, "bad_period", "period")),
        ({"from": "never"}, (400, "bad_period", "from")),
        ({"to": "2024Q5"}, (400, "bad_period", "to")),
        ({"data_element": "Nothing0001"}, (404, "unknown_data_element", "data_element")),
        ({"data_element": ",".join(f"E{n}" for n in range(201))}, (400, "too_many", "data_element")),
        ({"after": "1-2-3"}, (400, "bad_after", "after")),
        ({"after": "1-2-3-4-x"}, (400, "bad_after", "after")),
        ({"since_batch": "-1"}, (400, "min_value", "since_batch")),
        ({"page": "1"}, (400, "unknown_parameter", "page")),
    ],
)
def test_values_refuse_what_they_cannot_be_asked(parameters: dict[str, Any], refusal: tuple[object, ...]) -> None:
    assert a_reader().refusal("values", **parameters) == refusal


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("parameters", "refusal"),
    [
        ({}, (400, "required", "from")),
        ({"from": "202401"}, (400, "required", "to")),
        ({"from": "202401", "to": "2024Q1"}, (400, "bad_period", "to")),
        ({"from": "202402", "to": "202401"}, (400, "bad_period", "to")),
        ({"from": "190001", "to": "210012"}, (400, "too_many", "period")),
        ({"period": "2024W3"}, (400, "bad_period", "period")),
        ({"period": ","}, (400, "required", "period")),
        ({"period": "2024", "to": "2024"}, (400, "bad_period", "to")),
        ({"period": "2024", "indicator": "none"}, (404, "unknown_indicator", "indicator")),
        ({"period": "2024", "level": "x"}, (400, "bad_level", "level")),
    ],
)
def test_readings_refuse_what_they_cannot_be_asked(parameters: dict[str, Any], refusal: tuple[object, ...]) -> None:
    Country()
    for address in ("readings", "readings.csv", "readings.xlsx", "readings.parquet"):
        assert a_reader().refusal(address, **parameters) == refusal


@pytest.mark.django_db
def test_a_page_beyond_the_last_is_empty_and_a_page_is_never_too_large() -> None:
    country = Country()
    OrgUnit.objects.bulk_create(
        OrgUnit(uid=f"Many{n:07d}", name=str(n), level=2, parent=country.country, path=country.country.path)
        for n in range(1001)
    )
    beyond = a_reader().get("org-units", page=99_999_999).json()
    assert (beyond["results"], beyond["next"], beyond["previous"]) == ([], None, None)
    large = a_reader().get("org-units", page_size=1_000_000).json()
    assert (len(large["results"]), large["count"]) == (1000, 1006)
    assert "page=2" in large["next"]


@pytest.mark.django_db
def test_rows_of_another_district_do_not_exist_for_a_clerk() -> None:
    country = Country()
    clerk = Program(country.clerk())
    assert clerk.get(f"org-units/{country.far.uid}").status_code == 404
    unknown = clerk.get("values", org_unit="Nowhere0001").json()
    foreign = clerk.get("values", org_unit=country.far.uid).json()
    assert foreign["code"] == unknown["code"] == "unknown_org_unit"
    assert foreign["message"].replace(country.far.uid, "") == unknown["message"].replace("Nowhere0001", "")
    for address in ("values.csv", "values.parquet", "denominators", "org-units"):
        assert clerk.refusal(address, org_unit=country.far.uid)[0] == 404
    units = {row["org_unit"] for row in clerk.results("readings", period="2025", indicator="dtp1_doses")}
    assert units == {country.district.uid, country.area.uid}
    assert country.far.uid.encode() not in b"".join(clerk.get("values.csv").streaming_content)


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["' OR 1=1--", "{{7*7}}", "${jndi:ldap://x}", "%", "_", "\\", "<script>"])
def test_text_is_compared_as_text(text: str) -> None:
    Country()
    assert a_reader().results("org-units", name=text) == []
    assert a_reader().refusal("values", org_unit=text)[:2] == (404, "unknown_org_unit")


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace", "options"])
def test_reading_addresses_only_read(method: str) -> None:
    Country()
    program = Program(a_user(Role.LEAD), may_write=True)
    for address in (*LISTS, "values.csv"):
        headers = {**program.headers, "X-HTTP-Method-Override": "GET"}
        answer = getattr(program.client, method)(f"/api/v1/{address}", headers=headers)
        assert answer.status_code == 405, address
        assert answer.json()["code"] == "method_not_allowed"
    assert DataValue.objects.count() == 3
    assert program.client.head("/api/v1/values", headers=program.headers).status_code == 200
    overridden = program.client.get("/api/v1/values", headers={**program.headers, "X-HTTP-Method-Override": "DELETE"})
    assert overridden.status_code == 200


@pytest.mark.django_db
def test_a_session_reads_and_its_end_is_401(client: Client) -> None:
    Country()
    client.force_login(a_user(Role.VIEWER))
    assert client.get("/api/v1/values").status_code == 200
    client.logout()
    assert client.get("/api/v1/values").status_code == 401


@pytest.mark.django_db
def test_an_address_that_leads_nowhere_is_told_in_json() -> None:
    for address in ("nowhere", "values/1", "", "org-units/x/y", "imports/not-a-key"):
        answer = a_reader().get(address)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), address


@pytest.mark.django_db
def test_who_asks_too_often_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    Country()
    monkeypatch.setattr(UserRateThrottle, "rate", "2/min", raising=False)
    program = a_reader()
    codes = [program.get("values").status_code for _time in range(3)]
    assert codes == [200, 200, 429]
    answer = program.get("values")
    assert answer.json()["code"] == "throttled"
    assert int(answer.headers["Retry-After"]) > 0
    assert a_reader().get("values").status_code == 200


@pytest.mark.django_db
def test_wrong_passwords_lock_the_name_whatever_the_headers_say() -> None:
    user = a_user(Role.VIEWER)

    def tried(password: str, number: int = 0) -> object:
        sent = base64.b64encode(f"{user.username}:{password}".encode()).decode()
        headers = {"HTTP_AUTHORIZATION": f"Basic {sent}", "HTTP_X_FORWARDED_FOR": f"1.1.1.{number}"}
        found = PasswordAuthentication().authenticate(Request(APIRequestFactory().get("/", **headers)))
        return found and found[0]

    assert tried("a long test password") == user
    assert tried(make(by=user, name="x", days=1).secret) == user
    with pytest.raises(AuthenticationFailed):
        tried(make(by=a_user(), name="x", days=1).secret)
    for number in range(WRONG_PASSWORDS):
        with pytest.raises(AuthenticationFailed):
            tried("wrong", number)
    with pytest.raises(Throttled):
        tried("a long test password", 99)
    cache.clear()
    user.is_active = False
    user.save()
    with pytest.raises(AuthenticationFailed):
        tried("a long test password")


@pytest.mark.django_db
def test_a_password_alone_is_no_way_around_the_second_factor() -> None:
    def tried(user: User, password: str) -> object:
        sent = base64.b64encode(f"{user.username}:{password}".encode()).decode()
        request = Request(APIRequestFactory().get("/", HTTP_AUTHORIZATION=f"Basic {sent}"))
        found = PasswordAuthentication().authenticate(request)
        return found and found[0]

    lead, clerk, own = a_user(Role.LEAD), a_user(Role.CLERK), a_user(Role.CLERK)
    assert tried(lead, "a long test password") == lead  # a demonstration asks nobody for a second factor
    TOTPDevice.objects.create(user=own, confirmed=True)
    assert tried(clerk, "a long test password") == clerk
    for user in (lead, own):
        with pytest.raises(AuthenticationFailed), override_settings(SECOND_FACTOR_REQUIRED=True):
            tried(user, "a long test password")
        assert tried(user, make(by=user, name="x", days=1).secret) == user


@pytest.mark.django_db
def test_an_error_nobody_foresaw_is_no_answer_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indicators.api.values_views.described", lambda rows: 1 / 0)
    program = a_reader()
    with pytest.raises(ZeroDivisionError):
        program.get("values")
    program.client.raise_request_exception = False
    with override_settings(DEBUG=False):
        assert program.get("values").status_code == 500


class AnyText(TestCase):
    """No text in any parameter makes a 500."""

    @settings(max_examples=60)
    @given(
        address=st.sampled_from(LISTS),
        name=st.sampled_from(NAMES),
        text=st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.integers().map(str),
    )
    def test_no_text_breaks_it(self, address: str, name: str, text: str) -> None:
        cache.clear()
        self.client.force_login(a_user(Role.VIEWER))
        answer = self.client.get(f"/api/v1/{address}", {name: text})
        assert answer.status_code in (200, 400, 404), answer.content
        assert answer.status_code == 200 or {"code", "field", "message"} <= {*answer.json()}
