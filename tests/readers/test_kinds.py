"""Which kind a file is: told by its content, whatever it is called, and refused with advice where it is none."""

import gzip
import io
import json
import random
from pathlib import Path

import pytest
from django.utils import translation
from openpyxl import Workbook

from indicators.exchange.problems import BadFile
from indicators.exchange.readers.kinds import KINDS, recognise
from tests.exchange import shared_data
from tests.readers.given import a_file, gzipped, zipped

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
JSON = '{"dataValues": []}'
XML = '<?xml version="1.0"?>\n<!-- a --><dataValueSet xmlns="http://dhis2.org/schema/dxf/2.0"/>'
CSV = "dataelement,period,orgunit,value\na,b,c,1\n"
TABLE = "Site;Mois;Doses\nSégou;202501;5\n"


def a_workbook() -> bytes:
    content = io.BytesIO()
    book = Workbook()
    book.active.append(["Site", "Month"])  # type: ignore[union-attr]
    book.save(content)
    return content.getvalue()


def said(path: Path) -> tuple[str, str]:
    with pytest.raises(BadFile) as caught:
        recognise(path)
    problem = caught.value.problem
    for language in ("fr", "en"):
        with translation.override(language):
            assert problem.value in problem.message
    return problem.code, problem.value


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (JSON, "dhis2_json"),
        ('\ufeff \n{"dataSet": "a", "dataValues": []}', "dhis2_json"),
        ('{"completeDataSetRegistrations": []}', "registrations"),
        ('{"headers": [], "rows": []}', "analytics"),
        ('{"rows": [], "headers": []}', "analytics"),
        (XML, "dhis2_xml"),
        ('<d:dataValueSet xmlns:d="x">', "dhis2_xml"),
        (CSV, "dhis2_csv"),
        ("DataElem001,202501,OrgUnit0001,,,1", "dhis2_csv"),
        ("de;pe;ou;value\na;b;c;1", "dhis2_csv"),
        (TABLE, "table"),
        ("one line of text", "table"),
        ("DataElem001,202501,OrgUnit0001,1", "table"),
        (TABLE.encode("cp1252"), "table"),
        (TABLE.encode("utf-16"), "table"),
        (CSV.encode("utf-16"), "dhis2_csv"),
        (a_workbook(), "table"),
    ],
)
@pytest.mark.parametrize("name", ["values.json", "values.csv", "values.xlsx", "values"])
def test_content_tells(tmp_path: Path, content: str | bytes, kind: str, name: str) -> None:
    raw = content if isinstance(content, bytes) else content.encode()
    assert recognise(a_file(tmp_path, raw, name)) == kind
    if kind != "table":
        assert recognise(gzipped(tmp_path, raw, name)) == kind
        assert recognise(zipped(tmp_path, ("inner.txt", raw), name=name)) == kind


@pytest.mark.parametrize(
    ("content", "value"),
    [
        ("<!DOCTYPE html><html><body>Sign in</body></html>", "HTML"),
        ("\n\n<html lang='fr'>", "HTML"),
        ("<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>", "HTML"),
        ("<adx/>", "XML (adx)"),
        ("<metaData/>", "XML (metaData)"),
        ("<", "XML"),
        ("< a", "XML"),
        ("%PDF-1.7\n", "PDF"),
        (b"PAR1\x00\x01", "Parquet"),
        (b"\x89PNG\r\n", "PNG"),
        ("{}", "JSON"),
        ("[]", "JSON"),
        ('{"a": {"dataValues": []}}', "JSON"),
        ('{"pager": {}, "organisationUnits": []}', "JSON (organisationUnits)"),
        ('{"type": "FeatureCollection", "features": []}', "JSON (features)"),
    ],
)
def test_what_is_something_else_is_named_and_refused(tmp_path: Path, content: str | bytes, value: str) -> None:
    assert said(a_file(tmp_path, content, "values.csv")) == ("wrong_type", value)


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    assert said(a_file(tmp_path, b""))[0] == "empty_file"
    assert said(gzipped(tmp_path, b""))[0] == "empty_file"
    assert said(tmp_path / "none")[0] == "file_not_found"
    assert said(zipped(tmp_path, ("a.csv", "1"), ("b.csv", "2"), name="values.csv")) == ("wrong_type", "ZIP")
    assert said(a_file(tmp_path, gzip.compress(JSON.encode())[:-9]))[0] == "bad_archive"
    assert said(a_file(tmp_path, zipped(tmp_path, ("a", "b")).read_bytes()[:60]))[0] == "bad_archive"
    assert said(a_file(tmp_path, a_workbook()[:-3000]))[0] == "bad_archive"
    assert said(a_file(tmp_path, '{"dataSet": 1,, "dataValues": []}'))[0] == "bad_json"
    assert said(a_file(tmp_path, '{"dataSet": NaN, "dataValues": []}'))[0] == "not_finite"
    assert said(a_file(tmp_path, '{"a": ' + "[" * 100_000))[0] == "too_deep"
    assert said(a_file(tmp_path, random.Random(3).randbytes(5000)))[0] == "encoding"


def test_workbooks_of_other_programs(tmp_path: Path) -> None:
    """An encrypted workbook and one of Excel 97 begin alike."""
    assert (
        said(a_file(tmp_path, OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "a.xlsx"))[0] == "encrypted"
    )
    assert said(a_file(tmp_path, OLE + b"\0" * 600 + "Workbook".encode("utf-16-le"), "a.csv")) == (
        "workbook_type",
        ".xls",
    )
    ods = [("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", "<a/>")]
    assert said(zipped(tmp_path, *ods, name="a.csv")) == ("workbook_type", ".ods")


def test_a_document_type_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    path = a_file(tmp_path, '<!DOCTYPE d [<!ENTITY a "b">]><dataValueSet/>')
    assert said(path)[0] == "xml_forbidden"


def test_each_kind_has_a_name_and_a_reader() -> None:
    for key, kind in KINDS.items():
        assert kind.key == key
        assert str(kind.label)
        assert callable(kind.read)
        assert all(it.startswith(".") for it in kind.extensions)


@shared_data.needed
def test_the_real_files() -> None:
    wanted = {
        "kenya_countdown_hfd.xlsx": "countdown",
        "wuenic2024.xlsx": "wuenic",
        "sl_datavalues_2025.json.gz": "dhis2_json",
        "sl_analytics_immunization_quarterly.json": "analytics",
        "mali_health_facilities.csv": "table",
        "mali_health_xlsform.xlsx": "table",
    }
    assert {name: recognise(shared_data.FOLDER / name) for name in wanted} == wanted
    for name, held in (("sl_metadata.json", "JSON (dataElements)"), ("sl_organisation_units.json", "JSON")):
        assert said(shared_data.FOLDER / name) == ("wrong_type", held)
    assert json.loads((shared_data.FOLDER / "sl_metadata.json").read_text())["dataElements"]
