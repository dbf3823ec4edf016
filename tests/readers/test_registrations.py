"""Registrations of complete reports, as rows."""

import json
from pathlib import Path
from typing import Any

import pytest

from indicators.exchange.records import Row
from tests.readers.given import a_file, everything, faults, refused, rows

LIST = "completeDataSetRegistrations"
ONE = {
    "dataSet": "DataSet0001",
    "period": "202501",
    "organisationUnit": "OrgUnit0001",
    "date": "2025-02-03T00:00:00.000+0000",
}


def registrations(folder: Path, *records: Any) -> Path:
    return a_file(folder, json.dumps({LIST: records}))


def test_a_registration_is_a_row(tmp_path: Path) -> None:
    path = registrations(
        tmp_path,
        ONE,
        {**ONE, "completed": False},
        {**ONE, "completed": True, "date": "2025-02-03", "attributeOptionCombo": "HllvX50cXC0"},
        {**ONE, "attributeOptionCombo": "default", "storedBy": "john"},
    )
    plain = Row(1, "DataSet0001", "202501", "OrgUnit0001", "", "", "2025-02-03", False)
    assert rows(path) == [
        plain,
        plain._replace(number=2, value="", deleted=True),
        plain._replace(number=3),
        plain._replace(number=4),
    ]


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"date": None}, "missing_field", "date"),
        ({"date": "soon"}, "bad_date", "date"),
        ({"date": "2025-02-30"}, "bad_date", "date"),
        ({"dataSet": ""}, "missing_field", "dataSet"),
        ({"period": 202501.5}, "", ""),
        ({"period": ["202501"]}, "wrong_type", "period"),
        ({"organisationUnit": "a\u202eb"}, "control_char", "organisationUnit"),
        ({"attributeOptionCombo": "Attribute01"}, "part_of_report", "attributeOptionCombo"),
        ({"completed": "true"}, "wrong_type", "completed"),
    ],
)
def test_fields_that_are_wrong(tmp_path: Path, fields: dict[str, Any], code: str, field: str) -> None:
    found = everything(registrations(tmp_path, ONE, {**ONE, **fields}))
    assert faults(found) == ([(code, 2, field)] if code else [])


def test_what_is_no_list_of_registrations(tmp_path: Path) -> None:
    assert refused(a_file(tmp_path, f'{{"{LIST}": {{}}}}'), "registrations") == "wrong_shape"
    assert refused(a_file(tmp_path, "{}"), "registrations") == "wrong_shape"
    assert len(everything(registrations(tmp_path, 1, "a"))) == 2
    assert {code for code, _, _ in faults(everything(registrations(tmp_path, 1, "a")))} >= {"wrong_type"}
    assert refused(registrations(tmp_path, ONE), rows=2) == "row_count_mismatch"
