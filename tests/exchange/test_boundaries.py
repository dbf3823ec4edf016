"""Boundaries from a file: found by uid, code, alias or name; what nobody knows waits for a person."""

import gzip
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from indicators.exchange.actions import import_dhis2
from indicators.exchange.boundaries import Naming
from indicators.exchange.boundary_actions import BoundarySummary, import_boundaries
from indicators.geography.name_actions import assign, ignore, reopen
from indicators.models import DataValue, NameSetAside, OrgUnit, OrgUnitAlias, Source, UnitBoundary
from tests.builders import a_source, a_unit, a_user
from tests.exchange import files
from tests.exchange.shared_data import FOLDER

pytestmark = pytest.mark.django_db

CERCLES = FOLDER / "mali_cercles_adm2.geojson"


def square(west: float = 0, south: float = 0, size: float = 1) -> dict[str, Any]:
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(geometry: Any = None, **fields: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": fields, "geometry": geometry or square()}


def a_file(folder: Path, *features: Any, **common: Any) -> Path:
    path = folder / "places.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features), **common}))
    return path


def take(folder: Path, *features: Any, common: Any = None, **options: Any) -> BoundarySummary:
    source = Source.objects.first() or a_source()
    return import_boundaries(a_file(folder, *features, **common or {}), source=source, **options)


def counts(summary: BoundarySummary) -> tuple[int, ...]:
    found = (summary.created, summary.updated, summary.unchanged, summary.waiting, summary.ignored, summary.rejected)
    assert summary.read == sum(found)
    return found


def test_a_unit_is_found_by_uid_then_code_then_alias_then_name(tmp_path: Path) -> None:
    country = a_unit("Pays")
    by_uid, by_code, by_alias, by_name = (a_unit(name, country) for name in ("Un", "Deux", "Trois", "N’Débougou"))
    OrgUnit.objects.filter(pk=by_code.pk).update(code="ML02")
    OrgUnitAlias.objects.create(unit=by_alias, name="Drei")
    summary = take(
        tmp_path,
        {**feature(name="Trois"), "id": by_uid.uid},  # the uid counts, whatever the name says
        feature(square(1), code="ML02", name="Un"),
        feature(square(2), name="DREI"),
        feature({"type": "Point", "coordinates": [3.5, 0.5]}, name="ndebougou"),
    )
    assert counts(summary) == (4, 0, 0, 0, 0, 0)
    wests = {row.unit: row.geometry["coordinates"] for row in UnitBoundary.objects.select_related("unit")}
    assert wests[by_name] == [3.5, 0.5]
    assert [min(corner[0] for corner in wests[unit][0]) for unit in (by_uid, by_code, by_alias)] == [0, 1, 2]
    row = UnitBoundary.objects.get(unit=by_uid)
    assert (row.source, row.file_name, row.demonstration) == (Source.objects.get(), "places.geojson", False)


def test_the_same_file_again_changes_nothing_and_another_one_only_what_differs(tmp_path: Path) -> None:
    a_unit("Nord"), a_unit("Sud")
    take(tmp_path, feature(name="Nord"), feature(square(1), name="Sud"))
    assert counts(take(tmp_path, feature(name="Nord"), feature(square(1), name="Sud"))) == (0, 0, 2, 0, 0, 0)
    assert counts(take(tmp_path, feature(name="Nord"), feature(square(1, 1), name="Sud"))) == (0, 1, 1, 0, 0, 0)


def test_a_point_does_not_replace_an_outline_but_an_outline_a_point(tmp_path: Path) -> None:
    unit, point = a_unit("Nord"), {"type": "Point", "coordinates": [0.5, 0.5]}
    take(tmp_path, feature(point, name="Nord"))
    assert counts(take(tmp_path, feature(name="Nord"))) == (0, 1, 0, 0, 0, 0)
    assert counts(take(tmp_path, feature(point, name="Nord"))) == (0, 0, 1, 0, 0, 0)
    assert UnitBoundary.objects.get(unit=unit).geometry["type"] == "Polygon"


def test_what_is_made_up_gives_way_to_anything_real(tmp_path: Path) -> None:
    unit, point = a_unit("Nord"), {"type": "Point", "coordinates": [0.5, 0.5]}
    UnitBoundary.objects.create(unit=unit, geometry=square(), demonstration=True)
    assert counts(take(tmp_path, feature(point, name="Nord"))) == (0, 1, 0, 0, 0, 0)
    row = UnitBoundary.objects.get()
    assert (row.geometry, row.demonstration) == (point, False)


def test_names_that_none_or_several_have_wait_and_the_rest_is_taken(tmp_path: Path) -> None:
    region = a_unit("Ségou", a_unit("Pays"))
    district = a_unit("Ségou", region)
    a_unit("Nord", region)
    places = feature(name="Nord"), feature(square(1), name="SEGOU"), feature(square(2), name="Bougouni Oest")
    assert counts(take(tmp_path, *places)) == (1, 0, 0, 2, 0, 0)
    assert set(NameSetAside.objects.values_list("name", "reason", "origin", "count", "state")) == {
        ("SEGOU", "ambiguous", "places.geojson", 1, "open"),
        ("Bougouni Oest", "unknown", "places.geojson", 1, "open"),
    }
    assert OrgUnit.objects.count() == 4
    assert counts(take(tmp_path, *places)) == (0, 0, 1, 2, 0, 0)
    assert set(NameSetAside.objects.values_list("count", flat=True)) == {2}

    somebody = a_user()
    assign(name=NameSetAside.objects.get(name="SEGOU"), unit=district, by=somebody)
    assert ignore(names=[NameSetAside.objects.get(name="Bougouni Oest")], by=somebody) == 1
    assert counts(take(tmp_path, *places)) == (1, 0, 1, 0, 1, 0)
    assert UnitBoundary.objects.filter(unit=district).exists()
    alias = OrgUnitAlias.objects.get()
    assert (alias.name, alias.unit, alias.history.get().history_user) == ("SEGOU", district, somebody)
    assert NameSetAside.objects.get(name="SEGOU").history.first().history_user == somebody

    assert reopen(names=list(NameSetAside.objects.all()), by=somebody) == 1
    assert counts(take(tmp_path, *places)) == (0, 0, 2, 1, 0, 0)


def test_a_level_tells_a_region_from_its_town(tmp_path: Path) -> None:
    region = a_unit("Ségou", a_unit("Pays"))
    district = a_unit("Ségou", region)
    assert counts(take(tmp_path, feature(name="Segou"), level=3)) == (1, 0, 0, 0, 0, 0)
    assert UnitBoundary.objects.get().unit == district


def test_a_name_that_became_known_no_longer_waits_and_one_that_was_lost_waits_again(tmp_path: Path) -> None:
    a_unit("Pays")
    take(tmp_path, feature(name="Nord"))
    unit = a_unit("Nord")
    assert counts(take(tmp_path, feature(name="Nord"))) == (1, 0, 0, 0, 0, 0)
    row = NameSetAside.objects.get()
    assert (row.state, row.unit) == ("assigned", unit)
    OrgUnit.objects.filter(pk=unit.pk).update(name="Nord-Est")
    assert counts(take(tmp_path, feature(name="Nord"))) == (0, 0, 0, 1, 0, 0)
    row.refresh_from_db()
    assert (row.state, row.unit, row.count) == ("open", None, 2)


def test_neighbours_of_a_file_keep_their_common_border(tmp_path: Path) -> None:
    a_unit("Ouest"), a_unit("Est")
    border = [[1.0001 if step % 2 else 1, step / 100] for step in range(101)]
    west = {"type": "Polygon", "coordinates": [[[0, 0], *border, [0, 1], [0, 0]]]}
    east = {"type": "Polygon", "coordinates": [[[2, 0], [2, 1], *border[::-1], [2, 0]]]}
    take(tmp_path, feature(west, name="Ouest"), feature(east, name="Est"))
    first, second = ({tuple(corner) for corner in row.geometry["coordinates"][0]} for row in UnitBoundary.objects.all())
    assert first & second == {(1.0, 0.0), (1.0, 1.0)}


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (feature({"type": "LineString", "coordinates": [[0, 0], [1, 1]]}, name="Nord"), "geometry_type"),
        (feature({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1]]]}, name="Nord"), "ring_short"),
        (feature({"type": "Point", "coordinates": [590000, 1390000]}, name="Nord"), "outside_the_world"),
        ({"type": "Feature", "properties": {"name": "Nord"}, "geometry": None}, "missing_field"),
        (feature(name=["Nord"]), "wrong_type"),
        (feature(), "nameless_place"),
        ("Nord", "wrong_type"),
    ],
)
def test_a_file_with_a_fault_is_refused_whole_with_the_row(tmp_path: Path, bad: Any, code: str) -> None:
    a_unit("Nord"), a_unit("Sud")
    summary = take(tmp_path, feature(name="Sud"), bad, feature(square(3), name="Nobody"))
    assert [(problem.code, problem.row) for problem in summary.problems] == [(code, 2)]
    assert summary.problems[0].message
    assert counts(summary) == (0, 0, 0, 0, 0, 3)
    assert not UnitBoundary.objects.exists()
    assert not NameSetAside.objects.exists()


def test_two_places_of_one_unit_are_refused(tmp_path: Path) -> None:
    a_unit("Nord")
    summary = take(tmp_path, feature(name="Nord"), feature(square(1), name="NORD"))
    assert [(problem.code, problem.row) for problem in summary.problems] == [("place_twice", 2)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("[]", "wrong_shape"),
        ('{"features": {}}', "wrong_shape"),
        ('{"features": []', "bad_json"),
        ('{"features": [], "crs": {"properties": {"name": "urn:ogc:def:crs:EPSG::32629"}}}', "wrong_projection"),
        ('{"features": [], "crs": "lambert"}', "wrong_projection"),
    ],
)
def test_what_is_no_collection_in_degrees_is_refused(tmp_path: Path, content: str, code: str) -> None:
    path = tmp_path / "places.geojson"
    path.write_text(content)
    summary = import_boundaries(path, source=a_source())
    assert [problem.code for problem in summary.problems] == [code]


def test_a_preview_says_the_same_and_writes_nothing(tmp_path: Path) -> None:
    a_unit("Nord")
    places = feature(name="Nord"), feature(square(1), name="Nobody")
    assert counts(take(tmp_path, *places, dry_run=True)) == (1, 0, 0, 1, 0, 0)
    assert not UnitBoundary.objects.exists()
    assert not NameSetAside.objects.exists()


def test_the_command_names_what_waits_and_fails_where_the_file_does(tmp_path: Path) -> None:
    a_unit("Nord")
    source = a_source(key="maps")
    path = tmp_path / "places.geojson.gz"
    content = {"features": [feature(nom="Nord", p="ML1"), feature(square(1), nom="Nobody", p=7)]}
    path.write_bytes(gzip.compress(json.dumps(content).encode()))
    out = StringIO()
    options = ["--name-property", "nom", "--code-property", "p", "--json"]
    call_command("import_boundaries", str(path), "--source", source.key, *options, stdout=out)
    told = json.loads(out.getvalue().splitlines()[-1])
    assert (told["created"], told["waiting"], told["problems"]) == (1, 1, [])
    assert told["names"] == [{"row": 2, "name": "Nobody", "reason": "unknown"}]
    assert "Nobody: " in out.getvalue()
    with pytest.raises(CommandError):
        call_command("import_boundaries", str(path), "--source", "nobody", stdout=out)
    with pytest.raises(SystemExit) as stopped:
        call_command("import_boundaries", str(path), "--source", source.key, stdout=out, stderr=StringIO())
    assert stopped.value.code == 1  # without the options no property names a place


@pytest.mark.skipif(not CERCLES.exists(), reason=f"the trial data are not at {FOLDER}")
def test_the_cercles_of_mali_by_name_and_by_code() -> None:
    country = a_unit("Mali")
    names = [one["properties"]["adm2"] for one in json.loads(CERCLES.read_text())["features"]]
    regions = {name: a_unit(name, country) for name in ("Ségou", "Sikasso")}
    for name in names[:-1]:
        a_unit({"Segou": "Ségou"}.get(name, name), regions["Ségou"])
    naming = Naming(code="adm2_pcode", name="adm2")
    source = a_source()
    first = import_boundaries(CERCLES, source=source, naming=naming)
    assert counts(first) == (47, 0, 0, 3, 0, 0)  # Ségou and Sikasso are towns and regions; the last is unknown
    assert set(NameSetAside.objects.values_list("name", "reason")) == {
        ("Segou", "ambiguous"), ("Sikasso", "ambiguous"), (names[-1], "unknown")
    }  # fmt: skip
    assert counts(import_boundaries(CERCLES, source=source, naming=naming, level=3)) == (2, 0, 47, 1, 0, 0)
    OrgUnit.objects.filter(level=3, name="Niono").update(name="Autre nom", code="ML0404")
    again = import_boundaries(CERCLES, source=source, naming=naming, level=3)
    assert counts(again) == (0, 0, 49, 1, 0, 0)
    assert UnitBoundary.objects.filter(unit__level=3).count() == 49


def test_units_of_another_system_bring_their_geometry_along(known: None, tmp_path: Path) -> None:
    units = tmp_path / "units.json"
    point = {"type": "Point", "coordinates": [-7.9, 12.6]}
    rows: list[dict[str, Any]] = [
        {"id": "Country0001", "name": "Pays", "geometry": square()},
        {"id": "Poste000001", "name": "Poste", "parent": {"id": "Country0001"}, "geometry": point},
        {"id": "Poste000002", "name": "Sans", "parent": {"id": "Country0001"}, "geometry": None},
    ]
    units.write_text(json.dumps(rows))
    values = files.a_file(tmp_path, files.record())
    assert import_dhis2(values, by=None, units=units).problems == []
    assert {row.unit.name: row.geometry["type"] for row in UnitBoundary.objects.select_related("unit")} == {
        "Pays": "Polygon", "Poste": "Point"
    }  # fmt: skip
    rows[1]["geometry"] = {"type": "Point", "coordinates": [12.6, 179.0]}
    units.write_text(json.dumps(rows))
    [problem] = import_dhis2(values, by=None, units=units).problems
    assert (problem.code, problem.row, problem.field) == ("outside_the_world", 2, "geometry")


def test_a_unit_that_values_name_and_nobody_knows_waits_and_is_found_once_assigned(known: None, tmp_path: Path) -> None:
    values = files.a_file(tmp_path, files.record(), files.record(orgUnit="Poste de Santé"))
    assert import_dhis2(values, by=None, dry_run=True).waiting == 1
    assert not NameSetAside.objects.exists()
    assert import_dhis2(values, by=None).waiting == 1
    row = NameSetAside.objects.get()
    assert (row.name, row.purpose, row.reason, row.origin) == ("Poste de Santé", "values", "unknown", "values.json")
    poste = a_unit("Poste")
    assign(name=row, unit=poste, by=None)
    assert DataValue.objects.filter(unit=poste).count() == 1
    assert import_dhis2(values, by=None).unchanged == 2


def test_a_unit_imported_later_no_longer_waits(known: None, tmp_path: Path) -> None:
    values = files.a_file(tmp_path, files.record(orgUnit="Poste000001"))
    import_dhis2(values, by=None)
    unit = a_unit(uid="Poste000001")
    assert import_dhis2(values, by=None).created == 1
    row = NameSetAside.objects.get()
    assert (row.state, row.unit) == ("assigned", unit)
