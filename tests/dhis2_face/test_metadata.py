"""Lists and single objects: fields, filters, order, pages, languages, and what a person may not meet."""

from typing import Any

import pytest

from indicators.geography.uids import is_uid
from indicators.models import UnitBoundary
from tests.builders import a_unit, an_element
from tests.dhis2_face.asking import ask, asked
from tests.dhis2_face.scene import Scene

pytestmark = pytest.mark.django_db


def ids(answer: dict[str, Any], name: str = "organisationUnits") -> list[str]:
    return [one["id"] for one in answer[name]]


def test_a_list_has_ids_and_names_in_pages_of_fifty(scene: Scene) -> None:
    answer = asked("organisationUnits.json")
    assert answer["pager"] == {"page": 1, "total": 7, "pageSize": 50, "pageCount": 1}
    assert answer["organisationUnits"][0] == {"id": "FacSouthBbb", "displayName": "Bla Deux"}
    second = asked("organisationUnits", {"pageSize": 3, "page": 2, "order": "level:desc"})
    assert second["pager"]["nextPage"].startswith("http://testserver/api/organisationUnits?pageSize=3&order=")
    assert second["pager"]["prevPage"].endswith("page=1")
    assert "pager" not in asked("organisationUnits", {"paging": "false"})
    assert asked("organisationUnits", {"page": 99_999_999})["organisationUnits"] == []


@pytest.mark.parametrize(
    "params",
    [
        {"page": "-1"}, {"page": "x"}, {"pageSize": "0"}, {"order": "password"}, {"order": "name:up"},
        {"filter": "name"}, {"filter": "source:eq:1"}, {"filter": "history.id:eq:1"},
        {"filter": "parent.source.id:eq:1"},
        {"filter": "level:eq:x"}, {"filter": "level:like:1"}, {"filter": "name:regex:.*"}, {"filter": "id:in:a"},
        {"fields": "id,parent["}, {"fields": "[id]"}, {"fields": "id~paint(red)"}, {"page": ["1", "2"]},
        {"filter": "name:eq:a\0b"}, {"fields": "a[" * 20 + "b" + "]" * 20}, {"fields": "x" * 5000},
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_said_in_json(scene: Scene, params: dict[str, Any]) -> None:
    answer = ask("organisationUnits", params)
    assert answer.status_code == 400
    body = answer.json()
    assert (body["httpStatusCode"], body["status"]) == (400, "ERROR")
    assert body["message"]


def test_fields_nest_and_unknown_ones_are_left_out(scene: Scene) -> None:
    fields = "id,password,parent[id,name,nothing],children::size,name~rename(called),organisationUnitGroups[code]"
    (unit,) = asked("organisationUnits", {"filter": "id:eq:DistNorthAa", "fields": fields})["organisationUnits"]
    assert unit == {
        "id": "DistNorthAa",
        "parent": {"id": "CountryAaaa", "name": "Pays"},
        "children": 2,
        "called": "Nord",
        "organisationUnitGroups": [],
    }
    (facility,) = asked("organisationUnits", {"filter": "id:eq:FacSouthAaa", "fields": ":all,!dataSets"})[
        "organisationUnits"
    ]
    assert facility["path"] == "/CountryAaaa/DistSouthAa/FacSouthAaa"
    assert facility["leaf"] is True
    assert facility["level"] == 3
    assert facility["parent"] == {"id": "DistSouthAa"}
    assert "dataSets" not in facility
    assert "source" not in facility


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (["name:ilike:SÉGOU"], {"FacNorthAaa", "FacNorthBbb"}),
        (["name:like:ségou"], set()),
        (["name:$like:Bla", "name:like$:Deux"], {"FacSouthBbb"}),
        (["level:le:2", "level:!eq:1"], {"DistNorthAa", "DistSouthAa"}),
        (["id:in:[FacNorthAaa,DistSouthAa,Unknown0000]"], {"FacNorthAaa", "DistSouthAa"}),
        (["code:!null"], {"CountryAaaa", "DistNorthAa", "DistSouthAa"}),
        (["path:like:DistSouthAa", "level:eq:3"], {"FacSouthAaa", "FacSouthBbb"}),
        (["parent.id:eq:DistNorthAa"], {"FacNorthAaa", "FacNorthBbb"}),
        (["parent.parent.name:eq:Pays", "name:token:bla un"], {"FacSouthAaa"}),
        (["name:eq:' OR 1=1--"], set()),
        (["name:like:.*"], set()),
    ],
)
def test_filters(scene: Scene, filters: list[str], found: set[str]) -> None:
    answer = asked("organisationUnits", [("filter", text) for text in filters])
    assert set(ids(answer)) == found


def test_filters_joined_by_or_a_query_and_levels(scene: Scene) -> None:
    either = [("filter", "name:eq:Nord"), ("filter", "name:eq:Sud"), ("rootJunction", "OR")]
    assert set(ids(asked("organisationUnits", either))) == {"DistNorthAa", "DistSouthAa"}
    assert ids(asked("organisationUnits", {"query": "bla u"})) == ["FacSouthAaa"]
    assert ids(asked("organisationUnits", {"level": 1})) == ["CountryAaaa"]
    assert ids(asked("organisationUnits", {"userOnly": "true"}, by="clerk")) == ["DistNorthAa"]


def test_groups_levels_and_their_identifiers(scene: Scene) -> None:
    (group,) = asked("organisationUnitGroups", {"fields": "id,code,name,organisationUnits[name]"})[
        "organisationUnitGroups"
    ]
    assert is_uid(group["id"])
    assert group["code"] == "pilotes"
    assert [one["name"] for one in group["organisationUnits"]] == ["Ségou Un", "Bla Un"]
    of_group = {"filter": f"organisationUnitGroups.id:eq:{group['id']}"}
    assert set(ids(asked("organisationUnits", of_group))) == {"FacNorthAaa", "FacSouthAaa"}
    assert asked(f"organisationUnitGroups/{group['id']}")["name"] == "Sites pilotes"
    levels = asked("organisationUnitLevels", {"fields": "level,id", "filter": "level:gt:1"})["organisationUnitLevels"]
    assert [one["level"] for one in levels] == [2, 3]
    assert asked(f"organisationUnitLevels/{levels[0]['id']}")["level"] == 2


def test_elements_data_sets_and_options(scene: Scene) -> None:
    fields = {"fields": "id,code,name,displayName,valueType,aggregationType,dataSetElements[dataSet[id]]"}
    first, second = asked("dataElements", fields)["dataElements"]
    assert first == {
        "id": "ElementDtp1",
        "code": "DE_DTP1",
        "name": "Doses DTC1",
        "displayName": "Doses DTC1",
        "valueType": "NUMBER",
        "aggregationType": "SUM",
        "dataSetElements": [{"dataSet": {"id": "DataSetVacc"}}],
    }
    assert second["id"] == "ElementDtp3"
    of_set = {"filter": "dataSetElements.dataSet.id:eq:DataSetVacc"}
    assert len(asked("dataElements", of_set)["dataElements"]) == 2
    assert asked("categoryOptionCombos")["categoryOptionCombos"][0]["id"] == "HllvX50cXC0"
    whole = asked("dataSets/DataSetVacc.json")
    assert (whole["periodType"], len(whole["organisationUnits"]), len(whole["dataSetElements"])) == ("Monthly", 4, 2)


def test_displayed_names_follow_the_language_and_names_do_not(scene: Scene) -> None:
    english = asked("dataElements/ElementDtp1", {"locale": "en", "fields": "name,displayName,translations"})
    assert (english["name"], english["displayName"]) == ("Doses DTC1", "DTP1 doses")
    assert {"property": "NAME", "locale": "en", "value": "DTP1 doses"} in english["translations"]
    sorted_in_english = asked("dataElements", {"locale": "en", "filter": "displayName:like:DTP1"})
    assert ids(sorted_in_english, "dataElements") == ["ElementDtp1"]


def test_indicators_are_the_definitions_and_the_imported_ones(scene: Scene) -> None:
    (found,) = asked("indicators", {"filter": "code:eq:dtp1_coverage", "fields": ":all,indicatorType[factor]"})[
        "indicators"
    ]
    assert is_uid(found["id"])
    assert (found["numerator"], found["denominator"]) == ("DTP1", "surviving_infants")
    assert found["indicatorType"] == {"factor": 100}
    assert asked(f"indicators/{found['id']}")["code"] == "dtp1_coverage"


def test_the_tree_around_a_unit(scene: Scene) -> None:
    assert ids(asked("organisationUnits/CountryAaaa", {"level": 1})) == ["DistNorthAa", "DistSouthAa"]
    assert len(ids(asked("organisationUnits/DistNorthAa", {"includeDescendants": "true"}))) == 3
    assert ids(asked("organisationUnits/FacNorthAaa", {"includeAncestors": "true"})) == [
        "CountryAaaa",
        "DistNorthAa",
        "FacNorthAaa",
    ]


def test_shapes(scene: Scene) -> None:
    point = {"type": "Point", "coordinates": [-6.2, 13.4]}
    UnitBoundary.objects.create(unit=scene.facilities["FacNorthAaa"], geometry=point)
    (feature,) = asked("organisationUnits.geojson", {"parent": "CountryAaaa", "level": [2, 3]})["features"]
    assert (feature["id"], feature["geometry"]) == ("FacNorthAaa", point)
    assert feature["properties"]["parentGraph"] == "CountryAaaa/DistNorthAa"
    assert asked("organisationUnits/DistSouthAa.geojson")["geometry"] is None
    assert asked("organisationUnits/FacNorthAaa", {"fields": "geometry"}) == {"geometry": point}


def test_a_clerk_meets_the_own_district_alone(scene: Scene) -> None:
    assert set(ids(asked("organisationUnits", by="clerk"))) == {"DistNorthAa", "FacNorthAaa", "FacNorthBbb"}
    refused = set()
    for uid in ("FacSouthAaa", "CountryAaaa", "Unknown0000"):
        answer = ask(f"organisationUnits/{uid}", by="clerk")
        assert answer.status_code == 404
        refused.add(answer.json()["message"].replace(uid, ""))
    assert len(refused) == 1, "what is not theirs is as if it were not there"
    unit = asked("organisationUnits/DistNorthAa", {"fields": "parent[name,children[name]],ancestors[name]"}, by="clerk")
    assert unit == {"ancestors": []}
    assert ids(asked("organisationUnits", {"filter": "parent.name:like:Pays"}, by="clerk")) == []
    assert len(asked("dataSets/DataSetVacc", by="clerk")["organisationUnits"]) == 2
    assert [unit["id"] for unit in asked("me", by="clerk")["organisationUnits"]] == ["DistNorthAa"]


def test_metadata_at_once(scene: Scene) -> None:
    found = asked("metadata", {"dataElements": "true", "organisationUnits": "true", "fields": "id"})
    assert set(found) == {"dataElements", "organisationUnits"}
    assert len(found["organisationUnits"]) == 7


def test_queries_do_not_grow_with_the_rows(scene: Scene, django_assert_num_queries: Any) -> None:
    def count() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as seen:
            asked("organisationUnits", {"fields": "*,children[*,parent[*]],dataSets[*]", "paging": "false"})
            asked("dataElements", {"fields": "*,dataSetElements[dataSet[*]]", "paging": "false"})
        return len(seen)

    before = count()
    for number in range(12):
        a_unit(f"Autre {number}", scene.south)
        scene.data_set.elements.add(an_element())
    assert count() == before < 60
