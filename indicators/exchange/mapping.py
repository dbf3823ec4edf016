"""How the columns of somebody's table are to be read: made once on screen, kept as JSON. Pure."""

from collections import Counter
from collections.abc import Mapping as Keyed
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, NamedTuple

from indicators.exchange.files.lines import MOST_COLUMNS, normalised
from indicators.exchange.written_numbers import DECIMAL_SIGNS, THOUSANDS_SIGNS
from indicators.exchange.written_periods import DATE_FORMATS, LENGTHS

LONG, WIDE = "long", "wide"
UNIT, PERIOD, YEAR, MONTH, ELEMENT = "unit", "period", "year", "month", "element"
VALUE, OPTION, ATTRIBUTE, COMMENT, IGNORED = "value", "option", "attribute", "comment", "ignored"
ROLES = (UNIT, PERIOD, YEAR, MONTH, ELEMENT, VALUE, OPTION, ATTRIBUTE, COMMENT, IGNORED)
CHOICES: dict[str, tuple[str, ...]] = {
    "shape": (LONG, WIDE),
    "encoding": ("", "utf-8", "utf-16-le", "utf-16-be", "cp1252"),
    "delimiter": ("", ",", ";", "\t", "|"),
    "decimal": DECIMAL_SIGNS,
    "thousands": THOUSANDS_SIGNS,
    "periods": ("dhis2", "named", "date"),
    "dates": DATE_FORMATS,
    "length": LENGTHS,
    "unit_scheme": ("any", "uid", "code", "name"),
    "element_scheme": ("any", "uid", "code", "name"),
}
_TEXTS = {"sheet": 255, "unit": 230, "period": 30, "element": 230, "attribute": 230}
_COLUMN = {"column": 230, "role": 20, "element": 230, "option": 230}
_LONGEST_WORD, _MOST_WORDS, _LAST_ROW = 40, 50, 1_000_000


class Wrong(NamedTuple):
    """One thing wrong with a mapping: `field` as the form names it, `columns.3.element` for one of the columns."""

    field: str
    code: str
    value: str = ""


class BadMapping(ValueError):
    def __init__(self, problems: list[Wrong]) -> None:
        self.problems = problems
        super().__init__(problems)


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its header. `element` and `option` are what its values belong to where the table is wide."""

    column: str
    role: str
    element: str = ""
    option: str = ""


@dataclass(frozen=True, slots=True)
class Mapping:
    """`shape`: `long` has a value a line, `wide` a column an element.

    `header_row` counts from 1, 0 means none: then columns are called `1`, `2`, …; `first_row` 0 is the one after it.
    Empty `encoding`, `delimiter`, `decimal`, `thousands`, `dates`: found in the file, refused where two readings fit.
    `periods`: DHIS2 ids, names (`janv. 2024`, `T1 2024`) or dates, which are then told as the period of `length` that
    holds them. `unit`, `period`, `element`, `attribute` hold for the whole file where no column tells them.
    `missing`: words that mean missing beside an empty cell; case is no matter.
    """

    shape: str
    columns: tuple[Column, ...]
    sheet: str = ""
    header_row: int = 1
    first_row: int = 0
    encoding: str = ""
    delimiter: str = ""
    decimal: str = ""
    thousands: str = ""
    periods: str = "dhis2"
    dates: str = ""
    length: str = "month"
    unit: str = ""
    period: str = ""
    element: str = ""
    attribute: str = ""
    unit_scheme: str = "any"
    element_scheme: str = "any"
    missing: tuple[str, ...] = field(default=())

    @classmethod
    def parse(cls, spec: Any) -> "Mapping":
        """The mapping of a stored or submitted spec; BadMapping with all that is wrong."""
        problems: list[Wrong] = []
        if not isinstance(spec, dict):
            raise BadMapping([Wrong("", "mapping_type")])
        known = {one.name for one in fields(cls)}
        problems += [Wrong(str(name), "mapping_unknown", str(name)) for name in spec if name not in known]
        given: dict[str, Any] = {"shape": "", **{name: spec[name] for name in known if name in spec}}
        for name, value in given.items():
            problems += _wrong(name, value)
        columns = _columns(spec.get("columns"), problems)
        if problems:
            raise BadMapping(problems)
        words = tuple(dict.fromkeys(" ".join(word.split()) for word in given.pop("missing", ())))
        texts = {name: value.strip() if name in _TEXTS and name != "sheet" else value for name, value in given.items()}
        mapping = cls(**{**texts, "columns": columns, "missing": words})
        problems = _contradictions(mapping)
        if problems:
            raise BadMapping(problems)
        return mapping

    def to_spec(self) -> dict[str, Any]:
        """As `parse` takes it, ready for JSON."""
        return {**asdict(self), "columns": [asdict(column) for column in self.columns], "missing": list(self.missing)}

    def on_sheet(self, sheet: str) -> "Mapping":
        return replace(self, sheet=sheet)

    @property
    def first_line(self) -> int:
        return self.first_row or self.header_row + 1

    def named(self, role: str) -> Column | None:
        """The one column of a role that has only one."""
        return next((column for column in self.columns if column.role == role), None)

    def means_missing(self, text: str) -> bool:
        text = " ".join(text.split()).casefold()
        return not text or text in {word.casefold() for word in self.missing}


def _wrong(name: str, value: Any) -> list[Wrong]:
    if name in CHOICES:
        return [] if isinstance(value, str) and value in CHOICES[name] else [Wrong(name, "mapping_choice", str(value))]
    if name in _TEXTS:
        good = isinstance(value, str) and len(value) <= _TEXTS[name] and value.isprintable()
        return [] if good else [Wrong(name, "mapping_text", str(value))]
    if name in ("header_row", "first_row"):
        good = type(value) is int and 0 <= value <= _LAST_ROW
        return [] if good else [Wrong(name, "mapping_row", str(value))]
    if name == "missing":
        good = isinstance(value, list | tuple) and len(value) <= _MOST_WORDS and all(map(_is_word, value))
        return [] if good else [Wrong(name, "mapping_words", str(value))]
    return []


def _is_word(word: Any) -> bool:
    """A zero is a number that was reported; it can never be declared missing."""
    if not isinstance(word, str) or not word.isprintable() or not 0 < len(word.strip()) <= _LONGEST_WORD:
        return False
    return word.strip().strip("0.,-") != "" or "0" not in word


def _columns(found: Any, problems: list[Wrong]) -> tuple[Column, ...]:
    if not isinstance(found, list | tuple) or not 0 < len(found) <= MOST_COLUMNS:
        problems.append(Wrong("columns", "mapping_columns"))
        return ()
    columns = []
    for index, one in enumerate(found):
        where = f"columns.{index}"
        if not isinstance(one, Keyed):
            problems.append(Wrong(where, "mapping_type"))
            continue
        problems += [Wrong(f"{where}.{name}", "mapping_unknown", str(name)) for name in one if name not in _COLUMN]
        wrong = [
            Wrong(f"{where}.{name}", "mapping_text", str(one.get(name, "")))
            for name, longest in _COLUMN.items()
            if not isinstance(text := one.get(name, ""), str) or len(text) > longest or not text.isprintable()
        ]
        if not wrong and one.get("role") not in ROLES:
            wrong = [Wrong(f"{where}.role", "mapping_choice", one.get("role", ""))]
        if not wrong and not normalised(one.get("column", "")):
            wrong = [Wrong(f"{where}.column", "mapping_required")]
        problems += wrong
        if not wrong:
            columns.append(Column(**{name: one.get(name, "").strip() for name in _COLUMN}))
    return tuple(columns)


def _contradictions(mapping: Mapping) -> list[Wrong]:
    roles = Counter(column.role for column in mapping.columns)
    wide = mapping.shape == WIDE
    wrong = [
        Wrong("columns", "mapping_twice", role)
        for role in (UNIT, PERIOD, YEAR, MONTH, ELEMENT, OPTION, ATTRIBUTE, COMMENT, *(() if wide else (VALUE,)))
        if roles[role] > 1
    ]
    for role, fixed in ((UNIT, mapping.unit), (ELEMENT, "" if wide else mapping.element)):
        if roles[role] and fixed:
            wrong.append(Wrong(role, "mapping_both", fixed))
        elif not roles[role] and not fixed and not (wide and role == ELEMENT):
            wrong.append(Wrong(role, "mapping_required"))
    if roles[ATTRIBUTE] and mapping.attribute:
        wrong.append(Wrong(ATTRIBUTE, "mapping_both", mapping.attribute))
    told = bool(roles[PERIOD]) + bool(roles[YEAR]) + bool(mapping.period)
    if told != 1:
        wrong.append(Wrong(PERIOD, "mapping_both" if told else "mapping_required", mapping.period))
    if roles[MONTH] and not roles[YEAR]:
        wrong.append(Wrong(YEAR, "mapping_required"))
    if not roles[VALUE]:
        wrong.append(Wrong(VALUE, "mapping_required"))
    if wide:
        wrong += [Wrong(role, "mapping_not_wide", role) for role in (ELEMENT, COMMENT) if roles[role]]
        if mapping.element:
            wrong.append(Wrong(ELEMENT, "mapping_not_wide", mapping.element))
    if mapping.decimal and mapping.decimal == mapping.thousands:
        wrong.append(Wrong("thousands", "mapping_same_sign", mapping.thousands))
    if mapping.first_row and mapping.first_row <= mapping.header_row:
        wrong.append(Wrong("first_row", "mapping_row", str(mapping.first_row)))
    return wrong + _of_columns(mapping, wide)


def _of_columns(mapping: Mapping, wide: bool) -> list[Wrong]:
    wrong, names, cells = [], set(), set()
    for index, column in enumerate(mapping.columns):
        name, cell = normalised(column.column), (column.element, column.option)
        if name in names:
            wrong.append(Wrong(f"columns.{index}.column", "mapping_column_twice", column.column))
        names.add(name)
        if not wide or column.role != VALUE:
            if column.element or column.option:
                wrong.append(Wrong(f"columns.{index}.element", "mapping_only_wide", column.column))
        elif not column.element:
            wrong.append(Wrong(f"columns.{index}.element", "mapping_required", column.column))
        elif cell in cells:
            wrong.append(Wrong(f"columns.{index}.element", "mapping_cell_twice", column.element))
        elif column.option and mapping.named(OPTION):
            wrong.append(Wrong(f"columns.{index}.option", "mapping_both", column.option))
        else:
            cells.add(cell)
    return wrong
