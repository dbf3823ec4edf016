"""DHIS2 values as XML (DXF2): the same rows as JSON gives, and no door for what XML may bring along."""

import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest

from indicators.exchange.readers import dhis2_xml
from tests.readers.given import DXF, a_file, an_xml_set, everything, faults, gzipped, notes, refused, row, rows

ONE = '<dataValue dataElement="DataElem001" period="202501" orgUnit="OrgUnit0001" value="5"/>'


def test_a_record_is_a_row_with_its_place(tmp_path: Path) -> None:
    path = an_xml_set(
        tmp_path,
        ONE,
        ONE.replace('"5"', '"0"').replace("/>", ' comment="none &amp; more&#10;é" followup="true"/>'),
        ONE.replace("/>", ' categoryOptionCombo="Option00001" attributeOptionCombo="Attribute01" deleted="false"/>'),
        ONE.replace("/>", ' deleted="true"></dataValue>'),
        "<dataValue/>",
    )
    assert rows(path) == [
        row(1),
        row(2, value="0", comment="none & more\né"),
        row(3, option="Option00001", attribute="Attribute01"),
        row(4, deleted=True),
        row(5, data_element="", period="", org_unit="", value=""),
    ]


def test_the_root_element_gives_what_records_leave_out(tmp_path: Path) -> None:
    root = 'period="2025W3" orgUnit="OrgUnit0009" attributeOptionCombo="Attribute01" dataSet="DataSet0001"'
    path = an_xml_set(tmp_path, '<dataValue dataElement="a" value="1"/>', ONE, root=root)
    first, second = rows(path)
    assert (first.period, first.org_unit, first.attribute) == ("2025W3", "OrgUnit0009", "Attribute01")
    assert (second.period, second.org_unit, second.attribute) == ("202501", "OrgUnit0001", "Attribute01")


def test_what_the_set_says_of_itself_is_noted(tmp_path: Path) -> None:
    root = 'completeDate="2025-02-01" dataElementIdScheme="CODE" idScheme="NAME"'
    assert notes(everything(an_xml_set(tmp_path, root=root))) == [
        ("id_scheme", "data_element", "code"),
        ("id_scheme", "org_unit", "name"),
        ("id_scheme", "option", "name"),
        ("completeness_not_taken", "completeDate", "2025-02-01"),
    ]
    assert refused(an_xml_set(tmp_path, root='orgUnitIdScheme="attribute:abc"')) == "unknown_id_scheme"


def test_prefixes_declarations_comments_and_packing_change_nothing(tmp_path: Path) -> None:
    content = f"""\ufeff<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
        <!-- a comment --><?word?><d:dataValueSet xmlns:d="http://dhis2.org/schema/dxf/2.0">
        <!-- another --> {ONE.replace("<dataValue", "<d:dataValue")}
        </d:dataValueSet> <!-- the end -->"""
    assert rows(a_file(tmp_path, content)) == [row(1)]
    assert rows(gzipped(tmp_path, content.encode())) == [row(1)]
    latin = f'<?xml version="1.0" encoding="ISO-8859-1"?><dataValueSet>{ONE.replace("5", "5")}</dataValueSet>'
    assert rows(a_file(tmp_path, latin.replace('"5"', '"é"').encode("latin-1")))[0].value == "é"


def test_deleted_is_true_or_false(tmp_path: Path) -> None:
    found = everything(an_xml_set(tmp_path, ONE.replace("/>", ' deleted="yes"/>'), ONE))
    assert faults(found) == [("wrong_type", 1, "deleted")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("<dataValueSet>", "bad_xml"),
        (f"<dataValueSet>{ONE}", "bad_xml"),
        (f"<dataValueSet>{ONE}</dataValueSet><more/>", "bad_xml"),
        ('<dataValueSet><dataValue value="1" value="2"/></dataValueSet>', "bad_xml"),
        ("<dataValueSet>&unknown;</dataValueSet>", "bad_xml"),
        ("<dataValueSet>\x00</dataValueSet>", "bad_xml"),
        ('<?xml version="1.0" encoding="klingon"?><dataValueSet/>', "bad_xml"),
        (b"<dataValueSet>\xff</dataValueSet>", "bad_xml"),
        ("<dataValueSet><other/></dataValueSet>", "wrong_shape"),
        ("<metaData/>", "wrong_shape"),
        ("", "bad_xml"),
    ],
)
def test_no_xml_and_no_data(tmp_path: Path, content: str | bytes, code: str) -> None:
    assert refused(a_file(tmp_path, content), "dhis2_xml") == code


def laughs(levels: int = 9, each: int = 10) -> str:
    declared = '<!ENTITY l0 "lol">' + "".join(
        f'<!ENTITY l{level} "{f"&l{level - 1};" * each}">' for level in range(1, levels + 1)
    )
    return f"<!DOCTYPE dataValueSet [{declared}]><dataValueSet>&l{levels};</dataValueSet>"


QUADRATIC = (
    f'<!DOCTYPE d [<!ENTITY a "{"x" * 100_000}">]><dataValueSet><dataValue comment="{"&a;" * 100}"/></dataValueSet>'
)


@pytest.mark.parametrize(
    "content",
    [
        laughs(),
        laughs(2, 3),
        QUADRATIC,
        f"<!DOCTYPE dataValueSet><dataValueSet>{ONE}</dataValueSet>",
        '<!DOCTYPE d SYSTEM "file:///etc/passwd"><dataValueSet/>',
        '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><dataValueSet><dataValue comment="&x;"/></dataValueSet>',
        '<!DOCTYPE d [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]><dataValueSet/>',
        f"{' ' * 1000}<!DOCTYPE d><dataValueSet/>",
    ],
)
def test_a_document_type_is_refused_at_once(tmp_path: Path, content: str) -> None:
    path = a_file(tmp_path, content)
    assert refused(path) == "xml_forbidden"
    assert refused(path, "dhis2_xml") == "xml_forbidden" or content.startswith(" ")


@pytest.fixture
def listener() -> Iterator[tuple[int, Event]]:
    """A port of this machine, and whether anybody called."""
    called = Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.5)

        def wait() -> None:
            try:
                server.accept()[0].close()
            except TimeoutError:
                return
            called.set()

        thread = Thread(target=wait)
        thread.start()
        yield server.getsockname()[1], called
        thread.join()


@pytest.mark.parametrize(
    "content",
    [
        '<!DOCTYPE d SYSTEM "http://127.0.0.1:{port}/x.dtd"><dataValueSet/>',
        '<!DOCTYPE d [<!ENTITY x SYSTEM "http://127.0.0.1:{port}/x">]><dataValueSet>&x;</dataValueSet>',
        '<dataValueSet xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="http://127.0.0.1:{port}/x"/></dataValueSet>',
        '<?xml-stylesheet href="http://127.0.0.1:{port}/x"?><dataValueSet xmlns="http://127.0.0.1:{port}/x"/>',
    ],
)
def test_no_file_makes_us_call_anybody(tmp_path: Path, listener: tuple[int, Event], content: str) -> None:
    port, called = listener
    path = a_file(tmp_path, content.replace("{port}", str(port)))
    if "stylesheet" in content:
        assert everything(path, "dhis2_xml") == []
    else:
        assert refused(path, "dhis2_xml") in ("xml_forbidden", "wrong_shape")
    assert not called.wait(0.6)


def test_one_endless_element_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dhis2_xml, "LONGEST", 1024**2)
    for content in (
        f'<dataValueSet {DXF}><dataValue comment="{"x" * 30_000_000}"/></dataValueSet>',
        f"<dataValueSet {DXF}>{' ' * 30_000_000}</dataValueSet>",
        f"<dataValueSet {DXF}><!--{'x' * 30_000_000}--></dataValueSet>",
    ):
        assert refused(gzipped(tmp_path, content.encode()), "dhis2_xml") == "too_large"


def test_a_file_cut_at_a_record_is_told_by_the_count_given(tmp_path: Path) -> None:
    path = an_xml_set(tmp_path, ONE, ONE)
    assert len(rows(path, rows=2)) == 2
    assert refused(path, rows=3) == "row_count_mismatch"
