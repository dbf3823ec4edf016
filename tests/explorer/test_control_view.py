"""The explorer's control chart: limits beside the values, what stands out and by which rule."""

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators.trends.control_charts import ControlChart, u_prime_chart, xmr
from tests.builders import a_unit
from tests.evaluations.given import refreshed
from tests.explorer.given import a_district, a_viewer, ask, given_quarters

pytestmark = pytest.mark.django_db

CALM = [30.0, 33, 27, 30, 36, 30, 27, 33, 30, 90, 33, 30]
"""Twelve quarters of which the tenth stands out."""
THREE_YEARS: dict[str, Any] = {"indicator": "dtp1_doses", "from_": "2023Q1", "to": "2025Q4", "view": "control"}


def test_a_value_beyond_the_limits_is_ringed_and_named() -> None:
    _district, [place] = a_district([*CALM])
    page = ask(a_viewer(), unit=place.pk, **THREE_YEARS)
    direct = xmr(CALM)
    assert isinstance(direct, ControlChart)
    chart = page.context["chart"]
    assert chart.title == "DTP1, Poste 0: 1 of 12 values stands out"
    measured, centre, lower, upper = chart.series
    assert measured.signals == {9}
    assert centre.values == pytest.approx([direct.centre] * 12)
    assert (lower.values[0], upper.values[0]) == pytest.approx((direct.lower[0], direct.upper[0]))
    assert [limit.words for _cell, limit in page.context["rows"] if limit.rules] == ["beyond a limit"]
    text = page.content.decode()
    assert 'class="signal"' in text
    assert "XmR (single values and moving ranges)" in text
    assert "8 values in a row on one side of the centre" in text


def test_a_coverage_is_drawn_with_limits_of_rates() -> None:
    _district, [place] = a_district([*CALM])
    page = ask(a_viewer(), unit=place.pk, **THREE_YEARS | {"indicator": "dtp1_coverage"})
    direct = u_prime_chart(CALM, [30.0] * 12)
    assert isinstance(direct, ControlChart)
    assert page.context["limits"].chart == "u_prime"
    assert page.context["chart"].series[3].values == pytest.approx((100 * direct.upper).tolist())
    assert page.context["chart"].reference == 100
    assert [label for _name, label, _value in page.context["chart"].over]  # limits above 100 are not among them
    assert len(page.context["chart"].over) == sum(value > 30 for value in CALM)


def test_a_chart_that_does_not_fit_says_so_and_shows_the_values() -> None:
    _district, [place] = a_district([*CALM])
    client = a_viewer()
    page = ask(client, unit=place.pk, limits="p", **THREE_YEARS | {"indicator": "dtp1_coverage"})
    assert "a numerator is larger than its denominator" in page.content.decode()
    assert page.context["chart"].title == "DTP1 coverage, Poste 0: no control limits"
    assert [cell.part.reading.value for cell, _limit in page.context["rows"]] == pytest.approx([v / 0.3 for v in CALM])
    assert "the indicator is a count" in ask(client, unit=place.pk, limits="p", **THREE_YEARS).content.decode()


def test_too_few_values_have_no_limits() -> None:
    unit = a_unit("Poste")
    given_quarters(unit, [4, 5, 6])
    refreshed()
    page = ask(a_viewer(), unit=unit.pk, **THREE_YEARS)
    assert "No limits can be drawn here: too few complete periods (n = 3)." in page.content.decode()
    assert page.context["limits"] is None


def test_each_place_below_tells_how_many_values_stand_out() -> None:
    district, _places = a_district([*CALM], [30.0 + i for i in range(12)], [])
    page = ask(a_viewer(), unit=district.pk, show="below", **THREE_YEARS)
    assert [(row.name, row.broken) for row in page.context["places"]] == [
        ("Poste 0", [1, 0, 0]),
        ("Poste 1", [6, 0, 12]),
        ("Poste 2", []),
    ]
    assert "too few complete periods (n = 0)" in page.content.decode()


def test_a_bad_kind_of_limits_is_answered_by_a_sentence() -> None:
    a_unit()
    page = ask(a_viewer(), view="control", limits="three")
    assert page.status_code == 400
    assert "Select a valid choice" in page.content.decode()


def test_the_file_holds_the_limits_of_every_place() -> None:
    district, [first, _rising, silent] = a_district([*CALM], [30.0 + i for i in range(12)], [])
    client = a_viewer()
    answer = client.get(ask(client, unit=district.pk, show="below", **THREE_YEARS).context["files"]["csv"])
    assert "-control-" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 4 * 12
    by_key = {(row["DHIS2 uid"], row["Period"]): row for row in rows}
    marked, direct = by_key[first.uid, "2025Q2"], xmr(CALM)
    assert isinstance(direct, ControlChart)
    assert (marked["Value"], marked["Rules broken (codes)"], marked["Rule set"]) == ("90", "beyond", "capev")
    assert float(marked["Upper limit"]) == pytest.approx(direct.upper[9])
    assert float(marked["Moving range"]) == 60
    assert by_key[silent.uid, "2023Q1"]["No limits because (code)"] == "too_few"


def test_the_view_costs_the_same_with_two_places_and_with_twenty() -> None:
    district, _places = a_district([*CALM], [*CALM])
    client, costs = a_viewer(), []
    for more in (0, 18):
        for number in range(more):
            given_quarters(a_unit(f"Autre {number}", district), [*CALM])
        refreshed()
        ask(client)
        with CaptureQueriesContext(connection) as queries:
            ask(client, unit=district.pk, show="below", **THREE_YEARS)
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 28
