"""What the clients send comes in through the same pipeline as a file, and the answer is DHIS2's import summary."""

from collections.abc import Iterator
from typing import Any

import pytest
from dhis2 import Api, RequestException, import_response_ok
from dhis2_client import DHIS2Client
from dhis2_client.errors import DHIS2HTTPError

from indicators.models import DataValue, ImportRun, ValueComment
from tests.dhis2_face.scene import PASSWORD, Scene

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("in_english")]


@pytest.fixture
def api(live_scene: Scene, live_server: Any) -> Iterator[Api]:
    api = Api(live_server.url, "writer", PASSWORD)
    with api.session:
        yield api


@pytest.fixture
def client(live_scene: Scene, live_server: Any) -> Iterator[DHIS2Client]:
    client = DHIS2Client(live_server.url, username="writer", password=PASSWORD)
    yield client
    client.close()


def values_of(*cells: tuple[str, str, str, str]) -> dict[str, Any]:
    keys = ("dataElement", "period", "orgUnit", "value")
    return {"dataValues": [dict(zip(keys, cell, strict=True)) for cell in cells]}


NEW = ("ElementDtp1", "202504", "FacNorthAaa", "12")
CHANGED = ("ElementDtp1", "202501", "FacNorthAaa", "11")
BAD = ("ElementDtp1", "202504", "FacNorthBbb", "12 abc")


def test_dhis2_py_sends_values_and_finds_the_import_in_order(api: Api) -> None:
    answer = api.post("dataValueSets", json=values_of(NEW, CHANGED)).json()
    assert import_response_ok(answer)
    assert answer["response"]["status"] == "SUCCESS"
    assert answer["response"]["importCount"] == {"imported": 1, "updated": 1, "ignored": 0, "deleted": 0}
    assert DataValue.objects.get(period=320250401).value == 12
    run = ImportRun.objects.get()
    assert (run.by.username if run.by else "", run.state) == ("writer", "committed")
    again = api.post("dataValueSets", json=values_of(NEW, CHANGED)).json()
    assert again["response"]["importCount"] == {"imported": 0, "updated": 0, "ignored": 2, "deleted": 0}
    assert again["response"]["unchanged"] == 2
    assert again["httpStatusCode"] == 200


def test_one_bad_value_and_nothing_goes_in(api: Api) -> None:
    with pytest.raises(RequestException) as error:
        api.post("dataValueSets", json=values_of(NEW, BAD))
    assert error.value.code == 409
    assert "12 abc" in error.value.description
    assert not DataValue.objects.filter(period=320250401).exists()


def test_the_good_ones_go_in_where_the_sender_says_so(client: DHIS2Client) -> None:
    with pytest.raises(DHIS2HTTPError) as error:
        client.post("/api/dataValueSets", params={"atomicMode": "NONE"}, json=values_of(NEW, BAD))
    assert error.value.status_code == 409
    summary = error.value.payload["response"]
    assert (summary["status"], summary["importCount"]["imported"], summary["importCount"]["ignored"]) == (
        "WARNING",
        1,
        1,
    )
    (conflict,) = summary["conflicts"]
    assert (conflict["object"], conflict["code"], conflict["indexes"]) == ("12 abc", "not_a_number", [1])
    assert summary["rejectedIndexes"] == [1]
    assert DataValue.objects.get(period=320250401).value == 12


def test_dhis2_client_sends_values_and_tries_first(client: DHIS2Client) -> None:
    before = DataValue.objects.count()
    tried = client.post("/api/dataValueSets", params={"dryRun": "true"}, json=values_of(NEW))
    assert tried["importCount"]["imported"] == 1
    assert DataValue.objects.count() == before
    assert not ImportRun.objects.exists()
    assert client.post_data_value_set(values_of(NEW))["importCount"]["imported"] == 1


def test_dhis2_client_sets_reads_and_deletes_one_value(client: DHIS2Client) -> None:
    cell = ("ElementDtp1", "202504", "FacNorthAaa")
    assert client.set_data_value(*cell, 0, co="HllvX50cXC0")["httpStatusCode"] == 201
    assert client.get_data_value(*cell) == ["0"]
    assert client.delete_data_value(*cell, co="HllvX50cXC0") == {}
    with pytest.raises(DHIS2HTTPError) as error:
        client.get_data_value(*cell)
    assert error.value.status_code == 409
    with pytest.raises(DHIS2HTTPError):
        client.set_data_value(*cell, "-5", co="HllvX50cXC0")


def test_comments_and_deletions_come_with_the_values(api: Api) -> None:
    sent = values_of(NEW, CHANGED)
    sent["dataValues"][0]["comment"] = "=seen twice"
    sent["dataValues"][1] |= {"value": "", "deleted": True}
    answer = api.post("dataValueSets", json=sent).json()
    assert answer["importCount"] == {"imported": 1, "updated": 0, "ignored": 0, "deleted": 1}
    assert ValueComment.objects.get().text == "=seen twice"
    asked = {"dataElement": "ElementDtp1", "orgUnit": "FacNorthAaa", "period": "202504"}
    assert api.get("dataValueSets", params=asked).json()["dataValues"][0]["comment"] == "=seen twice"
    assert ",'=seen twice," in api.get("dataValueSets", params=asked, file_type="csv").text
