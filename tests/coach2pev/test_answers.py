"""What is read as an answer, what is refused, and what conditions let through."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research.coach2pev.visits.answers import (
    AnswerError,
    Given,
    asked,
    form_of,
    offered,
    problems,
    raw_of,
    read_answer,
    settled,
    value_of,
)
from research.coach2pev.visits.sheets import Item, Option, Section, Sheet, sheet_of
from tests.coach2pev.visit_scene import a_full_checklist

LIST = (Option("solar", share=1.0), Option("grid", share=0.5), Option("none", share=0.0), Option("other"))
YES_NO = Item("a")
NUMBER = Item("n", "number", target=Decimal(20))
DECIMALS = Item("n", "number", decimals=True, weight=0)
CHOICE = Item("c", "choice", options=LIST)
CHOICES = Item("m", "choices", options=LIST)
TEXT, DAY, PLACE = (Item(kind, kind, weight=0) for kind in ("text", "day", "place"))


@pytest.mark.parametrize(
    ("item", "raw", "expected"),
    [
        (YES_NO, "yes", Given("yes")), (YES_NO, ["", "partial"], Given("partial")), (YES_NO, "na", Given("na")),
        (YES_NO, " ", None), (YES_NO, [], None),
        (NUMBER, "20", Given("given", Decimal(20))), (NUMBER, ["", "na"], Given("na")),
        (NUMBER, "−3", Given("given", Decimal(-3))), (DECIMALS, "12,5", Given("given", Decimal("12.5"))),
        (CHOICE, "grid", Given("given", text="grid")), (CHOICE, ["", "na"], Given("na")),
        (CHOICES, "other solar", Given("given", text="solar other")),
        (CHOICES, ["", "grid", "none"], Given("given", text="grid none")),
        (TEXT, "  na ", Given("given", text="na")), (TEXT, "ɛ ɔ ŋ", Given("given", text="ɛ ɔ ŋ")),
        (DAY, "2025-11-03", Given("given", text="2025-11-03")), (DAY, "3/11/2025", Given("given", text="2025-11-03")),
        (PLACE, "13.45, -6.26", Given("given", text="13.45 -6.26")),
        (PLACE, "13.45 -6.26 280 12", Given("given", text="13.45 -6.26 280 12")),
        (Item("note", "note", weight=0), "anything", None), (Item("x", "calculated", weight=0), "7", None),
    ],
)  # fmt: skip
def test_an_answer_is_read_as_it_was_meant_and_read_back_the_same(item: Item, raw: Any, expected: Any) -> None:
    assert read_answer(item, raw) == expected
    assert read_answer(item, raw_of(expected)) == expected


@pytest.mark.parametrize(
    ("item", "raw"),
    [
        (YES_NO, "perhaps"), (YES_NO, "given"), (YES_NO, ["yes", "no"]), (Item("a", partial=False), "partial"),
        (Item("a", not_applicable=False), "na"),
        (NUMBER, "12 abc"), (NUMBER, "1 200"), (NUMBER, "12.5"), (NUMBER, "٣"), (NUMBER, "1e3"), (NUMBER, "9" * 13),
        (NUMBER, ["5", "na"]), (DECIMALS, "na"), (DECIMALS, "1.2.3"), (DECIMALS, "0.1234567"), (DECIMALS, "nan"),
        (CHOICE, "wind"), (CHOICE, ["grid", "solar"]), (CHOICES, ["grid", "na"]), (CHOICES, "grid wind"),
        (TEXT, "nul\0"), (TEXT, "x" * 5001),
        (DAY, "31/02/2025"), (DAY, "2025"), (DAY, "20251103"), (PLACE, "91 0"), (PLACE, "13.45"), (PLACE, "a b"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused_with_a_sentence(item: Item, raw: Any) -> None:
    with pytest.raises(AnswerError) as refused:
        read_answer(item, raw)
    assert str(refused.value).endswith(".")


@given(st.text(max_size=40), st.sampled_from([YES_NO, NUMBER, DECIMALS, CHOICE, CHOICES, TEXT, DAY, PLACE]))
def test_whatever_is_typed_is_read_or_refused_and_never_breaks(raw: str, item: Item) -> None:
    try:
        found = read_answer(item, raw)
    except AnswerError:
        return
    assert found is None or read_answer(item, raw_of(found)) == found


def test_conditions_see_numbers_codes_and_blanks() -> None:
    assert value_of(None) == ""
    assert value_of(Given("na")) == "na"
    assert value_of(Given("given", Decimal("2.50"))) == 2.5
    assert value_of(Given("given", text="a b")) == "a b"
    assert raw_of(Given("given", Decimal("1000.500000"))) == "1000.5"
    assert raw_of(Given("given", Decimal("1E+3"))) == "1000"


ITEMS = [
    Item("fridge", section="cold"),
    Item("days", "number", section="cold", relevant="${fridge} = 'yes'"),
    Item("many", "text", section="cold", weight=0, relevant="${days} > 10"),
    Item("session", section="outreach"),
]
SECTIONS = [Section("cold"), Section("outreach", relevant="${many} != ''")]


def test_an_item_not_asked_counts_as_unanswered_for_all_that_follows() -> None:
    def through(**answers: Given) -> set[str]:
        return asked(ITEMS, SECTIONS, answers)

    many, days = Given("given", text="x"), Given("given", Decimal(12))
    assert through() == {"fridge"}
    assert through(fridge=Given("yes")) == {"fridge", "days"}
    assert through(fridge=Given("yes"), days=days) == {"fridge", "days", "many"}
    assert through(fridge=Given("yes"), days=days, many=many) == {"fridge", "days", "many", "session"}
    # The fridge is answered anew: what hung on it falls away at once, down to the other section.
    assert through(fridge=Given("no"), days=days, many=many) == {"fridge"}


def test_a_finished_visit_keeps_what_was_asked_and_what_is_computed() -> None:
    items = (*ITEMS[:2], Item("double", "calculated", section="cold", weight=0, calculation="${days} * 2"))
    sheet = Sheet(tuple(SECTIONS[:1]), items)
    days = Given("given", Decimal(12))
    kept = settled(sheet, {"fridge": Given("yes"), "days": days})
    assert kept == {"fridge": Given("yes"), "days": days, "double": Given("given", Decimal(24))}
    assert settled(sheet, {"fridge": Given("no"), "days": days}).keys() == {"fridge"}


def test_a_condition_that_cannot_be_read_hides_nothing() -> None:
    assert asked([Item("a", relevant="${b} ===")], [Section("")], {}) == {"a"}


@pytest.mark.django_db
@pytest.mark.usefixtures("in_english")
def test_what_is_missing_or_wrong_is_told_by_item() -> None:
    sheet = sheet_of(a_full_checklist())
    answers = {"fridge": Given("yes"), "days": Given("given", Decimal(40))}
    assert problems(sheet, answers) == {
        "days": "A month has 31 days.", "power": "This item must be answered."
    }  # fmt: skip
    wrong_place = {"power": Given("given", text="grid"), "region": Given("given", text="segou")}
    answers = {"fridge": Given("no"), "days": Given("given", Decimal(40)), **wrong_place}
    answers["place"] = Given("given", text="bougouni")
    assert problems(sheet, answers).keys() == {"place"}
    assert problems(sheet, answers, section="s1") == {}
    answers["place"] = Given("given", text="niono")
    assert problems(sheet, answers) == {}
    place = sheet.by_code["place"]
    assert [one.code for one in offered(place, form_of(sheet.items, sheet.sections, answers).values)] == ["niono"]
