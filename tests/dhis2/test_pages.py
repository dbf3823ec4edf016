"""The page of the servers and their back office: what to do is said, secrets are not."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from indicators.accounts.roles import Role
from indicators.exchange.dhis2.admin import ServerForm
from indicators.models import Dhis2Pull, Dhis2Server, ImportRun
from indicators.periods import Period
from tests.builders import a_user

pytestmark = pytest.mark.django_db
CANARY = "d2pat_CanaryInTheMine0123456789"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Dhis2Server:
    monkeypatch.setenv("DHIS2_HMIS_TOKEN", CANARY)
    return Dhis2Server.objects.create(
        key="hmis", name="HMIS", url="https://hmis.example/dhis", data_sets=["DataSet0001"], every_hours=24
    )


def page(client: Client, role: Role = Role.LEAD) -> str:
    client.force_login(a_user(role, language="en"))
    return client.get(reverse("dhis2-server-list")).content.decode()


@pytest.mark.parametrize(
    ("role", "sees", "pulls"),
    [
        (Role.VIEWER, 403, 403),
        (Role.CLERK, 403, 403),
        (Role.RESEARCHER, 200, 403),
        (Role.LEAD, 200, 302),
        (Role.ADMINISTRATOR, 200, 302),
    ],
)
def test_who_sees_and_who_pulls(client: Client, server: Dhis2Server, role: Role, sees: int, pulls: int) -> None:
    client.force_login(a_user(role))
    answer = client.get(reverse("dhis2-server-list"))
    assert answer.status_code == sees
    address = reverse("dhis2-pull", args=[server.pk])
    assert (address in answer.content.decode()) is (pulls == 302)
    assert client.post(address, {"what": "values"}).status_code == pulls
    assert Dhis2Pull.objects.exists() is (pulls == 302)
    assert client.get(address).status_code == 405


def test_what_was_pulled_is_shown(client: Client, server: Dhis2Server, django_assert_max_num_queries: Any) -> None:
    for number in range(3):
        other = Dhis2Server.objects.create(key=f"s{number}", name=f"S {number}", url="https://s.example")
        other.pulls.create(what="values")
    months = {"first": Period.parse("202501").code, "last": Period.parse("202512").code}
    piece = {"read": 600, "created": 500, "updated": 40, "unchanged": 30, "deleted": 0, "rejected": 30, "waiting": 0}
    pull = server.pulls.create(what="values", state="done", total=12, pieces=[piece, piece], **months)
    pull.runs.add(ImportRun.objects.create(file_name="a", state="previewed"), ImportRun.objects.create(file_name="b"))
    unknown = {"code": "missing_parent", "row": 2, "field": "parent", "value": "Nowhere<b>1"}
    server.pulls.create(
        what="units", state="failed", report={"failure": {"code": "not_taken", "value": "1"}, "problems": [unknown]}
    )
    again = (timezone.now()).isoformat()
    report = {"failure": {"code": "server_error", "value": "503"}, "again_at": again}
    server.pulls.create(what="metadata", state="queued", total=4, report=report)
    page(client)
    with django_assert_max_num_queries(10):
        shown = client.get(reverse("dhis2-server-list")).content.decode()
    assert "1,200" in shown
    assert "1 import waits for a person" in shown
    assert "nothing of it was written. Problems: 1." in shown
    assert "Nowhere&lt;b&gt;1" in shown
    assert "The server is in trouble (503)." in shown
    assert "Tried again at" in shown
    assert "values next at" in shown
    assert 'http-equiv="refresh"' in shown
    assert CANARY not in shown
    assert len(shown) < 100_000


def test_what_is_missing_is_named_and_nothing_is_offered(
    client: Client, server: Dhis2Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DHIS2_HMIS_TOKEN")
    shown = page(client)
    assert "Set these environment variables: DHIS2_HMIS_TOKEN" in shown
    assert reverse("dhis2-pull", args=[server.pk]) not in shown
    answer = client.post(reverse("dhis2-pull", args=[server.pk]), {"what": "values"}, follow=True)
    assert "Credentials are missing" in answer.content.decode()
    assert not Dhis2Pull.objects.exists()


def test_a_password_in_the_address_is_shown_to_nobody(client: Client, server: Dhis2Server) -> None:
    Dhis2Server.objects.update(url=f"https://admin:{CANARY}@hmis.example")
    shown = page(client)
    assert CANARY not in shown
    assert "hold no account, password" in shown


@pytest.mark.parametrize(
    "asked", [{"what": "everything"}, {}, {"what": "values", "first": "2025"}, {"what": "values", "last": "x" * 5000}]
)
def test_what_makes_no_sense_is_refused_with_a_sentence(
    client: Client, server: Dhis2Server, asked: dict[str, str]
) -> None:
    client.force_login(a_user(Role.LEAD))
    answer = client.post(reverse("dhis2-pull", args=[server.pk]), asked, follow=True)
    assert answer.status_code == 200
    assert "flag" in answer.content.decode()
    assert not Dhis2Pull.objects.exists()


def test_months_can_be_named(client: Client, server: Dhis2Server) -> None:
    client.force_login(a_user(Role.LEAD))
    for _ in range(2):
        months = {"what": "values", "first": "2025-01", "last": "202503"}
        client.post(reverse("dhis2-pull", args=[server.pk]), months)
    pull = Dhis2Pull.objects.get()
    assert (pull.first, pull.last) == (Period.parse("202501").code, Period.parse("202503").code)
    assert client.post(reverse("dhis2-pull", args=[99]), {"what": "values"}).status_code == 404


def test_without_servers_the_page_says_what_to_do(client: Client) -> None:
    assert "No server is known yet." in page(client)
    client.force_login(a_user(Role.ADMINISTRATOR, is_staff=True, is_superuser=True, language="en"))
    assert reverse("admin:indicators_dhis2server_add") in client.get(reverse("dhis2-server-list")).content.decode()


def test_the_back_office_shows_names_of_variables_and_no_secret(client: Client, server: Dhis2Server) -> None:
    client.force_login(a_user(Role.ADMINISTRATOR, is_staff=True, is_superuser=True, language="en"))
    server.pulls.create(what="values", error="unauthorised")
    for name in ("dhis2server", "dhis2pull"):
        shown = client.get(reverse(f"admin:indicators_{name}_changelist"))
        assert shown.status_code == 200
        row = (server if name == "dhis2server" else Dhis2Pull.objects.get()).pk
        one = client.get(reverse(f"admin:indicators_{name}_change", args=[row]))
        assert one.status_code == 200
        assert CANARY not in shown.content.decode() + one.content.decode()
    assert "set in the environment" in client.get(reverse("admin:indicators_dhis2server_changelist")).content.decode()
    assert "DHIS2_KEY_TOKEN" in client.get(reverse("admin:indicators_dhis2server_add")).content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", f"https://admin:{CANARY}@hmis.example"),
        ("url", "ftp://hmis.example"),
        ("url", "https://hmis.example/?a=b"),
        ("data_sets", '["DataSet0001", 7]'),
        ("data_sets", '{"a": 1}'),
        ("data_sets", '["too short"]'),
        ("root", "nowhere"),
    ],
)
def test_settings_that_cannot_work_are_refused(field: str, value: str) -> None:
    good = {"key": "a", "name": "A", "url": "https://hmis.example/dhis/", "months_back": "3", "every_hours": "0"}
    form = ServerForm(good | {"data_sets": '["DataSet0001", "DataSet0001"]', "root": "RootUnit001"})
    assert form.is_valid(), form.errors
    assert (form.cleaned_data["url"], form.cleaned_data["data_sets"]) == ("https://hmis.example/dhis", ["DataSet0001"])
    form = ServerForm(good | {field: value})
    assert not form.is_valid()
    assert CANARY not in str(form.errors)
