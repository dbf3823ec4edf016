"""The denominators page: sources side by side, the sum of the parts, what another target would make of a coverage."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from indicators.accounts.roles import Role
from indicators.models import Denominator, OrgUnit, Source
from indicators.pages.denominator_table import Kind, kinds
from indicators.pages.denominator_views import over_one_population
from tests.builders import a_source, a_unit, a_user
from tests.evaluations.given import given_values, quarter_of, refreshed, visitor

pytestmark = pytest.mark.django_db

PAGE = "/denominateurs/"


def shown(asked: dict[str, Any], client: Client | None = None) -> Any:
    """The page as a partner sees it who asks for that, or as the client does."""
    return (client or visitor(a_user(Role.VIEWER))).get(PAGE, asked)


def a_figure(unit: OrgUnit, value: float, year: int = 2025, source: Source | None = None, **fields: Any) -> None:
    row = {"kind": "surviving_infants", "source": source or a_source()} | fields
    Denominator.objects.create(unit=unit, year=year, value=value, **row)


def the_kind(unit: OrgUnit) -> Kind:
    [found] = kinds(unit)
    return found


def test_every_source_stands_beside_the_one_in_use_with_its_difference() -> None:
    unit, census, survey = a_unit(), a_source(key="a"), a_source(key="b")
    a_figure(unit, 100, source=census)
    a_figure(unit, 110, source=survey, preferred=False)
    a_figure(unit, 109, 2024, source=survey, preferred=False)
    a_figure(unit, 100, 2024, source=census)
    refreshed()
    table = the_kind(unit)
    assert table.sources == [census, survey]
    before, now = table.years
    assert [figure and (figure.value, figure.preferred, figure.far) for figure in now.figures] == [
        (100, True, False),
        (110, False, True),
    ]
    assert before.figures[1]
    assert before.figures[1].difference == pytest.approx(9)
    assert not before.figures[1].far
    page = shown({"unit": unit.pk}).content.decode()
    assert "+10.0%" in page
    assert "in use" in page


def test_a_year_without_a_figure_of_a_source_is_missing_not_zero() -> None:
    unit, census, survey = a_unit(), a_source(key="a"), a_source(key="b")
    a_figure(unit, 0, 2024, source=census)
    a_figure(unit, 50, 2025, source=survey)
    first, second = the_kind(unit).years
    assert first.figures[0]
    assert first.figures[0].value == 0
    assert first.figures[1] is None
    assert second.figures[0] is None
    assert second.change is None  # nothing can be said in percent of zero


def test_a_jump_of_a_tenth_from_one_year_to_the_next_is_marked() -> None:
    unit, source = a_unit(), a_source()
    for year, value in ((2023, 100), (2024, 109), (2025, 121), (2027, 300)):
        a_figure(unit, value, year, source=source)
    assert [year.jump for year in the_kind(unit).years] == [False, False, True, False]


def test_the_sum_of_the_places_below_is_compared_only_where_all_have_a_figure() -> None:
    district = a_unit("Secteur", a_unit())
    first, second = a_unit("A", district), a_unit("B", district)
    a_figure(district, 100)
    a_figure(first, 40)
    refreshed()
    [year] = the_kind(district).years
    assert year.below
    assert (year.below.value, year.below.known, year.below.places, year.below.difference) == (40, 1, 2, None)
    assert "1 of 2 places have one" in shown({"unit": district.pk}).content.decode()
    a_figure(second, 49)
    refreshed()
    [year] = the_kind(district).years
    assert year.below
    assert year.below.difference == pytest.approx(-11)
    assert year.below.far


def test_a_place_without_figures_of_its_own_uses_the_sum_from_below() -> None:
    district = a_unit("Secteur", a_unit())
    a_figure(a_unit("A", district), 40)
    refreshed()
    [year] = the_kind(district).years
    assert (year.used, year.own, year.figures) == (40, False, [])
    page = shown({"unit": district.pk}).content.decode()
    assert "summed from below" in page


def test_the_band_and_the_other_sources_say_what_the_coverage_would_be() -> None:
    unit, survey = a_unit(), a_source(key="z")
    a_figure(unit, 100, source=a_source(key="a"))
    a_figure(unit, 80, source=survey, preferred=False)
    given_values("DTP1", {key: 8.25 for n in (1, 2, 3, 4) for key in quarter_of(unit, f"2025Q{n}", 8.25)})
    refreshed()
    page = shown({"unit": unit.pk, "indicator": "dtp1_coverage"})
    [effect] = page.context["effects"]
    assert effect.band
    assert tuple(effect.band) == pytest.approx((90, 99, 110))
    assert effect.others == pytest.approx([99, 123.75])
    assert not effect.incomplete
    text = page.content.decode()
    assert "Target 10% higher" in text
    assert "123.8%" in text
    assert reverse("number-detail", args=["dtp1_coverage", unit.pk, "2025"]) in text


def test_a_year_without_doses_or_with_a_target_of_zero_has_no_coverage() -> None:
    unit, source = a_unit(), a_source()
    a_figure(unit, 100, 2024, source=source)
    a_figure(unit, 0, 2025, source=source)
    given_values("DTP1", quarter_of(unit, "2025Q1", 3))
    refreshed()
    page = shown({"unit": unit.pk})
    assert [(effect.numerator, effect.band, effect.others) for effect in page.context["effects"]] == [
        (None, None, [None]),
        (9, None, [None]),
    ]


def test_only_percentages_over_one_population_are_offered() -> None:
    assert set(over_one_population()) == {"dtp1_coverage", "dtp3_coverage"}


@pytest.mark.parametrize("asked", [{"unit": "0"}, {"unit": "x"}, {"indicator": "dtp1_doses"}, {"indicator": "\x00"}])
def test_a_bad_choice_is_answered_by_a_sentence(asked: dict[str, str]) -> None:
    a_unit()
    page = shown(asked)
    assert page.status_code == 400
    assert "This cannot be shown" in page.content.decode()


def test_a_clerk_meets_the_denominators_of_the_own_districts() -> None:
    district = a_unit("Secteur", a_unit())
    clerk = visitor(a_user(Role.CLERK, districts=[district]))
    assert clerk.get(PAGE).context["place"] == district
    assert shown({"unit": district.parent_id}, clerk).status_code == 400
    page = clerk.get(PAGE, {"q": "Secteur"})
    assert [place for place, _url in page.context["found"]] == [district]
    assert "No place is open to you" in visitor(a_user(Role.CLERK)).get(PAGE).content.decode()


def test_a_place_without_any_figure_says_where_figures_come_from() -> None:
    assert "No figure for this place" in shown({"unit": a_unit().pk}).content.decode()


def test_demonstration_figures_are_marked() -> None:
    unit = a_unit()
    a_figure(unit, 100, demonstration=True)
    refreshed()
    page = shown({"unit": unit.pk}).content.decode()
    assert "tag-demo" in page.partition("<h2")[2]


def test_the_page_costs_the_same_with_one_year_and_with_ten() -> None:
    district = a_unit("Secteur", a_unit())
    client, costs = visitor(a_user(Role.VIEWER)), []
    for years in ((2025,), range(2015, 2025)):
        for year in years:
            for unit in (district, a_unit(f"A{year}", district)):
                a_figure(unit, 100, year)
                a_figure(unit, 90, year, preferred=False)
        refreshed()
        client.get(PAGE, {"unit": district.pk})
        with CaptureQueriesContext(connection) as queries:
            page = client.get(PAGE, {"unit": district.pk})
        assert len(page.content) < 100_000
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 24
