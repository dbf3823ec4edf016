"""Sierra Leone's values of 2025 through this face, against the totals published beside them."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from indicators.accounts.roles import Role
from tests.builders import a_user
from tests.dhis2_face.asking import ask, asked
from tests.exchange import shared_data
from tests.exchange.shared_data import ANALYTICS, METADATA, UNITS, VALUES

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.real_data, shared_data.needed]
PENTA1, PENTA3, COUNTRY = "fClA2Erf6IO", "n6aMJNLdvep", "ImspTQPwCqd"
BY_MONTH = [6332, 6600, 6173, 6436, 6675, 6829, 6603, 7195, 6699, 5827, 6265, 4762]


@pytest.fixture(scope="module")
def taken_in(django_db_setup: None, django_db_blocker: Any) -> Any:
    """The import and the full refresh, once for the module, and gone afterwards."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        words = [str(VALUES), "--org-units", str(UNITS), "--metadata", str(METADATA)]
        call_command("import_dhis2", *words, stdout=StringIO())
        call_command("refresh_aggregates", stdout=StringIO())
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def reader(taken_in: None, db: None) -> None:
    a_user(Role.RESEARCHER, username="reader")


def analytics(*params: tuple[str, str]) -> Any:
    return asked("analytics", list(params))


def test_penta1_by_month_of_the_country(taken_in: None) -> None:
    months = ";".join(f"2025{month:02}" for month in range(1, 13))
    answer = analytics(
        ("dimension", f"dx:{PENTA1};{PENTA3}"), ("dimension", f"pe:{months}"), ("dimension", f"ou:{COUNTRY}")
    )
    found = {(row[0], row[1]): float(row[3]) for row in answer["rows"]}
    assert [found[PENTA1, f"2025{month:02}"] for month in range(1, 13)] == BY_MONTH
    assert sum(value for (uid, _), value in found.items() if uid == PENTA3) == 64_453


def test_penta1_by_district_and_quarter(taken_in: None) -> None:
    answer = analytics(("dimension", f"dx:{PENTA1}"), ("dimension", "pe:2025"), ("dimension", "ou:LEVEL-2"))
    names = {uid: item["name"] for uid, item in answer["metaData"]["items"].items()}
    found = {names[row[2]]: float(row[3]) for row in answer["rows"]}
    assert (found["Bo"], found["Kenema"], found["Western Area"]) == (7837, 6854, 28_461)
    assert sum(found.values()) == 76_396
    quarters = analytics(
        ("dimension", f"dx:{PENTA1}"), ("dimension", "pe:QUARTERS_THIS_YEAR"), ("dimension", "ou:USER_ORGUNIT"),
        ("relativePeriodDate", "2025-12-31"),
    )["rows"]  # fmt: skip
    assert [float(row[3]) for row in quarters] == [sum(BY_MONTH[start : start + 3]) for start in range(0, 12, 3)]


def test_the_answer_has_the_keys_of_a_real_one(taken_in: None) -> None:
    real = json.loads(ANALYTICS.read_text())
    answer = analytics(
        ("dimension", f"dx:{PENTA1}"), ("dimension", "pe:2025Q1"), ("dimension", f"ou:{COUNTRY}"),
        ("includeNumDen", "true"), ("includeMetadataDetails", "true"),
    )  # fmt: skip
    assert set(real) <= set(answer)
    own = [header for header in real["headers"] if header["name"] in {one["name"] for one in answer["headers"]}]
    assert answer["headers"] == own
    assert set(answer["metaData"]) == set(real["metaData"])
    real_items, items = real["metaData"]["items"], answer["metaData"]["items"]
    assert set(items[PENTA1]) >= {"uid", "name", "dimensionItemType", "valueType", "aggregationType"}
    assert set(items[PENTA1]) <= set(real_items[PENTA1])
    assert set(items["2025Q1"]) == set(real_items["2019Q1"])
    assert len(answer["rows"][0]) == len(answer["headers"])


def test_all_values_come_out_again(taken_in: None) -> None:
    params = {
        "dataSet": ["BfMAe6Itzgt", "TuL8IOPzpHh"], "orgUnit": COUNTRY, "children": "true", "startDate": "2025-01-01",
        "endDate": "2025-12-31",
    }  # fmt: skip
    values = asked("dataValueSets", params)["dataValues"]
    penta1 = [float(one["value"]) for one in values if one["dataElement"] == PENTA1]
    assert (len(penta1), sum(penta1)) == (4325, 76_396)
    pieces = list(ask("dataValueSets.csv", params).streaming_content)
    assert sum(piece.count(b"\n") for piece in pieces) == len(values) + 1
    assert max(map(len, pieces)) < 200_000
