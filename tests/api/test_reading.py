"""What programs read: the same rows, scopes and states as the pages."""

from datetime import date
from typing import Any

import pytest
from django.core.cache import cache

from indicators.accounts.roles import Role
from indicators.geography.models import FormerParent, OrgUnitGroup, OrgUnitGroupMembership
from indicators.models import Batch, DataSet, Denominator, ImportRun
from indicators.registry.definitions import definitions
from indicators.rollup.refresh import refresh_everything
from tests.api.given import FEB, JAN, Country, Program, a_reader
from tests.builders import a_source, a_unit, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_limits() -> None:
    cache.clear()


def test_org_units_have_their_path_dates_and_former_parents() -> None:
    country = Country()
    FormerParent.objects.create(unit=country.area, parent=country.other, until=date(2024, 6, 30))
    country.area.closed_date = date(2025, 12, 31)
    country.area.save()
    program = a_reader()
    (row,) = program.results("org-units", org_unit=country.area.uid)
    assert row["path"] == f"/{country.country.uid}/{country.district.uid}/{country.area.uid}"
    assert (row["parent"], row["level"], row["closed_date"]) == (country.district.uid, 3, "2025-12-31")
    assert row["former_parents"] == [{"uid": country.other.uid, "until": "2024-06-30"}]
    assert program.get(f"org-units/{country.area.uid}").json() == row
    assert len(program.results("org-units", level=2)) == 2
    assert {row["uid"] for row in program.results("org-units", open_on="2026-01-01", level=3)} == {country.far.uid}
    assert program.get(f"org-units/{country.country.uid}").json()["parent"] is None


def test_groups_list_only_members_that_the_person_may_meet() -> None:
    country = Country()
    group = OrgUnitGroup.objects.create(key="hub", name_fr="Centre", name_en="Hub")
    for unit in (country.district, country.other):
        OrgUnitGroupMembership.objects.create(group=group, unit=unit, start=date(2024, 1, 1))
    assert len(a_reader().results("org-unit-groups", key="hub")[0]["members"]) == 2
    (seen,) = Program(country.clerk()).results("org-unit-groups")
    assert seen["members"] == [{"uid": country.district.uid, "start": "2024-01-01", "end": None}]
    assert len(a_reader().results("org-units", group="hub")) == 2


def test_data_elements_and_indicator_definitions() -> None:
    country = Country()
    asked = DataSet.objects.create(uid="DataSet0001", name_fr="a", name_en="a", frequency="Monthly", timely_days=15)
    asked.elements.add(country.element)
    program = a_reader()
    (row,) = program.results("data-elements", concept="DTP1")
    assert (row["uid"], row["data_sets"], row["derivation"]) == (country.element.uid, ["DataSet0001"], "")
    assert program.get(f"data-elements/{country.element.uid}").json() == row
    assert program.results("data-elements", reported="false") == []
    assert [one["uid"] for one in program.results("data-elements", data_set="DataSet0001")] == [row["uid"]]
    codes = [one["code"] for one in program.results("indicators")]
    assert codes[: len(definitions())] == [*definitions()]
    coverage = program.get("indicators/dtp1_coverage").json()
    assert coverage["numerator"] == {"DTP1": 1}
    assert coverage["denominator"] == {"surviving_infants": 1}
    assert coverage["rivals"][0] == "dtp1_coverage"
    assert coverage["source_en"]
    assert program.get("indicators/none").status_code == 404


def test_values_say_what_was_reported_and_zero_is_not_missing() -> None:
    country = Country()
    country.comment("à vérifier")
    program = a_reader()
    rows = program.results("values", data_element=country.element.uid)
    assert [(row["period"], row["value"], row["comment"]) for row in rows] == [
        ("202501", 12, "à vérifier"),
        ("202502", 0, ""),
    ]
    assert rows[0]["category_option_combo"] == "HllvX50cXC0"
    assert not rows[0]["demonstration"]
    assert [row["value"] for row in program.results("values", org_unit=country.other.uid)] == [7.5]
    assert [row["value"] for row in program.results("values", since_batch=country.batch.pk)] == [7.5]
    assert len(program.results("values", period="202501")) == 2
    assert [row["period"] for row in program.results("values", **{"from": "202502", "to": "2025Q1"})] == ["202502"]
    both = f"{country.element.uid},{country.second.uid}"
    assert len(program.results("values", data_element=both)) == 3


def test_made_up_values_say_so() -> None:
    country = Country()
    country.write((country.second, FEB, country.area, 3), made_up=True)
    marks = {
        row["period"]: row["demonstration"] for row in a_reader().results("values", data_element=country.second.uid)
    }
    assert marks == {"202501": False, "202502": True}


def test_pages_by_key_hold_every_value_once() -> None:
    country = Country()
    program = a_reader()
    found, answer = [], program.get("values", page_size=1).json()
    while True:
        found += answer["results"]
        if answer["next"] is None:
            break
        answer = program.client.get(answer["next"], headers=program.headers).json()
        assert len(answer["results"]) == 1
    assert found == program.results("values")
    assert len(found) == 3
    assert country.batch.pk < found[-1]["batch"]


def readings_by_unit(program: Program, **parameters: Any) -> dict[str, Any]:
    return {row["org_unit"]: row for row in program.results("readings", **parameters)}


def test_readings_have_terms_states_and_the_source_of_the_denominator() -> None:
    country = Country()
    source = a_source(title_fr="Recensement", title_en="Census")
    for unit, value in ((country.district, 120), (country.other, 60)):
        Denominator.objects.create(unit=unit, year=2025, kind="surviving_infants", value=value, source=source)
    refresh_everything()
    program = Program(a_user(Role.VIEWER, language="en"))
    found = readings_by_unit(program, indicator="dtp1_coverage", period="202501")
    kati, kolokani = found[country.district.uid], found[country.other.uid]
    assert (kati["value"], kati["numerator"], kati["denominator"]) == (120, 12, 10)
    assert (kati["denominator_source"], kati["state"]) == ("Census", "value")
    assert "over_100" in kati["flags"]
    assert kolokani["value"] is None
    assert (kolokani["state"], kolokani["reason"]) == ("missing", "expectation_unknown")
    assert "not known" in kolokani["reason_text"]
    assert found[country.country.uid]["denominator_source"] is None
    assert found[country.area.uid]["state"] == "not_applicable"
    zero = readings_by_unit(program, indicator="dtp1_doses", period="202502", level=3)[country.area.uid]
    assert (zero["value"], zero["state"], zero["reason"]) == (0, "value", "zero")
    country.area.opening_date = date(2026, 1, 1)
    country.area.save()
    closed = readings_by_unit(program, indicator="dtp1_doses", period="202403")[country.area.uid]
    assert (closed["state"], closed["reason"]) == ("not_expected", "not_open")


def test_pages_of_readings_are_the_parts_of_the_whole() -> None:
    country = Country()
    refresh_everything()
    program = a_reader()
    asked = {"indicator": "dtp1_doses,dropout_dtp1_dtp3,dtp3_doses", "from": "202501", "to": "202503"}
    whole = program.results("readings", **asked)
    assert len(whole) == 3 * 5 * 3
    assert whole == sorted(whole, key=lambda row: asked["indicator"].split(",").index(row["indicator"]))
    for size in (1, 4, 7, 44, 45):
        parts = []
        for number in range(1, -(-45 // size) + 1):
            parts += program.results("readings", **asked, page=number, page_size=size)
        assert parts == whole, size
    below = program.results("readings", **asked, org_unit=country.district.uid, level=3)
    assert {row["org_unit"] for row in below} == {country.area.uid}
    assert program.get("readings", **asked, page=99).json()["results"] == []


def test_denominators_batches_and_imports() -> None:
    country = Country()
    Denominator.objects.create(
        unit=country.area, year=2025, kind="surviving_infants", value=40, source=a_source(key="census")
    )
    clerk = country.clerk()
    batch = Batch.objects.create(origin="import", label="mine.json", by=clerk)
    run = ImportRun.objects.create(file_name="mine.json", sha256="a" * 64, by=clerk, batch=batch)
    ImportRun.objects.create(file_name="theirs.json", sha256="b" * 64, by=a_user())
    (figure,) = a_reader().results("denominators", org_unit=country.district.uid, year=2025, preferred="true")
    assert (figure["org_unit"], figure["value"], figure["source"]) == (country.area.uid, 40, "census")
    assert a_reader().results("denominators", source="other") == []
    own = Program(clerk)
    assert [row["file_name"] for row in own.results("imports")] == ["mine.json"]
    assert [row["label"] for row in own.results("batches")] == ["mine.json"]
    assert own.get(f"imports/{run.key}").json()["by"] == clerk.username
    everything = Program(a_user(Role.LEAD))
    assert len(everything.results("imports")) == 2
    assert len(everything.results("batches", since=country.batch.pk)) == 2
    assert a_reader().get(f"imports/{run.key}").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "org-units",
        "org-unit-groups",
        "data-elements",
        "values",
        "denominators",
        "readings?period=2025&indicator=dtp1_doses",
    ],
)
def test_queries_do_not_grow_with_the_rows(address: str, django_assert_max_num_queries: Any) -> None:
    country = Country()
    refresh_everything()
    program = a_reader()
    counts = []
    for more in range(2):
        for number in range(8):
            unit = a_unit(f"New {number}", country.district)
            Denominator.objects.create(unit=unit, year=2024, kind="live_births", value=1, source=a_source())
            country.write((country.element, JAN, unit, number))
            FormerParent.objects.create(unit=unit, parent=country.other, until=date(2020 + more, 1, number + 1))
        refresh_everything()
        with django_assert_max_num_queries(14) as asked:
            assert program.get(address).status_code == 200
        counts.append(len(asked))
    assert counts[0] - counts[1] in (0, 1)  # the first request notes that the token was used
