"""WHO/UNICEF estimates of national immunization coverage: a sheet a vaccine, countries by year. Writes nothing.

These are estimates that others published, percent of the target population, and no reports: they are kept as published
figures (`published_actions`), never among the values that are added up.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from indicators.exchange.files import workbook
from indicators.exchange.files.lines import Fault, normalised, plain_number, shown_cell
from indicators.exchange.numbers import BadNumber
from indicators.exchange.problems import BadFile, Problem, shown
from indicators.exchange.readers.table_source import is_workbook
from indicators.exchange.records import DEFAULT, Item, Note, Row, Unreadable
from indicators.exchange.written_numbers import written_number

_HEADER = ["unicef region", "iso3", "country", "vaccine"]
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


def looks_like(path: Path) -> bool:
    """True for a workbook whose first sheet has the header of the published one. Never raises BadFile."""
    try:
        if not is_workbook(path):
            return False
        header = next(workbook.rows(path, workbook.sheets(path)[0].name), None)
    except BadFile:
        return False
    return header is not None and [normalised(shown_cell(cell)) for cell in header.cells[:4]] == _HEADER


def read(path: Path, options: Mapping[str, Any]) -> Iterator[Item]:
    """Estimates have no place among values that are added up: BadFile `estimates`, with the way to take them."""
    raise BadFile("estimates")


def estimates(path: Path, country: str = "") -> Iterator[Item]:
    """A Row a vaccine, country and year that has an estimate: element `DTP1`, unit `MLI` (ISO 3166), period `2024`.

    `comment` is the country's name as printed. `country`, an ISO code, takes one country alone. Sheets with another
    header (regions of the world) are left out. Raises BadFile.
    """
    country = country.upper()
    for info in workbook.sheets(path):
        lines = workbook.rows(path, info.name)
        header = next(lines, None)
        names = [shown_cell(cell).strip() for cell in header.cells] if header else []
        if [normalised(name) for name in names[:4]] != _HEADER:
            yield Note(Problem("left_out_sheet", None, None, shown(info.name)))
            continue
        years = [(index, name) for index, name in enumerate(names) if _YEAR.fullmatch(name)]
        if len({year for _, year in years}) != len(years):
            raise BadFile("duplicate_header", info.name, row=1)
        for line in lines:
            texts = [shown_cell(cell).strip() for cell in line.cells[:4]]
            if len(texts) < 4 or (country and texts[1].upper() != country):
                continue
            for index, year in years:
                cell = line.cells[index] if index < len(line.cells) else ""
                if cell == "":
                    continue
                place = f"{shown(info.name)}: {year}"
                try:
                    if isinstance(cell, Fault):
                        raise BadNumber(cell.code)
                    value = plain_number(cell) if isinstance(cell, float) else written_number(shown_cell(cell))
                except BadNumber as error:
                    yield Unreadable((Problem(error.args[0], line.number, place, shown(shown_cell(cell))),))
                    continue
                unit, vaccine = texts[1].upper(), texts[3]
                yield Row(line.number, vaccine, year, unit, DEFAULT, DEFAULT, value, False, texts[2], place)
