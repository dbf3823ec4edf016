"""The explorer and the list of indicators: what the address asks for, what stands in the table and in the files."""

import csv
import gzip
import html
import io
import re
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from indicators.accounts.roles import Role
from indicators.models import OrgUnit, OrgUnitAlias
from indicators.pages import explorer_views
from indicators.pages.explorer_form import MOST_PERIODS
from indicators.registry.definitions import definitions
from tests.builders import a_unit, a_user
from tests.evaluations.given import given_infants, given_values, quarter_of, refreshed, visitor

pytestmark = pytest.mark.django_db

EXPLORER = "/explorer/"


def a_viewer() -> Client:
    return visitor(a_user(Role.VIEWER))


def a_district() -> tuple[OrgUnit, OrgUnit, OrgUnit]:
    district = a_unit("Secteur", a_unit("Pays"))
    return district, a_unit("Poste A", district), a_unit("Poste B", district)


def with_doses() -> tuple[OrgUnit, OrgUnit, OrgUnit]:
    """Poste A at 130 % in the first quarter of 2025 and with one month of the second; Poste B at 0 in January."""
    district, first, second = a_district()
    given_infants(first, 120, 2025)
    given_values("DTP1", quarter_of(first, "2025Q1", 13) | {(first, "202504"): 5.0, (second, "202501"): 0.0})
    refreshed()
    return district, first, second


def ask(client: Client, **asked: Any) -> Any:
    return client.get(EXPLORER, {key.rstrip("_"): value for key, value in asked.items()})


def numbers(page: Any) -> dict[str, list[float | None]]:
    return {line.place.name: [cell.part.reading.value for cell in line.cells] for line, _url in page.context["lines"]}


def test_without_any_choice_it_shows_the_highest_place_up_to_the_last_quarter_with_numbers() -> None:
    district, *_sites = with_doses()
    page = a_viewer().get(EXPLORER)
    choice = page.context["choice"]
    assert page.status_code == 200
    assert (choice.measure.code, choice.place, choice.periods[-1].id) == ("dtp1_coverage", district.parent, "2025Q2")
    assert len(choice.periods) == 12


def test_a_place_alone_shows_numerator_denominator_and_state() -> None:
    _district, first, _second = with_doses()
    page = ask(a_viewer(), unit=first.pk, from_="2025-01", to="2025-09", frequency="quarter")
    assert numbers(page) == {"Poste A": [130.0, pytest.approx(100 * 5 / 30), None]}
    text = page.content.decode()
    assert "above 100%" in text
    assert "incomplete: in at least one month nothing was reported" in text
    assert "missing: nothing was reported" in text
    assert reverse("number-detail", args=["dtp1_coverage", first.pk, "2025Q1"]) in text
    assert "(surviving infants × months/12)" in text


def test_places_below_stand_beside_the_whole() -> None:
    district, first, _second = with_doses()
    page = ask(a_viewer(), unit=district.pk, show="below", indicator="dtp1_doses", from_="2025Q1", to="2025Q2")
    assert numbers(page) == {"Secteur": [39.0, 5.0], "Poste A": [39.0, 5.0], "Poste B": [0.0, None]}
    assert [series.name for series in page.context["chart"].series] == ["Poste A", "Poste B"]
    assert f"unit={first.pk}" in page.content.decode()


def test_the_whole_is_drawn_beside_its_parts_only_where_it_does_not_flatten_them() -> None:
    district, *_sites = with_doses()
    page = ask(a_viewer(), unit=district.pk, show="below", from_="2025Q1", to="2025Q1")
    assert [series.name for series in page.context["chart"].series] == ["Secteur", "Poste A", "Poste B"]


def test_the_places_ticked_are_drawn_and_others_are_not() -> None:
    district, _first, second = with_doses()
    asked: dict[str, Any] = {
        "unit": district.pk,
        "show": "below",
        "from": "2025Q1",
        "to": "2025Q1",
        "draw": [second.pk, "9", "x", "²"],
    }
    page = a_viewer().get(EXPLORER, asked)
    assert [series.name for series in page.context["chart"].series] == ["Poste B"]


def test_a_place_without_places_below_shows_itself() -> None:
    _district, first, _second = with_doses()
    page = ask(a_viewer(), unit=first.pk, show="below", from_="2025Q1", to="2025Q1")
    assert numbers(page) == {"Poste A": [130.0]}
    assert "There is no place below this one" in page.content.decode()


def test_signs_tell_not_computable_from_not_expected_from_missing() -> None:
    district, *_sites = with_doses()
    a_unit("Poste fermé", district, closed_date=date(2024, 12, 31))
    a_unit("Poste muet", district)
    page = ask(a_viewer(), unit=district.pk, show="below", from_="2025Q1", to="2025Q1")
    signs = {line.place.name: line.cells[0].sign for line, _url in page.context["lines"]}
    assert signs == {"Secteur": "", "Poste A": "", "Poste B": "÷", "Poste fermé": "·", "Poste muet": ""}
    text = page.content.decode()
    assert "not computable: no denominator is known" in text
    assert "not expected: the place was not open" in text


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"indicator": "nothing"}, "Select a valid choice"),
        ({"unit": "abc"}, "This place does not exist"),
        ({"unit": "99999999999999999999999"}, "This place does not exist"),
        ({"unit": "\x00"}, "Null characters"),
        ({"show": "all"}, "Select a valid choice"),
        ({"frequency": "week"}, "Select a valid choice"),
        ({"from": "2025-13"}, "is no period"),
        ({"to": "<b>soon</b>"}, "&lt;b&gt;soon&lt;/b&gt;” is no period"),
        ({"to": "1899"}, "is no period"),
        ({"to": "٢٠٢٥"}, "is no period"),
        ({"from": "202\x00"}, "Null characters"),
        ({"from": "2025Q2", "to": "2025Q1"}, "lies before the first"),
        ({"from": "1900", "to": "2100"}, f"More than {MOST_PERIODS} periods"),
    ],
)
def test_a_bad_choice_is_answered_by_a_sentence(asked: dict[str, str], sentence: str) -> None:
    a_unit()
    page = a_viewer().get(EXPLORER, asked)
    assert page.status_code == 400
    assert sentence in page.content.decode()
    assert page.context["form"].choice is None
    for name in ("explorer-csv", "explorer-xlsx"):
        assert a_viewer().get(reverse(name), asked).headers["Location"].startswith(EXPLORER)


@pytest.mark.parametrize("asked", [{"from": "2096", "to": "2100"}, {"from": "1900", "to": "1900"}, {"to": "1900-01"}])
@pytest.mark.parametrize("frequency", ["month", "quarter", "year"])
def test_the_ends_of_time_open(asked: dict[str, str], frequency: str) -> None:
    a_unit()
    assert a_viewer().get(EXPLORER, {**asked, "frequency": frequency}).status_code == 200


def test_a_clerk_explores_the_own_districts_and_no_other_place() -> None:
    district, first, _second = with_doses()
    clerk = visitor(a_user(Role.CLERK, districts=[district]))
    assert clerk.get(EXPLORER).context["choice"].place == district
    assert ask(clerk, unit=first.pk).status_code == 200
    for elsewhere in (district.parent, a_unit("Ailleurs")):
        assert elsewhere
        page = ask(clerk, unit=elsewhere.pk, q=elsewhere.name)
        assert page.status_code == 400
        assert page.context["found"] == []
        assert clerk.get(reverse("explorer-csv"), {"unit": elsewhere.pk}).status_code == 302


def test_somebody_without_a_place_is_told_so() -> None:
    a_unit()
    page = visitor(a_user(Role.CLERK)).get(EXPLORER)
    assert page.status_code == 200
    assert "No place is open to you" in page.content.decode()


def test_a_place_is_found_by_its_name_or_another_one_and_the_rest_of_the_choice_stays() -> None:
    district, first, _second = with_doses()
    OrgUnitAlias.objects.create(unit=first, name="N’Débougou")
    client = a_viewer()
    for words in ("poste a", "ndébougou"):
        page = ask(client, q=words, indicator="dtp1_doses", unit=district.pk)
        [(place, url)] = page.context["found"]
        assert place == first
        assert parse_qs(urlsplit(url).query)["indicator"] == ["dtp1_doses"]
    assert "No place open to you is called “Nulle part”" in ask(client, q="Nulle part").content.decode()


def downloaded(client: Client, **asked: Any) -> list[dict[str, str]]:
    answer = client.get(reverse("explorer-csv"), {key.rstrip("_"): value for key, value in asked.items()})
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="')
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_file_says_what_each_number_is() -> None:
    district, first, second = with_doses()
    closed = a_unit("=Poste()", district, closed_date=date(2024, 12, 31))
    rows = downloaded(
        a_viewer(), unit=district.pk, show="below", from_="2025Q1", to="2025Q2", indicator="dtp1_coverage"
    )
    assert len(rows) == 8
    by_key = {(row["DHIS2 uid"], row["Period"]): row for row in rows}
    over = by_key[first.uid, "2025Q1"]
    assert (over["Value"], over["Numerator"], over["Denominator"]) == ("130", "39", "30")
    assert (over["State (code)"], over["Months counted"], over["Demonstration"]) == ("reported", "3", "no")
    assert "Above 100%" in over["Notes"]
    assert over["Source of the denominator"].startswith("Source ")
    assert by_key[district.uid, "2025Q1"]["Source of the denominator"] == "sum of the places below"
    assert by_key[first.uid, "2025Q2"]["State (code)"] == "incomplete"
    assert by_key[second.uid, "2025Q1"]["State"] == "not computable: no denominator is known"
    assert by_key[second.uid, "2025Q2"]["State (code)"] == "missing"
    assert by_key[closed.uid, "2025Q1"]["State"] == "not expected: the place was not open"
    assert by_key[closed.uid, "2025Q1"]["Place"] == "'=Poste()"
    assert by_key[closed.uid, "2025Q1"]["Value"] == ""


def test_zero_is_zero_in_the_workbook_and_missing_is_empty() -> None:
    _district, _first, second = with_doses()
    asked: dict[str, Any] = {
        "unit": second.pk,
        "indicator": "dtp1_doses",
        "from": "202501",
        "to": "202502",
        "frequency": "month",
    }
    answer = a_viewer().get(reverse("explorer-xlsx"), asked)
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert book.sheet_names == ["Values", "Definition"]
    header, january, february = book.get_sheet_by_name("Values").to_python()
    at = {name: i for i, name in enumerate(header)}
    assert (january[at["Value"]], january[at["State"]]) == (0, "reported: zero")
    assert (february[at["Value"]], february[at["State"]]) == ("", "missing: nothing was reported")
    facts = {str(row[0]): row[1] for row in book.get_sheet_by_name("Definition").to_python()}
    assert facts["Source"] == definitions()["dtp1_doses"].source_en


def test_the_file_holds_what_the_page_links_to_on_every_page_of_it() -> None:
    district, *_sites = with_doses()
    for i in range(60):
        a_unit(f"Autre {i}", district)
    client = a_viewer()
    page = ask(client, unit=district.pk, show="below", from_="2025Q1", to="2025Q1")
    assert len(page.context["lines"]) == 1 + explorer_views.MOST_PLACES
    lines = client.get(page.context["files"]["csv"]).content.decode().strip().splitlines()
    assert len(lines) == 1 + 63


def test_too_much_for_one_file_is_said_and_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    district, *_sites = with_doses()
    monkeypatch.setattr(explorer_views, "MOST_ROWS", {"csv": 2, "xlsx": 2})
    client = a_viewer()
    answer = client.get(reverse("explorer-csv"), {"unit": str(district.pk), "show": "below"}, follow=True)
    assert "Too many places and periods for one file" in answer.content.decode()
    assert reverse("explorer-csv") not in answer.content.decode()


def test_what_is_too_much_for_a_workbook_may_still_be_a_csv_file(monkeypatch: pytest.MonkeyPatch) -> None:
    unit, client = a_unit(), a_viewer()
    monkeypatch.setattr(explorer_views, "MOST_ROWS", {"csv": 12, "xlsx": 11})
    page = ask(client, unit=unit.pk)
    assert "Too many places and periods for a workbook" in page.content.decode()
    assert page.context["files"]["xlsx"] == ""
    assert client.get(page.context["files"]["csv"]).status_code == 200
    assert client.get(reverse("explorer-xlsx"), {"unit": str(unit.pk)}).headers["Location"].startswith(EXPLORER)


def test_demonstration_values_are_marked_on_the_page_and_in_the_file() -> None:
    unit = a_unit()
    given_values("DTP1", quarter_of(unit, "2025Q1", 4), demonstration=True)
    refreshed()
    client = a_viewer()
    asked: dict[str, Any] = {"unit": unit.pk, "indicator": "dtp1_doses", "from_": "2025Q1", "to": "2025Q1"}
    assert "tag-demo" in ask(client, **asked).content.decode().partition("<h1")[2]
    assert [row["Demonstration"] for row in downloaded(client, **asked)] == ["yes"]


def test_the_page_and_the_file_cost_the_same_with_two_places_and_with_forty() -> None:
    district, *sites = a_district()
    client, costs = a_viewer(), []
    asked: dict[str, Any] = {"unit": district.pk, "show": "below", "from": "2025-01", "to": "2025-06"}
    for frequency in ("quarter", "month"):
        for site in sites:
            given_infants(site, 120, 2025)
        given_values("DTP1", {key: 5.0 for site in sites for key in quarter_of(site, "2025Q1", 5)})
        refreshed()
        for url in (EXPLORER, reverse("explorer-csv"), reverse("explorer-xlsx")):
            client.get(url, asked)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url, {**asked, "frequency": frequency}).status_code == 200
            costs.append(len(queries))
        sites = [a_unit(f"Poste {i}", district) for i in range(40)]
    assert costs[:3] == costs[3:]
    assert costs[0] <= 24


def test_the_heaviest_page_stays_light() -> None:
    country = a_unit("Pays")
    sites = [a_unit(f"Centre de santé de Ndebougou {i}", country) for i in range(50)]
    months = [f"{year}{month:02d}" for year in (2021, 2022, 2023, 2024, 2025) for month in range(1, 13)]
    given_values("DTP1", {(site, month): 113.0 for site in sites for month in months})
    for site in sites:
        given_infants(site, 1200, *range(2021, 2026))
    refreshed()
    client = a_viewer()
    for frequency, first in (("month", "2021-01"), ("quarter", "2021-01"), ("year", "2021-01")):
        page = ask(client, unit=country.pk, show="below", frequency=frequency, from_=first, to="2025-12")
        assert page.status_code == 200
        assert len(page.content) < 200_000, frequency
        assert len(gzip.compress(page.content)) < 25_000, frequency


@pytest.mark.parametrize("period", ["202501", "2025Q1", "2025"])
@pytest.mark.parametrize("code", ["dtp1_coverage", "dtp1_coverage_days", "dtp1_coverage_rolling"])
def test_every_number_leads_to_the_explorer_at_its_place_and_time(code: str, period: str) -> None:
    unit, client = a_unit(), a_viewer()
    page = client.get(reverse("number-detail", args=[code, unit.pk, period])).content.decode()
    [address] = {html.unescape(url) for url in re.findall(r'href="(/explorer/[^"]*)"', page) if "unit=" in url}
    choice = client.get(address).context["choice"]
    assert (choice.measure.code, choice.place, choice.periods[-1].id) == (code, unit, period)
    assert client.get(f"{EXPLORER}?indicator={code}").context["chart"].reference == 100


def test_the_list_names_every_indicator_with_formula_and_source() -> None:
    client = a_viewer()
    with CaptureQueriesContext(connection) as queries:
        text = client.get(reverse("indicator-list")).content.decode()
    for code, rule in definitions().items():
        assert rule.name_en in text
        assert reverse("indicator-detail", args=[code]) in text
        assert f"{EXPLORER}?indicator={code}" in text
    assert "surviving infants" in text
    assert len(queries) <= 12
    assert visitor().get(reverse("indicator-list")).status_code == 302
