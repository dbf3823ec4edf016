"""Files as others publish them, and the totals that they are known by."""

import os
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from indicators.exchange.files import workbook
from indicators.exchange.problems import BadFile
from indicators.exchange.readers import countdown, table, wuenic
from indicators.exchange.records import Item, Note, Row, Unreadable
from tests.exchange.shared_data import FOLDER

COUNTDOWN, WUENIC = FOLDER / "kenya_countdown_hfd.xlsx", FOLDER / "wuenic2024.xlsx"
SURVEY, LOGISTICS = FOLDER / "mali_health_xlsform.xlsx", FOLDER / "civ_contraceptive_logistics.csv"
pytestmark = pytest.mark.skipif(
    not COUNTDOWN.exists() and "CI" not in os.environ, reason=f"the trial data are not at {FOLDER}"
)


@pytest.mark.parametrize("path", [COUNTDOWN, WUENIC, SURVEY], ids=lambda path: path.stem)
def test_every_cell_of_a_real_workbook_is_what_another_reader_finds(path: Path) -> None:
    book = CalamineWorkbook.from_path(path)
    assert [info.name for info in workbook.sheets(path)] == book.sheet_names
    for name in book.sheet_names:
        ours = {line.number: list(line.cells) for line in workbook.rows(path, name)}
        for number, row in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False), 1):
            found = ours.pop(number, [])
            assert found + [""] * (len(row) - len(found)) == row, (name, number)
        assert not any(any(cell != "" for cell in cells) for cells in ours.values())


@cache
def countdown_items() -> list[Item]:
    return list(countdown.read(COUNTDOWN, {}))


def test_the_countdown_workbook_adds_up_to_what_it_is_known_by() -> None:
    rows = [item for item in countdown_items() if isinstance(item, Row)]
    totals: defaultdict[tuple[str, str], float] = defaultdict(float)
    for row in rows:
        totals[row.data_element, row.period[:4]] += float(row.value)
    found = [totals["Penta1", str(year)] for year in range(2019, 2024)]
    assert found == [1_359_967, 1_323_091, 1_411_557, 1_387_864, 1_410_586]
    cells = {(row.data_element, row.org_unit, row.period): float(row.value) for row in rows}
    third = [(key[1:], value) for key, value in cells.items() if key[0] == "Penta3"]
    assert sum(value > cells["Penta1", *key] for key, value in third if ("Penta1", *key) in cells) == 859
    received = sum(value for (name, _), value in totals.items() if name == "Vacc_reporting_received")
    expected = sum(value for (name, _), value in totals.items() if name == "Vacc_reporting_expected")
    assert (received, expected, round(100 * received / expected, 2)) == (465_707, 481_852, 96.65)
    assert len({row.org_unit for row in rows}) == 47
    assert {len(row.period) for row in rows} == {4, 6}


def test_remarks_among_the_numbers_of_the_countdown_workbook_are_not_numbers() -> None:
    items = countdown_items()
    wrong = [problem for item in items if isinstance(item, Unreadable) for problem in item.problems]
    assert [(problem.code, problem.row, problem.field) for problem in wrong] == [
        ("not_a_number", 363, "Service_data_3: measles_cases"),
        ("not_a_number", 2128, "Service_data_3: measles_cases"),
    ]
    told = Counter(item.problem.code for item in items if isinstance(item, Note))
    assert told == {"left_out_sheet": 4, "left_out_column": 6}
    assert not any(isinstance(item, Row) and item.data_element.endswith("_rate") for item in items)


def test_some_columns_of_the_countdown_workbook() -> None:
    items = list(countdown.read(COUNTDOWN, {"columns": ["Penta1", "Live_births"]}))
    rows = [item for item in items if isinstance(item, Row)]
    assert Counter(row.data_element for row in rows) == {"Penta1": 2820, "Live_births": 235}
    assert rows[0]._replace(field="") == Row(4, "Live_births", "2019", "Baringo", "", "", "27289.2", False)


def test_national_estimates_are_found_by_vaccine_country_and_year() -> None:
    rows = [item for item in wuenic.estimates(WUENIC, "MLI") if isinstance(item, Row)]
    found = {(row.data_element, row.period): row.value for row in rows}
    assert [found["DTP1", str(year)] for year in range(2019, 2025)] == "81 75 79 84 85 91".split()  # noqa: SIM905
    assert [found["DTP3", str(year)] for year in range(2019, 2025)] == "77 70 77 75 75 82".split()  # noqa: SIM905
    assert {(row.org_unit, row.comment) for row in rows} == {("MLI", "Mali")}
    assert len(list(wuenic.estimates(WUENIC))) == 63_510
    with pytest.raises(BadFile, match="estimates"):
        wuenic.read(WUENIC, {})


def test_each_workbook_is_known_by_its_content() -> None:
    files = (COUNTDOWN, WUENIC, SURVEY, LOGISTICS)
    assert [countdown.looks_like(path) for path in files] == [True, False, False, False]
    assert [wuenic.looks_like(path) for path in files] == [False, True, False, False]


def test_a_year_of_stock_reports_is_read_whole() -> None:
    preview = table.preview_rows(LOGISTICS, None)
    assert (preview.encoding, preview.delimiter, preview.spec["shape"]) == ("utf-8", ",", "wide")
    items = list(table.read(LOGISTICS, {"mapping": preview.spec}))
    rows = [item for item in items if isinstance(item, Row)]
    assert len({row.number for row in rows}) == 38_842
    assert not [item for item in items if isinstance(item, Unreadable)]
    days = [float(row.value) for row in rows if row.data_element == "stock_stockout_days"]
    assert (sum(day > 0 for day in days), sum(day > 31 for day in days), max(days)) == (295, 2, 300)


def test_a_preview_of_one_sheet_proposes_what_each_column_holds() -> None:
    preview = table.preview_rows(COUNTDOWN, None, sheet="Service_data_2")
    assert preview.sheet == "Service_data_2"
    assert len(preview.sheets) == 10
    assert (preview.spec["header_row"], preview.spec["first_row"]) == (1, 4)
    shown = table.preview_rows(COUNTDOWN, preview.spec, n=3)
    assert shown.problem is None
    assert [item.org_unit for item in shown.items if isinstance(item, Row)] == ["Baringo"] * 27
    assert len(shown.lines) == 4
