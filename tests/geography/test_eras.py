"""The trees of past months, against walking up from every unit in every month."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.geography.eras import Move, broken, circles, cuts, eras, months_below, parents_on
from indicators.periods import Period
from tests.geography.trees import MONTHS, Past, pasts, path_of

JUNE, JULY = Period.parse("202406"), Period.parse("202407")


def test_the_tree_of_a_month_is_that_of_its_first_day() -> None:
    on_the_last, on_the_first = (Move(3, "/1/2/3/", 4, "/1/4/", day) for day in (date(2024, 6, 30), date(2024, 7, 1)))
    parents = {1: None, 2: 1, 3: 2, 4: 1}
    assert cuts([on_the_last]) == [JULY]
    assert [parents_on(parents, [on_the_last], month.start)[3] for month in (JUNE, JULY)] == [4, 2]
    assert cuts([on_the_first]) == [JULY.next()]
    assert parents_on(parents, [on_the_first], JULY.start)[3] == 4


def test_what_lies_below_a_unit_moves_along_with_it() -> None:
    move = Move(3, "/1/2/3/", 4, "/1/4/", date(2024, 6, 30))
    before, after = eras([JUNE, JULY], [move])
    assert before.path("/1/2/3/5/") == "/1/4/3/5/"
    assert after.path("/1/2/3/5/") == "/1/2/3/5/"
    assert before.below("/1/2/") == [("/1/2/", ("/1/2/3/",))]
    assert before.below("/1/4/") == [("/1/2/3/", ()), ("/1/4/", ())]
    assert before.below("/1/") == [("/1/", ())], "a move inside changes nothing for the country"


def test_a_unit_below_itself_in_a_month_long_ago_is_found() -> None:
    swap = Move(2, "/1/3/2/", 1, "/1/", date(2024, 6, 30))
    parents = {1: None, 3: 1, 2: 3}
    assert not broken(parents, [swap])
    turned = Move(3, "/1/3/", 2, "/1/3/2/", date(2024, 6, 30))
    assert broken(parents, [turned]) == {2, 3}, "3 below 2, which stood below 3 all along"
    assert not broken(parents, [turned, swap])
    assert circles({1: 2, 2: 1, 3: 2, 4: None}) == {1, 2, 3}


@settings(max_examples=120, deadline=None)
@given(past=pasts(), which=st.sets(st.sampled_from(MONTHS), min_size=1))
def test_every_month_has_the_tree_that_walking_up_finds(past: Past, which: set[Period]) -> None:
    paths = {unit: path_of(unit, past.parents) for unit in past.parents}
    found = eras(which, past.moves)
    assert [month for era in found for month in era.months] == sorted(which)
    for era in found:
        for month in era.months:
            way = {unit: past.above(unit, month) for unit in past.parents}
            assert parents_on(past.parents, past.moves, month.start) == {
                unit: past.parent(unit, month) for unit in past.parents
            }
            for unit, path in paths.items():
                assert era.path(path) == "/" + "".join(f"{one}/" for one in reversed(way[unit]))
                below = {
                    other
                    for top, without in era.below(path)
                    for other in past.parents
                    if paths[other].startswith(top) and not paths[other].startswith(without or "none")
                }
                assert below == {other for other in past.parents if unit in way[other]}


@settings(max_examples=120, deadline=None)
@given(past=pasts(), which=st.sets(st.sampled_from(MONTHS), min_size=1))
def test_the_months_of_a_child_are_those_in_which_it_stood_there(past: Past, which: set[Period]) -> None:
    first = min(which).start
    known = [move for move in past.moves if move.until >= first]
    for parent in past.parents:
        only = months_below(parent, which, known)
        for unit, today in past.parents.items():
            there = {month for month in which if past.parent(unit, month) == parent}
            expected = only.get(unit, frozenset(which if today == parent else ()))
            assert expected == there
