"""A proposal of how a table may be read, from its header and first lines; a person decides on screen. Pure."""

import re
from collections.abc import Sequence
from typing import Any

from indicators.exchange.files.lines import Cell, Line, normalised, shown_cell
from indicators.exchange.mapping import (
    ATTRIBUTE,
    COMMENT,
    ELEMENT,
    IGNORED,
    LONG,
    MONTH,
    OPTION,
    PERIOD,
    UNIT,
    VALUE,
    WIDE,
    YEAR,
)
from indicators.exchange.numbers import BadNumber
from indicators.exchange.written_numbers import written_number
from indicators.exchange.written_periods import BadWritten, named_period, written_date

_DHIS2_ID = re.compile(r"[0-9]{4}(?:[01][0-9]|Q[1-4]|S[12]|W[0-9]{1,2}|[01][0-9][0-3][0-9])?")
# For each role the headers that name it, the surest first: a code before a name, a site before its district.
_NAMES: dict[str, tuple[str, ...]] = {
    UNIT: (
        *(
            "orgunit",
            "org unit",
            "organisation unit",
            "organisationunitid",
            "unite d organisation",
            "unite",
            "site code",
        ),
        *("code site", "code structure", "code fosa", "facility code", "site", "structure", "etablissement", "fosa"),
        *("formation sanitaire", "cscom", "centre de sante", "aire de sante", "health facility", "facility", "centre"),
        *("health area", "cercle", "district sanitaire", "district", "county", "region"),
    ),
    PERIOD: ("periode", "period", "periodid", "mois annee", "month year", "trimestre", "quarter", "date"),
    YEAR: ("annee", "year", "an"),
    MONTH: ("mois", "month"),
    ELEMENT: (
        *("dataelement", "data element", "element de donnees", "element", "indicateur", "indicator", "product code"),
        *("code produit", "produit", "product", "antigene", "vaccin", "vaccine", "variable", "donnee"),
    ),
    VALUE: ("valeur", "value", "nombre", "number", "quantite", "quantity", "doses", "total"),
    OPTION: ("categoryoptioncombo", "catoptcombo", "category option combo", "desagregation", "tranche d age"),
    ATTRIBUTE: ("attributeoptioncombo", "attroptcombo", "attribute option combo"),
    COMMENT: ("commentaire", "comment", "comments", "commentaires", "observations", "remarques", "remarque", "cmt"),
}


def header_row_of(lines: Sequence[Line]) -> int:
    """The first line with as many filled cells as any other of the first ten: titles stand alone above a header."""
    counts = [(sum(cell != "" for cell in line.cells), line.number) for line in lines[:10]]
    most = max((count for count, _ in counts), default=0)
    return next((number for count, number in counts if count == most), 1)


def first_row_of(lines: Sequence[Line], header_row: int) -> int:
    """The first line below the header that holds a number, so that lines which explain it are passed over; else 0."""
    below = [line for line in lines if line.number > header_row]
    first = next((line.number for line in below if any(map(_is_number, line.cells))), 0)
    return first if below and first > below[0].number else 0


def suggest(header: Sequence[str], first_rows: Sequence[Sequence[Cell]]) -> dict[str, Any]:
    """A spec for `Mapping.parse`, which may lack something: what is not recognised is left out, never made up.

    An element and a value column make it long; otherwise each column of numbers becomes a value whose element is named
    as the column is. Signs and date forms are proposed only where the first rows leave no doubt.
    """
    names = [normalised(cell) for cell in header]
    roles = _roles(names)
    samples = [
        [row[index] for row in first_rows if index < len(row) and row[index] != ""] for index in range(len(names))
    ]
    long = ELEMENT in roles.values() and VALUE in roles.values()
    columns = []
    for index, name in enumerate(header):
        if not names[index]:
            continue
        role = roles.get(index, IGNORED)
        if not long and role in (IGNORED, VALUE, ELEMENT, COMMENT):
            role = VALUE if samples[index] and all(map(_is_number, samples[index])) else IGNORED
        shown = " ".join(name.split())
        columns.append({"column": shown, "role": role, "element": "" if long or role != VALUE else shown, "option": ""})
    of_period = [cell for index, role in roles.items() if role == PERIOD for cell in samples[index]]
    of_values = [cell for index in range(len(names)) if roles.get(index, VALUE) == VALUE for cell in samples[index]]
    return {
        "shape": LONG if long else WIDE,
        "columns": columns,
        "decimal": _decimal(of_values),
        **_period_form(of_period),
    }


def _roles(names: Sequence[str]) -> dict[int, str]:
    """One column a role; a month beside no year is the period."""
    roles: dict[int, str] = {}
    for role, known in _NAMES.items():
        for name in known:
            index = next((i for i, found in enumerate(names) if found == name and i not in roles), None)
            if index is not None:
                roles[index] = role
                break
    told = {role: index for index, role in roles.items()}
    if MONTH in told and YEAR not in told:
        roles[told[MONTH]] = IGNORED if PERIOD in told else PERIOD
    elif PERIOD in told:
        for role in (YEAR, MONTH):
            if role in told:
                roles[told[role]] = IGNORED
    return roles


def _is_number(cell: Cell) -> bool:
    if isinstance(cell, float):
        return True
    try:
        written_number(shown_cell(cell))
    except BadNumber as error:
        return error.args[0] == "ambiguous_number"
    return isinstance(cell, str)


def _decimal(cells: Sequence[Cell]) -> str:
    texts = [cell for cell in cells if isinstance(cell, str)]
    comma = any(re.search(r"[0-9],[0-9]{1,2}$", text) for text in texts)
    point = any(re.search(r"[0-9]\.[0-9]{1,2}$", text) for text in texts)
    return "" if comma == point else "," if comma else "."


def _period_form(cells: Sequence[Cell]) -> dict[str, str]:
    texts = [shown_cell(cell).strip() for cell in cells]
    if not texts or all(map(_DHIS2_ID.fullmatch, texts)):
        return {"periods": "dhis2"}
    if all(_DHIS2_ID.fullmatch(_as_id(text)) for text in texts):
        return {"periods": "named"}
    forms = [form for form in ("dmy", "mdy", "ymd") if all(_is_date(text, form) for text in texts)]
    return {"periods": "date", "dates": forms[0] if len(forms) == 1 else ""} if forms else {"periods": "dhis2"}


def _as_id(text: str) -> str:
    try:
        return named_period(text)
    except BadWritten:
        return ""


def _is_date(text: str, form: str) -> bool:
    try:
        written_date(text, form)
    except BadWritten:
        return False
    return True
