"""Reading values: what is asked, in which format, at which identifiers; zero is a value and a gap is none."""

import csv
import io
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from indicators.models import DataValue, OptionCombo
from indicators.rollup.actions import record_values
from indicators.values.actions import Reported
from tests.dhis2_face.asking import ask, asked, basic
from tests.dhis2_face.scene import Scene

pytestmark = pytest.mark.django_db
ALL = {
    "dataSet": "DataSetVacc",
    "orgUnit": "CountryAaaa",
    "children": "true",
    "startDate": "2025-01-01",
    "endDate": "2025-12-31",
}


def cells(params: dict[str, Any], by: str = "reader") -> dict[tuple[str, str, str], str]:
    values = asked("dataValueSets", params, by=by)["dataValues"]
    return {(one["dataElement"], one["period"], one["orgUnit"]): one["value"] for one in values}


def text_of(answer: Any) -> str:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode()


def test_zero_is_a_row_and_missing_is_none(scene: Scene) -> None:
    found = cells(ALL)
    assert found["ElementDtp1", "202502", "FacNorthAaa"] == "0"
    assert ("ElementDtp1", "202502", "FacNorthBbb") not in found
    assert len(found) == 7


def test_one_element_one_period_one_unit(scene: Scene) -> None:
    asked_for = {"dataElement": "ElementDtp3", "period": "202501", "orgUnit": "FacSouthAaa"}
    assert cells(asked_for) == {("ElementDtp3", "202501", "FacSouthAaa"): "25"}
    assert cells(asked_for | {"orgUnit": "DistSouthAa"}) == {}
    assert len(cells(asked_for | {"orgUnit": "DistSouthAa", "children": "true"})) == 1
    assert len(cells(ALL | {"limit": 2})) == 2
    assert len(cells(ALL | {"startDate": "2025-01-02"})) == 2  # January begins before
    assert len(cells(ALL | {"endDate": "2025-01-30"})) == 0  # and ends after


def test_a_group_of_units(scene: Scene) -> None:
    (group,) = asked("organisationUnitGroups")["organisationUnitGroups"]
    params = {"dataElement": "ElementDtp1", "period": "202501", "orgUnitGroup": group["id"]}
    assert {unit for _, _, unit in cells(params)} == {"FacNorthAaa", "FacSouthAaa"}


def test_identifiers_are_those_asked_for(scene: Scene) -> None:
    DataValue.objects.update(value=12.5)
    schemes = {
        "dataElementIdScheme": "CODE",
        "orgUnitIdScheme": "NAME",
        "period": "202501",
        "dataElement": "ElementDtp1",
    }
    params = {"orgUnit": "FacNorthAaa", **schemes}
    assert cells(params) == {("DE_DTP1", "202501", "Ségou Un"): "12.5"}
    by_code = {"inputIdScheme": "code", "orgUnit": "ML-N", "children": "true", "dataSet": "VAC", "period": "202501"}
    assert len(cells(by_code)) == 3


def test_what_was_written_since(scene: Scene) -> None:
    since = {"dataSet": "DataSetVacc", "orgUnit": "CountryAaaa", "children": "true"}
    assert len(cells(since | {"lastUpdatedDuration": "1d"})) == 7
    assert len(cells(since | {"lastUpdated": "2100-01-01"})) == 0


def test_deleted_values_where_they_are_asked_for(scene: Scene) -> None:
    value = DataValue.objects.get(element=scene.dtp1, unit=scene.facilities["FacSouthBbb"])
    cell = (value.element_id, value.period, value.unit_id, value.option_id, value.attribute_id)
    record_values([Reported(*cell, None)], origin="entry", label="taken back", by=None)
    assert len(asked("dataValueSets", ALL)["dataValues"]) == 6
    *others, last = asked("dataValueSets", ALL | {"includeDeleted": "true"})["dataValues"]
    assert len(others) == 6
    assert (last["orgUnit"], last["deleted"], last["value"]) == ("FacSouthBbb", True, "")
    lines = text_of(ask("dataValueSets.csv", ALL | {"includeDeleted": "true"})).splitlines()
    assert lines[-1].endswith(",true")
    record_values([Reported(*cell, 4.0)], origin="entry", label="said again", by=None)
    assert len(asked("dataValueSets", ALL | {"includeDeleted": "true"})["dataValues"]) == 7


def test_csv_is_read_by_anything(scene: Scene) -> None:
    rows = list(csv.DictReader(io.StringIO(text_of(ask("dataValueSets.csv", ALL)))))
    assert len(rows) == 7
    assert (rows[0]["dataelement"], rows[0]["value"], rows[0]["catoptcombo"]) == ("ElementDtp1", "10", "HllvX50cXC0")


def test_xml_is_dxf2(scene: Scene) -> None:
    scene.facilities["FacNorthAaa"].name = "Ségou <\"&'"
    scene.facilities["FacNorthAaa"].save()
    answer = ask("dataValueSets", ALL | {"orgUnitIdScheme": "name"}, Accept="application/xml")
    assert answer["Content-Type"].startswith("application/xml")
    root = ElementTree.fromstring(text_of(answer))
    assert root.tag == "{http://dhis2.org/schema/dxf/2.0}dataValueSet"
    assert len(root) == 7
    assert "Ségou <\"&'" in {one.attrib["orgUnit"] for one in root}


@pytest.mark.parametrize(
    ("without", "more", "code"),
    [
        ("dataSet", {}, "E2001"),
        ("startDate", {}, "E2002"),
        ("orgUnit", {}, "E2006"),
        ("", {"dataSet": "Unknown0000"}, "unknown"),
        ("", {"orgUnit": "Unknown0000"}, "unknown"),
        ("", {"period": "202513"}, "bad_period"),
        ("", {"endDate": "2024-01-01"}, "E2004"),
        ("", {"startDate": "2025-02-30"}, "bad_date"),
        ("", {"idScheme": "attribute:abc"}, "E2018"),
        ("startDate", {"lastUpdatedDuration": "soon"}, "E2005"),
    ],
)
def test_what_dhis2_would_refuse_is_refused(scene: Scene, without: str, more: dict[str, str], code: str) -> None:
    answer = ask("dataValueSets", {name: value for name, value in (ALL | more).items() if name != without})
    assert answer.status_code == 409
    assert answer.json()["errorCode"] == code


def test_a_clerk_reads_the_own_district(scene: Scene) -> None:
    assert ask("dataValueSets", ALL, by="clerk").status_code == 409  # the country is not theirs
    assert {unit for _, _, unit in cells(ALL | {"orgUnit": "DistNorthAa"}, by="clerk")} == {
        "FacNorthAaa",
        "FacNorthBbb",
    }
    of_south = {"dataElement": "ElementDtp1", "period": "202501", "orgUnit": "FacSouthAaa"}
    nowhere = ask("dataValueSets", of_south | {"orgUnit": "Unknown0000"}, by="clerk").json()["message"]
    assert ask("dataValueSets", of_south, by="clerk").json()["message"] == nowhere.replace("Unknown0000", "FacSouthAaa")


def test_a_constant_number_of_queries(scene: Scene) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            text_of(ask("dataValueSets.csv", ALL))
        return len(seen)

    before = count()
    value = DataValue.objects.first()
    assert value is not None
    for number in range(30):
        value.option = OptionCombo.objects.create(uid=f"Option{number:05}", name=f"option {number}")
        value.save(force_insert=True)
    assert len(cells(ALL)) == 7  # by element, period and unit
    assert count() == before


def test_nothing_without_a_name(scene: Scene) -> None:
    answer = Client().get("/api/dataValueSets", ALL)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Basic")
    assert answer.json()["httpStatusCode"] == 401
    assert Client().get("/api/dataValueSets", ALL, headers=basic("reader", "wrong")).status_code == 401
