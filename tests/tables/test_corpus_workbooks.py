"""Workbooks that come in badly made: each has one expected result, named by its number in the list of bad input."""

import io
import re
import socket
import struct
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from indicators.exchange.files import workbook_parts
from indicators.exchange.problems import MESSAGES, BadFile
from tests.tables.sheets import HEADER, HEADER_ROW, LINE, SHEET, a_row, a_sheet, text, with_sheet
from tests.tables.tables import a_file, a_workbook, long, outcome, read, with_parts

RELATIONS = "xl/_rels/workbook.xml.rels"
SHARED = b'<Relationship Id="s" Type="x/sharedStrings" Target="sharedStrings.xml"/>'


def test_x_00_a_good_workbook_is_read(tmp_path: Path) -> None:
    assert outcome(a_workbook(tmp_path, [HEADER, LINE]), long()) == ("OK", ["5"])


def test_x_01_a_bomb_is_refused_by_the_size_it_claims(tmp_path: Path) -> None:
    path = a_workbook(tmp_path, [HEADER, LINE])
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for name in old.namelist():
            if name != SHEET:
                new.writestr(name, old.read(name))
        with new.open(SHEET, "w") as stream:
            stream.write(a_sheet(HEADER_ROW)[:-30] + b'<row r="2"><c r="A2" t="inlineStr"><is><t>')
            for _ in range(300):
                stream.write(b"x" * 1024 * 1024)
    path.write_bytes(out.getvalue())
    assert path.stat().st_size < 3_000_000
    tracemalloc.start()
    assert outcome(path, long()) == ("FILE", "too_large_unpacked", None)
    assert tracemalloc.get_traced_memory()[1] < 8_000_000
    tracemalloc.stop()


def test_x_02_too_many_rows_are_refused_long_before_the_last(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{i}"><c r="A{i}"><v>{i}</v></c><c r="D{i}"><v>1</v></c></row>' for i in range(2, 400_000))
    # The end is no XML: whoever read on to it would say so instead.
    path = with_sheet(tmp_path, a_sheet(HEADER_ROW + rows + "</row></broken>"))
    assert outcome(path, long(columns=_two_columns(), period="202401", element="BCG")) == (
        "FILE",
        "too_many_rows",
        None,
    )


def _two_columns() -> list[dict[str, str]]:
    return [{"column": "unite", "role": "unit"}, {"column": "valeur", "role": "value"}]


def test_x_03_what_a_sheet_claims_to_measure_is_not_believed(tmp_path: Path) -> None:
    claims = '<dimension ref="A1:XFD1048576"/>'
    cells = a_row(2, text("A2", "CSCom 1"), text("B2", "202401"), text("C2", "BCG"), '<c r="D2"><v>5</v></c>')
    assert outcome(with_sheet(tmp_path, a_sheet(HEADER_ROW + cells, before=claims)), long()) == ("OK", ["5"])
    far = a_sheet(HEADER_ROW + a_row(1_048_576, '<c r="XFD1048576"><v>5</v></c>'))
    assert outcome(with_sheet(tmp_path, far), long()) == ("FILE", "too_many_columns", 1_048_576)


def test_x_04_sizes_that_lie_and_members_that_overlap_are_a_bad_archive(tmp_path: Path) -> None:
    path = a_workbook(tmp_path, [HEADER, LINE])
    good = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo(SHEET)
    directory = good.rindex(SHEET.encode()) - 46
    for size in (info.file_size - 40, info.file_size + 40):
        lying = bytearray(good)
        struct.pack_into("<L", lying, directory + 24, size)
        path.write_bytes(lying)
        assert outcome(path, long()) == ("FILE", "bad_archive", None)
    overlapping = bytearray(good)
    struct.pack_into("<L", overlapping, directory + 42, 0)
    path.write_bytes(overlapping)
    assert outcome(path, long()) == ("FILE", "bad_archive", None)


def test_x_04_a_hundred_thousand_members_are_a_bad_archive(tmp_path: Path) -> None:
    path = a_workbook(tmp_path, [HEADER, LINE])
    with_parts(path, {}, more={f"xl/media/{number}": b"" for number in range(6_000)})
    assert outcome(path, long()) == ("FILE", "bad_archive", None)


@pytest.mark.parametrize("name", ["../../etc/x", "/etc/x", "xl/../../x", "C:x", "..\\x"])
def test_x_05_members_that_leave_the_archive_are_refused(tmp_path: Path, name: str) -> None:
    path = with_parts(a_workbook(tmp_path, [HEADER, LINE]), {}, more={name: b"x"})
    before = sorted(tmp_path.rglob("*"))
    assert outcome(path, long()) == ("FILE", "bad_archive", None)
    assert sorted(tmp_path.rglob("*")) == before


def test_x_05_a_link_among_the_members_is_refused(tmp_path: Path) -> None:
    path = a_workbook(tmp_path, [HEADER, LINE])
    link = zipfile.ZipInfo("xl/link")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    assert outcome(path, long()) == ("FILE", "bad_archive", None)


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9)
)


@pytest.mark.parametrize("part", [SHEET, "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml"])
@pytest.mark.parametrize(
    "prolog",
    [
        LAUGHS + "]>",
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        f'<!DOCTYPE x [<!ENTITY e "{"y" * 100_000}">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:{port}/x.dtd">',
        "<!DOCTYPE worksheet>",
    ],
    ids=["laughs", "file", "quadratic", "network", "plain"],
)
def test_x_06_07_08_a_document_type_is_refused_and_nothing_is_fetched(tmp_path: Path, part: str, prolog: str) -> None:
    path = a_workbook(tmp_path, [HEADER, LINE])
    with zipfile.ZipFile(path) as archive:
        content = archive.read(part).decode() if part in archive.namelist() else "<sst/>"
        relations = archive.read(RELATIONS).replace(b"</Relationships>", SHARED + b"</Relationships>")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        body = content.partition("?>")[2] if content.startswith("<?xml") else content
        told = prolog.replace("{port}", str(server.getsockname()[1])) + body
        with_parts(path, {}, more={RELATIONS: relations, part: told.encode()})
        assert outcome(path, long()) == ("FILE", "xml_forbidden", None)
        with pytest.raises(TimeoutError):
            server.accept()


def test_x_08_a_tag_without_end_is_given_up(tmp_path: Path) -> None:
    path = with_sheet(tmp_path, b'<worksheet a="' + b"x" * 30_000_000 + b'"/>')
    started = time.process_time()
    assert outcome(path, long()) == ("FILE", "bad_workbook", None)
    assert time.process_time() - started < 30, "half a second; minutes where each piece begins the tag anew"


def test_x_09_a_password_is_named(tmp_path: Path) -> None:
    ole = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 2000
    path = a_file(tmp_path, ole + "EncryptedPackage".encode("utf-16-le") + b"\0" * 500, "table.xlsx")
    assert outcome(path, long()) == ("FILE", "encrypted", None)
    assert outcome(a_file(tmp_path, ole, "table.xls"), long()) == ("FILE", "workbook_type", None)


@pytest.mark.parametrize(
    ("name", "told"), [("xl/vbaProject.bin", ".xlsm"), ("content.xml", ".ods"), ("xl/workbook.bin", ".xlsb")]
)
def test_x_10_other_workbooks_are_refused_with_advice(tmp_path: Path, name: str, told: str) -> None:
    mimetype = {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"} if told == ".ods" else {}
    path = with_parts(a_workbook(tmp_path, [HEADER, LINE]), {}, more={**mimetype, name: b"x"})
    with pytest.raises(BadFile) as caught:
        read(path, long())
    assert caught.value.problem.code == "workbook_type"
    assert caught.value.problem.value == told
    assert ".xlsx" in caught.value.problem.message


def test_x_11_half_a_workbook_is_a_bad_archive(tmp_path: Path) -> None:
    path = a_workbook(tmp_path, [HEADER, *([LINE] * 500)])
    content = path.read_bytes()
    for share in (0.1, 0.5, 0.9, 0.99):
        path.write_bytes(content[: int(len(content) * share)])
        assert outcome(path, long()) == ("FILE", "bad_archive", None)


def test_every_reason_has_its_sentence() -> None:
    folder = Path(workbook_parts.__file__).parent.parent
    sources = [*folder.glob("files/*.py"), *folder.glob("readers/table*.py"), *folder.glob("written_*.py")]
    found = {code for path in sources for code in _codes(path.read_text())}
    assert found
    assert found <= MESSAGES.keys()


def _codes(source: str) -> set[str]:
    return set(re.findall(r'(?:BadFile|Fault|BadNumber|BadWritten|_Bad|_note|Problem)\(\s*"(\w+)"', source))
