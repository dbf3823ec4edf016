"""The explorer's trend view: the claim with its test, the same series by each test, the places below."""

import csv
import io
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from indicators.pages.trend_words import TESTS
from indicators.trends.mann_kendall import Trend, hamed_rao, original
from indicators.trends.sen import Line, sen
from indicators.trends.several import regional
from tests.builders import a_unit
from tests.evaluations.given import given_values, refreshed
from tests.explorer.given import RISING, a_district, a_viewer, ask, given_quarters

pytestmark = pytest.mark.django_db

THREE_YEARS: dict[str, Any] = {"indicator": "dtp1_doses", "from_": "2023Q1", "to": "2025Q4", "view": "trend"}


def text_of(page: Any) -> str:
    return " ".join(page.content.decode().split())


def test_the_claim_names_its_test_and_the_line_is_sens() -> None:
    _district, [place] = a_district([*RISING])
    page = ask(a_viewer(), unit=place.pk, **THREE_YEARS)
    assert "Rising trend (Mann–Kendall original, n = 12" in text_of(page)
    chart = page.context["chart"]
    assert chart.title == "DTP1, Poste 0: rising trend"
    measured, slope = chart.series
    line = sen(RISING)
    assert isinstance(line, Line)
    assert measured.values == pytest.approx(RISING)
    assert slope.kind == "guide"
    assert slope.values == pytest.approx([line.intercept + line.slope * i for i in range(12)])
    assert chart.missing == 0


def test_the_test_asked_for_decides_and_all_stand_side_by_side() -> None:
    swinging = [50 + 10 * (-1) ** i + i for i in range(12)]
    _district, [place] = a_district([float(value) for value in swinging])
    client, claims = a_viewer(), {}
    for test in ("original", "hamed_rao"):
        page = ask(client, unit=place.pk, test=test, **THREE_YEARS)
        claims[test] = page.context["words"].sentence
        assert [row.name for row in page.context["tests"]] == [str(name) for name in TESTS.values()]
    first, second = original(swinging), hamed_rao(swinging)
    assert isinstance(first, Trend)
    assert isinstance(second, Trend)
    assert first.direction != second.direction  # so that the choice matters here
    assert claims["original"].startswith("No trend can be claimed (Mann–Kendall original")
    assert claims["hamed_rao"].startswith("Rising trend (Mann–Kendall, Hamed–Rao")


def test_by_season_the_line_climbs_by_its_slope_a_year() -> None:
    _district, [place] = a_district([*RISING])
    slope = ask(a_viewer(), unit=place.pk, test="seasonal", **THREE_YEARS).context["chart"].series[1].values
    found = ask(a_viewer(), unit=place.pk, test="seasonal", **THREE_YEARS).context["tests"][5].trend
    assert slope[4] - slope[0] == pytest.approx(found.slope)


def test_a_quarter_with_a_month_missing_is_left_out_of_the_test() -> None:
    _district, [place] = a_district([*RISING[:11], None])
    given_values("DTP1", {(place, "202510"): 1.0})
    refreshed()
    page = ask(a_viewer(), unit=place.pk, **THREE_YEARS)
    assert page.context["chart"].series[0].values[-1] == 1
    assert "n = 11" in page.context["words"].sentence


def test_what_cannot_be_tested_is_refused_in_words() -> None:
    unit = a_unit("Poste")
    given_quarters(unit, [4, 5, 6])
    refreshed()
    page = ask(a_viewer(), unit=unit.pk, **THREE_YEARS)
    assert "A trend cannot be tested here: too few complete periods (n = 3)." in text_of(page)
    assert page.context["chart"].title == "DTP1, Poste: no trend can be tested"
    assert len(page.context["chart"].series) == 1
    years = ask(a_viewer(), unit=unit.pk, frequency="year", view="trend", test="seasonal")
    assert "A year has no seasons within it" in text_of(years)


def test_each_place_below_is_tested_and_all_together_as_a_region() -> None:
    falling = RISING[::-1]
    district, [first, _second] = a_district([*RISING], [*falling])
    page = ask(a_viewer(), unit=district.pk, show="below", **THREE_YEARS)
    rows = page.context["places"]
    assert [(row.name, row.claim) for row in rows] == [
        ("Poste 0", "rising"),
        ("Poste 1", "falling"),
        ("All of them together (regional Mann–Kendall)", "no trend can be claimed"),
    ]
    together = regional([RISING, falling])
    assert isinstance(together, Trend)
    assert rows[2].trend.z == pytest.approx(together.z)
    assert "Tested here: 2. Without any trend, about 0.1 of them" in text_of(page)
    asked = parse_qs(urlsplit(rows[0].url).query)
    assert (asked["unit"], asked["view"], asked["test"]) == ([str(first.pk)], ["trend"], ["original"])


@pytest.mark.parametrize("asked", [{"test": "best"}, {"view": "trends"}, {"view": "\x00"}, {"test": "\x00"}])
def test_a_bad_choice_is_answered_by_a_sentence(asked: dict[str, str]) -> None:
    a_unit()
    page = ask(a_viewer(), **{"view": "trend"} | asked)
    assert page.status_code == 400
    assert "This cannot be shown" in page.content.decode()
    assert page.context["form"].choice is None


def test_the_other_views_keep_the_choice_and_drop_what_only_this_one_asks() -> None:
    _district, [place] = a_district([*RISING])
    page = ask(a_viewer(), unit=place.pk, test="seasonal", **THREE_YEARS)
    addresses = {view.key: parse_qs(urlsplit(url).query) for view, url, _here in page.context["views"]}
    assert [view.key for view, _url, here in page.context["views"] if here] == ["trend"]
    assert "test" not in addresses["values"]
    for asked in addresses.values():
        assert (asked["indicator"], asked["unit"], asked["to"]) == (["dtp1_doses"], [str(place.pk)], ["202512"])
    assert 'name="test"' in page.content.decode()
    assert 'name="test"' not in ask(a_viewer(), unit=place.pk).content.decode()


def rows_of(client: Client, files: dict[str, str]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(files["csv"]).content.decode("utf-8-sig"))))


def test_the_files_hold_a_place_by_every_test_and_places_by_the_one_chosen() -> None:
    district, [place, silent] = a_district([*RISING], [])
    client = a_viewer()
    alone = ask(client, unit=place.pk, **THREE_YEARS).context["files"]
    assert [row["Test (code)"] for row in rows_of(client, alone)] == list(TESTS)
    files = ask(client, unit=district.pk, show="below", **THREE_YEARS).context["files"]
    rows = rows_of(client, files)
    assert len(rows) == 3
    by_key = {row["DHIS2 uid"]: row for row in rows}
    found, direct = by_key[place.uid], original(RISING)
    assert isinstance(direct, Trend)
    assert float(found["p"]) == pytest.approx(direct.p)
    assert (found["Periods tested"], found["Result (code)"], found["Slope per"]) == ("12", "increasing", "quarter")
    refused = by_key[silent.uid]
    assert (refused["S"], refused["Result (code)"]) == ("", "too_few")
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(files["xlsx"]).content))
    assert len(book.get_sheet_by_name("Values").to_python()) == 1 + len(rows)


def test_the_view_costs_the_same_with_two_places_and_with_twenty() -> None:
    district, places = a_district([*RISING], [*RISING])
    client, costs = a_viewer(), []
    for more in (0, 18):
        for number in range(more):
            given_quarters(a_unit(f"Autre {number}", district), [*RISING])
        refreshed()
        for path in ("explorer", "explorer-csv"):
            ask(client, reverse(path), unit=places[0].pk)
            with CaptureQueriesContext(connection) as queries:
                ask(client, reverse(path), unit=district.pk, show="below", **THREE_YEARS)
            costs.append(len(queries))
    assert costs[:2] == costs[2:]
    assert costs[0] <= 28
