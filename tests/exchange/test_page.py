from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from indicators.accounts.roles import Role
from indicators.geography.name_actions import set_aside
from indicators.models import ImportRun, NameSetAside, RefreshJob
from indicators.values.actions import mark_everything
from tests.builders import a_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.VIEWER, 403), (Role.CLERK, 403), (Role.RESEARCHER, 200), (Role.LEAD, 200), (Role.ADMINISTRATOR, 200)],
)
def test_who_sees_imports(client: Client, role: Role, status: int) -> None:
    client.force_login(a_user(role))
    assert client.get(reverse("import-list")).status_code == status


def test_strangers_are_sent_to_sign_in(client: Client) -> None:
    assert client.get(reverse("import-list")).status_code == 302


def test_runs_and_refreshes_are_listed(client: Client, django_assert_max_num_queries: Any) -> None:
    somebody = a_user(Role.RESEARCHER)
    client.force_login(somebody)
    for number in range(30):
        counts = {"read": 1188, "created": 1188, "updated": 0, "unchanged": 0, "deleted": 0, "rejected": 0}
        ImportRun.objects.create(file_name=f"file-{number}.json", by=somebody, **counts)
    RefreshJob.objects.create(scope="changed", state="failed", error="ValueError: secret", attempts=3)
    mark_everything()
    with django_assert_max_num_queries(15):
        page = client.get(reverse("import-list")).content.decode()
    assert "file-29.json" in page
    assert "file-2.json" not in page
    assert "secret" not in page
    assert len(page) < 100_000


def test_names_that_wait_are_listed_and_led_to_those_who_assign_them(client: Client) -> None:
    set_aside({f"Poste {number}": "unknown" for number in range(30)}, purpose="boundary", origin="cercles.geojson")
    client.force_login(a_user(Role.LEAD, language="en"))
    page = client.get(reverse("import-list")).content.decode()
    assert "30 names in files are of no unit known here" in page
    assert "cercles.geojson" in page
    assert "/admin/" not in page
    client.force_login(a_user(Role.ADMINISTRATOR, is_staff=True, language="en"))
    page = client.get(reverse("import-list")).content.decode()
    row = NameSetAside.objects.order_by("name").first()
    assert row
    assert reverse("admin:indicators_namesetaside_change", args=[row.pk]) in page
    assert "All names that wait" in page


def test_a_page_without_anything(client: Client) -> None:
    client.force_login(a_user(Role.LEAD))
    assert client.get(reverse("import-list")).status_code == 200
