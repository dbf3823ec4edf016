"""The reasons of movements that are shipped fit together with the columns of the month and with those of OpenLMIS."""

from dataclasses import fields

import yaml

from research.medexis.cards.openlmis import BUILT_IN, OURS
from research.medexis.formulas.balance import Line
from research.models import MovementReason
from research.study.files import DIRECTORY

REASONS = {one["key"]: one for one in yaml.safe_load((DIRECTORY / "movement_reasons.yaml").read_text())}


def test_every_column_of_a_movement_is_a_column_of_the_month() -> None:
    columns = {field.name for field in fields(Line)}
    assert set(MovementReason.Column.values) <= columns
    assert {one["column"] for one in REASONS.values()} == set(MovementReason.Column.values)


def test_what_is_given_to_another_site_is_no_use_and_an_opened_vial_is() -> None:
    assert REASONS["transfer-out"]["column"] == REASONS["transfer-in"]["column"] == "adjustment"
    assert REASONS["open-vial"]["column"] == REASONS["back-unused"]["column"] == "issued"
    assert {one["column"] for one in REASONS.values() if one["kind"] == "count"} == {"adjustment"}
    assert all(one["kind"] == "debit" for one in REASONS.values() if one["column"].startswith("lost"))


def test_every_reason_of_openlmis_has_one_of_ours_that_moves_stock_the_same_way() -> None:
    assert set(OURS.values()) <= set(REASONS)
    for name, kind in BUILT_IN.values():
        assert REASONS[OURS[name]]["kind"] == kind
    credits = {"Receipts", "Transfer In", "Facility return"}
    told = {name: REASONS[key]["kind"] for name, key in OURS.items() if name != "Physical inventory"}
    assert told == {name: "credit" if name in credits else "debit" for name in told}
