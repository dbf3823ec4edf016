"""Whole tables as files: the rows of the pages, safe in a spreadsheet, and read back by other programs."""

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import fastparquet
import openpyxl
import pandas as pd
import pytest
from django.core.cache import cache
from python_calamine import CalamineWorkbook

from indicators.api import exported_values, exports, parquet_file, xlsx_stream
from indicators.exchange.files.inert import bared
from indicators.exchange.intake.actions import import_now
from indicators.models import Denominator, ImportRun, ValueComment
from indicators.rollup.refresh import refresh_everything
from tests.api.given import FEB, Country, Program, a_reader
from tests.builders import a_source

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_limits() -> None:
    cache.clear()


def content(answer: Any) -> bytes:
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content)


def frame_of(answer: Any) -> pd.DataFrame:
    return fastparquet.ParquetFile(io.BytesIO(content(answer))).to_pandas()


def csv_rows(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content(answer).decode(), newline="")))


def test_values_as_csv_have_dhis2s_headers() -> None:
    country = Country()
    country.comment('=HYPERLINK("http://x")')
    country.write((country.second, FEB, country.area, 1e-7), made_up=True)
    answer = a_reader().get("values.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="values.csv"'
    rows = csv_rows(answer)
    assert [*rows[0]] == [
        "dataelement", "period", "orgunit", "categoryoptioncombo", "attributeoptioncombo", "value", "storedby",
        "lastupdated", "comment", "followup", "deleted",
    ]  # fmt: skip
    assert [(row["period"], row["value"]) for row in rows] == [
        ("202501", "12"), ("202502", "0"), ("202501", "7.5"), ("202502", "0.0000001"),
    ]  # fmt: skip
    assert rows[0]["comment"].startswith("'=")
    assert bared(rows[0]["comment"]) == '=HYPERLINK("http://x")'
    assert [row["storedby"] for row in rows] == ["", "", "", "demonstration"]


def test_the_filters_of_the_pages_are_those_of_the_files() -> None:
    country = Country()
    for parameters in ({"org_unit": country.other.uid}, {"period": "202502"}, {"since_batch": country.batch.pk}):
        rows = csv_rows(a_reader().get("values.csv", **parameters))
        assert [row["value"] for row in rows] == [f"{v['value']:g}" for v in a_reader().results("values", **parameters)]


@pytest.mark.parametrize("size", [1, 2, 3, 10])
def test_blocks_of_any_size_hold_every_row_once(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", size)
    monkeypatch.setattr(parquet_file, "ROWS", size)
    Country()
    assert len(csv_rows(a_reader().get("values.csv"))) == 3
    frame = frame_of(a_reader().get("values.parquet"))
    assert frame["value"].tolist() == [12, 0, 7.5]


def test_a_workbook_is_read_by_two_readers_and_computes_nothing() -> None:
    country = Country()
    country.comment("=1+1\x01&<b>")
    country.area.name = "@SUM(1)"
    country.area.save()
    data = content(a_reader().get("values.xlsx"))
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == [*exported_values.ValuesXlsx.columns]
    assert [row[7] for row in rows[1:]] == [12, 0, 7.5]
    assert rows[1][10] == "=1+1&<b>"
    assert rows[1][4] == "@SUM(1)"
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "b", "inlineStr"}
    again = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert [row[7] for row in again[1:]] == [12, 0, 7.5]
    assert again[1][10] == "=1+1&<b>"
    assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None


def test_a_workbook_says_when_its_sheet_cannot_hold_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    Country()
    assert xlsx_stream.MOST_ROWS == 1_048_576
    monkeypatch.setattr(xlsx_stream, "MOST_ROWS", 4)
    assert a_reader().get("values.xlsx").status_code == 200  # three rows and the headers
    monkeypatch.setattr(xlsx_stream, "MOST_ROWS", 3)
    assert a_reader().refusal("values.xlsx") == (400, "too_many_rows", None)
    assert a_reader().get("values.xlsx", period="202501").status_code == 200
    assert a_reader().refusal("readings.xlsx", period="2025", indicator="dtp1_doses")[1] == "too_many_rows"


def test_parquet_keeps_kinds_and_missing_values() -> None:
    country = Country()
    source = a_source(title_fr="Recensement", title_en="Census")
    Denominator.objects.create(unit=country.district, year=2025, kind="surviving_infants", value=120, source=source)
    refresh_everything()
    asked = {"indicator": "dtp1_coverage", "period": "202501"}
    rows = a_reader().results("readings", **asked)
    frame = frame_of(a_reader().get("readings.parquet", **asked)).astype(object)
    found = frame.where(frame.notna(), None)
    assert found["value"].tolist() == [row["value"] for row in rows]
    assert found["denominator_source"].tolist() == [row["denominator_source"] for row in rows]
    assert found["expected"].tolist() == [row["expected"] for row in rows]
    assert found["demonstration"].tolist() == [False] * 5


def test_an_empty_table_is_a_file_with_columns() -> None:
    program = Program(Country().clerk())
    parameters = {"period": "199001"}
    assert csv_rows(program.get("values.csv", **parameters)) == []
    frame = frame_of(program.get("values.parquet", **parameters))
    assert (len(frame), [*frame]) == (0, [*exported_values.ValuesParquet.columns])
    book = openpyxl.load_workbook(io.BytesIO(content(program.get("values.xlsx", **parameters))))
    assert book.active is not None
    assert book.active.max_row == 1


def test_readings_as_csv_are_the_readings_of_the_pages() -> None:
    Country()
    refresh_everything()
    asked = {"indicator": "dtp1_doses,dropout_dtp1_dtp3", "from": "202412", "to": "202502"}
    rows = csv_rows(a_reader().get("readings.csv", **asked))
    pages = a_reader().results("readings", **asked)
    assert [(row["indicator"], row["org_unit"], row["period"], row["state"]) for row in rows] == [
        (row["indicator"], row["org_unit"], row["period"], row["state"]) for row in pages
    ]
    assert [float(row["value"]) if row["value"] else None for row in rows] == [row["value"] for row in pages]


def test_a_browser_that_accepts_only_pages_gets_the_file_it_asked_for() -> None:
    Country()
    program = a_reader()
    program.headers["Accept"] = "text/html"
    assert program.get("values.csv").status_code == 200


def test_a_column_store_reads_the_same_parquet(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    country = Country()
    country.comment("à vérifier")
    path = tmp_path / "values.parquet"
    path.write_bytes(content(a_reader().get("values.parquet")))
    found = duckdb.sql(f"SELECT orgunit_name, value, batch, comment, demonstration FROM '{path}'").fetchall()
    assert found[0] == ("Kati Koro", 12, country.batch.pk, "à vérifier", False)
    assert [row[1] for row in found] == [12, 0, 7.5]


@pytest.mark.slow
def test_values_come_back_in_unchanged(tmp_path: Path) -> None:
    country = Country()
    country.comment("=à vérifier, « demain »")
    country.write((country.second, FEB, country.area, 0.1), (country.second, FEB, country.far, 123456.5))
    path = tmp_path / "values.csv"
    path.write_bytes(content(a_reader().get("values.csv")))
    run = import_now(path, file_name="values.csv", by=None)
    assert (run.state, run.report.get("problems")) == (ImportRun.State.COMMITTED, []), run.report
    assert (run.read, run.unchanged) == (5, 5)
    assert ValueComment.objects.get().text == "=à vérifier, « demain »"
    again = tmp_path / "again.csv"
    again.write_bytes(content(a_reader().get("values.csv")))
    assert again.read_bytes() == path.read_bytes()
