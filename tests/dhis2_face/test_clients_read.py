"""The clients that people have read this product as they read a DHIS2, over real HTTP."""

from collections.abc import Iterator
from typing import Any

import pytest
from dhis2 import Api, RequestException
from dhis2_client import DHIS2Client

from tests.dhis2_face.scene import PASSWORD, Scene

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def api(live_scene: Scene, live_server: Any) -> Iterator[Api]:
    api = Api(live_server.url, "reader", PASSWORD)
    with api.session:
        yield api


@pytest.fixture
def client(live_scene: Scene, live_server: Any) -> Iterator[DHIS2Client]:
    client = DHIS2Client(live_server.url, username="reader", password=PASSWORD)
    yield client
    client.close()


def test_dhis2_py_knows_whom_it_speaks_to(api: Api) -> None:
    assert (api.version, api.version_int) == ("2.40.0", 40)
    assert api.info["product"] == "CAPEV"
    assert api.info["contextPath"] == api.base_url


def test_dhis2_py_with_an_api_version_in_the_address(live_scene: Scene, live_server: Any) -> None:
    api = Api(live_server.url, "reader", PASSWORD, api_version=40)
    with api.session:
        assert api.get("me").json()["username"] == "reader"


def test_dhis2_py_reads_page_by_page_and_all_at_once(api: Api) -> None:
    pages = list(api.get_paged("organisationUnits", page_size=3))
    assert [len(page["organisationUnits"]) for page in pages] == [3, 3, 1]
    assert pages[0]["pager"]["total"] == 7
    merged = api.get_paged("organisationUnits", params={"fields": "id,parent[id]"}, page_size=2, merge=True)
    assert len(merged["organisationUnits"]) == 7
    parents = {unit["id"]: unit.get("parent", {}).get("id") for unit in merged["organisationUnits"]}
    assert parents["FacSouthBbb"] == "DistSouthAa"
    assert parents["CountryAaaa"] is None


def test_dhis2_py_reads_values_and_analytics(api: Api) -> None:
    params = [("dataSet", "DataSetVacc"), ("orgUnit", "CountryAaaa"), ("children", "true")]
    params += [("startDate", "2025-01-01"), ("endDate", "2025-12-31")]
    values = api.get("dataValueSets", params=params).json()["dataValues"]
    assert len(values) == 7
    dimensions = [("dimension", "dx:ElementDtp1"), ("dimension", "pe:2025"), ("dimension", "ou:CountryAaaa")]
    table = api.get("analytics", params=dimensions).json()
    assert table["rows"] == [["ElementDtp1", "2025", "CountryAaaa", "42.0"]]
    text = api.get("analytics", file_type="csv", params=dimensions).text
    assert text.splitlines() == ["Data,Period,Organisation unit,Value", "ElementDtp1,2025,CountryAaaa,42.0"]


def test_dhis2_py_is_told_what_is_not_there(api: Api) -> None:
    with pytest.raises(RequestException) as error:
        api.get("organisationUnits/Nothing0000")
    assert error.value.code == 404


def test_dhis2_client_reads_metadata(client: DHIS2Client) -> None:
    assert client.get_system_info()["calendar"] == "iso8601"
    assert client.get_current_user(fields="id,username")["username"] == "reader"
    assert len(list(client.get_organisation_units(fields="id", paging="false"))) == 7
    assert client.get_org_unit("DistNorthAa", fields="id,name") == {"id": "DistNorthAa", "name": "Nord"}
    assert {one["id"] for one in client.get_data_elements()} == {"ElementDtp1", "ElementDtp3"}
    held = client.get_data_element("ElementDtp1", fields="dataSetElements[dataSet[id,periodType]]")
    assert held == {"dataSetElements": [{"dataSet": {"id": "DataSetVacc", "periodType": "Monthly"}}]}
    assert [one["id"] for one in client.get_data_sets(fields="id")] == ["DataSetVacc"]
    assert len(client.get_data_set("DataSetVacc")["organisationUnits"]) == 4


def test_dhis2_client_reads_the_tree(client: DHIS2Client) -> None:
    tree = client.get_org_unit_tree("CountryAaaa", levels=3)
    assert [one["displayName"] for one in tree["children"]] == ["Nord", "Sud"]
    assert [one["id"] for one in tree["children"][0]["children"]] == ["FacNorthBbb", "FacNorthAaa"]
    (root,) = client.get_org_unit_tree()["organisationUnits"]
    assert [one["id"] for one in root["children"]] == ["DistNorthAa", "DistSouthAa"]


def test_dhis2_client_reads_values(client: DHIS2Client) -> None:
    asked = {"dataSet": "DataSetVacc", "orgUnit": "FacNorthAaa", "period": "202502"}
    (value,) = client.get_data_value_set(asked)["dataValues"]
    assert (value["dataElement"], value["value"]) == ("ElementDtp1", "0")
    latest = client.analytics_latest_period_for_level("ElementDtp1", 3)
    assert (latest["existing"]["id"], latest["next"]["id"]) == ("202503", "202504")


def test_dhis2_client_reads_analytics(client: DHIS2Client) -> None:
    table = client.get_analytics_data(dx=["ElementDtp1", "ElementDtp3"], pe="202501", ou="LEVEL-2", skipMeta=True)
    assert sorted(table["rows"]) == [
        ["ElementDtp1", "202501", "DistNorthAa", "15.0"],
        ["ElementDtp1", "202501", "DistSouthAa", "20.0"],
        ["ElementDtp3", "202501", "DistNorthAa", "8.0"],
        ["ElementDtp3", "202501", "DistSouthAa", "25.0"],
    ]
    by_dates = client.get_analytics_data(
        dx="ElementDtp1", ou="CountryAaaa", startDate="2025-01-01", endDate="2025-02-28"
    )
    assert by_dates["rows"] == [["ElementDtp1", "CountryAaaa", "35.0"]]
