"""Value, missing, not expected, not applicable, expectation unknown: told apart in tables, pages and files."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from indicators.accounts.roles import Role
from indicators.models import DataElement, OrgUnit
from indicators.periods import Period
from tests.builders import a_data_set, a_unit, a_user
from tests.evaluations.given import given_infants, given_values, refreshed, visitor

pytestmark = pytest.mark.django_db
JAN, FEB = "202501", "202502"


class Scene:
    """January and February of a district. `full` reported both, `lacking` one, `silent` none, `zero` none was given;
    `closed` closed before, `unasked` is asked for nothing. Only the district has a target."""

    def __init__(self) -> None:
        self.district = a_unit("District", a_unit("Country"))
        names = ("full", "lacking", "silent", "zero", "unasked")
        self.places = {name: a_unit(name, self.district) for name in names}
        self.places["closed"] = a_unit("closed", self.district, closed_date=date(2024, 12, 31))
        given_infants(self.district, 1200, 2025)
        for concept in ("DTP1", "DTP3"):
            full, lacking, zero = (self.places[name] for name in ("full", "lacking", "zero"))
            given_values(concept, {(full, JAN): 5.0, (full, FEB): 5.0, (lacking, JAN): 4.0, (zero, JAN): 0.0})
        asked = [place for name, place in self.places.items() if name != "unasked"]
        a_data_set(list(DataElement.objects.filter(derivation="")), asked)
        refreshed()

    def states(self, indicator: str, month: str) -> dict[str, str]:
        """State in the CSV file by name of the place."""
        rows = self.download("explorer-csv", indicator, month)
        return {row["Place"]: row["State (code)"] for row in csv.DictReader(io.StringIO(rows.decode("utf-8-sig")))}

    def download(self, name: str, indicator: str, month: str) -> bytes:
        asked: dict[str, Any] = {
            "unit": self.district.pk,
            "show": "below",
            "from": month,
            "to": month,
            "frequency": "month",
        }
        return viewer().get(reverse(name), {**asked, "indicator": indicator}).content


def viewer() -> Client:
    return visitor(a_user(Role.VIEWER))


def number(unit: OrgUnit, period: str, indicator: str = "dtp1_doses") -> Any:
    return viewer().get(reverse("number-detail", args=[indicator, unit.pk, period])).content.decode()


def test_the_file_tells_the_states_apart() -> None:
    it = Scene()
    assert it.states("dtp1_doses", FEB) == {
        "District": "reports_missing", "full": "reported", "lacking": "missing", "silent": "missing",
        "zero": "missing", "unasked": "not_asked", "closed": "not_open",
    }  # fmt: skip
    assert it.states("dtp1_doses", JAN)["zero"] == "zero"
    assert it.states("dropout_dtp1_dtp3", JAN)["zero"] == "not_applicable"
    coverage = it.states("dtp1_coverage", JAN)
    assert (coverage["District"], coverage["full"]) == ("reports_missing", "not_applicable")
    assert it.states("dtp1_doses", "202504")["full"] == "expectation_unknown"
    assert it.states("dtp1_doses", str(timezone.localdate().year + 1) + "01")["full"] == "not_begun"


def test_the_workbook_says_how_many_reports_were_expected() -> None:
    it = Scene()
    book = CalamineWorkbook.from_filelike(io.BytesIO(it.download("explorer-xlsx", "dtp1_doses", JAN)))
    header, *rows = book.get_sheet_by_name("Values").to_python()
    at = {str(name): place for place, name in enumerate(header)}
    by_place = {row[at["Place"]]: row for row in rows}
    columns = ("Unit-months reported", "Unit-months expected", "State")
    assert [by_place["District"][at[name]] for name in columns] == [
        3, 4, "incomplete: fewer reports came in than were expected",
    ]  # fmt: skip
    assert [by_place["unasked"][at[name]] for name in columns] == [
        "", 0, "not expected: the report is not asked of the place",
    ]  # fmt: skip


def test_the_table_has_a_sign_for_each() -> None:
    it = Scene()
    asked: dict[str, Any] = {"unit": it.district.pk, "show": "below", "from": JAN, "to": JAN, "frequency": "month"}
    page = viewer().get("/explorer/", {**asked, "indicator": "dropout_dtp1_dtp3"})
    signs = {line.name: line.cells[0].sign for line in page.context["lines"]}
    assert (signs["zero"], signs["unasked"], signs["closed"], signs["silent"]) == ("n/a", "·", "·", "")


def test_the_page_of_a_number_says_how_many_reports_came() -> None:
    it = Scene()
    assert "3 of 4 expected monthly reports came in." in number(it.district, JAN)
    silent = number(it.places["silent"], JAN)
    assert "0 of 1 expected monthly report came in." in silent
    assert "That is missing, not zero." in silent
    unasked = number(it.places["unasked"], JAN)
    assert "No report is expected of this place for this time." in unasked
    assert "That is missing, not zero." not in unasked
    assert "no data set in use asks for it" in number(it.places["full"], Period.parse("202504").id)
    assert "Not applicable: no place of this kind has a denominator" in number(it.places["full"], JAN, "dtp1_coverage")
    assert "Not applicable: 0 of 0" in number(it.places["zero"], JAN, "dropout_dtp1_dtp3")
