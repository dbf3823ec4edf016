"""Tables that come in badly written: each has one expected result, named by its number in the list of bad input."""

import codecs
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from indicators.exchange.numbers import BadNumber, parse_number
from indicators.exchange.readers import table_source
from tests.tables.tables import HEADER, LINE, Spec, a_file, long, notes_of, outcome, read, rows_of, wide

NOTED = long(more={"note": "comment"})


def a_table(*lines: str, header: str = HEADER, end: str = "\n") -> str:
    return end.join((header, *lines)) + end


def a_value(value: str, delimiter: str = ";") -> str:
    return a_table(f"CSCom 1;202401;BCG;{value}", header="unite;periode;element;valeur").replace(";", delimiter)


def a_period(period: str) -> str:
    return a_table(f"CSCom 1;{period};BCG;5", header="unite;periode;element;valeur")


NO_NUMBERS = ("1_000", "٣٤", "１２", "²", "0x10", "1e5", "+7")
NOT_FINITE = ("NaN", "inf", "-inf", "Infinity", "1e999")
MANY = "\n".join(f"CSCom {i},202401,BCG,{i}" for i in range(1000))
CASES: list[tuple[str, str | bytes, Spec, Any]] = [
    ("C-01", "", long(), ("FILE", "empty_file", None)),
    ("C-02", HEADER + "\n", long(), ("FILE", "no_rows", None)),
    ("C-02 nothing but blank lines", HEADER + "\n\n,,,\n", long(), ("FILE", "no_rows", None)),
    ("C-03", codecs.BOM_UTF8 + a_table(LINE).encode(), long(), ("OK", ["5"])),
    ("C-05", a_table(LINE).replace(",", "\t").encode("utf-16"), long(), ("OK", ["5"])),
    ("C-05 big end first", codecs.BOM_UTF16_BE + a_table(LINE).encode("utf-16-be"), long(), ("OK", ["5"])),
    ("C-05 without a mark", a_table(LINE).encode("utf-16-le"), long(), ("OK", ["5"])),
    ("C-07", a_value("45,5"), long(), ("OK", ["45.5"])),
    ("C-08", a_table(LINE).replace(",", "\t"), long(), ("OK", ["5"])),
    ("C-08 bars", a_table(LINE).replace(",", "|"), long(), ("OK", ["5"])),
    ("C-09 rows", a_table(LINE, LINE.replace(",", ";"), LINE), long(), ("FILE", "delimiter", 3)),
    ("C-09 header", a_table(LINE, LINE, header=HEADER.replace(",", ";")), long(), ("FILE", "delimiter", 1)),
    ("C-10", f'{HEADER}\n{LINE}\n"CSCom 2,202401,BCG,5\n{MANY}\n', long(), ("FILE", "unclosed_quote", 3)),
    ("C-10 closed elsewhere", f'{HEADER}\n{LINE}\n"a,b\nc"d,202401,BCG,5\n', long(), ("FILE", "unclosed_quote", 3)),
    ("C-10 in a great file", f'{HEADER}\n"a,\n' + MANY * 300, long(), ("FILE", "unclosed_quote", 2)),
    ("C-11", f'{HEADER},note\n{LINE},"a ""b""\nc;d"\n', NOTED, ("OK", ["5"])),
    ("C-12 CR", a_table(LINE, LINE, end="\r"), long(), ("OK", ["5", "5"])),
    ("C-12 mixed", f"{HEADER}\r\n{LINE}\n{LINE}\r\n{LINE}\r", long(), ("OK", ["5", "5", "5"])),
    ("C-13", a_table(LINE + ",7", LINE), long(), ("ROW", [("too_many_cells", 2)])),
    ("C-13 empty ones lose nothing", a_table(LINE + ",,"), long(), ("OK", ["5"])),
    ("C-14", a_table(LINE, "CSCom 1,202401"), long(), ("ROW", [("too_few_cells", 3)])),
    ("C-15", a_table(LINE + ",6", header=HEADER + ",Valeur "), long(), ("FILE", "duplicate_header", 1)),
    ("C-16", a_table(LINE, header=" Unité ,PERIODE,Elément,_valeur_"), long(), ("OK", ["5"])),
    ("C-17", a_table(LINE + ",x", header=HEADER + ",plus"), long(), ("OK", ["5"])),
    ("C-18", a_table("CSCom 1,202401,BCG", header="unite,periode,element"), long(), ("FILE", "missing_column", 1)),
    ("C-19", a_table("CSCom\x001,202401,BCG,5"), long(), ("ROW", [("control_char", 2)])),
    ("C-20 escape", a_table("CSCom\x1b[31m,202401,BCG,5"), long(), ("ROW", [("control_char", 2)])),
    ("C-20 direction", a_table("CSCom\u202e1,202401,BCG,5"), long(), ("ROW", [("control_char", 2)])),
    ("C-20 no width", a_table("CSCom 1,202401,B\u200bCG,5"), long(), ("ROW", [("control_char", 2)])),
    ("C-20 value", a_table("CSCom 1,202401,BCG,5\x07"), long(), ("ROW", [("control_char", 2)])),
    ("C-20 note", f"{HEADER},note\n{LINE},\x1b[31mred\n", NOTED, ("OK", ["5"])),
    ("C-21", a_table(f"{'x' * 200_000},202401,BCG,5"), long(), ("ROW", [("too_long", 2)])),
    ("C-21 note", f"{HEADER},note\n{LINE},{'x' * 200_000}\n", NOTED, ("ROW", [("too_long", 2)])),
    ("C-22", b"x" * 50_000_000, long(), ("FILE", "too_large", None)),
    ("C-22 below the largest file", HEADER + "\n" + "x" * 5_000_000, long(), ("FILE", "line_too_long", 2)),
    ("C-24", ",".join(f"c{i}" for i in range(10_000)) + "\n", long(), ("FILE", "too_many_columns", 1)),
    ("C-29 space", a_value("1 234"), long(), ("OK", ["1234"])),
    ("C-29 no-break space", a_value("1\u00a0234"), long(), ("OK", ["1234"])),
    ("C-29 narrow", a_value("1\u202f234\u202f567"), long(), ("OK", ["1234567"])),
    ("C-29 no group", a_value("12 34"), long(), ("ROW", [("not_a_number", 2)])),
    ("C-30", a_value("1,234"), long(), ("ROW", [("ambiguous_number", 2)])),
    ("C-30 comma chosen", a_value("1,234"), long(decimal=","), ("OK", ["1.234"])),
    ("C-30 point chosen", a_value("1,234"), long(decimal=".", thousands=","), ("OK", ["1234"])),
    *((f"C-31 {n}", a_value(n), long(), ("ROW", [("not_a_number", 2)])) for n in NO_NUMBERS),
    *((f"C-32 {n}", a_value(n), long(), ("ROW", [("not_finite", 2)])) for n in NOT_FINITE),
    ("C-33", a_value("9" * 5_000), long(), ("ROW", [("number_too_long", 2)])),
    ("C-35", a_table("CSCom 1,202401,BCG,1.005", "CSCom 1,202402,BCG,2.675"), long(), ("OK", ["1.005", "2.675"])),
    ("C-40 empty and zero", a_table("CSCom 1,202401,BCG,", "CSCom 1,202402,BCG,0"), long(), ("OK", ["0"])),
    *((f"C-40 {w}", a_value(w), long(), ("ROW", [("not_a_number", 2)])) for w in ("-", "ND", "N/A")),
    *((f"C-40 {w} declared", a_value(w), long(missing=["-", "nd", "N/A"]), ("OK", [])) for w in ("-", "ND", "n/a")),
    ("C-47 day", a_period("2024-02-30"), long(periods="date"), ("ROW", [("bad_period", 2)])),
    ("C-47 half", a_period("S3 2024"), long(periods="named"), ("ROW", [("bad_period", 2)])),
    ("C-49", a_period("03/04/2024"), long(periods="date"), ("ROW", [("ambiguous_date", 2)])),
    ("C-55 HTML", "<html><table><tr><td>5</td></tr></table></html>", long(), ("FILE", "no_table", None)),
    ("C-55 JSON", '{"dataValues": []}', long(), ("FILE", "no_table", None)),
    ("C-55 PDF", b"%PDF-1.7\n", long(), ("FILE", "no_table", None)),
]


@pytest.mark.parametrize(("content", "spec", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_badly_written_table_has_its_one_result(
    tmp_path: Path, content: str | bytes, spec: Spec, expected: Any
) -> None:
    assert outcome(a_file(tmp_path, content), spec) == expected


def test_c_04_windows_1252_is_announced_and_never_read_as_something_else(tmp_path: Path) -> None:
    items = read(a_file(tmp_path, a_table("Ségou,202401,BCG,5").encode("cp1252")), long())
    assert [row.org_unit for row in rows_of(items)] == ["Ségou"]
    assert notes_of(items) == {"encoding_found": "Windows-1252"}


def test_c_06_a_broken_letter_is_named_by_its_byte(tmp_path: Path) -> None:
    lines = [f"Ségou {i},202401,BCG,5".encode() for i in range(1000)]
    before = b"\n".join((HEADER.encode(), *lines[:500], b"S"))
    content = before + b"\xe9gou,202401,BCG,5\n" + b"\n".join(lines[500:])
    path = a_file(tmp_path, content)
    assert outcome(path, long()) == ("FILE", "encoding", None)
    with pytest.raises(table_source.BadFile) as caught:
        read(path, long())
    assert caught.value.problem.value == str(len(before))


def test_c_06_a_byte_that_no_french_text_holds_is_no_windows_1252(tmp_path: Path) -> None:
    assert outcome(a_file(tmp_path, a_table(LINE).encode() + b"\xfe"), long()) == ("FILE", "encoding", None)
    assert outcome(a_file(tmp_path, a_table(LINE).encode() + "é".encode()[:1]), long())[:2] == ("FILE", "encoding")


def test_a_chosen_encoding_is_believed_and_its_failures_are_told(tmp_path: Path) -> None:
    path = a_file(tmp_path, a_table("S\xfegou,202401,BCG,5").encode("cp1252"))
    assert rows_of(read(path, long(encoding="cp1252")))[0].org_unit == "Sþgou"
    assert outcome(a_file(tmp_path, a_table(LINE).encode() + b"\xff"), long(encoding="utf-8"))[:2] == (
        "FILE",
        "encoding",
    )


def test_c_11_line_ends_and_quotes_in_a_note_stay(tmp_path: Path) -> None:
    path = a_file(tmp_path, f'{HEADER},note\n{LINE},"a ""b""\r\nc;d"\n{LINE.replace("01,", "02,")},\n')
    found = rows_of(read(path, NOTED))
    assert [(row.number, row.comment) for row in found] == [(2, 'a "b"\r\nc;d'), (3, "")]


def test_c_13_what_is_wrong_with_one_row_leaves_the_others(tmp_path: Path) -> None:
    items = read(a_file(tmp_path, a_table(LINE + ",7", "CSCom 2,202401,BCG,6")), long())
    assert [(row.number, row.org_unit, row.value) for row in rows_of(items)] == [(3, "CSCom 2", "6")]


def test_c_17_columns_left_out_are_named(tmp_path: Path) -> None:
    items = read(a_file(tmp_path, a_table(LINE + ",x", header=HEADER + ",Région")), long())
    assert notes_of(items) == {"unknown_column": "Région"}


def test_c_20_notes_lose_what_steers_a_terminal_and_this_is_told(tmp_path: Path) -> None:
    items = read(a_file(tmp_path, f"{HEADER},note\n{LINE},a\x1b[31m\u202eb\u200bc\x00\n"), NOTED)
    assert rows_of(items)[0].comment == "a[31mbc"
    assert notes_of(items) == {"stripped": "1"}


def test_c_22_a_line_without_end_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = a_file(tmp_path, b"x" * 50_000_000)
    tracemalloc.start()
    assert outcome(path, long()) == ("FILE", "too_large", None)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16_000_000


def test_c_23_the_fifty_thousand_and_first_row_is_too_many(tmp_path: Path) -> None:
    lines = [f"CSCom {i},202401,BCG,5" for i in range(50_001)]
    assert outcome(a_file(tmp_path, a_table(*lines)), long()) == ("FILE", "too_many_rows", None)
    kind, values = outcome(a_file(tmp_path, a_table(*lines[:-1])), long())
    assert (kind, len(values)) == ("OK", 50_000)


@pytest.mark.parametrize(
    ("case", "text", "kind", "code"),
    [
        ("C-27", "-5", "NUMBER", "negative"),
        ("C-28", "12.5", "INTEGER", "not_integer"),
        ("C-34", "2147483648", "INTEGER", "out_of_range"),
        ("C-34", "9223372036854775808", "NUMBER", "out_of_range"),
    ],
)
def test_what_the_element_forbids_is_left_to_the_element(
    tmp_path: Path, case: str, text: str, kind: str, code: str
) -> None:
    [row] = rows_of(read(a_file(tmp_path, a_value(text)), long()))
    with pytest.raises(BadNumber, match=code):
        parse_number(row.value, kind, count=True)


def test_c_41_both_spellings_of_an_accent_are_one(tmp_path: Path) -> None:
    items = read(a_file(tmp_path, a_table("Ségou,202401,BCG,5", "Se\u0301gou,202402,BCG,5")), long())
    assert {row.org_unit for row in rows_of(items)} == {"Ségou"}


@pytest.mark.parametrize("name", ["N'Debougou", "N’Debougou", "Ndebougou", "Bougouni Oest", "00123", "Xyz"])
def test_c_42_43_44_53_names_and_codes_come_through_as_written(tmp_path: Path, name: str) -> None:
    assert rows_of(read(a_file(tmp_path, a_table(f"{name},202401,BCG,5")), long()))[0].org_unit == name


@pytest.mark.parametrize(
    ("written", "how", "period"),
    [
        ("202401", {}, "202401"),
        ("2024Q1", {}, "2024Q1"),
        ("2024W53", {}, "2024W53"),
        ("202413", {}, "202413"),
        ("janv. 2024", {"periods": "named"}, "202401"),
        ("Août 2024", {"periods": "named"}, "202408"),
        ("T1 2024", {"periods": "named"}, "2024Q1"),
        ("Jan 2024", {"periods": "named"}, "202401"),
        ("2024-03-15", {"periods": "date"}, "202403"),
        ("25/03/2024", {"periods": "date"}, "202403"),
        ("03/04/2024", {"periods": "date", "dates": "dmy"}, "202404"),
        ("03/04/2024", {"periods": "date", "dates": "mdy"}, "202403"),
        ("03/04/2024", {"periods": "date", "dates": "dmy", "length": "quarter"}, "2024Q2"),
    ],
)
def test_c_47_48_49_periods_become_ids_as_declared(
    tmp_path: Path, written: str, how: dict[str, str], period: str
) -> None:
    """What is an id in form only (`202413`) is refused where ids are looked up."""
    assert rows_of(read(a_file(tmp_path, a_period(written)), long(**how)))[0].period == period


@pytest.mark.parametrize("text", ["=HYPERLINK(A1)", "=cmd|'/c calc'!A1", "@SUM(1)", "+1+1", "-2+3", "'=x", "'Debo"])
def test_c_54_formulas_in_a_text_are_text(tmp_path: Path, text: str) -> None:
    path = a_file(tmp_path, f"{HEADER},note\n{LINE},{text}\n{LINE.replace('01,', '02,')},'{text}\n")
    plain, written = (row.comment for row in rows_of(read(path, NOTED)))
    assert plain == ("=x" if text == "'=x" else text)
    assert written == ("'" + text if text == "'Debo" else text)


def test_a_wide_line_gives_a_record_for_each_value(tmp_path: Path) -> None:
    path = a_file(tmp_path, "unite,periode,BCG,Penta1\nA,202401,5,0\nB,202401,,7\nC,202401,x,8\n,202401,1,1\n")
    items = read(path, wide("BCG", "Penta1"))
    assert [(row.number, row.org_unit, row.data_element, row.value, row.field) for row in rows_of(items)] == [
        (2, "A", "BCG", "5", "BCG"),
        (2, "A", "Penta1", "0", "Penta1"),
        (3, "B", "Penta1", "7", "Penta1"),
        (4, "C", "Penta1", "8", "Penta1"),
    ]
    assert outcome(path, wide("BCG", "Penta1")) == ("ROW", [("not_a_number", 4), ("missing_field", 5)])
    assert notes_of(items) == {"missing_cells": "1"}


def test_excel_says_its_delimiter_in_a_line_of_its_own(tmp_path: Path) -> None:
    content = "sep=;\n" + a_value("5")
    assert outcome(a_file(tmp_path, content), long(header_row=2)) == ("OK", ["5"])


def test_a_table_without_a_header_names_its_columns_by_number(tmp_path: Path) -> None:
    columns = [{"column": str(i), "role": role} for i, role in enumerate(("unit", "period", "element", "value"), 1)]
    spec = {"shape": "long", "columns": columns, "header_row": 0}
    assert outcome(a_file(tmp_path, LINE + "\n"), spec) == ("OK", ["5"])


def test_a_file_without_its_mapping_is_refused(tmp_path: Path) -> None:
    assert outcome(a_file(tmp_path, a_table(LINE)), {}) == ("FILE", "no_mapping", None)
    assert outcome(a_file(tmp_path, a_table(LINE)), {"shape": "round"}) == ("FILE", "bad_mapping", None)
