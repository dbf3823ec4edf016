"""The board and the list of one rule as files: the same numbers as on the page, for those who may see it."""

import csv
import io

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from indicators.accounts.roles import Role
from indicators.models import OrgUnit
from tests.builders import a_user
from tests.evaluations.given import visitor
from tests.quality.test_board import BOARD, a_region_with_two_districts, viewer

pytestmark = pytest.mark.django_db
CSV, XLSX = reverse("quality-csv"), reverse("quality-xlsx")


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_board_as_a_file_counts_what_the_page_counts() -> None:
    country, *_ = a_region_with_two_districts()
    client = viewer()
    page = client.get(BOARD)
    found = {(row["Place"], row["Places counted"], row["Rule (code)"]): row for row in rows(client.get(CSV).content)}
    for line in page.context["rows"]:
        counts = "alone" if line.itself else "with everything below"
        for rule, cell in line.cells.items():
            row = found[line.place.name, counts, rule]
            assert (row["Values to doubt"], row["Values tested"]) == (str(cell.flags), str(cell.tested))
            assert row["Values that cannot be tested"] == str(cell.untested_values)
    assert found["Sud", "with everything below", "modified_z"]["Why not"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(XLSX, {"unit": country.pk}).content))
    assert len(book.get_sheet_by_index(0).to_python()) == len(found) + 1


def test_the_list_of_a_rule_as_a_file_holds_every_line_of_the_page() -> None:
    _, north, _ = a_region_with_two_districts()
    north.name = "=1+1"
    north.save()
    client, asked = viewer(), {"rule": "modified_z", "unit": str(north.pk)}
    lines = client.get(reverse("quality-flags", args=["modified_z"]), {"unit": north.pk}).context["lines"]
    found = rows(client.get(CSV, asked).content)
    assert [(row["Place"], row["Period"], float(row["Value"])) for row in found] == [
        (line.place.name, line.flag.period.id, line.flag.value) for line in lines
    ]
    assert not rows(client.get(CSV, asked | {"itself": "1"}).content)
    assert "'=1+1," in client.get(CSV, {"unit": north.pk}).content.decode()


def test_what_the_page_refuses_is_no_file() -> None:
    _, north, south = a_region_with_two_districts()
    clerk = visitor(a_user(Role.CLERK, districts=[north]))
    assert clerk.get(CSV, {"unit": south.pk}).status_code == 404
    assert clerk.get(CSV, {"unit": north.pk}).status_code == 200
    assert viewer().get(CSV, {"rule": "no_rule"}).status_code == 404
    wrong = viewer().get(XLSX, {"rule": "late", "from": "13/2025"})
    assert wrong.headers["Location"].startswith(reverse("quality-flags", args=["late"]))


def test_nothing_on_record_leads_to_the_page() -> None:
    OrgUnit.objects.all().delete()
    assert viewer().get(CSV).headers["Location"].startswith(BOARD)
