"""A file is sent once, whatever the browser does, and never makes the site fall."""

import json
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from indicators.accounts.roles import Role
from indicators.exchange.intake import actions
from indicators.models import ColumnMapping, ImportRun
from tests.builders import a_user
from tests.exchange.files import record
from tests.imports.people import TABLE, UUID, a_clerk, a_lead, page_of, sent

pytestmark = pytest.mark.django_db
VALUES = json.dumps({"dataValues": [record()]})


def test_a_file_is_kept_and_waits_for_its_preview(client: Client) -> None:
    by = a_lead(client)
    assert 'enctype="multipart/form-data"' in page_of(client, "import-upload")
    assert "At most 512 MB" in page_of(client, "import-upload")
    answer = sent(client, VALUES, org_unit="code")
    run = ImportRun.objects.get()
    assert answer.headers["Location"] == reverse("import-detail", args=[run.pk])
    assert (run.state, run.by, run.file_name, run.kind) == (ImportRun.State.QUEUED, by, "values.json", "")
    assert run.options["schemes"] == {"org_unit": "code", "data_element": "any", "option": "any"}
    assert run.content.read().decode() == VALUES


def test_a_form_sent_twice_makes_one_run(client: Client) -> None:
    a_lead(client)
    first, second = sent(client, VALUES), sent(client, VALUES)
    assert first.headers["Location"] == second.headers["Location"]
    assert ImportRun.objects.count() == 1


def test_the_form_of_somebody_else_is_not_theirs(client: Client) -> None:
    a_lead(client)
    sent(client, VALUES)
    a_clerk(client)
    answer = sent(client, VALUES)
    assert answer.status_code == 409
    assert ImportRun.objects.count() == 1


def test_too_many_at_once_are_told_to_wait(client: Client) -> None:
    a_lead(client)
    for _ in range(actions.AT_ONCE):
        assert sent(client, VALUES, uuid=str(uuid.uuid4())).status_code == 302
    for _ in range(actions.AT_ONCE, 10):
        answer = sent(client, VALUES, uuid=str(uuid.uuid4()), org_unit="name")
        assert answer.status_code == 429
    page = answer.content.decode()
    assert "Too many of your files are on their way" in page
    assert '<option value="name" selected>' in page
    assert answer.headers["Retry-After"]
    assert ImportRun.objects.count() == actions.AT_ONCE


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"file": ""}, "This field is required."),
        ({"client_uuid": ""}, "The form did not arrive whole. Send it again."),
        ({"client_uuid": "x"}, "The form did not arrive whole. Send it again."),
        ({"mapping": "77"}, "Select a valid choice."),
        ({"option": "guess"}, "Select a valid choice."),
    ],
)
def test_a_bad_form_says_why(client: Client, fields: dict[str, str], sentence: str) -> None:
    a_lead(client)
    answer = sent(client, VALUES, **fields)
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_an_empty_or_huge_file_is_refused_beside_the_field(client: Client, monkeypatch: Any) -> None:
    a_lead(client)
    assert "empty" in sent(client, "").content.decode()
    monkeypatch.setattr(actions, "LARGEST_UPLOAD", 10)
    answer = sent(client, VALUES)
    assert "The file is larger than" in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_a_name_is_only_shown_never_a_path(client: Client) -> None:
    a_lead(client)
    sent(client, VALUES, name="../../etc/x\u202efdp.<script>.exe")
    run = ImportRun.objects.get()
    assert "\u202e" not in run.file_name
    assert run.content.name == f"imports/{UUID}"
    page = page_of(client, "import-detail", run.pk)
    assert "<script>.exe" not in page
    assert "&lt;script&gt;.exe" in page


def test_a_saved_mapping_comes_with_the_file(client: Client) -> None:
    by = a_lead(client)
    saved = ColumnMapping.objects.create(name="Doses", by=by, spec={"unit_scheme": "name", "shape": "wide"})
    sent(client, TABLE, "doses.csv", mapping=saved.pk)
    run = ImportRun.objects.get()
    assert (run.mapping, run.kind, run.options["mapping"]) == (saved, "table", saved.spec)
    assert run.options["schemes"] == {"option": "any"}  # the mapping says the others


@pytest.mark.parametrize("role", [Role.VIEWER, Role.RESEARCHER])
def test_who_may_not_import_meets_no_form(client: Client, role: Role) -> None:
    client.force_login(a_user(role))
    assert client.get(reverse("import-upload")).status_code == 403
    assert sent(client, VALUES).status_code == 403
