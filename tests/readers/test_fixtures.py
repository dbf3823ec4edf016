"""DHIS2's and DATIM's own import fixtures, good and broken on purpose: all the way in, and what becomes of each."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from indicators.exchange.intake.actions import import_now
from indicators.geography.uids import is_uid
from indicators.models import DataElement, DataValue, ImportRun, OptionCombo, OrgUnit
from indicators.periods import Period
from tests.builders import a_unit, an_element, the_default_combo
from tests.exchange import shared_data
from tests.readers.given import everything, notes, rows

pytestmark = [pytest.mark.django_db, pytest.mark.slow, shared_data.needed]
FOLDER = shared_data.FOLDER / "dhis2_import_fixtures"
COMPLETE = ("completeness_not_taken", "completeDate", "2012-01-09")
UNKNOWN_UNIT, UNKNOWN_ELEMENT, UNKNOWN_OPTION = "missingOrgu", "jH26dja2f28", "kjuiHgy67hg"
"""What the broken files name on purpose though nobody knows it."""


def know(path: Path, *unknown: str) -> None:
    """Everything that the file names, but for the unknown."""
    the_default_combo()
    named = rows(path)
    for uid in dict.fromkeys(it.data_element for it in named):
        if uid not in unknown:
            an_element(uid=uid, code=uid) if is_uid(uid) else an_element(code=uid)
    for uid in dict.fromkeys(it.org_unit for it in named):
        if uid not in unknown:
            a_unit(uid=uid) if is_uid(uid) else a_unit(code=uid)
    for uid in dict.fromkeys(option for it in named for option in (it.option, it.attribute)):
        if uid and uid not in unknown and uid != OptionCombo.DEFAULT_UID:
            OptionCombo.objects.create(uid=uid, name=uid)


def take(name: str, *unknown: str, **asked: Any) -> ImportRun:
    path = FOLDER / name
    if not OrgUnit.objects.exists():
        know(path, *unknown)
    return import_now(path, file_name=name, by=None, **asked)


def told(run: ImportRun) -> list[tuple[str, int | None, str | None]]:
    return [(it["code"], it["row"], it["field"]) for it in run.report["problems"]]


def counts(run: ImportRun) -> tuple[int, ...]:
    assert run.read == run.created + run.updated + run.unchanged + run.deleted + run.rejected + run.waiting
    return run.read, run.created, run.rejected, run.waiting


def stored() -> list[tuple[str, str, str, float]]:
    found = DataValue.objects.order_by("value").values_list("element__uid", "period", "unit__uid", "value")
    return [(element, Period.from_code(code).id, unit, value) for element, code, unit, value in found]


B = [
    (element, period, unit)
    for element in ("f7n9E0hX8qk", "Ix2HsbDMLea", "eY5ehpbEsB7")
    for period in ("201201", "201202")
    for unit in ("DiszpKrYNg8", "BdfsJfj87js")
]


@pytest.mark.parametrize("name", ["dataValueSetB.xml", "dataValueSetB.csv", "dataValueSetBNoHeader.csv"])
def test_one_set_written_in_three_ways(name: str) -> None:
    run = take(name)
    assert (counts(run), told(run)) == ((12, 12, 0, 0), [])
    assert stored() == [(*cell, 10_001.0 + place) for place, cell in enumerate(B)]
    assert run.report["comments"] == 12
    assert take(name).unchanged == 12


@pytest.mark.parametrize("name", ["dataValueSetA.xml", "dataValueSetWithDataSetHeader.csv"])
def test_a_set_and_its_update(name: str) -> None:
    run = take(name)
    assert counts(run) == (3, 3, 0, 0)
    assert [value for *_, value in stored()] == [10_001, 10_002, 10_003]
    update = take("dataValueSetAUpdate.xml")
    assert (update.read, update.updated) == (3, 3)
    assert [value for *_, value in stored()] == [10_011, 10_022, 10_033]


def test_a_set_of_one_period_and_unit_with_options() -> None:
    run = take("dataValueSetACatCombo.xml")
    assert counts(run) == (3, 3, 0, 0)
    assert [cell[1:3] for cell in stored()] == [("201201", "DiszpKrYNg8")] * 3
    assert list(DataValue.objects.order_by("value").values_list("option__uid", flat=True)) == [
        "kjuiHgy67hg",
        "Gad33qy67g5",
        OptionCombo.DEFAULT_UID,
    ]
    assert notes(everything(FOLDER / "dataValueSetACatCombo.xml")) == [COMPLETE]


def test_a_set_that_names_things_by_code() -> None:
    run = take("dataValueSetACode.xml")
    assert (counts(run), told(run)) == ((3, 3, 0, 0), [])
    codes = DataElement.objects.filter(pk__in=DataValue.objects.values("element")).values_list("code", flat=True)
    assert set(codes) == {"DE_A", "DE_B", "DE_C"}


def test_blank_values_are_no_deletions() -> None:
    run = take("dataValueSetANull.xml")
    assert told(run) == [("blank_value", 1, "value"), ("blank_value", 2, "value")]
    assert (run.state, run.read, run.rejected) == ("refused", 3, 2)
    assert stored() == []
    taken = take("dataValueSetANull.xml", valid_only=True)
    assert counts(taken) == (3, 1, 2, 0)
    assert [value for *_, value in stored()] == [10_003]


def test_a_third_month() -> None:
    assert counts(take("dataValueSetC.xml")) == (3, 3, 0, 0)
    assert {period for _, period, _, _ in stored()} == {"201205"}


def test_an_unknown_option_is_not_the_default() -> None:
    run = take("dataValueSetIllegalCoc.xml", UNKNOWN_OPTION)
    assert told(run) == [("unknown_option_combo", 1, "categoryOptionCombo")]
    assert (run.state, counts(run), stored()) == ("refused", (1, 0, 1, 0), [])


def test_a_record_of_an_unknown_unit_waits() -> None:
    run = take("dataValueSetIllegalOrgUnit.xml", UNKNOWN_UNIT)
    assert counts(run) == (1, 0, 0, 1)
    assert run.report["waiting_names"] == {UNKNOWN_UNIT: 1}
    assert stored() == []


def test_an_unknown_element_is_not_made() -> None:
    run = take("dataValueSetInvalid.xml", UNKNOWN_ELEMENT)
    assert told(run) == [("unknown_data_element", 3, "dataElement")]
    assert (run.state, stored()) == ("refused", [])
    assert not DataElement.objects.filter(uid=UNKNOWN_ELEMENT).exists()


def test_a_value_then_zero_then_another_then_none() -> None:
    assert counts(take("dataValueSetJ.json")) == (1, 1, 0, 0)
    assert take("dataValueSetJDeleteZeroValue.json").updated == 1
    assert [value for *_, value in stored()] == [0]
    assert take("dataValueSetJDeleteNewValue.json").updated == 1
    assert [value for *_, value in stored()] == [9]
    assert told(take("dataValueSetJDeleteNoValue.json")) == [("blank_value", 1, "value")]
    assert [value for *_, value in stored()] == [9]


def test_bad_periods() -> None:
    run = take("datim_bad-periods.csv")
    assert told(run) == [("bad_period", 4, "period"), ("bad_period", 10, "period")]
    assert (run.state, run.read, run.rejected) == ("refused", 10, 2)
    assert counts(take("datim_bad-periods.csv", valid_only=True)) == (10, 8, 2, 0)
    assert Counter(period for _, period, _, _ in stored()) == {
        "2015Oct": 3, "2017Q1": 1, "2017Oct": 1, "2018Oct": 1, "2016Q4": 1, "2015Q4": 1,
    }  # fmt: skip


def test_bad_values() -> None:
    run = take("datim_bad-value.csv")
    assert told(run) == [("not_a_number", 3, "value")]
    assert counts(take("datim_bad-value.csv", valid_only=True)) == (3, 2, 1, 0)
    assert [value for *_, value in stored()] == [1.5, 200]


def test_exact_duplicates() -> None:
    run = take("datim_exact-dups.csv")
    assert told(run) == [("duplicate_in_file", 3, None)]
    assert (run.state, run.read, run.rejected) == ("refused", 12, 2)
    assert counts(take("datim_exact-dups.csv", valid_only=True)) == (12, 10, 2, 0)


def test_a_missing_value() -> None:
    assert told(take("datim_missing-value.csv")) == [("blank_value", 3, "value")]


def test_negative_values_are_refused_where_things_are_counted() -> None:
    assert counts(take("datim_neg-values.csv")) == (2, 2, 0, 0)
    assert [value for *_, value in stored()] == [-10, -10]
    DataElement.objects.update(value_type="INTEGER_ZERO_OR_POSITIVE")
    assert told(take("datim_neg-values.csv")) == [("negative", 2, "value"), ("negative", 3, "value")]


@pytest.mark.parametrize(
    ("name", "many"), [("datim_no-header.csv", 5), ("datim_test-data.xml", 4), ("datim_with-spaces.csv", 2)]
)
def test_odd_but_sound(name: str, many: int) -> None:
    run = take(name)
    assert (counts(run), told(run)) == ((many, many, 0, 0), [])
    assert run.report["not_rolled_up"] == many


def test_the_bulk_file_of_years_and_months() -> None:
    """Nine of its values are “true” or “false”."""
    name = "e2e__dataValues_bulk.json"
    run = take(name)
    assert {(code, field) for code, _, field in told(run)} == {("not_a_number", "value")}
    assert [row for _, row, _ in told(run)] == [67, 68, 69, 70, 71, 72, 73, 81, 82]
    run = take(name, valid_only=True)
    assert counts(run) == (231, 222, 9, 0)
    named = Counter(it.period for it in rows(FOLDER / name) if it.value not in ("true", "false"))
    assert Counter(period for _, period, _, _ in stored()) == named
    assert run.report["not_rolled_up"] == sum(many for period, many in named.items() if len(period) != 6) > 0


def test_every_fixture_has_its_test() -> None:
    source = Path(__file__).read_text()
    assert [path.name for path in sorted(FOLDER.iterdir()) if path.name not in source] == []
