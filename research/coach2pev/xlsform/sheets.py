"""The sheets of an XLSForm as rows of texts by column, each with its place. Nothing in the file is trusted.

Read with the reader that all workbooks go through (`indicators.exchange.files.workbook`): no macros, links, document
types, passwords or endless parts; formulas count for the value that was kept with them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from indicators.exchange.files import workbook
from indicators.exchange.files.archive import members
from indicators.exchange.files.characters import composed, has_control, without_control
from indicators.exchange.files.lines import Cell, Fault, shown_cell
from indicators.exchange.problems import BadFile
from research.coach2pev.xlsform.forms import Problem

LARGEST = 5 * 1024**2
"""Bytes of a workbook as it is sent."""
MOST_ROWS = {"survey": 2_000, "choices": 20_000, "settings": 2}
MOST_COLUMNS = 100
SHEETS = tuple(MOST_ROWS)


@dataclass(frozen=True, slots=True)
class SheetRow:
    sheet: str
    number: int
    cells: dict[str, str]

    def at(self, column: str, sentence: str) -> Problem:
        return Problem(sentence, self.sheet, self.number, column)


@dataclass(slots=True)
class Workbook:
    """`headers` are as written, in order. `problems` refuse the file."""

    rows: dict[str, list[SheetRow]] = field(default_factory=dict)
    headers: dict[str, list[str]] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def workbook_of(path: Path) -> Workbook:
    """The three sheets that a form is made of; `others` names the ones that were not read. Raises BadFile."""
    if path.stat().st_size > LARGEST:
        raise BadFile("too_large", f"{LARGEST // 1024**2} MB")
    members(path)
    found = Workbook()
    names = {info.name.strip().casefold(): info.name for info in workbook.sheets(path)}
    for sheet in SHEETS:
        if sheet in names:
            _read(found, sheet, workbook.rows(path, names[sheet], most_columns=16_384))
    found.others = [name for key, name in names.items() if key not in SHEETS]
    if "survey" not in names:
        found.problems.append(Problem(_("The workbook has no sheet “survey”: it is no XLSForm.")))
    elif not found.rows["survey"]:
        found.problems.append(Problem(_("The sheet asks nothing: it holds no row below its header."), "survey"))
    return found


def _read(found: Workbook, sheet: str, lines: Iterator[workbook.Line]) -> None:
    found.rows[sheet], found.headers[sheet] = [], []
    header = next(lines, None)
    if header is None:
        return
    if header.number != 1:
        found.problems.append(Problem(_("The first row must name the columns."), sheet, header.number))
        return
    columns = [" ".join(composed(shown_cell(cell)).split()) for cell in header.cells]
    seen = found.headers[sheet] = [column for column in columns if column]
    for column in {column for column in seen if seen.count(column) > 1}:
        found.problems.append(Problem(_("Two columns have this name."), sheet, 1, column))
    if len(seen) > MOST_COLUMNS:
        sentence = _("The sheet has more than %(most)d columns.") % {"most": MOST_COLUMNS}
        found.problems.append(Problem(sentence, sheet, 1))
        return
    for line in lines:
        cells = {}
        for column, cell in zip(columns, line.cells, strict=False):
            text, wrong = _text(cell)
            if wrong:
                found.problems.append(Problem(wrong, sheet, line.number, column))
            if text and column:
                cells[column] = text
        if cells:
            found.rows[sheet].append(SheetRow(sheet, line.number, cells))
        if len(found.rows[sheet]) > MOST_ROWS[sheet]:
            sentence = _("The sheet has more than %(most)d rows.") % {"most": MOST_ROWS[sheet]}
            found.problems.append(Problem(sentence, sheet, line.number))
            return


def _text(cell: Cell) -> tuple[str, str]:
    """The cell's text, and a sentence where it cannot be read."""
    if isinstance(cell, Fault):
        if cell.code == "boolean_cell":
            return cell.value, ""
        return "", str(BadFile(cell.code, cell.value).problem.message)
    text = composed(shown_cell(cell)).replace("\r\n", "\n").replace("\r", "\n")
    if has_control(text.replace("\n", " ").replace("\t", " ")):
        return without_control(text), _("The text holds a character that cannot be shown.")
    return text, ""
