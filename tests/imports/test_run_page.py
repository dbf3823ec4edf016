"""The page of an import in each of its states, and the decisions that can be taken there."""

import csv
import io
import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from indicators.accounts.roles import Role
from indicators.exchange.intake import actions
from indicators.exchange.intake.queries import RunProgress
from indicators.exchange.screens import run_page
from indicators.models import DataValue, ImportRun
from tests.builders import a_user
from tests.exchange.files import record
from tests.imports.people import a_clerk, a_lead, page_of, previewed, sent, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known")]
State = ImportRun.State


def values(*records: Any) -> str:
    return json.dumps({"dataValues": list(records)})


def the_sum(page: str) -> list[int]:
    """The numbers of the sum as they stand on the page; the last is the total."""
    table = page[page.index('class="sum"') : page.index("</tfoot>")]
    return [int(number) for number in re.findall(r'class="number">([0-9]+)<', table)]


def test_a_run_under_way_can_be_followed_without_script(client: Client, monkeypatch: Any) -> None:
    a_lead(client)
    sent(client, values(record()))
    run = ImportRun.objects.get()
    page = page_of(client, "import-detail", run.pk)
    assert '<meta http-equiv="refresh" content="3">' in page
    assert "The file waits to be read." in page
    assert "http-equiv" not in page_of(client, "import-detail", run.pk, query="?suivre=non")
    ImportRun.objects.update(state=State.READING)
    monkeypatch.setattr(run_page.queries, "progress", lambda run: RunProgress("checking", 400, 1200))
    page = page_of(client, "import-detail", run.pk)
    assert '<progress max="1200" value="400"' in page
    assert "400 of 1,200 records are checked." in page
    assert "Drop the file" not in page


def test_the_preview_adds_up_and_the_button_says_how_many(client: Client) -> None:
    a_lead(client)
    taken(client, values(record(period="202501"), record(period="202502")))
    run = previewed(
        client,
        values(record(period="202501"), record(period="202502", value="9"), record(period="202503")),
        uuid="6f1c2a50-0000-4000-8000-000000000002",
    )
    page = page_of(client, "import-detail", run.pk)
    *terms, total = the_sum(page)
    assert sum(terms) == total == 3
    assert "Take everything in (3 records)" in page
    assert "Drop the file" in page
    assert DataValue.objects.count() == 2
    client.post(reverse("import-commit", args=[run.pk]))
    run.refresh_from_db()
    assert run.state == State.COMMIT_QUEUED
    assert "waits to be taken in" in page_of(client, "import-detail", run.pk)


def test_rejected_records_block_the_file_unless_one_chooses(client: Client) -> None:
    a_lead(client)
    bad = [record(period="202502", value="<b>12 abc</b>"), record(period="202503", orgUnit="Poste Xyz")]
    run = previewed(client, values(record(), *bad))
    page = page_of(client, "import-detail", run.pk)
    assert "Take everything in" not in page
    assert "Take only the 1 valid record (1 rejected stay out)" in page
    assert "“&lt;b&gt;12 abc&lt;/b&gt;” is not a number" in page
    assert "not_a_number" in page
    assert "Poste Xyz" in page
    client.post(reverse("import-commit", args=[run.pk]))  # not a choice that the page offers
    run.refresh_from_db()
    assert run.state == State.PREVIEWED
    assert "Records are rejected." in page_of(client, "import-detail", run.pk)
    client.post(reverse("import-commit", args=[run.pk]), {"valid_only": "1"})
    actions.commit(run.pk)
    run.refresh_from_db()
    assert (run.state, run.created, run.rejected, run.waiting) == (State.COMMITTED, 1, 1, 1)
    page = page_of(client, "import-detail", run.pk)
    assert "stayed out" in page
    assert "Undo this import" in page
    assert "not_a_number: 1" in page  # in the text to be copied


def test_many_problems_come_in_pages_and_as_a_file(client: Client, django_assert_max_num_queries: Any) -> None:
    a_lead(client)
    run = previewed(client, values(*(record(period="202501", value=f"x{number}") for number in range(1200))))
    with django_assert_max_num_queries(12):
        page = page_of(client, "import-detail", run.pk)
    assert "1 of " in page
    assert len(page) < 100_000
    assert "200 further problems are not listed." in page
    assert "x30" in page_of(client, "import-detail", run.pk, query="?page=2")
    answer = client.get(reverse("import-problems-csv", args=[run.pk]))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["Code", "Row", "Field", "Value", "Problem"]
    assert rows[1][:4] == ["not_a_number", "1", "value", "x0"]
    assert len(rows) == 1002
    assert rows[-1][4] == "200 further problems are not listed."


@pytest.mark.parametrize(
    ("content", "code"), [("{", "bad_json"), ('{"dataValues": [}', "bad_json"), (b"%PDF-1.7 \x00", "wrong")]
)
def test_a_refused_file_says_why(client: Client, content: Any, code: str) -> None:
    a_lead(client)
    run = previewed(client, content)
    assert run.state == State.REFUSED
    page = page_of(client, "import-detail", run.pk)
    assert "This file cannot be taken" in page
    assert code in page
    assert "Nothing was stored." in page
    assert 'class="sum"' not in page


def test_a_file_is_dropped_once(client: Client) -> None:
    a_lead(client)
    run = previewed(client, values(record()))
    client.post(reverse("import-drop", args=[run.pk]))
    page = page_of(client, "import-detail", run.pk)
    assert "The file was dropped." in page
    assert "Take everything in" not in page
    client.post(reverse("import-commit", args=[run.pk]))
    assert "has gone on meanwhile" in page_of(client, "import-detail", run.pk)
    client.post(reverse("import-drop", args=[run.pk]))
    run.refresh_from_db()
    assert run.state == State.DROPPED


def test_a_preview_that_time_has_passed_is_shown_anew(client: Client) -> None:
    a_lead(client)
    run = previewed(client, values(record(value="8")))
    taken(client, values(record(value="5")), uuid="6f1c2a50-0000-4000-8000-000000000002")
    client.post(reverse("import-commit", args=[run.pk]))
    actions.commit(run.pk)
    page = page_of(client, "import-detail", run.pk)
    assert "what is stored has changed since the preview" in page
    assert "What the file would do" in page


def test_a_file_that_is_stored_already_changes_nothing(client: Client) -> None:
    a_lead(client)
    taken(client, values(record()))
    run = taken(client, values(record()), uuid="6f1c2a50-0000-4000-8000-000000000002")
    page = page_of(client, "import-detail", run.pk)
    assert "it changed nothing" in page
    assert "Undo this import" not in page


def test_a_clerk_takes_in_their_own_file_and_a_researcher_only_looks(client: Client) -> None:
    a_clerk(client, "District 1")
    run = previewed(client, values(record(), record(period="202502", orgUnit="OrgUnit0002")))
    page = page_of(client, "import-detail", run.pk)
    assert "The organisation unit “OrgUnit0002” is not known." in page
    assert "Take only the 1 valid record" in page
    client.force_login(a_user(Role.RESEARCHER, language="en"))
    page = page_of(client, "import-detail", run.pk)
    assert "Take only" not in page
    for name in ("import-commit", "import-drop", "import-undo"):
        assert client.post(reverse(name, args=[run.pk])).status_code == 403, name


def test_an_import_of_nobody_and_of_no_number(client: Client) -> None:
    a_lead(client)
    assert client.get(reverse("import-detail", args=[77])).status_code == 404
    assert client.get("/imports/99999999999999999999999/").status_code == 404
    run = ImportRun.objects.create(file_name="command.json", state=State.FAILED, report={"problems": []})
    assert "command.json" in page_of(client, "import-detail", run.pk)
