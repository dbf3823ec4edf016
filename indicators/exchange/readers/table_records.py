"""One line of a table → its records, as a mapping says."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from indicators.exchange.files.characters import composed, has_control, without_control
from indicators.exchange.files.inert import bared
from indicators.exchange.files.lines import Cell, Fault, Line, normalised, plain_number, shown_cell
from indicators.exchange.mapping import (
    ATTRIBUTE,
    COMMENT,
    ELEMENT,
    IGNORED,
    MONTH,
    OPTION,
    PERIOD,
    UNIT,
    VALUE,
    WIDE,
    YEAR,
    Mapping,
)
from indicators.exchange.numbers import BadNumber
from indicators.exchange.problems import BadFile, Problem, shown
from indicators.exchange.records import DEFAULT, Row, Unreadable
from indicators.exchange.written_numbers import written_number
from indicators.exchange.written_periods import BadWritten, date_period, named_period, period_of_parts

LONGEST_NAME, LONGEST_COMMENT = 230, 2_000
_TRIMMED = (UNIT, PERIOD, YEAR, MONTH, ELEMENT, OPTION, ATTRIBUTE)


class _Bad(Exception):
    """`args`: the problem's code and value."""


class _Value(NamedTuple):
    at: int
    element: str
    option: str


class Records:
    """Reads lines under one header. `missing` counts the empty value cells so far, `stripped` the mended comments."""

    def __init__(self, mapping: Mapping, header: list[str], *, from_1904: bool, text_file: bool) -> None:
        """`text_file`: the file is a text, so that a line must have as many cells as the header. Raises BadFile."""
        self.missing = self.stripped = 0
        self._mapping = mapping
        self._from_1904 = from_1904
        self._text_file = text_file
        names = [normalised(bared(name)) for name in header]
        while names and not names[-1]:
            names.pop()
        self._width = len(names)
        if twice := next((i for i, name in enumerate(names) if name and name in names[:i]), 0):
            raise BadFile("duplicate_header", header[twice], row=mapping.header_row)
        self._header = [" ".join(name.split()) for name in header]
        self._single: dict[str, int] = {}
        self._values: list[_Value] = []
        mapped = set()
        for column in mapping.columns:
            name = normalised(column.column)
            if name not in names:
                if column.role == IGNORED:
                    continue
                raise BadFile("missing_column", column.column, row=mapping.header_row or None)
            index = names.index(name)
            mapped.add(index)
            if column.role == VALUE:
                self._values.append(_Value(index, column.element, column.option))
            elif column.role != IGNORED:
                self._single[column.role] = index
        self.unknown = [shown(self._header[i]) for i, name in enumerate(names) if name and i not in mapped]

    def of(self, line: Line) -> Iterator[Row | Unreadable]:
        """The records of the line, or one Unreadable where what they share cannot be read."""
        if problem := self._bad_width(line):
            yield Unreadable((problem,))
            return
        cells = [(told, self._cell(line, told.at)) for told in self._values]
        values = [(told, cell) for told, cell in cells if not self._is_missing(cell)]
        self.missing += len(self._values) - len(values)
        if not values:
            return
        problems: list[Problem] = []
        shared = {role: self._read(role, line, problems) for role in _TRIMMED}
        comment = self._comment(line, problems)
        period = "" if problems else self._period(line, shared, problems)
        if problems:
            yield Unreadable(tuple(problems))
            return
        mapping = self._mapping
        wide = mapping.shape == WIDE
        for (index, element, option), cell in values:
            try:
                value = self._value(cell)
            except _Bad as error:
                yield Unreadable((Problem(error.args[0], line.number, self._name(index), shown(error.args[1])),))
                continue
            yield Row(
                line.number,
                element if wide else shared[ELEMENT] or mapping.element,
                period,
                shared[UNIT] or mapping.unit,
                (option if wide and option else shared[OPTION]) or DEFAULT,
                shared[ATTRIBUTE] or mapping.attribute or DEFAULT,
                value,
                False,
                comment,
                self._name(index),
            )

    def _bad_width(self, line: Line) -> Problem | None:
        if not self._text_file:
            return None
        filled = len(line.cells)
        while filled > self._width and line.cells[filled - 1] == "":
            filled -= 1
        if filled == self._width:
            return None
        code = "too_many_cells" if filled > self._width else "too_few_cells"
        return Problem(code, line.number, None, f"{filled} / {self._width}")

    def _cell(self, line: Line, index: int) -> Cell:
        return line.cells[index] if index < len(line.cells) else ""

    def _name(self, index: int) -> str:
        return shown(self._header[index])

    def _is_missing(self, cell: Cell) -> bool:
        return isinstance(cell, str) and self._mapping.means_missing(bared(cell) if self._text_file else cell)

    def _read(self, role: str, line: Line, problems: list[Problem]) -> str:
        """The text of a column that names something; empty where no column has the role."""
        index = self._single.get(role)
        if index is None:
            return ""
        cell = self._cell(line, index)
        code = ""
        if isinstance(cell, Fault):
            code = cell.code
        elif isinstance(cell, date) and role != PERIOD:
            code = "date_not_expected"
        text = shown_cell(cell)
        if not code and isinstance(cell, str):
            text = composed(bared(text) if self._text_file else text)
            if has_control(text):
                code = "control_char"
            elif len(text) > LONGEST_NAME:
                code = "too_long"
        if not code and not text and role not in (OPTION, ATTRIBUTE):
            code = "missing_field"
        if code:
            problems.append(Problem(code, line.number, self._name(index), shown(text)))
        return text

    def _comment(self, line: Line, problems: list[Problem]) -> str:
        index = self._single.get(COMMENT)
        if index is None:
            return ""
        cell = self._cell(line, index)
        if isinstance(cell, Fault):
            problems.append(Problem(cell.code, line.number, self._name(index), shown(cell.value)))
            return ""
        written = bared(cell) if isinstance(cell, str) and self._text_file else shown_cell(cell)
        text = without_control(written)
        self.stripped += text != written
        if len(text) > LONGEST_COMMENT:
            problems.append(Problem("too_long", line.number, self._name(index), shown(text)))
        return text

    def _period(self, line: Line, shared: dict[str, str], problems: list[Problem]) -> str:
        role = YEAR if YEAR in self._single else PERIOD
        if role not in self._single:
            return self._mapping.period
        mapping = self._mapping
        try:
            if role == YEAR:
                return period_of_parts(shared[YEAR], shared[MONTH])
            cell = self._cell(line, self._single[PERIOD])
            if isinstance(cell, date) or mapping.periods == "date":
                assert not isinstance(cell, Fault)
                written = shared[PERIOD] if isinstance(cell, str) else cell
                return date_period(written, mapping.dates, mapping.length, from_1904=self._from_1904)
            return named_period(shared[PERIOD]) if mapping.periods == "named" else shared[PERIOD]
        except BadWritten as error:
            shown_text = shared[role] if role == PERIOD else f"{shared[YEAR]} {shared[MONTH]}".strip()
            problems.append(Problem(error.args[0], line.number, self._name(self._single[role]), shown(shown_text)))
            return ""

    def _value(self, cell: Cell) -> str:
        if isinstance(cell, float):
            return plain_number(cell)
        if isinstance(cell, Fault):
            raise _Bad(cell.code, cell.value)
        if isinstance(cell, date):
            raise _Bad("date_not_expected", cell.isoformat())
        text = bared(cell) if self._text_file else cell
        if has_control(text):
            raise _Bad("control_char", text)
        try:
            return written_number(text, decimal=self._mapping.decimal, thousands=self._mapping.thousands)
        except BadNumber as error:
            raise _Bad(error.args[0], text) from error
