from pathlib import Path

import pytest
from django.utils.translation import override

from indicators.geography.uids import is_uid, uid_for
from indicators.registry.concepts import concept_of
from indicators.registry.definition import POPULATIONS
from indicators.registry.definition_files import FOLDER, BadDefinition, read
from indicators.registry.definitions import definition, definitions


def test_every_definition_promised_is_there() -> None:
    assert set(definitions()) == {
        "dtp1_doses", "dtp3_doses", "dtp1_coverage", "dtp3_coverage", "dropout_dtp1_dtp3", "zero_dose",
        "under_immunised", "visits_done", "visits_planned", "checklist_score", "stock_reports", "days_out_of_stock",
        "stock_out_days", "visits_done_ratio", "sites_visited", "adoption", "actions_on_time", "repeat_failures",
        "competency_gain", "coaching_minutes", "minutes_per_visit", "staff_reached", "fidelity",
        "stock_reporting_rate", "stock_reports_on_time", "stock_out_last_day", "days_without_stock", "impossible_use",
        "full_stock_availability", "stocked_according_to_plan", "months_of_stock", "open_vial_wastage", "order_fill",
        "closed_vial_wastage", "stock_discrepancy", "lead_time",
    }  # fmt: skip


def test_texts_follow_the_language() -> None:
    with override("fr"):
        assert definition("dtp1_coverage").name == "Couverture vaccinale DTC1"
    with override("en"):
        assert definition("dtp1_coverage").name == "DTP1 coverage"


def test_terms_are_told_apart() -> None:
    zero_dose = definition("zero_dose")
    assert (zero_dose.concepts, zero_dose.populations, zero_dose.is_ratio) == (("DTP1",), ("surviving_infants",), False)
    assert definition("dropout_dtp1_dtp3").numerator == {"DTP1": 1, "DTP3": -1}


def test_populations_are_kinds_of_denominator() -> None:
    from indicators.models import Denominator

    assert set(Denominator.Kind.values) == POPULATIONS


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("factor: 100", "factor: 0", "factor"),
        ("factor: 100", "factor: true", "factor"),
        ("unit: percent", "unit: furlongs", "unit"),
        ("direction: up", "direction: sideways", "direction"),
        ("annualisation: twelfths", "annualisation: none", "annualisation"),
        ("numerator: {DTP1: 1}", "numerator: {}", "numerator is empty"),
        ("numerator: {DTP1: 1}", "numerator: {DTP1: 2}", "sign"),
        ("numerator: {DTP1: 1}", "numerator: {dtp1: 1}", "neither a concept"),
        ("name_en: DTP1 coverage", "name_en: ''", "name_en"),
        ("direction: up\n", "", r"yaml:1: missing: direction"),
        ("direction: up\n", "direction: up\nextra: 1\n", r"yaml:11: extra"),
        ("code: dtp1_coverage", "code: other", "yaml:1: code"),
        ("unit: percent", "unit: [percent]", "yaml:9: unit"),
        ("factor: 100", "factor: .inf", "factor"),
        ("factor: 100", "factor: 100\nfactor: 10", "yaml:9: factor stands twice"),
        ("factor: 100", "factor: {100", r"yaml:\d+: "),
        ("unit: percent", "unit: percent\nreviewed: 2025-13-01", r"yaml:1: "),
        ("unit: percent", "unit: percent\nreviewed: soon", "yaml:10: reviewed must be a day"),
        ("unit: percent", "unit: percent\nreviewed: 2025-11-22", "yaml:10: reviewed needs both"),
        ("unit: percent", "unit: percent\nchecked_by: Somebody", "yaml:10: checked_by needs both"),
        ("unit: percent", "unit: percent\nauthor: A\nchecked_by: A\nreviewed: 2025-11-22", "checked_by is the author"),
        ("unit: percent", "unit: percent\nrival_of: dtp3_coverage", "yaml:10: rival_of is for"),
        ("{from: 70,", "{from: 95,", "bands must go from low to high"),
        ("{from: 70,", "{", "bands cannot start from None"),
        ("name_en: Low}", "name_en: ' '}", "bands have a blank name"),
        ("name_en: Low}", "colour: red}", "bands need"),
    ],
)
def test_a_broken_definition_is_refused_by_field(tmp_path: Path, before: str, after: str, says: str) -> None:
    text = (FOLDER / "dtp1_coverage.yaml").read_text()
    assert before in text
    broken = tmp_path / "dtp1_coverage.yaml"
    broken.write_text(text.replace(before, after))
    with pytest.raises(BadDefinition, match=says):
        read(broken)


def test_a_checked_definition_names_author_checker_and_day(tmp_path: Path) -> None:
    path = tmp_path / "dtp1_coverage.yaml"
    review = "author: One\nchecked_by: Another\nreviewed: 2025-11-22\n"
    path.write_text((FOLDER / "dtp1_coverage.yaml").read_text() + review)
    found = read(path)
    assert (found.author, found.checked_by, str(found.reviewed)) == ("One", "Another", "2025-11-22")


@pytest.mark.parametrize(
    ("code", "value", "name"),
    [
        ("dtp1_coverage", 0, "Low"), ("dtp1_coverage", 69.99, "Low"), ("dtp1_coverage", 70, "Middle"),
        ("dtp1_coverage", 120, "Target reached or exceeded"), ("dtp1_coverage", -1, None),
        ("dropout_dtp1_dtp3", -1, "Negative"), ("dropout_dtp1_dtp3", 0, "Low"), ("dtp1_doses", 5, None),
    ],
)  # fmt: skip
def test_a_value_lies_in_the_band_that_it_reaches(code: str, value: float, name: str | None) -> None:
    band = definition(code).band_of(value)
    assert (band.name_en if band else None) == name


def test_an_unknown_code_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        definition("nothing")


def test_concepts_of_known_elements() -> None:
    assert concept_of("fClA2Erf6IO") == "DTP1"
    assert concept_of("zzzzzzzzzzz") == ""


def test_uids_are_stable_and_well_formed() -> None:
    made = [uid_for(f"key {number}") for number in range(2000)]
    assert all(map(is_uid, made))
    assert len(set(made)) == 2000
    assert uid_for("DTP1") == "ZZrViJBHThw"


@pytest.mark.parametrize(
    "text", ["", "1abcdefghij", "abcdefghij", "abcdefghijkl", "abcdefghi j", "é1234567890", "abcdefghij٣"]
)
def test_what_is_no_uid(text: str) -> None:
    assert not is_uid(text)
