"""The page that sets rival definitions side by side, its files, and what the page of a definition says of them."""

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from indicators.accounts.roles import Role
from indicators.models import OrgUnit
from indicators.registry.rivals import rivals
from tests.builders import a_unit, a_user
from tests.evaluations.given import given_infants, given_values, quarter_of, refreshed, visitor

pytestmark = pytest.mark.django_db

PAGE = "/indicateurs-rivaux/"


def shown(asked: dict[str, Any], client: Client | None = None, path: str = PAGE) -> Any:
    """The page as a partner sees it who asks for that, or as the client does."""
    return (client or visitor(a_user(Role.VIEWER))).get(path, asked)


def given_a_year() -> OrgUnit:
    """A place with 100 doses in each month of 2025 and 1,200 children."""
    unit = a_unit("Poste")
    given_infants(unit, 1200, 2025)
    given_values("DTP1", {key: 100.0 for n in (1, 2, 3, 4) for key in quarter_of(unit, f"2025Q{n}", 100)})
    refreshed()
    return unit


def test_the_same_doses_give_other_coverages_by_days_than_by_twelfths() -> None:
    unit = given_a_year()
    page = shown({"unit": unit.pk, "indicator": "dtp1_coverage", "from": "2025"})
    codes = [rule.code for rule, _formula in page.context["family"]]
    assert codes == [rule.code for rule in rivals("dtp1_coverage")]
    by_days = codes.index("dtp1_coverage_days")
    values = [round(row.cells[by_days].part.reading.value, 2) for row in page.context["rows"]]
    assert values == [101.39, 100.27, 99.18, 99.18]
    first = page.context["rows"][0]
    assert first.cells[by_days].by == pytest.approx(1.3889, abs=1e-4)
    assert first.cells[0].by is None
    text = page.content.decode()
    assert "+1.39" in text
    assert "-0.82" in text
    for rule in rivals("dtp1_coverage"):
        assert reverse("number-detail", args=[rule.code, unit.pk, "2025Q1"]) in text


@pytest.mark.parametrize(("frequency", "periods"), [("month", 12), ("quarter", 4), ("year", 1)])
def test_the_series_of_each_definition_is_drawn_by_month_quarter_or_year(frequency: str, periods: int) -> None:
    unit = given_a_year()
    page = shown({"unit": unit.pk, "from": "2025-01", "to": "2025-12", "frequency": frequency})
    chart = page.context["chart"]
    assert [len(series.values) for series in chart.series] == [periods] * len(rivals("dtp1_coverage"))
    largest = max(abs(cell.by) for row in page.context["rows"] for cell in row.cells if cell.by is not None)
    assert f"up to {largest:.2f} points apart by definition" in chart.title


def test_one_period_is_compared_too() -> None:
    unit = given_a_year()
    page = shown({"unit": unit.pk, "from": "2025-02", "to": "2025-02", "frequency": "month"})
    [row] = page.context["rows"]
    assert [cell.part.reading.value for cell in row.cells][:2] == pytest.approx([100, 100 * 365 / 28 / 12])


def test_without_numbers_there_is_no_difference_and_no_zero() -> None:
    page = shown({"unit": a_unit().pk, "to": "2024"})
    assert {cell.by for row in page.context["rows"] for cell in row.cells} == {None}
    assert "nothing to compare yet" in page.context["chart"].title


@pytest.mark.parametrize(
    "asked",
    [{"unit": "0"}, {"indicator": "dtp1_doses"}, {"from": "1899"}, {"to": "x"}, {"frequency": "day"}, {"from": "\x00"}],
)
def test_a_bad_choice_is_answered_by_a_sentence(asked: dict[str, str]) -> None:
    a_unit()
    page = shown(asked)
    assert page.status_code == 400
    assert "This cannot be shown" in page.content.decode()
    for kind in ("csv", "xlsx"):
        assert shown(asked, path=reverse(f"indicator-rivals-{kind}")).headers["Location"].startswith(PAGE)


@pytest.mark.parametrize("year", ["1900", "2100"])
def test_the_first_and_the_last_year_open(year: str) -> None:
    a_unit()
    assert shown({"from": year, "to": year}).status_code == 200


def test_the_files_hold_each_period_by_each_definition() -> None:
    unit = given_a_year()
    client = visitor(a_user(Role.VIEWER))
    files = shown({"unit": unit.pk, "from": "2025", "to": "2025"}, client).context["files"]
    rows = list(csv.DictReader(io.StringIO(client.get(files["csv"]).content.decode("utf-8-sig"))))
    family = rivals("dtp1_coverage")
    assert [(row["Code"], row["Period"]) for row in rows][: len(family)] == [(rule.code, "2025Q1") for rule in family]
    assert len(rows) == 4 * len(family)
    by_days = rows[[rule.code for rule in family].index("dtp1_coverage_days")]
    assert float(by_days["Difference from the first definition"]) == pytest.approx(100 * (365 / 360 - 1))
    assert rows[0]["Difference from the first definition"] == ""
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(files["xlsx"]).content))
    assert book.sheet_names == ["Values", "The definitions"]
    assert [row[0] for row in book.get_sheet_by_name("The definitions").to_python()[1:]] == [
        rule.code for rule in family
    ]


def test_a_place_is_found_by_name_and_the_rest_of_the_choice_stays() -> None:
    unit = given_a_year()
    page = shown({"q": "poste", "indicator": "dtp3_coverage", "frequency": "month", "to": "2025-06"})
    [(place, url)] = page.context["found"]
    assert place == unit
    assert "indicator=dtp3_coverage" in url
    assert "frequency=month" in url
    assert "to=2025-06" in url


def test_a_clerk_meets_the_own_districts_only() -> None:
    district = a_unit("Secteur", a_unit())
    clerk = visitor(a_user(Role.CLERK, districts=[district]))
    assert clerk.get(PAGE).context["place"] == district
    assert shown({"unit": district.parent_id}, clerk).status_code == 400
    assert shown({"unit": district.parent_id}, clerk, reverse("indicator-rivals-csv")).status_code == 302
    assert "No place is open to you" in visitor(a_user(Role.CLERK)).get(PAGE).content.decode()


def test_the_page_costs_the_same_for_a_year_and_for_five_of_months() -> None:
    unit = a_unit()
    client, costs = visitor(a_user(Role.VIEWER)), []
    for asked in ({"from": "2025", "to": "2025"}, {"from": "2021", "to": "2025", "frequency": "month"}):
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE, {"unit": str(unit.pk), **asked})
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 30


def test_the_page_of_an_indicator_names_its_rivals_and_leads_to_the_comparison() -> None:
    client = visitor(a_user(Role.VIEWER))
    for code in ("dtp1_coverage", "dtp1_coverage_days"):
        text = client.get(reverse("indicator-detail", args=[code])).content.decode()
        assert f"{PAGE}?indicator=dtp1_coverage" in text
        assert reverse("indicator-detail", args=["dtp1_coverage_rolling"]) in text
    assert PAGE not in client.get(reverse("indicator-detail", args=["dtp1_doses"])).content.decode()


def test_the_page_of_an_indicator_says_what_a_rival_changes_for_a_place_and_a_period() -> None:
    unit = given_a_year()
    page = shown({"unit": unit.pk, "period": "2025Q1"}, path=reverse("indicator-detail", args=["dtp1_coverage"]))
    by_code = {rule.code: (cell.part.reading.value, cell.by) for rule, cell in page.context["effects"]}
    assert by_code["dtp1_coverage"] == (100, None)
    assert by_code["dtp1_coverage_days"] == pytest.approx((101.3889, 1.3889), abs=1e-4)
    assert by_code["dtp1_coverage_rolling"] == pytest.approx((25, -75))
    text = page.content.decode()
    assert "What the choice changes: Poste, Q1 2025" in text
    assert f"unit={unit.pk}" in text


def test_without_a_choice_it_is_the_latest_quarter_of_the_highest_place() -> None:
    given_a_year()
    page = shown({}, path=reverse("indicator-detail", args=["dtp1_coverage_days"]))
    assert page.context["effect_period"] == "Q4 2025"
    assert page.context["form"].answers["period"] == "2025Q4"


@pytest.mark.parametrize("asked", [{"unit": "0"}, {"period": "soon"}, {"period": "\x00"}])
def test_a_bad_choice_leaves_the_page_of_the_indicator_readable(asked: dict[str, str]) -> None:
    given_a_year()
    page = shown(asked, path=reverse("indicator-detail", args=["dtp1_coverage"]))
    text = page.content.decode()
    assert page.status_code == 400
    assert "This cannot be shown" in text
    assert "What the choice changes:" not in text
    assert "Rival definitions" in text
