"""Analytics responses: totals of DHIS2, never taken for more than they are."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.exchange import shared_data
from tests.readers.given import a_file, everything, faults, notes, refused, rows

ABOUT = ("aggregated_numbers", None, "")
SUM = {"aggregationType": "SUM", "dimensionItemType": "DATA_ELEMENT"}


def response(*cells: Any, columns: str = "dx pe ou value", **fields: Any) -> str:
    headers = [{"name": name, "column": name.title(), "meta": name != "value"} for name in columns.split()]
    about = {"dimensions": {"dx": ["a"]}, "items": {"a": SUM, "b": SUM}}
    content = {"headers": headers, "metaData": about, "width": len(headers), "rows": cells, "height": len(cells)}
    return json.dumps({name: it for name, it in {**content, **fields}.items() if it is not None})


def test_numbers_are_rows(tmp_path: Path) -> None:
    path = a_file(
        tmp_path,
        response(["a", "2025Q1", "u", "244.0"], ["a.Option00001", "202501", "u", "1.50"], ["b", "2025", "u", ""]),
    )
    assert notes(everything(path)) == [ABOUT]
    assert [(it.number, it.data_element, it.period, it.org_unit, it.option, it.value) for it in rows(path)] == [
        (1, "a", "2025Q1", "u", "", "244"),
        (2, "a", "202501", "u", "Option00001", "1.50"),
        (3, "b", "2025", "u", "", ""),
    ]


def test_columns_may_stand_in_any_order_and_options_be_columns(tmp_path: Path) -> None:
    path = a_file(tmp_path, response(["7", "c", "u", "w", "2025W1", "a"], columns="value co ou ao pe dx"))
    assert [tuple(it)[1:7] for it in rows(path)] == [("a", "2025W1", "u", "c", "w", "7")]


def test_what_it_was_filtered_by_counts_where_it_is_one(tmp_path: Path) -> None:
    one = {"dimensions": {"dx": ["a"], "ou": ["u"]}}
    path = a_file(tmp_path, response(["a", "2025", "7"], columns="dx pe value", metaData=one))
    assert [it.org_unit for it in rows(path)] == ["u"]
    older = {"pe": ["2025"], "ou": ["u"], "names": {"a": "A"}}
    path = a_file(tmp_path, response(["a", "7"], columns="dx value", metaData=older))
    assert [(it.period, it.org_unit) for it in rows(path)] == [("2025", "u")]
    two = {"dimensions": {"ou": ["u", "w"]}}
    assert (
        refused(a_file(tmp_path, response(["a", "2025", "7"], columns="dx pe value", metaData=two))) == "missing_column"
    )


def test_further_dimensions_are_added_up_exactly(tmp_path: Path) -> None:
    cells = [["a", "2025", "u", f, v] for f, v in (("x", "0.1"), ("y", "0.2"), ("z", "1000000000000.4"))]
    path = a_file(tmp_path, response(*cells, ["b", "2025", "u", "x", "3.0"], columns="dx pe ou Facility value"))
    assert notes(everything(path)) == [ABOUT, ("summed_over", None, "Facility")]
    assert [(it.number, it.data_element, it.value) for it in rows(path)] == [(1, "a", "1000000000000.7"), (4, "b", "3")]


@pytest.mark.parametrize("kind", ["AVERAGE", "NONE", "LAST", None])
def test_what_does_not_add_up_is_refused(tmp_path: Path, kind: str | None) -> None:
    about = {"items": {"a": {"aggregationType": kind} if kind else {}, "b": SUM}}
    cells = [
        ["a", "2025", "u", "x", "1"],
        ["b", "2025", "u", "x", "2"],
        ["b", "2025", "u", "y", "?"],
        ["c", "2025", "u", "x", "2"],
    ]
    found = everything(a_file(tmp_path, response(*cells, columns="dx pe ou Facility value", metaData=about)))
    assert faults(found) == [("does_not_add_up", 1, "dx"), ("not_a_number", 3, "value"), ("does_not_add_up", 4, "dx")]


def test_indicators_and_rates_are_computed_here(tmp_path: Path) -> None:
    about = {"items": {"a": {"dimensionItemType": "INDICATOR"}, "b": SUM}}
    cells = [["a", "2025", "u", "1"], ["b", "2025", "u", "2"], ["DataSet0001.REPORTING_RATE", "2025", "u", "99"]]
    found = everything(a_file(tmp_path, response(*cells, metaData=about)))
    assert faults(found) == [("computed_here", 1, "dx"), ("computed_here", 3, "dx")]


def test_rows_that_are_none(tmp_path: Path) -> None:
    cells = [
        {},
        "row",
        ["a", "2025", "u"],
        ["a", "2025", "u", "1", "2"],
        ["a", "2025", "u", [1]],
        ["a", True, "u", "1"],
    ]
    found = everything(a_file(tmp_path, response(*cells, ["a", None, "u", "1"])))
    assert faults(found) == [
        ("wrong_type", 1, None),
        ("wrong_type", 2, None),
        ("too_few_cells", 3, None),
        ("too_many_cells", 4, None),
        ("wrong_type", 5, "value"),
        ("wrong_type", 6, "pe"),
    ]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"height": 2}, "row_count_mismatch"),
        ({"height": 0}, "row_count_mismatch"),
        ({"width": 5}, "wrong_shape"),
        ({"headers": None}, "wrong_shape"),
        ({"headers": {}}, "wrong_shape"),
        ({"headers": ["dx"]}, "wrong_shape"),
        ({"headers": [{"name": "dx"}, {"name": "dx"}], "width": 2}, "duplicate_header"),
        ({"headers": [{"name": "dx"}], "width": 1}, "missing_column"),
        ({"rows": None}, "wrong_shape"),
        ({"rows": {}}, "wrong_shape"),
        ({"metaData": []}, ""),
        ({"metaData": [1]}, "wrong_shape"),
    ],
)
def test_responses_that_are_none(tmp_path: Path, fields: dict[str, Any], code: str) -> None:
    path = a_file(tmp_path, response(["a", "2025", "u", "1"], **fields))
    if code:
        assert refused(path, "analytics") == code
    else:
        assert len(rows(path, "analytics")) == 1


def test_a_response_without_height_is_told_by_the_count_given(tmp_path: Path) -> None:
    path = a_file(tmp_path, response(["a", "2025", "u", "1"], height=None, width=None))
    assert len(rows(path, rows=1)) == 1
    assert refused(path, rows=2) == "row_count_mismatch"


@shared_data.needed
def test_the_published_totals_of_a_real_response() -> None:
    found = everything(shared_data.ANALYTICS)
    assert notes(found) == [ABOUT, ("summed_over", None, "Facility Type, Location Fixed/Outreach")]
    assert faults(found) == []
    totals: Counter[str] = Counter()
    for it in rows(shared_data.ANALYTICS):
        if it.data_element == "fClA2Erf6IO":
            totals[it.period] += int(it.value)
    assert totals == {"2019Q1": 54_189, "2019Q2": 57_233, "2019Q3": 58_813, "2019Q4": 44_403}
    raw = json.loads(shared_data.ANALYTICS.read_text())
    assert len(rows(shared_data.ANALYTICS)) == len({(it[0], it[1], it[4]) for it in raw["rows"]})
    assert sum(float(it.value) for it in rows(shared_data.ANALYTICS)) == sum(float(it[5]) for it in raw["rows"])
