"""The page that sets rival definitions side by side."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from indicators.accounts.roles import Role
from indicators.registry.rivals import rivals
from tests.builders import a_unit, a_user
from tests.evaluations.given import given_infants, given_values, quarter_of, refreshed, visitor

pytestmark = pytest.mark.django_db

PAGE = "/indicateurs-rivaux/"


def shown(asked: dict[str, Any], client: Client | None = None) -> Any:
    """The page as a partner sees it who asks for that, or as the client does."""
    return (client or visitor(a_user(Role.VIEWER))).get(PAGE, asked)


def test_the_same_doses_give_other_coverages_by_days_than_by_twelfths() -> None:
    unit = a_unit()
    given_infants(unit, 1200, 2025)
    given_values("DTP1", {key: 100.0 for n in (1, 2, 3, 4) for key in quarter_of(unit, f"2025Q{n}", 100)})
    refreshed()
    page = shown({"unit": unit.pk, "indicator": "dtp1_coverage"})
    codes = [rule.code for rule, _formula in page.context["family"]]
    assert codes == [rule.code for rule in rivals("dtp1_coverage")]
    by_days = codes.index("dtp1_coverage_days")
    values = [round(cells[by_days].part.reading.value, 2) for _label, cells in page.context["rows"]]
    assert values == [101.39, 100.27, 99.18, 99.18, 100.0]
    assert page.context["rows"][0][1][by_days].by == pytest.approx(1.3889, abs=1e-4)
    assert page.context["rows"][0][1][0].by is None
    assert page.context["year"] == 2025
    text = page.content.decode()
    assert "+1.39" in text
    assert "-0.82" in text
    for rule in rivals("dtp1_coverage"):
        assert reverse("number-detail", args=[rule.code, unit.pk, "2025Q1"]) in text


def test_the_page_of_an_indicator_names_its_rivals_and_leads_to_the_comparison() -> None:
    client = visitor(a_user(Role.VIEWER))
    for code in ("dtp1_coverage", "dtp1_coverage_days"):
        text = client.get(reverse("indicator-detail", args=[code])).content.decode()
        assert f"{PAGE}?indicator=dtp1_coverage" in text
        assert reverse("indicator-detail", args=["dtp1_coverage_rolling"]) in text
    assert PAGE not in client.get(reverse("indicator-detail", args=["dtp1_doses"])).content.decode()


def test_without_numbers_there_is_no_difference_and_no_zero() -> None:
    page = shown({"unit": a_unit().pk, "year": "2024"})
    assert {cell.by for _label, cells in page.context["rows"] for cell in cells} == {None}


@pytest.mark.parametrize("asked", [{"unit": "0"}, {"indicator": "dtp1_doses"}, {"year": "1899"}, {"year": "x"}])
def test_a_bad_choice_is_answered_by_a_sentence(asked: dict[str, str]) -> None:
    a_unit()
    page = shown(asked)
    assert page.status_code == 400
    assert "This cannot be shown" in page.content.decode()


@pytest.mark.parametrize("year", ["1900", "2100"])
def test_the_first_and_the_last_year_open(year: str) -> None:
    a_unit()
    assert shown({"year": year}).status_code == 200


def test_a_clerk_meets_the_own_districts_only() -> None:
    district = a_unit("Secteur", a_unit())
    clerk = visitor(a_user(Role.CLERK, districts=[district]))
    assert clerk.get(PAGE).context["place"] == district
    assert shown({"unit": district.parent_id}, clerk).status_code == 400
    assert "No place is open to you" in visitor(a_user(Role.CLERK)).get(PAGE).content.decode()


def test_the_page_costs_a_constant_number_of_queries() -> None:
    unit = a_unit()
    client = visitor(a_user(Role.VIEWER))
    with CaptureQueriesContext(connection) as queries:
        client.get(PAGE, {"unit": unit.pk})
    assert len(queries) <= 26
