"""The shape of a theory of change and its drawing."""

from hypothesis import given
from hypothesis import strategies as st

from research.evidence.chain.graph import Name, Node
from research.linkage.contribution.drawing import BADGE, drawn
from research.linkage.contribution.shape import KINDS, Edge, backwards, columns, leads_back, loose, reaches


@st.composite
def theories(draw: st.DrawFn) -> tuple[dict[int, str], list[Edge]]:
    """Steps of any kinds, and links that lead forward only."""
    kinds = dict(enumerate(sorted(draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=9)), key=KINDS.index)))
    pairs = [(left, right) for left in kinds for right in kinds if left < right]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=12)) if pairs else []
    return kinds, chosen


def test_a_link_that_would_close_a_circle_is_seen() -> None:
    assert leads_back([(1, 2), (2, 3)], 3, 1)
    assert leads_back([], 1, 1)
    assert not leads_back([(1, 2), (2, 3)], 1, 3)


def test_links_lead_from_what_is_done_to_what_it_is_for() -> None:
    assert backwards("impact", "activity")
    assert not backwards("activity", "impact")
    assert not backwards("outcome", "outcome")


def test_steps_of_one_kind_stand_in_one_column_unless_one_leads_to_another() -> None:
    kinds = {1: "activity", 2: "intermediate", 3: "intermediate", 4: "intermediate"}
    assert columns(kinds, [(1, 2), (2, 3)]) == [("activity", [1]), ("intermediate", [2, 4]), ("intermediate", [3])]


def test_steps_that_nothing_joins_and_a_way_that_is_broken() -> None:
    kinds = {1: "activity", 2: "output", 3: "impact"}
    assert loose(kinds, [(1, 2)]) == [3]
    assert not reaches(kinds, [(1, 2)])
    assert reaches(kinds, [(1, 2), (2, 3)])


@given(theories())
def test_every_step_has_its_place_and_every_link_leads_to_the_right(
    given_theory: tuple[dict[int, str], list[Edge]],
) -> None:
    kinds, edges = given_theory
    found = columns(kinds, edges)
    place = {step: number for number, (_kind, steps) in enumerate(found) for step in steps}
    assert sorted(place) == sorted(kinds)
    assert all(place[left] < place[right] for left, right in edges)
    assert not any(leads_back(edges, *edge) for edge in edges)


@given(theories())
def test_numbers_stand_on_the_drawing_each_once(given_theory: tuple[dict[int, str], list[Edge]]) -> None:
    kinds, edges = given_theory

    def name(step: int) -> Name:
        return "step", str(step)

    numbers = {(name(left), name(right)): number for number, (left, right) in enumerate(edges, 1)}
    of = [
        (kind, [Node("step", str(step), 0, kind, f"Step {step} of the way") for step in steps])
        for kind, steps in columns(kinds, edges)
    ]
    drawing, badges = drawn(of, numbers)
    assert [badge.number for badge in badges] == sorted(numbers.values())
    assert all(0 <= badge.x <= drawing.width and BADGE <= badge.y <= drawing.height for badge in badges)
