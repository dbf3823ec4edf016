"""The files of the explorer and its weight: what each number is called, what is too much, what it costs."""

import csv
import gzip
import io
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from indicators.pages import explorer_view
from indicators.registry.definitions import definitions
from tests.builders import a_unit
from tests.evaluations.given import given_infants, given_values, quarter_of, refreshed
from tests.explorer.given import EXPLORER, a_viewer, ask, two_posts, with_doses

pytestmark = pytest.mark.django_db


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
    assert by_key[second.uid, "2025Q2"]["State (code)"] == "expectation_unknown"
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
    assert february[at["Value"]] == ""
    assert str(february[at["State"]]).startswith("missing: nothing was reported; whether")
    facts = {str(row[0]): row[1] for row in book.get_sheet_by_name("Definition").to_python()}
    assert facts["Source"] == definitions()["dtp1_doses"].source_en


def test_the_file_holds_what_the_page_links_to_on_every_page_of_it() -> None:
    district, *_sites = with_doses()
    for i in range(60):
        a_unit(f"Autre {i}", district)
    client = a_viewer()
    page = ask(client, unit=district.pk, show="below", from_="2025Q1", to="2025Q1")
    assert len(page.context["lines"]) == 1 + explorer_view.MOST_PLACES
    lines = client.get(page.context["files"]["csv"]).content.decode().strip().splitlines()
    assert len(lines) == 1 + 63


def test_too_much_for_one_file_is_said_and_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    district, *_sites = with_doses()
    monkeypatch.setattr(explorer_view, "MOST_ROWS", {"csv": 2, "xlsx": 2})
    client = a_viewer()
    answer = client.get(reverse("explorer-csv"), {"unit": str(district.pk), "show": "below"}, follow=True)
    assert "Too many places and periods for one file" in answer.content.decode()
    assert reverse("explorer-csv") not in answer.content.decode()


def test_what_is_too_much_for_a_workbook_may_still_be_a_csv_file(monkeypatch: pytest.MonkeyPatch) -> None:
    unit, client = a_unit(), a_viewer()
    monkeypatch.setattr(explorer_view, "MOST_ROWS", {"csv": 12, "xlsx": 11})
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
    district, *sites = two_posts()
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
