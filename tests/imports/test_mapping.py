"""A table of one's own: what its columns hold is said once, seen, and kept."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from indicators.exchange.intake import actions
from indicators.exchange.screens.table_look import look
from indicators.models import ColumnMapping, ImportRun
from tests.exchange.files import ELEMENT, record
from tests.imports.people import TABLE, a_clerk, a_lead, page_of, previewed, sent, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known")]
State = ImportRun.State
CHOSEN: dict[str, Any] = {
    "header_row": "1", "first_row": "0", "shape": "wide", "periods": "named", "dates": "", "length": "month",
    "decimal": "", "thousands": "", "missing": "ND; N/A", "unit": "", "period": "", "element": "", "attribute": "",
    "unit_scheme": "name", "element_scheme": "any", "encoding": "", "delimiter": "",
    "role-0": "unit", "role-1": "period", "role-2": "value", "element-2": ELEMENT, "name": "",
}  # fmt: skip


def a_table(client: Client, content: str = TABLE, **fields: Any) -> ImportRun:
    run = previewed(client, content, "doses.csv", **fields)
    assert run.state == State.REFUSED
    assert run.report["problems"][0]["code"] == "no_mapping"
    return run


def chosen(client: Client, run: ImportRun, do: str, **changes: Any) -> Any:
    return client.post(reverse("import-mapping", args=[run.pk]), CHOSEN | {"do": do} | changes)


def test_an_unknown_table_leads_to_its_columns_with_a_proposal(client: Client) -> None:
    a_clerk(client, "District 1", "District 2")
    run = a_table(client)
    assert reverse("import-mapping", args=[run.pk]) in page_of(client, "import-detail", run.pk)
    page = page_of(client, "import-mapping", run.pk)
    assert "Structure" in page
    assert "01/2025" in page
    unit = page[page.index('name="role-0"') :]
    assert '<option value="unit" selected>' in unit[: unit.index("</select>")]


def test_the_first_rows_are_shown_as_they_would_become(client: Client) -> None:
    a_lead(client)
    run = a_table(client)
    page = chosen(client, run, "preview").content.decode()
    assert "What the first rows become" in page
    made = page[page.index('aria-labelledby="made"') :]
    assert "202501" in made
    assert ELEMENT in made
    run.refresh_from_db()
    assert run.state == State.REFUSED


def test_the_table_is_read_as_chosen_and_the_choice_kept(client: Client) -> None:
    a_lead(client)
    run = a_table(client)
    answer = chosen(client, run, "read", name="Doses du mois")
    assert answer.headers["Location"] == reverse("import-detail", args=[run.pk])
    saved = ColumnMapping.objects.get()
    run.refresh_from_db()
    assert (run.state, run.mapping, run.kind) == (State.QUEUED, saved, "table")
    assert run.options["mapping"]["unit_scheme"] == "name"
    actions.preview(run.pk)
    run.refresh_from_db()
    assert (run.state, run.created, run.rejected) == (State.PREVIEWED, 2, 0)
    later = "6f1c2a50-0000-4000-8000-000000000002"
    assert sent(client, TABLE, "next.csv", later, mapping=saved.pk).status_code == 302
    latest = ImportRun.objects.latest("pk")
    actions.preview(latest.pk)
    latest.refresh_from_db()
    assert (latest.state, latest.created) == (State.PREVIEWED, 2)


def test_errors_stand_beside_the_field_and_nothing_typed_is_lost(client: Client) -> None:
    a_lead(client)
    run = a_table(client)
    changes = {
        "role-1": "unit",
        "missing": "0",
        "element-2": "DTC1 typed",
        "name": "Mine",
        "decimal": ",",
        "thousands": ",",
    }
    answer = chosen(client, run, "read", **changes)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "a zero is a number" in page
    assert 'value="DTC1 typed"' in page
    assert 'value="Mine"' in page
    page = chosen(client, run, "read", **changes | {"missing": "ND"}).content.decode()
    assert "Two columns have the role “organisation unit”" in page
    assert "the decimal sign are the same" in page
    assert not ColumnMapping.objects.exists()
    run.refresh_from_db()
    assert run.state == State.REFUSED


@pytest.mark.parametrize(
    "changes",
    [
        {"header_row": "x"}, {"header_row": "-1"}, {"header_row": "900"}, {"header_row": "9" * 40}, {"shape": "round"},
        {"first_row": "1"}, {"role-0": "nonsense"}, {"delimiter": "x"}, {"encoding": "klingon"}, {"delimiter": "tab"},
        {"sheet": "../../etc"}, {"element-2": "x" * 500}, {"unit": "\x00"}, {"name": "n" * 500}, {"header_row": "0"},
        {"missing": ";".join(["x" * 41])}, {"role-2": "ignored"}, {"encoding": "utf-16-le"},
    ],
)  # fmt: skip
def test_nonsense_is_answered_with_the_page(client: Client, changes: dict[str, str]) -> None:
    a_lead(client)
    run = a_table(client)
    for do in ("preview", "read", "what"):
        assert chosen(client, run, do, **changes).status_code in (200, 302)
    assert client.post(reverse("import-mapping", args=[run.pk]), {}).status_code in (200, 302)


def test_a_name_that_is_taken_is_replaced_only_by_choice_and_by_who_may(client: Client) -> None:
    lead = a_lead(client)
    stored = ColumnMapping.objects.create(name="Doses", by=lead, spec={"shape": "long"})
    run = a_table(client)
    assert "A mapping of this name exists." in chosen(client, run, "read", name="Doses").content.decode()
    a_clerk(client, "District 1")
    own = a_table(client, uuid="6f1c2a50-0000-4000-8000-000000000002")
    answer = chosen(client, own, "read", name="Doses", replace="on")
    assert "Somebody else has a mapping of this name." in answer.content.decode()
    client.force_login(lead)
    assert chosen(client, run, "read", name="Doses", replace="on").status_code == 302
    stored.refresh_from_db()
    assert stored.spec["shape"] == "wide"


def test_a_saved_mapping_begins_the_page(client: Client) -> None:
    lead = a_lead(client)
    run = a_table(client)
    chosen(client, run, "read", name="Doses")
    other = a_table(client, uuid="6f1c2a50-0000-4000-8000-000000000002")
    saved = ColumnMapping.objects.get()
    assert saved.by == lead
    page = page_of(client, "import-mapping", other.pk, query=f"?modele={saved.pk}")
    assert 'value="ND; N/A"' in page
    for nonsense in ("x", "9" * 30, "77", "²"):
        page_of(client, "import-mapping", other.pk, query=f"?modele={nonsense}")


def test_only_an_open_table_has_columns(client: Client) -> None:
    a_lead(client)
    run = taken(client, json.dumps({"dataValues": [record()]}))
    its_page = reverse("import-detail", args=[run.pk])
    assert client.get(reverse("import-mapping", args=[run.pk])).headers["Location"] == its_page
    assert client.post(reverse("import-mapping", args=[run.pk]), CHOSEN).headers["Location"] == its_page
    table = a_table(client, uuid="6f1c2a50-0000-4000-8000-000000000002")
    Path(table.content.path).unlink()
    for answer in (
        client.get(reverse("import-mapping", args=[table.pk]), follow=True),
        client.post(reverse("import-mapping", args=[table.pk]), CHOSEN, follow=True),
    ):
        assert "The file of this import is no longer kept." in answer.content.decode()


def test_a_table_that_cannot_be_shown_says_why(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"%PDF-1.7")
    seen = look(path, {"sheet": "", "encoding": "", "delimiter": "", "spec": None})
    assert seen.problem
    assert not seen.lines
    gone = look(tmp_path / "gone", {"sheet": "", "encoding": "", "delimiter": "", "spec": None})
    assert gone.problem
