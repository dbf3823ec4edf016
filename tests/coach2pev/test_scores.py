"""Scores, computed a second time in the slow and obvious way."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research.coach2pev.visits.scores import Item, score, section_scores

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
