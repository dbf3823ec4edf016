"""The explorer and the list of indicators: what the address asks for and what stands in the table."""

import html
import re
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from indicators.accounts.roles import Role
from indicators.models import OrgUnitAlias
from indicators.pages.periods_form import MOST_PERIODS
from indicators.registry.definitions import definitions
from tests.builders import a_unit, a_user
from tests.evaluations.given import visitor
from tests.explorer.given import EXPLORER, a_viewer, ask, numbers, with_doses

pytestmark = pytest.mark.django_db


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
    signs = {line.name: line.cells[0].sign for line in page.context["lines"]}
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


@pytest.mark.parametrize("period", ["202501", "2025Q1", "2025"])
@pytest.mark.parametrize("code", ["dtp1_coverage", "dtp1_coverage_days", "dtp1_coverage_rolling"])
def test_every_number_leads_to_the_explorer_at_its_place_and_time(code: str, period: str) -> None:
    unit, client = a_unit(), a_viewer()
    page = client.get(reverse("number-detail", args=[code, unit.pk, period])).content.decode()
    addresses = {html.unescape(url) for url in re.findall(r'href="(/explorer/[^"]*)"', page) if "unit=" in url}
    [address] = [url for url in addresses if "view=" not in url]
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
