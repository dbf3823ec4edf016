"""Analytics: numbers added up along tree and time, rates from their sums, missing ones absent."""

from datetime import date
from typing import Any

import pytest

from indicators.api.dhis2.relative_periods import NAMES, relative
from indicators.models import Batch
from indicators.rollup.actions import refresh_now
from tests.dhis2_face.asking import ask, asked
from tests.dhis2_face.scene import Scene

pytestmark = pytest.mark.django_db


def rows(dimensions: list[str], filters: list[str] = [], by: str = "reader", **more: str) -> list[list[str]]:  # noqa: B006
    params = [("dimension", text) for text in dimensions] + [("filter", text) for text in filters]
    return sorted(asked("analytics", [*params, *more.items()], by=by)["rows"])


def refused(params: list[tuple[str, str]], by: str = "reader") -> str:
    answer = ask("analytics", params, by=by)
    assert answer.status_code == 409
    return answer.json()["errorCode"]


def test_sums_along_the_tree_and_missing_ones_are_absent(scene: Scene) -> None:
    found = rows(["dx:ElementDtp1", "pe:202501;202502;202503", "ou:USER_ORGUNIT;USER_ORGUNIT_CHILDREN"])
    assert found == [
        ["ElementDtp1", "202501", "CountryAaaa", "35.0"],
        ["ElementDtp1", "202501", "DistNorthAa", "15.0"],
        ["ElementDtp1", "202501", "DistSouthAa", "20.0"],
        ["ElementDtp1", "202502", "CountryAaaa", "0.0"],
        ["ElementDtp1", "202502", "DistNorthAa", "0.0"],
        ["ElementDtp1", "202503", "CountryAaaa", "7.0"],
        ["ElementDtp1", "202503", "DistSouthAa", "7.0"],
    ]


def test_the_answer_has_the_shape_of_dhis2(scene: Scene) -> None:
    params = [("dimension", "dx:ElementDtp1"), ("dimension", "pe:2025Q1"), ("dimension", "ou:CountryAaaa")]
    answer = asked("analytics.json", [*params, ("includeMetadataDetails", "true"), ("includeNumDen", "true")])
    assert [header["name"] for header in answer["headers"]] == [
        "dx", "pe", "ou", "value", "numerator", "denominator", "factor", "multiplier", "divisor",
    ]  # fmt: skip
    assert answer["headers"][0] == {
        "name": "dx", "column": "Data", "valueType": "TEXT", "type": "java.lang.String", "hidden": False, "meta": True,
    }  # fmt: skip
    assert answer["rows"] == [["ElementDtp1", "2025Q1", "CountryAaaa", "42.0", "", "", "", "", ""]]
    assert (answer["width"], answer["height"], answer["headerWidth"]) == (9, 1, 9)
    dimensions = {"dx": ["ElementDtp1"], "pe": ["2025Q1"], "ou": ["CountryAaaa"], "co": []}
    assert answer["metaData"]["dimensions"] == dimensions
    quarter = answer["metaData"]["items"]["2025Q1"]
    assert (quarter["startDate"], quarter["dimensionItemType"]) == ("2025-01-01T00:00:00.000", "PERIOD")
    assert answer["metaData"]["items"]["ElementDtp1"]["aggregationType"] == "SUM"
    assert "metaData" not in asked("analytics", [*params, ("skipMeta", "true")])
    assert asked("analytics", [*params, ("skipData", "true")])["rows"] == []


def test_rates_come_from_their_sums(scene: Scene) -> None:
    # a month carries a twelfth of the year's children: 100 in the north, 300 in the south
    found = rows(["dx:dtp1_coverage", "pe:202501", "ou:LEVEL-2;LEVEL-1"], outputIdScheme="CODE")
    assert [row[2:] for row in found] == [["ML", "8.75"], ["ML-N", "15.0"], ["ML-S", str(100 * 20 / 300)]]
    together = rows(["dx:dtp1_coverage"], ["ou:DistNorthAa;DistSouthAa", "pe:202501"], outputIdScheme="CODE")
    assert together == [["dtp1_coverage", "8.75"]]
    quarter = rows(["dx:dtp1_coverage"], ["ou:DistNorthAa", "pe:202501;202502;202503"], outputIdScheme="CODE")
    assert quarter == rows(["dx:dtp1_coverage"], ["ou:DistNorthAa", "pe:2025Q1"], outputIdScheme="CODE")
    assert quarter == [["dtp1_coverage", "5.0"]]
    params = [("dimension", "dx:dtp1_coverage"), ("dimension", "ou:DistNorthAa"), ("filter", "pe:2025Q1")]
    (row,) = asked("analytics", [*params, ("includeNumDen", "true")])["rows"]
    assert row[2:] == ["5.0", "15.0", "300.0", "100.0", "100.0", "1.0"]


def test_a_negative_dropout_is_kept_and_facilities_without_target_have_no_coverage(scene: Scene) -> None:
    (row,) = rows(["dx:dropout_dtp1_dtp3", "pe:202501", "ou:DistSouthAa"])
    assert row[3] == "-25.0"
    assert rows(["dx:dtp1_coverage", "pe:202501", "ou:LEVEL-3"]) == []


def test_what_is_added_up_is_counted_once(scene: Scene) -> None:
    assert rows(["dx:ElementDtp1"], ["ou:CountryAaaa;DistNorthAa;FacNorthAaa", "pe:202501;2025Q1;2025"]) == [
        ["ElementDtp1", "42.0"]
    ]


def test_levels_and_groups_below_a_unit(scene: Scene) -> None:
    found = rows(["dx:ElementDtp1", "pe:2025", "ou:LEVEL-3;DistNorthAa"])
    assert {row[2] for row in found} == {"FacNorthAaa", "FacNorthBbb"}
    (group,) = asked("organisationUnitGroups")["organisationUnitGroups"]
    found = rows(["dx:ElementDtp1", "pe:2025", f"ou:OU_GROUP-{group['id']}"])
    assert {row[2] for row in found} == {"FacNorthAaa", "FacSouthAaa"}


def test_reporting_rates(scene: Scene) -> None:
    metrics = "DataSetVacc.ACTUAL_REPORTS;DataSetVacc.EXPECTED_REPORTS;DataSetVacc.REPORTING_RATE"
    found = {row[0]: row[3] for row in rows([f"dx:{metrics}", "pe:202501", "ou:DistNorthAa"])}
    assert found["DataSetVacc.EXPECTED_REPORTS"] == "2.0"
    assert found["DataSetVacc.REPORTING_RATE"] == str(100 * float(found["DataSetVacc.ACTUAL_REPORTS"]) / 2)


def test_order_and_csv(scene: Scene) -> None:
    params = [("dimension", "dx:ElementDtp1"), ("dimension", "ou:LEVEL-2"), ("filter", "pe:202501"), ("order", "DESC")]
    assert [row[2] for row in asked("analytics", params)["rows"]] == ["20.0", "15.0"]
    text = ask("analytics.csv", params).content.decode()
    assert text.splitlines()[:2] == ["Data,Organisation unit,Value", "ElementDtp1,DistSouthAa,20.0"]


def test_a_clerk_sees_the_own_district(scene: Scene) -> None:
    assert rows(["dx:ElementDtp1", "pe:2025", "ou:USER_ORGUNIT"], by="clerk") == [
        ["ElementDtp1", "2025", "DistNorthAa", "15.0"]
    ]
    assert {row[2] for row in rows(["dx:ElementDtp1", "pe:2025", "ou:LEVEL-2"], by="clerk")} == {"DistNorthAa"}
    for unit in ("CountryAaaa", "DistSouthAa", "Unknown0000"):
        asked_for = [("dimension", "dx:ElementDtp1"), ("dimension", "pe:2025"), ("dimension", f"ou:{unit}")]
        assert refused(asked_for, by="clerk") == "E7120"


def test_demonstration_numbers_say_so(scene: Scene) -> None:
    params = [("dimension", "dx:ElementDtp1"), ("dimension", "pe:2025"), ("dimension", "ou:CountryAaaa")]
    assert "demonstration" not in asked("analytics", params)
    Batch.objects.update(demonstration=True)
    refresh_now()
    assert asked("analytics", params)["demonstration"] is True


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ([], "E7101"),
        ([("dimension", "pe:2025"), ("dimension", "ou:CountryAaaa")], "E7102"),
        ([("dimension", "dx:ElementDtp1"), ("dimension", "ou:CountryAaaa")], "E7104"),
        ([("dimension", "dx:ElementDtp1"), ("dimension", "pe:2025")], "E7142"),
        ([("dimension", "dx:Unknown0000"), ("dimension", "pe:2025"), ("dimension", "ou:CountryAaaa")], "E7124"),
        ([("dimension", "dx:ElementDtp1"), ("dimension", "pe:2025W1"), ("dimension", "ou:CountryAaaa")], "E7124"),
        ([("dimension", "dx:ElementDtp1"), ("dimension", "co"), ("dimension", "ou:CountryAaaa")], "E7125"),
        ([("dimension", "dx:ElementDtp1"), ("filter", "dx:ElementDtp3")], "E7103"),
        ([("filter", "dx:ElementDtp1;ElementDtp3"), ("dimension", "pe:2025"), ("dimension", "ou:CountryAaaa")],
         "not_supported"),
        ([("dimension", "dx:ElementDtp1"), ("startDate", "2025-01-02"), ("endDate", "2025-01-31"),
          ("dimension", "ou:CountryAaaa")], "not_supported"),
        ([("dimension", "dx:ElementDtp1"), ("aggregationType", "AVERAGE")], "not_supported"),
        ([("dimension", "dx:dtp1_coverage_rolling"), ("filter", "pe:202501;202502"), ("dimension", "ou:CountryAaaa")],
         "not_supported"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_refused(scene: Scene, params: list[tuple[str, str]], code: str) -> None:
    assert refused(params) == code


def test_too_much_at_once(scene: Scene) -> None:
    months = ";".join(f"{year}{month:02}" for year in range(1950, 2025) for month in range(1, 13))
    items = "ElementDtp1;ElementDtp3;dtp1_coverage;zero_dose;dtp1_doses;dtp3_doses;dtp3_coverage;under_immunised"
    dimensions = [("dimension", f"dx:{items}"), ("dimension", f"pe:{months}")]
    assert refused([*dimensions, ("dimension", "ou:LEVEL-1;LEVEL-2;LEVEL-3")]) == "E7128"


def test_queries_do_not_grow_with_units_and_periods(scene: Scene) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(units: str, periods: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            rows(["dx:ElementDtp1;ElementDtp3;dtp1_coverage;DataSetVacc.REPORTING_RATE", units, periods])
        return len(seen)

    assert count("ou:FacNorthAaa", "pe:202501") == count("ou:LEVEL-3", "pe:MONTHS_THIS_YEAR;2025;2025Q1;2025Q2")


def test_relative_periods() -> None:
    today = date(2025, 5, 14)

    def ids(name: str) -> list[str]:
        return [period.id for period in relative(name, today)]

    assert ids("THIS_MONTH") == ["202505"]
    assert ids("LAST_MONTH") == ["202504"]
    assert (ids("LAST_12_MONTHS")[0], ids("LAST_12_MONTHS")[-1]) == ("202405", "202504")
    assert ids("LAST_4_QUARTERS") == ["2024Q2", "2024Q3", "2024Q4", "2025Q1"]
    assert ids("QUARTERS_THIS_YEAR") == ["2025Q1", "2025Q2", "2025Q3", "2025Q4"]
    assert (ids("MONTHS_LAST_YEAR")[0], ids("MONTHS_LAST_YEAR")[-1]) == ("202401", "202412")
    assert ids("LAST_5_YEARS") == ["2020", "2021", "2022", "2023", "2024"]
    assert ids("THIS_YEAR") == ["2025"]
    assert all(relative(name, today) for name in NAMES)


def test_relative_periods_from_a_day(scene: Scene) -> None:
    found: Any = rows(["dx:ElementDtp1", "pe:LAST_3_MONTHS", "ou:CountryAaaa"], relativePeriodDate="2025-04-02")
    assert [row[1] for row in found] == ["202501", "202502", "202503"]
