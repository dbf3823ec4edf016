"""An import is taken back after a question, or the newer values that stand on it are shown."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from indicators.models import DataValue, ImportRun
from tests.exchange.files import record
from tests.imports.people import a_lead, page_of, previewed, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known")]
LATER = "6f1c2a50-0000-4000-8000-000000000002"


def values(*records: Any) -> str:
    return json.dumps({"dataValues": list(records)})


def test_undoing_asks_first(client: Client) -> None:
    a_lead(client)
    run = taken(client, values(record()))
    assert "Undo this import?" in page_of(client, "import-undo", run.pk)
    assert DataValue.objects.exists()
    answer = client.post(reverse("import-undo", args=[run.pk]), follow=True)
    assert "what stood before it stands again" in answer.content.decode()
    assert not DataValue.objects.exists()
    assert "What the file did before it was undone" in answer.content.decode()


def test_newer_values_are_named_and_nothing_is_undone(client: Client) -> None:
    a_lead(client)
    run = taken(client, values(record(value="5")))
    taken(client, values(record(value="6")), uuid=LATER)
    answer = client.post(reverse("import-undo", args=[run.pk]))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Nothing was undone." in page
    assert "OrgUnit0001" in page or "Poste 1" in page
    run.refresh_from_db()
    assert run.state == ImportRun.State.COMMITTED


def test_only_what_was_taken_in_is_undone(client: Client) -> None:
    a_lead(client)
    run = previewed(client, values(record()))
    for answer in (
        client.get(reverse("import-undo", args=[run.pk]), follow=True),
        client.post(reverse("import-undo", args=[run.pk]), follow=True),
    ):
        assert "Only an import that has been taken in can be undone." in answer.content.decode()
