"""What the screen shows of a table before anything of it is read in."""

from pathlib import Path

import pytest

from indicators.exchange.mapping import LONG, Mapping
from indicators.exchange.problems import BadFile
from indicators.exchange.readers.table import preview_rows
from indicators.exchange.records import Row, Unreadable
from tests.tables.tables import a_file, a_workbook, long

TABLE = "Structure;Période;Donnée;Valeur;Remarque\nSégou;janv. 2024;BCG;4,5;\nNiono;févr. 2024;BCG;x;\n"


def test_a_proposal_of_a_preview_reads_the_file(tmp_path: Path) -> None:
    path = a_file(tmp_path, TABLE.encode("cp1252"))
    seen = preview_rows(path, None)
    assert (seen.encoding, seen.delimiter, seen.sheets, seen.items) == ("cp1252", ";", [], [])
    assert seen.header == ["Structure", "Période", "Donnée", "Valeur", "Remarque"]
    assert seen.lines[1] == (2, ["Ségou", "janv. 2024", "BCG", "4,5", ""])
    mapped = preview_rows(path, seen.spec)
    assert [type(item) for item in mapped.items if not hasattr(item, "problem")] == [Row, Unreadable]
    assert mapped.spec == Mapping.parse(seen.spec).to_spec()


def test_no_more_than_the_lines_shown_are_read(tmp_path: Path) -> None:
    header, line, _ = TABLE.splitlines()
    path = a_file(tmp_path, "\n".join([header, *([line] * 500), '"never closed']))
    seen = preview_rows(path, preview_rows(path, None, n=5).spec, n=5)
    assert len([item for item in seen.items if isinstance(item, Row)]) == 5
    assert [number for number, _ in seen.lines] == [1, 2, 3, 4, 5, 6]


def test_a_mapping_that_does_not_fit_is_a_problem_beside_the_lines(tmp_path: Path) -> None:
    seen = preview_rows(a_file(tmp_path, TABLE), long())
    assert seen.problem is not None
    assert (seen.problem.code, seen.problem.value) == ("missing_column", "unite")
    assert len(seen.lines) == 3


def test_the_lines_of_a_file_are_seen_without_any_mapping(tmp_path: Path) -> None:
    bare = Mapping(LONG, (), header_row=0)
    assert len(preview_rows(a_file(tmp_path, TABLE), bare).lines) == 3


def test_the_first_sheet_that_shows_is_proposed_and_any_other_on_demand(tmp_path: Path) -> None:
    path = a_workbook(tmp_path, [["Titre"], ["unite", "date", "BCG"], ["A", "25/01/2024", 5]])
    seen = preview_rows(path, None)
    assert (seen.sheet, seen.spec["sheet"], seen.spec["header_row"]) == ("Sheet", "Sheet", 2)
    with pytest.raises(BadFile, match="unknown_sheet"):
        preview_rows(path, None, sheet="Other")


def test_a_file_that_holds_nothing_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="empty_file"):
        preview_rows(a_file(tmp_path, ""), None)
    with pytest.raises(BadFile, match="no_rows"):
        preview_rows(a_file(tmp_path, "\n\n"), None)
