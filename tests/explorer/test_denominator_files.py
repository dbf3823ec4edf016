"""The denominators page as files: every source's figure, the sum below, and what each does to a coverage."""

import csv
import io

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from indicators.accounts.roles import Role
from indicators.models import Denominator, OrgUnit, Source
from tests.builders import a_source, a_unit, a_user
from tests.evaluations.given import given_values, quarter_of, refreshed, visitor

pytestmark = pytest.mark.django_db


def a_figure(unit: OrgUnit, value: float, source: Source, *, preferred: bool = True) -> None:
    Denominator.objects.create(
        unit=unit, year=2025, value=value, kind="surviving_infants", source=source, preferred=preferred
    )


def a_district_with_two_sources() -> OrgUnit:
    """100 by the census, 125 by a survey, and 60 in one of its two places."""
    district = a_unit("Secteur", a_unit())
    census, survey = a_source(key="a", title_en="=Census"), a_source(key="b", title_en="Survey")
    a_figure(district, 100, census)
    a_figure(district, 125, survey, preferred=False)
    place = a_unit("A", district)
    a_unit("B", district)
    a_figure(place, 60, census)
    given_values("DTP1", quarter_of(place, "2025Q1", 20))
    refreshed()
    return district


def test_each_source_is_a_row_and_so_is_the_sum_below() -> None:
    district = a_district_with_two_sources()
    client = visitor(a_user(Role.VIEWER))
    page = client.get(reverse("denominators"), {"unit": district.pk})
    answer = client.get(page.context["files"]["csv"])
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["Source (code)"], row["Source"], row["Value"], row["In use"]) for row in rows] == [
        ("a", "'=Census", "100", "yes"),
        ("b", "Survey", "125", "no"),
        ("", "sum of the places below", "60", "no"),
    ]
    assert float(rows[1]["Difference from the one in use, percent"]) == pytest.approx(25)
    assert (rows[2]["Places with a figure"], rows[2]["Places"]) == ("1", "2")
    assert rows[2]["Difference from the one in use, percent"] == ""


def test_a_sum_is_in_use_where_the_place_has_no_figure_of_its_own() -> None:
    district = a_district_with_two_sources()
    client = visitor(a_user(Role.VIEWER))
    answer = client.get(reverse("denominators-csv"), {"unit": str(district.parent_id)})
    [row] = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (row["Source (code)"], row["Value"], row["In use"]) == ("", "100", "yes")


def test_the_workbook_says_what_each_figure_does_to_the_coverage() -> None:
    district = a_district_with_two_sources()
    client = visitor(a_user(Role.VIEWER))
    answer = client.get(reverse("denominators-xlsx"), {"unit": str(district.pk), "indicator": "dtp1_coverage"})
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert book.sheet_names == ["Figures", "What the choice changes"]
    header, row = book.get_sheet_by_name("What the choice changes").to_python()
    by_name = dict(zip(header, row, strict=True))
    assert (by_name["Numerator"], by_name["Target in use"]) == (60, 60)
    assert by_name["Target 10% higher"] == pytest.approx(60 / 1.1)
    assert (by_name["=Census"], by_name["Survey"]) == (60, 48)


def test_a_bad_choice_is_answered_by_the_page_and_another_district_is_closed() -> None:
    district = a_district_with_two_sources()
    clerk = visitor(a_user(Role.CLERK, districts=[district]))
    for kind in ("csv", "xlsx"):
        address = reverse(f"denominators-{kind}")
        assert clerk.get(address, {"unit": str(district.parent_id)}).status_code == 302
        assert clerk.get(address, {"unit": "x"}).headers["Location"].startswith(reverse("denominators"))
        assert clerk.get(address).status_code == 200
        assert visitor(a_user(Role.CLERK)).get(address).status_code == 302


def test_a_place_without_figures_has_a_file_of_headers() -> None:
    client = visitor(a_user(Role.VIEWER))
    unit = a_unit()
    assert client.get(reverse("denominators-csv"), {"unit": str(unit.pk)}).content.decode().count("\n") == 1
    assert client.get(reverse("denominators-xlsx"), {"unit": str(unit.pk)}).status_code == 200
    assert "/denominateurs/csv/" not in client.get(reverse("denominators"), {"unit": unit.pk}).content.decode()
