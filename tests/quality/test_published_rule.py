"""Routine coverage against what surveys and estimates give: worked figures, and when nothing can be said."""

import pytest
from django.test import Client
from django.urls import reverse

from indicators.accounts.roles import Role
from indicators.models import OrgUnit, PublishedFigure
from indicators.periods import Period
from indicators.quality.published import PublishedCoverage, RoutineCoverage, published_differ
from tests.builders import a_source, a_unit, a_user
from tests.evaluations.given import given_infants, given_values, refreshed, visitor, worked_off

CODE = "dtp1_coverage"
KEY = CODE, 7, 2024


def compared(value: float | None, low: float, high: float, *, whole: bool = True) -> tuple[list[float | None], int]:
    """The scores of what is flagged, and how many were tested."""
    found = published_differ([PublishedCoverage(KEY, low, high)], {KEY: RoutineCoverage(value, whole)}, [KEY])
    return [flag.score for flag in found.flags], found.tested[7]


@pytest.mark.parametrize(
    ("routine", "low", "high", "score"),
    [
        (92.0, 82.0, 82.0, [10.0]),  # exactly ten points is flagged
        (91.9, 82.0, 82.0, []),
        (70.0, 82.0, 82.0, [-12.0]),
        (117.0, 82.0, 82.0, [35.0]),  # over 100 is kept, not cut to it
        (64.0, 55.0, 60.0, []),  # a range: four points above its upper end
        (71.0, 55.0, 60.0, [11.0]),
        (0.0, 9.9, 9.9, []),
        (0.1 + 0.2, 10.3, 10.3, [-10.0]),  # a quotient's dust does not hide ten points
    ],
)
def test_ten_points_either_way_are_flagged(routine: float, low: float, high: float, score: list[float]) -> None:
    assert compared(routine, low, high) == (pytest.approx(score), 1)


def test_what_cannot_be_compared_is_said_and_not_passed() -> None:
    for value, whole, reason in ((None, True, "no_coverage"), (92.0, False, "year_incomplete")):
        found = published_differ([PublishedCoverage(KEY, 50, 50)], {KEY: RoutineCoverage(value, whole)}, [KEY])
        assert (found.flags, found.tested) == ([], {})
        assert [(gap.reason, gap.values) for gap in found.untested] == [(reason, 1)]
    nothing = published_differ([], {}, [KEY, (CODE, 7, 2025)])
    assert [(gap.unit, gap.subject, gap.reason) for gap in nothing.untested] == [(7, CODE, "not_published")] * 2
    assert nothing.tested == {}


def test_two_published_figures_are_two_tests() -> None:
    found = published_differ(
        [PublishedCoverage(KEY, 82, 82), PublishedCoverage(KEY, 60, 60)], {KEY: RoutineCoverage(75.0, True)}, [KEY]
    )
    assert ([flag.against for flag in found.flags], found.tested[7], found.untested) == ([60], 2, [])


def a_country_with_a_year() -> OrgUnit:
    """100 first doses a month for 1,200 surviving infants in 2024: 100 % as reported."""
    country = a_unit("Pays")
    post = a_unit("Poste", country)
    given_values("DTP1", {(post, f"2024{month:02d}"): 100.0 for month in range(1, 13)})
    given_values("DTP3", {(post, f"2024{month:02d}"): 90.0 for month in range(1, 12)})
    given_infants(country, 1200, 2024)
    refreshed()
    worked_off()
    return country


def printed(country: OrgUnit, value: float, **other: object) -> PublishedFigure:
    given = {"indicator": CODE, "measure": "percent", "period": Period.parse("2024").code} | other
    return PublishedFigure.objects.create(
        key=f"figure-{value:.0f}", printed_place="Pays", unit=country, value=value, source=a_source(), **given
    )


def doubted(client: Client) -> tuple[list[tuple[str, list[float]]], int]:
    page = client.get(reverse("quality-flags", args=["published"]), {"from": "2024-01", "to": "2024-12"})
    return [(line.flag.period.id, line.figures) for line in page.context["lines"]], page.context["tested"]


@pytest.mark.django_db
@pytest.mark.usefixtures("in_english")
def test_the_board_counts_it_and_leads_to_the_number() -> None:
    country = a_country_with_a_year()
    client = visitor(a_user(Role.VIEWER))
    assert doubted(client) == ([], 0)
    board = client.get(reverse("quality-board"))
    assert board.context["everything"]["published"].tested == 0
    printed(country, 82)  # no refresh: what is kept may not outlive it
    printed(country, 95)
    printed(country, 60, indicator="dtp3_coverage")  # a month of third doses is missing
    printed(country, 50, period=Period.parse("2023").code)
    printed(country, 40, measure="children")
    lines, tested = doubted(client)
    assert (lines, tested) == ([("2024", [100.0, 82.0, 18.0])], 2)
    cell = client.get(reverse("quality-board")).context["everything"]["published"]
    assert (cell.flags, cell.tested, cell.untested["year_incomplete"]) == (1, 2, 1)
    page = client.get(reverse("quality-flags", args=["published"]))
    assert page.context["lines"][0].url == reverse("number-detail", args=[CODE, country.pk, "2024"])
    assert "10 percentage points or more" in page.content.decode()
