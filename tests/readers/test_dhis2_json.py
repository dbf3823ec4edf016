"""DHIS2 values as JSON: every field as written, defaults of the set, records that are none."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.exchange.files import strict_json
from indicators.exchange.records import Row
from tests.exchange import shared_data
from tests.readers.given import a_file, a_set, everything, faults, gzipped, notes, refused, row, rows, value

MAYBE = st.sampled_from([None, "", "A", "B"])
SHARED = st.fixed_dictionaries({}, optional=dict.fromkeys(("period", "orgUnit", "attributeOptionCombo"), MAYBE))


def test_a_record_is_a_row_with_its_place(tmp_path: Path) -> None:
    records = [
        value(),
        value(value="0"),
        value(value="", comment="absent"),
        value(deleted=True, value="9"),
        value(deleted=False, categoryOptionCombo="Option00001", attributeOptionCombo="Attribute01"),
        value(storedBy="john", created="2025-01-01", lastUpdated="2025-01-01", followup=True, followUp="x"),
        {},
    ]
    assert rows(a_set(tmp_path, *records)) == [
        row(1),
        row(2, value="0"),
        row(3, value="", comment="absent"),
        row(4, deleted=True, value="9"),
        row(5, option="Option00001", attribute="Attribute01"),
        row(6),
        row(7, data_element="", period="", org_unit="", value=""),
    ]


def test_numbers_may_come_without_quotes(tmp_path: Path) -> None:
    found = rows(a_set(tmp_path, value(value=5), value(value=-0.50), value(period=202501)))
    assert [it.value for it in found] == ["5", "-0.5", "5"]
    assert found[2].period == "202501"


@pytest.mark.parametrize(
    "field", ["dataElement", "period", "orgUnit", "categoryOptionCombo", "attributeOptionCombo", "value", "comment"]
)
@pytest.mark.parametrize("wrong", [True, False, ["5"], {"$gt": 0}, []])
def test_a_field_that_is_no_text(tmp_path: Path, field: str, wrong: Any) -> None:
    found = everything(a_set(tmp_path, value(), value(**{field: wrong}), value(value="7")))
    assert faults(found) == [("wrong_type", 2, field)]
    assert [it.number for it in found if isinstance(it, Row)] == [1, 3]


@pytest.mark.parametrize("wrong", ["true", "false", 1, "yes", []])
def test_deleted_is_true_or_false(tmp_path: Path, wrong: Any) -> None:
    assert faults(everything(a_set(tmp_path, value(deleted=wrong)))) == [("wrong_type", 1, "deleted")]


@pytest.mark.parametrize("wrong", [1, "text", None, [], ["a"], True])
def test_what_is_no_record(tmp_path: Path, wrong: Any) -> None:
    found = everything(a_set(tmp_path, wrong, value(), wrong))
    assert faults(found) == [("wrong_type", 1, None), ("wrong_type", 3, None)]


def test_one_record_may_have_several_faults_and_is_one_record(tmp_path: Path) -> None:
    found = everything(a_set(tmp_path, value(value=True, comment=False)))
    assert faults(found) == [("wrong_type", 1, "value"), ("wrong_type", 1, "comment")]
    assert len(found) == 1


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80)
@given(
    records=st.lists(SHARED, max_size=8), common=SHARED, behind=st.booleans(), piece=st.sampled_from([20, 70, 10**6])
)
def test_what_the_set_says_counts_wherever_it_says_it(
    tmp_path: Path, records: list[dict[str, Any]], common: dict[str, Any], behind: bool, piece: int
) -> None:
    content = {"dataValues": records, **common} if behind else {**common, "dataValues": records}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(strict_json, "_PIECE", piece)
        found = rows(a_file(tmp_path, json.dumps(content)))
    names = {"period": "period", "orgUnit": "org_unit", "attributeOptionCombo": "attribute"}
    wanted = [{here: record.get(name) or common.get(name) or "" for name, here in names.items()} for record in records]
    assert [{here: getattr(it, here) for here in names.values()} for it in found] == wanted


def test_a_default_that_hides_behind_a_second_list_is_refused_and_not_lost(tmp_path: Path) -> None:
    text = '{"dataValues": [{"dataElement": "a", "value": "1"}], "period": "202501", "others": [{}]}'
    assert refused(a_file(tmp_path, text), "dhis2_json") == "default_after_list"
    text = '{"dataValues": [{"dataElement": "a", "value": "1"}], "period": "202501", "others": [1]}'
    assert [it.period for it in rows(a_file(tmp_path, text))] == ["202501"]


@pytest.mark.parametrize("wrong", [True, ["202501"], {}])
def test_a_default_that_is_no_text(tmp_path: Path, wrong: Any) -> None:
    assert refused(a_set(tmp_path, value(), period=wrong), "dhis2_json") == "wrong_type"


def test_what_the_set_says_of_itself_is_noted(tmp_path: Path) -> None:
    path = a_set(
        tmp_path, value(), dataSet="DataSet0001", completeDate="2025-02-01", idScheme="CODE", orgUnitIdScheme="name"
    )
    assert notes(everything(path)) == [
        ("id_scheme", "data_element", "code"),
        ("id_scheme", "org_unit", "name"),
        ("id_scheme", "option", "code"),
        ("completeness_not_taken", "completeDate", "2025-02-01"),
    ]
    assert refused(a_set(tmp_path, value(), idScheme="attribute:fd8Nfg9Fj2p")) == "unknown_id_scheme"


def test_a_file_cut_at_a_record_is_told_by_the_count_given(tmp_path: Path) -> None:
    path = a_set(tmp_path, value(), value(period="202502"), 5)
    assert len(everything(path, rows=3)) == 3
    assert refused(path, rows=4) == "row_count_mismatch"
    assert refused(path, rows=0) == "row_count_mismatch"


def test_an_empty_set_is_one(tmp_path: Path) -> None:
    assert everything(a_set(tmp_path)) == []


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    peaks = []
    for many in (20_000, 100_000):
        record = json.dumps(value(categoryOptionCombo="HllvX50cXC0", storedBy="admin"))
        path = gzipped(tmp_path, f'{{"dataValues": [{",".join([record] * many)}]}}'.encode())
        tracemalloc.start()
        assert sum(1 for _ in everything_of(path)) == many
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]
    assert peaks[1] < 32 * 1024**2


def everything_of(path: Path) -> Any:
    from indicators.exchange.readers import dhis2_json

    return dhis2_json.read(path, {})


@pytest.mark.slow
@shared_data.needed
def test_the_published_totals_of_a_real_file() -> None:
    found = rows(shared_data.VALUES, rows=188_701)
    penta1 = [it for it in found if it.data_element == "fClA2Erf6IO"]
    assert (len(found), len(penta1), len({it.org_unit for it in penta1})) == (188_701, 4325, 235)
    assert sum(float(it.value) for it in penta1) == 76_396
    assert not [it for it in found if it.deleted or float(it.value) == 0]
