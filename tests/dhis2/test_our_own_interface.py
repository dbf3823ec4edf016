"""Our client reads our own DHIS2-compatible interface, and what it pulls from itself changes nothing."""

from typing import Any

import pytest
from django.core.cache import cache

from indicators.exchange.dhis2.client import Client
from indicators.exchange.dhis2.credentials import credentials_of
from indicators.exchange.dhis2.pull_actions import run_pull, start_pull
from indicators.models import DataElement, DataValue, Dhis2Pull, Dhis2Server, OrgUnit
from indicators.periods import Period
from tests.dhis2_face.scene import PASSWORD, Scene, a_scene

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene(transactional_db: None, live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Scene:
    cache.clear()
    monkeypatch.setenv("DHIS2_SELF_USERNAME", "reader")
    monkeypatch.setenv("DHIS2_SELF_PASSWORD", PASSWORD)
    return a_scene()


def pulled(server: Dhis2Server, what: str) -> Dhis2Pull:
    months = {"first": Period.parse("202501"), "last": Period.parse("202503")} if what == "values" else {}
    pull = start_pull(server, what=what, by=None, tell_worker=False, **months)
    run_pull(pull.pk, seconds=None)
    pull.refresh_from_db()
    return pull


def test_it_lets_the_client_in_and_counts_its_pages(scene: Scene, live_server: Any) -> None:
    client = Client(live_server.url, credentials_of("self"))
    assert client.version()
    units = list(client.records("organisationUnits", fields="id,name,parent[id]"))
    assert {unit["id"] for unit in units} == set(OrgUnit.objects.values_list("uid", flat=True))


def test_what_it_pulls_from_itself_changes_nothing(scene: Scene, live_server: Any) -> None:
    server = Dhis2Server.objects.create(
        key="self", name="Self", url=live_server.url, data_sets=[scene.data_set.uid], root=scene.country.uid
    )
    known = [list(model.objects.order_by("pk").values()) for model in (OrgUnit, DataElement, DataValue)]
    for what in ("units", "metadata", "values"):
        pull = pulled(server, what)
        assert (pull.state, pull.error) == (Dhis2Pull.State.DONE, ""), pull.report
    assert sum(piece["read"] for piece in pull.pieces) == sum(piece["unchanged"] for piece in pull.pieces) == 7
    assert [list(model.objects.order_by("pk").values()) for model in (OrgUnit, DataElement, DataValue)] == known
