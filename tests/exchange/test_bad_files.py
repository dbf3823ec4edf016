"""Files that are no data at all: one problem of the file, and nothing taken."""

import gzip
import json
from pathlib import Path

import pytest

from indicators.exchange.actions import import_dhis2
from indicators.exchange.problems import BadFile
from tests.exchange import shared_data
from tests.exchange.files import assert_nothing_was_written, codes, record

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b'{"dataValues": [1,]}', "bad_json"),
        (b"<html></html>", "wrong_type"),
        (b'{"dataValues": []} {}', "bad_json"),
        (b'{"dataValues": [NaN]}', "not_finite"),
        (b'{"dataValues": [-Infinity]}', "not_finite"),
        (b'{"dataValues": [{"value": "1", "value": "2"}]}', "duplicate_key"),
        (b'{"dataValues": ' + b"[" * 100_000, "too_deep"),
        (b'{"dataValues": [{"value": "\\ud800"}]}', "bad_unicode"),
        (b'{"dataValues": [{"value": "a\\"\\uD800"}]}', "bad_unicode"),
        (b'{"dataValues": "\xff"}', "bad_encoding"),
        (b"[]", "wrong_type"),
        (b'{"dataValues": {}}', "wrong_shape"),
        (b'{"values": []}', "wrong_type"),
        (gzip.compress(b'{"dataValues": []}', mtime=0)[:-9], "bad_archive"),
        (gzip.compress(b'{"dataValues": []}', mtime=0)[:12] + b"\0\0\0\0", "bad_archive"),
    ],
)
def test_a_bad_file_is_one_problem_of_the_file(known: None, tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "values.json"
    path.write_bytes(content)
    assert codes(import_dhis2(path, by=None)) == [(code, None, None)]
    assert_nothing_was_written()


def test_numbers_without_quotes_and_escaped_pairs_are_fine(known: None, tmp_path: Path) -> None:
    path = tmp_path / "values.json"
    path.write_text(json.dumps({"dataValues": [record(value=5, comment="\U0001f489 \\ud800 \\")]}))
    assert import_dhis2(path, by=None).created == 1


def test_a_number_of_5000_digits_is_no_number(known: None, tmp_path: Path) -> None:
    path = tmp_path / "values.json"
    path.write_text('{{"dataValues": [{}]}}'.format(json.dumps(record()).replace('"5"', "9" * 5000)))
    (problem,) = import_dhis2(path, by=None).problems
    assert (problem.code, len(problem.value)) == ("not_a_number", 80)


def test_a_file_that_is_not_there(known: None, tmp_path: Path) -> None:
    assert codes(import_dhis2(tmp_path / "none.json", by=None)) == [("file_not_found", None, None)]


@shared_data.needed
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("dataValueSetJDeleteNoValue.json", "unknown_data_element"),
        ("e2e__dataValues_bulk.json", "unknown_data_element"),
        ("dataValueSetA.xml", "unknown_data_element"),
        ("dataValueSetB.csv", "unknown_data_element"),
    ],
)
def test_files_of_others_are_refused_without_a_crash(known: None, name: str, code: str) -> None:
    summary = import_dhis2(shared_data.FOLDER / "dhis2_import_fixtures" / name, by=None)
    assert code in {problem.code for problem in summary.problems}
    assert_nothing_was_written()


def test_bad_file_keeps_its_problem() -> None:
    assert BadFile("bad_json", "x" * 200).problem.value == "x" * 79 + "…"
