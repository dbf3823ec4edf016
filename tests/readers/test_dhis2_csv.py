"""DHIS2 values as CSV: every documented header, none at all, and what spreadsheets make of them."""

from pathlib import Path

import pytest

from tests.readers.given import a_file, everything, faults, gzipped, notes, refused, row, rows, zipped

LONG = "dataelement,period,orgunit,catoptcombo,attroptcombo,value,strby,lstupd,cmt"
SHORT = "dataelement,period,orgunit,categoryoptioncombo,attributeoptioncombo,value"
LINE = "DataElem001,202501,OrgUnit0001,Option00001,Attribute01,5"
WANTED = row(2, option="Option00001", attribute="Attribute01")


@pytest.mark.parametrize(
    ("header", "line"),
    [
        (SHORT, LINE),
        (LONG, f"{LINE},john,2025-01-01,"),
        (f"{SHORT},storedby,timestamp,comment,followup,deleted", f"{LINE},john,2025-01-01,,false,false"),
        (f"{SHORT},storedby,lastupdated,comment,followup,deleted", f"{LINE},,,,,"),
        ("dataElement,period,orgUnit,categoryOptionCombo,attributeOptionCombo,value", LINE),
        ("de,pe,ou,coc,acoc,value", LINE),
        ("Data element;Period;Org unit;Category option combo;Attribute option combo;VALUE", LINE.replace(",", ";")),
        ("value\tperiod\torgunit\tdataelement", "5\t202501\tOrgUnit0001\tDataElem001"),
        (f"dataset,{SHORT}", f"DataSet0001,{LINE}"),
        (f'"{SHORT}"'.replace(",", '","'), f'"{LINE}"'.replace(",", '" , "').replace(" , ", ",  ")),
        (f" {SHORT} ".replace(",", " , "), f" {LINE} ".replace(",", " , ")),
    ],
)
def test_headers_of_all_kinds(tmp_path: Path, header: str, line: str) -> None:
    wanted = WANTED if "ption" in header or "coc" in header or "opt" in header else row(2)
    for text in (f"{header}\n{line}\n", f"\ufeff{header}\r\n{line}", f"{header}\r{line}\r"):
        path = a_file(tmp_path, text)
        assert rows(path) == [wanted]
        assert notes(everything(path)) == []
    assert rows(gzipped(tmp_path, f"{header}\n{line}\n".encode())) == [wanted]
    assert rows(zipped(tmp_path, ("values.txt", f"{header}\n{line}\n"))) == [wanted]


@pytest.mark.parametrize(
    "line", [LINE, f"{LINE},john,2025-01-01,,false,false", f'"{LINE}"'.replace(",", '","'), f" {LINE} "]
)
def test_without_a_header_columns_go_by_their_place(tmp_path: Path, line: str) -> None:
    assert rows(a_file(tmp_path, f"{line}\n{line}")) == [WANTED._replace(number=1), WANTED]
    plain = line.replace("Option00001", "").replace("Attribute01", "")
    assert rows(a_file(tmp_path, plain)) == [row(1)]


def test_every_field_as_written(tmp_path: Path) -> None:
    path = a_file(
        tmp_path,
        f"{SHORT},comment,deleted\n"
        'a,2025W3,b,,,0,"two\nlines, ""quoted""",\n'
        "a,2025W3,b,,,,,TRUE\n"
        "\n"
        "a,2025W3,b,,,012.50\n",
    )
    a = row(2, data_element="a", period="2025W3", org_unit="b")
    assert rows(path) == [
        a._replace(value="0", comment='two\nlines, "quoted"'),
        a._replace(number=3, value="", deleted=True),
        a._replace(number=5, value="012.50"),
    ]


def test_rows_that_are_none(tmp_path: Path) -> None:
    path = a_file(tmp_path, f"{SHORT},deleted\n{LINE},maybe\n{LINE},,8\na,202501,b\n{LINE}\n")
    found = everything(path)
    assert faults(found) == [("wrong_type", 2, "deleted"), ("too_many_cells", 3, None), ("too_few_cells", 4, None)]
    assert len(found) == 4


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "empty_file"),
        (SHORT, "no_rows"),
        (f"{SHORT}\n\n\n", "no_rows"),
        (f"{SHORT},value\n{LINE},7", "duplicate_header"),
        (f"{SHORT},Period\n{LINE},7", "duplicate_header"),
        ("dataelement,period,orgunit\na,b,c", "missing_column"),
        (f'{SHORT}\n"{LINE}\n', "unclosed_quote"),
        (f'{SHORT}\n"a"b,c\n', "unclosed_quote"),
        (f"{SHORT}\n{LINE}".encode() + b"\xff\xfe\xc3\xa9", "encoding"),
    ],
)
def test_no_table_and_no_data(tmp_path: Path, content: str | bytes, code: str) -> None:
    assert refused(a_file(tmp_path, content), "dhis2_csv") == code


def test_other_encodings_are_told(tmp_path: Path) -> None:
    text = f"{SHORT},comment\n{LINE},Ségou\n"
    for encoding, name in (("cp1252", "Windows-1252"), ("utf-16", "UTF-16")):
        found = everything(a_file(tmp_path, text.encode(encoding)))
        assert notes(found) == [("encoding_found", None, name)]
        assert WANTED._replace(comment="Ségou") in found


def test_columns_of_others_are_told_and_left_out(tmp_path: Path) -> None:
    found = everything(a_file(tmp_path, f"{SHORT},mood\n{LINE},good\n"))
    assert notes(found) == [("column_left_out", None, "mood")]
    assert WANTED in found


def test_a_file_cut_at_a_line_end_is_told_by_the_count_given(tmp_path: Path) -> None:
    path = a_file(tmp_path, f"{SHORT}\n{LINE}\n{LINE}\n")
    assert len(rows(path, rows=2)) == 2
    assert refused(path, rows=3) == "row_count_mismatch"
