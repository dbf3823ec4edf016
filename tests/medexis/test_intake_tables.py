"""A table of monthly stock is held against what is known here; what cannot be stored is told by row and code."""

from collections import Counter
from pathlib import Path

import pytest

from indicators.periods import Period
from research.medexis.formulas.balance import Flag
from research.medexis.intake.cells import month_of, number_of
from research.medexis.intake.columns import HEADERS, columns_of
from research.models import ProductCode
from tests.builders import a_clerk_of, a_followed_site, a_product
from tests.medexis.stock_files import HEADER, checked, table

CIV = '"year","month","site_code","product_code","stock_initial","stock_distributed","stock_end","stock_stockout_days"'


def test_headers_in_both_languages_and_of_civ_are_read() -> None:
    french = columns_of(HEADER.split(","))
    english = columns_of(["Site", "Product", "Month", "Opening stock", "Used", "Days out of stock", "Remark"])
    assert (french.missing, french.others, french.civ) == ([], [], False)
    assert set(english.fields) == {"site", "product", "period", "opening", "issued", "days_out"}
    assert english.others == ["Remark"]
    assert columns_of(CIV.replace('"', "").split(",")).civ
    assert columns_of(["site", "Perdu"]).missing == ["product", "period"]
    for language in (0, 1):
        shown = columns_of([headers[language] for headers in HEADERS.values()])
        assert set(shown.fields) == set(HEADERS), "what the page shows is what is read"
    assert columns_of(["site", "structure"]).twice == ["structure"]


@pytest.mark.parametrize("text", ["202509", "2025-09", "09/2025", "9/2025", "2025-09-01", "01/09/2025"])
def test_a_month_is_written_in_many_ways(text: str) -> None:
    assert month_of(text) == Period.parse("202509")


@pytest.mark.parametrize("text", ["", "2025", "2025-13", "2025-09-15", "septembre 2025", "20259", "٢٠٢٥-٠٩"])
def test_what_is_no_month_is_none(text: str) -> None:
    assert month_of(text) is None


def test_numbers_are_digits() -> None:
    assert [number_of(text) for text in ("0", "12", "-3", "1 200", "1.5", "", "٣", "x")] == [
        0, 12, -3, None, None, None, None, None,
    ]  # fmt: skip


@pytest.mark.django_db
def test_every_row_is_a_line_or_a_problem(tmp_path: Path) -> None:
    site, other = a_followed_site("medexis").unit, a_followed_site("medexis").unit
    product = a_product(key="penta")
    _path, found = checked(
        tmp_path,
        table(
            f"{site.uid},penta,2025-09,10,20,15,0,0,15,0",
            f"{site.name},{product.name_fr},202510,15,,4,,,0,300",
            f"{site.name},{product.name_fr},202510,15,,4,,,0,300",
            "Nulle part,penta,2025-09,1,,,,,,",
            f"{site.uid},licorne,2025-09,1,,,,,,",
            f"{other.uid},penta,2025-09,1,,,,,,",
            f"{site.uid},penta,demain,1,,,,,,",
            f"{site.uid},penta,2099-01,1,,,,,,",
            f"{site.uid},penta,2025-08,un,-5,,,,,",
            f"{site.uid},penta,2025-07,5,-5,,,,,",
            f"{site.uid},penta,2025-06,,,,,,,",
            f"{site.uid},penta,2025-05,1,,,,,,2024",
            f"{site.uid},penta,2025-04,1,,,,,,",
            f"{site.uid},penta,2025-04,2,,,,,,",
        ),
        a_clerk_of(site),
    )
    codes = [(one.row, one.code) for one in found.problems]
    assert codes == [
        (5, "unknown_site"), (6, "unknown_product"), (7, "not_your_district"), (8, "bad_month"), (9, "cannot_be"),
        (10, "not_a_number"), (11, "cannot_be"), (12, "cannot_be"), (13, "cannot_be"),
        (14, "said_twice"), (15, "said_twice"),
    ]  # fmt: skip
    assert found.rows == found.lines + found.repeated + found.refused == 14
    assert (found.lines, found.repeated) == (2, 1)
    assert found.flags == Counter({Flag.IMPOSSIBLE_DAYS: 1})
    assert found.reports[1].line.received is None, "a blank is unknown"
    assert found.set_aside[0][2] == 1
    assert all(one.sentence for one in found.problems)


@pytest.mark.django_db
def test_a_table_without_the_site_is_wrong_as_a_whole(tmp_path: Path) -> None:
    _path, found = checked(tmp_path, table("penta,2025-09", header="produit,mois"))
    assert len(found.wrong) == 2
    assert not found.lines


@pytest.mark.django_db
def test_days_of_reception_of_one_report_must_agree(tmp_path: Path) -> None:
    site = a_followed_site("medexis").unit
    a_product(key="penta"), a_product(key="bcg")
    rows = [f"{site.uid},penta,2025-09,5,2025-10-02", f"{site.uid},bcg,2025-09,5,03/10/2025"]
    _path, found = checked(tmp_path, table(*rows, header="site,produit,mois,stock final,rapport reçu le"))
    assert [one.code for one in found.problems] == ["days_differ", "days_differ"]
    assert found.refused == 2


@pytest.mark.django_db
def test_the_table_of_civ_knows_its_own_product_codes_only(tmp_path: Path) -> None:
    site, product = a_followed_site("medexis").unit, a_product(key="penta")
    ProductCode.objects.create(product=product, scheme="civ", code="AS27134")
    rows = [f"2019,1,{site.uid},AS27134,75,21,54,0", f"2019,1,{site.uid},penta,75,21,54,0"]
    _path, found = checked(tmp_path, table(*rows, header=CIV))
    assert (found.layout, found.lines, [one.code for one in found.problems]) == ("civ", 1, ["unknown_product"])
    assert found.reports[0].line.lost is None
    assert found.reports[0].received_on is None
