"""Scores, computed a second time in the slow and obvious way."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research.coach2pev.visits import sheets
from research.coach2pev.visits.answers import Given
from research.coach2pev.visits.scores import Item, failed, score, section_scores, share_of, sheet_scores
from research.coach2pev.visits.sheets import Option, Sheet

ANSWERS = ["yes", "partial", "no", "na", None]
items = st.lists(
    st.builds(Item, st.sampled_from(["Froid", "Registres", "Recherche"]), st.integers(0, 9), st.sampled_from(ANSWERS))
)


@given(items)
def test_points_and_possible_are_what_a_hand_count_gives(answered: list[Item]) -> None:
    yes = [item.weight for item in answered if item.answer == "yes"]
    partly = [item.weight for item in answered if item.answer == "partial"]
    no = [item.weight for item in answered if item.answer == "no"]
    total = score(answered)
    if yes or partly or no:
        assert total.points is not None
        assert Fraction(total.points) == sum(yes) + Fraction(sum(partly), 2)
        assert total.possible == sum(yes) + sum(partly) + sum(no)
    else:
        assert (total.points, total.possible, total.share) == (None, None, None)
    assert total.unanswered == sum(1 for item in answered if item.answer is None)
    assert total.items == len(answered)


@given(items)
def test_sections_add_up_to_the_whole(answered: list[Item]) -> None:
    sections, total = section_scores(answered), score(answered)
    assert list(sections) == list(dict.fromkeys(item.section for item in answered))
    assert sum(one.points or 0 for one in sections.values()) == (total.points or 0)
    assert sum(one.possible or 0 for one in sections.values()) == (total.possible or 0)
    assert sum(one.items for one in sections.values()) == total.items


def test_an_all_no_checklist_scores_zero_and_an_unanswered_one_nothing() -> None:
    assert score([Item("a", 2, "no")]).share == 0
    assert score([Item("a", 2, None), Item("a", 1, "na")]).share is None


def test_items_outside_of_the_denominator_do_not_lower_the_score() -> None:
    alone = score([Item("a", 2, "yes"), Item("a", 2, "partial")])
    beside = score([Item("a", 2, "yes"), Item("a", 2, "partial"), Item("a", 5, "na"), Item("a", 5, None)])
    assert alone.share == beside.share == 0.75


def test_scored_items_without_weight_have_no_share() -> None:
    weightless = score([Item("a", 0, "yes")])
    assert (weightless.points, weightless.possible, weightless.share) == (0, 0, None)


def test_an_unknown_answer_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="perhaps"):
        score([Item("a", 1, "perhaps")])


OPTIONS = (Option("a", share=0.25), Option("b", share=0.5), Option("c", share=0.5), Option("d"))
NUMBER = sheets.Item("n", "number", target=Decimal(20), weight=4)
CHOICE = sheets.Item("c", "choice", options=OPTIONS)
CHOICES = sheets.Item("m", "choices", options=OPTIONS)


@pytest.mark.parametrize(
    ("item", "answer", "share"),
    [
        (NUMBER, Given("given", Decimal(5)), 0.25), (NUMBER, Given("given", Decimal(30)), 1),
        (NUMBER, Given("given", Decimal(-5)), 0), (NUMBER, Given("na"), None), (NUMBER, None, None),
        (sheets.Item("n", "number"), Given("given", Decimal(5)), None),
        (CHOICE, Given("given", text="b"), 0.5), (CHOICE, Given("given", text="d"), None),
        (CHOICES, Given("given", text="a b"), 0.75), (CHOICES, Given("given", text="b c d"), 1),
        (CHOICES, Given("given", text="a b c"), 1), (CHOICES, Given("given", text="d"), None),
        (sheets.Item("y"), Given("partial"), 0.5), (sheets.Item("y", weight=0), Given("yes"), None),
        (sheets.Item("t", "text", weight=0), Given("given", text="x"), None),
    ],
)  # fmt: skip
def test_what_an_answer_of_each_kind_earns(item: sheets.Item, answer: Given | None, share: float | None) -> None:
    assert share_of(item, answer) == share
    assert failed(item, answer) is (share is not None and share < 0.5)


def test_an_item_fails_below_the_share_that_the_checklist_names() -> None:
    assert not failed(sheets.Item("y"), Given("partial"), 0.5)
    assert failed(sheets.Item("y"), Given("partial"), 0.75)


answers = st.one_of(
    st.none(),
    st.tuples(st.just("number"), st.integers(-5, 60)),
    st.tuples(st.just("choices"), st.sets(st.sampled_from("abcd"), min_size=1)),
    st.tuples(st.just("yes_no"), st.sampled_from(["yes", "partial", "no", "na"])),
)


@given(st.lists(st.tuples(answers, st.integers(0, 9), st.booleans())))
def test_a_sheet_scores_what_a_slow_hand_gives(rows: list[tuple[Any, int, bool]]) -> None:
    """Each item stands behind a question that shows or hides it; points are counted anew as fractions."""
    items: list[sheets.Item] = []
    given_answers: dict[str, Given] = {}
    points, possible, scored, outside, unanswered = Fraction(0), 0, 0, 0, 0
    for number, (answer, weight, shown) in enumerate(rows):
        door, code = f"door{number}", f"item{number}"
        items.append(sheets.Item(door, "text", "s", weight=0))
        kind = answer[0] if answer else "yes_no"
        items.append(
            sheets.Item(
                code, kind, "s", weight=weight, target=Decimal(20) if kind == "number" else None,
                options=OPTIONS if kind == "choices" else (), relevant=f"${{{door}}} = 'open'",
            )
        )  # fmt: skip
        if shown:
            given_answers[door] = Given("given", text="open")
        share: Fraction | None = None
        if answer and answer[0] == "number":
            given_answers[code] = Given("given", Decimal(answer[1]))
            share = min(Fraction(1), max(Fraction(0), Fraction(answer[1], 20)))
        elif answer and answer[0] == "choices":
            given_answers[code] = Given("given", text=" ".join(sorted(answer[1])))
            worth = {"a": Fraction(1, 4), "b": Fraction(1, 2), "c": Fraction(1, 2)}
            earned = [worth[one] for one in answer[1] if one in worth]
            share = min(Fraction(1), sum(earned, Fraction(0))) if earned else None
        elif answer:
            given_answers[code] = Given(answer[1])
            share = {"yes": Fraction(1), "partial": Fraction(1, 2), "no": Fraction(0)}.get(answer[1])
        if not shown or weight == 0:
            continue
        unanswered += answer is None
        outside += answer == ("yes_no", "na")
        if share is not None:
            scored, points, possible = scored + 1, points + share * weight, possible + weight
    sheet = Sheet((sheets.Section("s"), sheets.Section("empty")), tuple(items))
    sections, total = sheet_scores(sheet, given_answers)
    assert (total.scored, total.not_applicable, total.unanswered) == (scored, outside, unanswered)
    assert total.possible == (possible if scored else None)
    assert total.points == (pytest.approx(float(points)) if scored else None)
    assert sections["s"] == total
    assert (sections["empty"].points, sections["empty"].items) == (None, 0)
