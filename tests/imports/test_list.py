"""The list of imports: who sees what, filters that can be shared, the same as a file."""

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from indicators.accounts.roles import Role
from indicators.geography.name_actions import set_aside
from indicators.models import Batch, ImportRun, RefreshJob, User
from indicators.values.actions import mark_everything
from tests.builders import a_user
from tests.imports.people import a_clerk, a_lead, page_of

pytestmark = pytest.mark.django_db
State = ImportRun.State


def a_run(name: str, by: User | None = None, state: str = State.COMMITTED, **fields: Any) -> ImportRun:
    return ImportRun.objects.create(**{"file_name": name, "by": by, "state": state, "read": 3, "created": 3} | fields)


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.VIEWER, 403), (Role.CLERK, 200), (Role.RESEARCHER, 200), (Role.LEAD, 200), (Role.ADMINISTRATOR, 200)],
)
def test_who_sees_imports(client: Client, role: Role, status: int) -> None:
    client.force_login(a_user(role))
    assert client.get(reverse("import-list")).status_code == status
    assert client.get(reverse("import-list-csv")).status_code == status


def test_strangers_are_sent_to_sign_in(client: Client) -> None:
    assert client.get(reverse("import-list")).status_code == 302


def test_clerks_see_their_own_files_and_the_way_there(client: Client) -> None:
    somebody = a_user(Role.LEAD)
    clerk = a_clerk(client)
    a_run("mine.json", clerk)
    other = a_run("not-mine.json", somebody)
    page = page_of(client, "import-list")
    assert "mine.json" in page
    assert "not-mine.json" not in page
    assert 'name="par"' not in page
    assert f'href="{reverse("import-list")}" aria-current="page"' in page
    assert "not-mine.json" not in page_of(client, "import-list-csv")
    for name in ("import-detail", "import-problems-csv", "import-undo", "import-mapping"):
        assert client.get(reverse(name, args=[other.pk])).status_code == 404, name
    for name in ("import-commit", "import-drop", "import-undo", "import-mapping"):
        assert client.post(reverse(name, args=[other.pk])).status_code == 404, name


def test_the_list_takes_as_many_queries_for_thirty_as_for_one(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    somebody = a_lead(client)
    for number in range(30):
        batch = Batch.objects.create(origin=Batch.Origin.IMPORT, by=somebody)
        a_run(f"file-{number}.json", somebody, batch=batch, report={"problems": []})
    RefreshJob.objects.create(scope="changed", state="failed", error="ValueError: secret", attempts=3)
    mark_everything()
    with django_assert_max_num_queries(18):
        page = page_of(client, "import-list")
    assert "file-29.json" in page
    assert "file-2.json" not in page
    assert "secret" not in page
    assert len(page) < 100_000


def test_the_filters_stand_in_the_address_and_hold_for_the_file(client: Client) -> None:
    lead, other = a_lead(client), a_user(Role.CLERK)
    old = a_run("old.json", lead, kind="dhis2_json")
    ImportRun.objects.filter(pk=old.pk).update(at="2025-01-15T12:00:00Z")
    a_run("refused.csv", other, State.REFUSED, read=0, created=0)
    a_run("=cmd().json", other, kind="dhis2_csv")
    expected = {
        "?etat=refused": {"refused.csv"},
        f"?par={other.pk}": {"refused.csv", "=cmd().json"},
        "?fichier=OLD": {"old.json"},
        "?au=2025-02-01": {"old.json"},
        "?du=2025-02-01&format=dhis2_csv": {"=cmd().json"},
        "?etat=nonsense": {"old.json", "refused.csv", "=cmd().json"},
        "?du=2025-99-99&page=-7": {"old.json", "refused.csv", "=cmd().json"},
    }
    for query, files in expected.items():
        page = page_of(client, "import-list", query=query)
        assert {name for name in ("old.json", "refused.csv", "=cmd().json") if f">{name}</a>" in page} == files, query
    content = client.get(reverse("import-list-csv") + "?format=dhis2_csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content)))
    assert [row[1] for row in rows] == ["File", "'=cmd().json"]
    assert rows[1][7:9] == ["3", "3"]


def test_only_what_stands_can_be_undone_from_the_list(client: Client) -> None:
    lead = a_lead(client)
    batch = Batch.objects.create(origin=Batch.Origin.IMPORT, by=lead)
    taken, undone = a_run("a.json", lead, batch=batch), a_run("b.json", lead, State.UNDONE, batch=batch)
    page = page_of(client, "import-list")
    assert reverse("import-undo", args=[taken.pk]) in page
    assert reverse("import-undo", args=[undone.pk]) not in page
    client.force_login(a_user(Role.RESEARCHER, language="en"))
    assert reverse("import-undo", args=[taken.pk]) not in page_of(client, "import-list")
    assert client.get(reverse("import-undo", args=[taken.pk])).status_code == 403


def test_names_that_wait_are_counted(client: Client) -> None:
    set_aside({f"Poste {number}": "unknown" for number in range(30)}, purpose="boundary", origin="cercles.geojson")
    a_lead(client)
    assert "Names that wait (30)" in page_of(client, "import-list")


def test_pages_without_anything(client: Client) -> None:
    a_lead(client)
    page = page_of(client, "import-list")
    assert "No file has been imported yet." in page
    assert reverse("import-upload") in page
    assert "No file matches" in page_of(client, "import-list", query="?fichier=x")


def test_wrong_methods_are_told_so(client: Client) -> None:
    run = a_run("a.json", a_lead(client))
    for name in ("import-list", "import-list-csv", "import-names"):
        assert client.post(reverse(name)).status_code == 405, name
    for name in ("import-detail", "import-problems-csv"):
        assert client.post(reverse(name, args=[run.pk])).status_code == 405, name
    for name in ("import-commit", "import-drop"):
        assert client.get(reverse(name, args=[run.pk])).status_code == 405, name
    for name in ("import-undo", "import-mapping"):
        assert client.put(reverse(name, args=[run.pk])).status_code == 405, name
