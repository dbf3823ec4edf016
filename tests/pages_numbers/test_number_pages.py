"""The page behind one number, and the page of an indicator's definition."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from indicators.accounts.roles import Role
from indicators.models import OrgUnit
from indicators.pages.numbers import formula
from indicators.pages.uses import Use, tell, uses_of
from indicators.periods import Period
from indicators.registry.definitions import definition, definitions
from tests.builders import a_unit, a_user, an_evaluation
from tests.evaluations.given import given_infants, given_values, quarter_of, refreshed, visitor, worked_off

pytestmark = pytest.mark.django_db


def number(code: str, unit: OrgUnit, period: str) -> str:
    return reverse("number-detail", args=[code, unit.pk, period])


def a_district_with_two_sites() -> tuple[OrgUnit, OrgUnit, OrgUnit]:
    district = a_unit("Secteur", a_unit("Pays"))
    return district, a_unit("Poste A", district), a_unit("Poste B", district)


def test_strangers_are_asked_to_sign_in() -> None:
    unit = a_unit()
    for url in (number("dtp1_doses", unit, "2025"), reverse("indicator-detail", args=["dtp1_doses"])):
        response = visitor().get(url)
        assert response.status_code == 302
        assert response.headers["Location"].startswith(reverse("login"))


def test_a_coverage_is_taken_apart_down_to_its_values_and_their_file() -> None:
    district, first, second = a_district_with_two_sites()
    given_infants(first, 120, 2025)
    given_infants(second, 240, 2025)
    given_values("DTP1", quarter_of(first, "2025Q1", 13), label="january.json")
    given_values("DTP1", quarter_of(second, "2025Q1", 10), label="made-up.json", demonstration=True)
    refreshed()
    page = visitor(a_user(Role.VIEWER)).get(number("dtp1_coverage", district, "2025Q1"))
    assert page.context["reading"].value == pytest.approx(100 * 69 / 90)
    assert [(term.part, term.value, term.reported) for term in page.context["terms"]] == [
        ("numerator", 69, 6),
        ("denominator", 90, None),
    ]
    assert [(part.label, part.text) for part in page.context["children"]] == [
        ("Poste A", "130.0%"),
        ("Poste B", "50.0%"),
    ]
    assert [part.label for part in page.context["sub_periods"]] == ["Jan 2025", "Feb 2025", "Mar 2025"]
    text = page.content.decode()
    assert "100 × DTP1 ÷ (surviving infants × 3/12)" in text
    assert "january.json" in text
    assert "made-up.json" in text
    assert "tag-demo" in text
    assert number("dtp1_coverage", first, "2025Q1") in text
    assert number("dtp1_coverage", district.parent, "2025Q1") in text  # type: ignore[arg-type]


def test_flags_are_explained_in_words() -> None:
    unit = a_unit()
    given_infants(unit, 120, 2025)
    given_values("DTP1", quarter_of(unit, "2025Q1", 13) | {(unit, "202504"): 1.0})
    refreshed()
    viewer = visitor(a_user(Role.VIEWER))
    assert "Above 100%, and kept as reported" in viewer.get(number("dtp1_coverage", unit, "2025Q1")).content.decode()
    assert "It is no" not in viewer.get(number("dtp1_coverage", unit, "2025Q1")).content.decode()
    assert "kept with its sign" in viewer.get(number("zero_dose", unit, "2025Q1")).content.decode()
    low = viewer.get(number("dtp1_coverage", unit, "2025Q2")).content.decode()
    assert "likely too low" in low
    assert "Above 100%" not in low
    assert "likely too high" in viewer.get(number("zero_dose", unit, "2025Q2")).content.decode()
    assert "no denominator is known" in viewer.get(number("dtp1_coverage", a_silent(), "202501")).content.decode()


def a_silent() -> OrgUnit:
    """A place with a report and no target."""
    unit = a_unit()
    given_values("DTP1", {(unit, "202501"): 4.0})
    refreshed()
    return unit


def test_nothing_reported_is_missing_and_zero_is_zero() -> None:
    unit = a_unit()
    given_values("DTP1", {(unit, "202501"): 0.0})
    refreshed()
    viewer = visitor(a_user(Role.VIEWER))
    zero, nothing = (viewer.get(number("dtp1_doses", unit, month)) for month in ("202501", "202502"))
    assert zero.context["value"] == "0"
    assert "missing, not zero" not in zero.content.decode()
    assert nothing.context["reading"].value is None
    assert "missing, not zero" in nothing.content.decode()


@pytest.mark.parametrize(
    "period", ["2025Q5", "202513", "abc", "20250101", "2025W3", "2025S1", "2025April", "٢٠٢٥", "1899", "2101"]
)
def test_no_period_is_not_found(period: str) -> None:
    assert visitor(a_user(Role.VIEWER)).get(number("dtp1_doses", a_unit(), period)).status_code == 404


@pytest.mark.parametrize("period", ["1900", "190001", "2100", "2100Q4"])
def test_the_first_and_the_last_period_open(period: str) -> None:
    assert visitor(a_user(Role.VIEWER)).get(number("dtp1_coverage", a_unit(), period)).status_code == 200


def test_an_unknown_indicator_or_place_is_not_found() -> None:
    unit, viewer = a_unit(), visitor(a_user(Role.VIEWER))
    assert viewer.get(number("nothing", unit, "2025")).status_code == 404
    assert viewer.get(reverse("indicator-detail", args=["nothing"])).status_code == 404
    assert viewer.get(reverse("number-detail", args=["dtp1_doses", unit.pk + 999, "2025"])).status_code == 404
    assert viewer.get("/nombres/dtp1_doses/9999999999999999999999/2025/").status_code == 404


def test_a_clerk_meets_the_numbers_of_their_own_districts() -> None:
    district, site, _other = a_district_with_two_sites()
    clerk = visitor(a_user(Role.CLERK, districts=[district]))
    assert clerk.get(number("dtp1_doses", site, "2025")).status_code == 200
    page = clerk.get(number("dtp1_doses", district, "2025"))
    assert page.status_code == 200
    assert page.context["above"] is None
    assert clerk.get(number("dtp1_doses", district.parent, "2025")).status_code == 404  # type: ignore[arg-type]
    assert clerk.get(number("dtp1_doses", a_unit("Ailleurs"), "2025")).status_code == 404


def test_partners_are_not_told_which_account_entered_a_value() -> None:
    assert not visitor(a_user(Role.VIEWER)).get(number("dtp1_doses", a_unit(), "2025")).context["shows_who"]
    assert visitor(a_user(Role.RESEARCHER)).get(number("dtp1_doses", a_unit(), "2025")).context["shows_who"]


def test_the_page_costs_the_same_with_two_places_below_and_with_forty() -> None:
    district, *sites = a_district_with_two_sites()
    client, costs = visitor(a_user(Role.VIEWER)), []
    for _ in range(2):
        given_values("DTP1", {key: 5.0 for site in sites for key in quarter_of(site, "2025Q1", 5)})
        refreshed()
        worked_off()
        client.get(number("dtp1_coverage", district, "2025Q1"))
        with CaptureQueriesContext(connection) as queries:
            response = client.get(number("dtp1_coverage", district, "2025Q1"))
        assert len(response.content) < 100_000
        costs.append(len(queries))
        sites += [a_unit(f"Poste {i}", district) for i in range(40)]
    assert costs[0] == costs[1] <= 25


@pytest.mark.parametrize("code", definitions())
def test_every_definition_has_a_page_with_formula_and_source(code: str) -> None:
    text = visitor(a_user(Role.VIEWER)).get(reverse("indicator-detail", args=[code])).content.decode()
    assert definition(code).name_en in text
    assert "Formula" in text
    assert definition(code).code in text


def test_an_indicator_draws_the_trend_of_the_highest_place_with_numbers() -> None:
    district, site, _other = a_district_with_two_sites()
    given_values("DTP1", quarter_of(site, "2025Q1", 5))
    refreshed()
    page = visitor(a_user(Role.VIEWER)).get(reverse("indicator-detail", args=["dtp1_doses"]))
    assert "A trend cannot be tested here: too few complete periods" in page.content.decode()
    assert page.context["trend"]["place"] == district.parent
    assert page.context["trend"]["chart"].series[0].values[-1] == 15
    own = visitor(a_user(Role.CLERK, districts=[district])).get(reverse("indicator-detail", args=["dtp1_doses"]))
    assert own.context["trend"]["place"] == district


def test_formulas_say_signs_factor_and_share_of_the_year() -> None:
    names: dict[str, Any] = {"surviving_infants": "infants", "DTP1": "DTP1", "DTP3": "DTP3"}
    assert formula(definition("dtp1_coverage"), names, Period.parse("202501")) == "100 × DTP1 ÷ (infants × 1/12)"
    assert formula(definition("dtp1_coverage"), names, Period.parse("2025")) == "100 × DTP1 ÷ infants"
    assert formula(definition("dropout_dtp1_dtp3"), names) == "100 × (DTP1 − DTP3) ÷ DTP1"
    assert formula(definition("dtp1_doses"), names) == "DTP1"
    assert formula(definition("zero_dose"), names, Period.parse("2025")) == "infants − DTP1"
    assert formula(definition("zero_dose"), names, Period.parse("2025Q1")) == "infants × 3/12 − DTP1"


def test_the_page_names_who_relies_on_the_indicator() -> None:
    evaluation = an_evaluation("medexis")
    unit = a_unit()
    page = visitor(a_user(Role.VIEWER)).get(number("stock_reports", unit, "2025"))
    assert [use.url for use in page.context["uses"]] == [
        reverse("chain", args=["reading", f"stock_reports/{unit.pk}/2025"]),
        reverse("evaluation-detail", args=["medexis"]),
        reverse("question-detail", args=[evaluation.learning_question.number]),
    ]
    assert uses_of("dtp3_doses") == []


def test_whoever_tells_its_uses_twice_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indicators.pages.uses._tellers", [])

    def teller(code: str) -> list[Use]:
        return [Use("Report", code, "/")]

    tell(teller)
    tell(teller)
    assert uses_of("x") == [Use("Report", "x", "/")]
