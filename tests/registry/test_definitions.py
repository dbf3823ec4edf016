from pathlib import Path

import pytest
from django.utils.translation import override

from indicators.geography.uids import is_uid, uid_for
from indicators.registry.concepts import concept_of
from indicators.registry.definitions import BadDefinition, definition, definitions, read


def test_every_definition_promised_is_there() -> None:
    assert set(definitions()) == {
        "dtp1_doses", "dtp3_doses", "dtp1_coverage", "dtp3_coverage", "dropout_dtp1_dtp3", "zero_dose",
        "visits_done", "visits_planned", "checklist_score", "stock_reports", "days_out_of_stock",
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
    from indicators.registry.definitions import POPULATIONS

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
        ("direction: up\n", "", "missing or unknown: direction"),
        ("direction: up\n", "direction: up\nextra: 1\n", "missing or unknown: extra"),
        ("code: dtp1_coverage", "code: other", "code"),
    ],
)
def test_a_broken_definition_is_refused_by_field(tmp_path: Path, before: str, after: str, says: str) -> None:
    from indicators.registry.definitions import FOLDER

    text = (FOLDER / "dtp1_coverage.yaml").read_text()
    assert before in text
    broken = tmp_path / "dtp1_coverage.yaml"
    broken.write_text(text.replace(before, after))
    with pytest.raises(BadDefinition, match=says):
        read(broken)


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
