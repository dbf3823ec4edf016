"""The table of faults in docs/reliability.md is whole, and the tests that it names exist."""

import re
from typing import NamedTuple

import pytest
from django.conf import settings

from tests.ops.test_security_table import TEST, functions

REQUIRED = [f"F-{number:02}" for number in range(1, 51)]
REASON = re.compile(r"(Not applicable|Not proven|Partly): \S.{11,}")


class Row(NamedTuple):
    fault: str
    happens: str
    kept: str


def rows() -> list[Row]:
    lines = (settings.BASE_DIR / "docs/reliability.md").read_text().splitlines()
    return [Row(*(cell.strip() for cell in line.split("|")[1:-1])) for line in lines if line.startswith("| F-")]


def wrong(row: Row) -> str:
    """What is wrong with the row; empty where nothing is."""
    named = TEST.findall(row.kept)
    if not named and not REASON.search(row.kept):
        return "neither a test nor a reason"
    for path, name in named:
        if not (settings.BASE_DIR / path).is_file():
            return f"{path} is not there"
        if name and name not in functions(path):
            return f"{path} has no {name}"
    return "" if REASON.search(row.kept) or len(row.happens) >= 10 else "nothing is said to hold"


def test_every_fault_stands_in_the_table_once_and_in_order() -> None:
    ids = [row.fault.split()[0] for row in rows()]
    assert ids[: len(REQUIRED)] == REQUIRED
    assert len(set(ids)) == len(ids)


def test_every_fault_has_a_test_that_exists_or_a_reason() -> None:
    assert [(row.fault, wrong(row)) for row in rows() if wrong(row)] == []


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("", "neither"),
        ("Not proven: no", "neither"),
        ("`tests/faults/test_nowhere.py::test_nothing`", "is not there"),
        ("`tests/ops/test_health.py::test_nothing`", "has no test_nothing"),
        ("`tests/ops/test_health.py::test_well_while_the_database_answers`", "nothing is said"),
    ],
)
def test_a_row_that_promises_nothing_is_found(kept: str, said: str) -> None:
    assert said in wrong(Row("F-00 nothing", "", kept))
