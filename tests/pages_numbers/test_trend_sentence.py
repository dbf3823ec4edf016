"""The sentence on a trend beside a number."""

from typing import Any

import pytest
from django.urls import reverse

from indicators.models import OrgUnit
from tests.builders import a_unit
from tests.evaluations.given import refreshed
from tests.explorer.given import RISING, a_viewer, given_quarters

pytestmark = pytest.mark.django_db


def page_of(unit: OrgUnit, period: str) -> Any:
    return a_viewer().get(reverse("number-detail", args=["dtp1_doses", unit.pk, period]))


def a_place_that_rises() -> OrgUnit:
    unit = a_unit("Poste")
    given_quarters(unit, [*RISING])
    refreshed()
    return unit


def test_the_number_says_where_its_series_goes_and_leads_to_it() -> None:
    page = page_of(a_place_that_rises(), "2025Q4")
    text = " ".join(page.content.decode().split())
    assert "From Q1 2023 to Q4 2025:</b> Rising trend (Mann–Kendall original, n = 12" in text
    assert "The test takes the periods as independent of each other." in text
    shown = a_viewer().get(page.context["trend"].url)
    assert shown.context["choice"].view == "trend"
    assert len(shown.context["choice"].periods) == 12
    assert shown.context["words"] == page.context["trend"].words


def test_only_what_lies_before_the_number_is_tested() -> None:
    page = page_of(a_place_that_rises(), "2023Q4")
    assert "too few complete periods (n = 4)" in page.content.decode()


@pytest.mark.parametrize(("period", "periods"), [("202512", 36), ("2025", 12)])
def test_months_and_years_have_a_series_of_their_own(period: str, periods: int) -> None:
    page = page_of(a_place_that_rises(), period)
    assert len(a_viewer().get(page.context["trend"].url).context["choice"].periods) == periods


@pytest.mark.parametrize("period", ["190001", "1900Q1", "1900", "190201"])
def test_at_the_beginning_of_time_the_series_is_shorter(period: str) -> None:
    page = page_of(a_unit(), period)
    assert page.status_code == 200
    assert "From " in page.content.decode()
