"""The table of OWASP ASVS 5.0.0 in docs/security.md is whole, and the tests that it names exist."""

import ast
import re
from collections import Counter
from functools import cache
from typing import NamedTuple

import pytest
from django.conf import settings

# Every requirement of levels 1 and 2, by section: 70 of level 1 and 183 of level 2.
REQUIRED = """
1.1.1-2 1.2.1-9 1.3.1-11 1.4.1-3 1.5.1-2
2.1.1-3 2.2.1-3 2.3.1-4 2.4.1
3.2.1-2 3.3.1-4 3.4.1-6 3.5.1-5 3.7.1-2
4.1.1-3 4.2.1 4.3.1-2 4.4.1-4
5.1.1 5.2.1-3 5.3.1-2 5.4.1-3
6.1.1-3 6.2.1-12 6.3.1-4 6.4.1-4 6.5.1-5 6.6.1-3 6.8.1-4
7.1.1-3 7.2.1-4 7.3.1-2 7.4.1-5 7.5.1-2 7.6.1-2
8.1.1-2 8.2.1-3 8.3.1 8.4.1
9.1.1-3 9.2.1-4
10.1.1-2 10.2.1-2 10.3.1-4 10.4.1-11 10.5.1-5 10.6.1-2 10.7.1-3
11.1.1-2 11.2.1-3 11.3.1-3 11.4.1-4 11.5.1 11.6.1
12.1.1-3 12.2.1-2 12.3.1-4
13.1.1 13.2.1-5 13.3.1-2 13.4.1-5
14.1.1-2 14.2.1-4 14.3.1-3
15.1.1-3 15.2.1-3 15.3.1-7
16.1.1 16.2.1-5 16.3.1-4 16.4.1-3 16.5.1-3
17.1.1 17.2.1-4 17.3.1-2
"""
LEVEL_1 = """
1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.3.1 1.3.2 1.5.1 2.1.1 2.2.1 2.2.2 2.3.1 3.2.1 3.2.2 3.3.1 3.4.1 3.4.2 3.5.1 3.5.2
3.5.3 4.1.1 4.4.1 5.2.1 5.2.2 5.3.1 5.3.2 6.1.1 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.6 6.2.7 6.2.8 6.3.1 6.3.2 6.4.1
6.4.2 7.2.1 7.2.2 7.2.3 7.2.4 7.4.1 7.4.2 8.1.1 8.2.1 8.2.2 8.3.1 9.1.1 9.1.2 9.1.3 9.2.1 10.4.1 10.4.2 10.4.3 10.4.4
10.4.5 11.3.1 11.3.2 11.4.1 12.1.1 12.2.1 12.2.2 13.4.1 14.2.1 14.3.1 15.1.1 15.2.1 15.3.1
"""
REASON = re.compile(r"(Not applicable|Not met|Partly|Without a test): \S.{11,}")
TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


class Row(NamedTuple):
    id: str
    level: str
    asks: str
    kept: str


def ids(written: str) -> list[str]:
    found = []
    for one in written.split():
        section, _dot, numbers = one.rpartition(".")
        first, _dash, last = numbers.partition("-")
        found += [f"{section}.{number}" for number in range(int(first), int(last or first) + 1)]
    return found


def rows() -> list[Row]:
    lines = (settings.BASE_DIR / "docs/security.md").read_text().splitlines()
    return [Row(*cells) for line in lines if re.match(r"\| \d+\.\d+\.\d+ \|", line) and (cells := cut(line))]


def cut(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split(" | ")]


@cache
def functions(path: str) -> set[str]:
    tree = ast.parse((settings.BASE_DIR / path).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def fault(row: Row) -> str:
    """What is wrong with the last cell; empty where nothing is."""
    named = TEST.findall(row.kept)
    if not named and not REASON.match(row.kept):
        return "neither a test nor a reason"
    if row.kept.count("tests/") != len(named):
        return "a test that is not written as `tests/file.py::test_name`"
    for path, name in named:
        if not (settings.BASE_DIR / path).is_file():
            return f"{path} is not there"
        if name and name not in functions(path):
            return f"{path} has no {name}"
    return ""


def test_the_list_has_as_many_requirements_as_the_standard() -> None:
    assert (len(ids(LEVEL_1)), len(ids(REQUIRED))) == (70, 70 + 183)
    assert set(ids(LEVEL_1)) < set(ids(REQUIRED))


def test_every_requirement_stands_in_the_table_once_and_nothing_else_does() -> None:
    assert Counter(row.id for row in rows()) == Counter(ids(REQUIRED))
    assert [row.id for row in rows()] == ids(REQUIRED)


def test_levels_are_those_of_the_standard() -> None:
    assert {row.id for row in rows() if row.level == "1"} == set(ids(LEVEL_1))
    assert {row.level for row in rows()} == {"1", "2"}


def test_no_row_is_empty_and_every_named_test_exists() -> None:
    assert [(row.id, fault(row)) for row in rows() if len(row.asks) < 4 or fault(row)] == []


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("", "neither"),
        ("Not applicable: no", "neither"),
        ("trust us, it is all quite safe", "neither"),
        ("`tests/ops/test_nowhere.py`", "is not there"),
        ("`tests/ops/test_health.py::test_nothing`", "has no test_nothing"),
        ("tests/ops/test_health.py and Partly: words enough for it", "neither"),
        ("Partly: words enough for it, tests/ops/test_health.py", "not written as"),
    ],
)
def test_a_row_that_promises_nothing_is_found(kept: str, said: str) -> None:
    assert said in fault(Row("1.1.1", "1", "asks", kept))
