"""Rankings, draws, days, distances and the easy-road bias, each beside a slow second way to the same answer."""

import math
from datetime import date, timedelta
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as some

from indicators.geography.outlines import Outline
from research.coach2pev.planning.bias import Reached, easy_road, ranks, spearman
from research.coach2pev.planning.days import spread, working_days
from research.coach2pev.planning.distance import centre, kilometres
from research.coach2pev.planning.ranking import (
    Candidate,
    Ranked,
    as_rows,
    at_random,
    by_performance,
    directly,
    fingerprint,
)
from tests.builders import a_day


def candidates(number: int) -> list[Candidate]:
    return [Candidate(n, f"U{n:03d}", f"Site {n}") for n in range(number)]


def chosen(ranked: list[Ranked]) -> list[str]:
    return [one.candidate.name for one in ranked if one.chosen]


WEAK = Candidate(1, "U1", "faible", 0.2, 3, a_day("2025-08-01"))
STRONG = Candidate(2, "U2", "fort", 0.9, 2, a_day("2025-02-01"))
WEAK_LONG_AGO = Candidate(3, "U3", "faible, il y a longtemps", 0.2, 1, a_day("2025-01-01"))
NEVER = Candidate(4, "U4", "jamais visité")
UNSCORED = Candidate(5, "U5", "visité sans score", None, 1, a_day("2025-06-01"))
ZERO = Candidate(6, "U6", "zéro", 0.0, 1, a_day("2025-07-01"))
EVERY = [WEAK, STRONG, WEAK_LONG_AGO, NEVER, UNSCORED, ZERO]


def test_the_lowest_last_score_comes_first_and_no_score_is_not_a_score_of_zero() -> None:
    scored = ["zéro", "faible, il y a longtemps", "faible", "fort"]
    without = ["jamais visité", "visité sans score"]
    for unscored, order in {"first": without + scored, "last": scored + without, "out": scored}.items():
        ranked = by_performance(EVERY, 3, unscored)
        assert [one.candidate.name for one in ranked] == order
        assert chosen(ranked) == order[:3]


def test_more_sites_asked_for_than_there_are() -> None:
    assert len(chosen(by_performance(EVERY, 50))) == 6
    assert len(chosen(at_random(EVERY, 50, 1))) == 6
    assert by_performance([], 3) == at_random([], 3, 1) == []


@given(some.integers(0, 2**31), some.integers(1, 30), some.integers(1, 30), some.randoms(use_true_random=False))
def test_the_same_seed_draws_the_same_sites_in_whatever_order_they_come(seed, number, total, shuffle) -> None:  # type: ignore[no-untyped-def]
    sites = candidates(total)
    ranked = at_random(sites, number, seed)
    shuffle.shuffle(sites)
    assert at_random(sites, number, seed) == ranked
    assert len({one.candidate.site for one in ranked}) == total
    assert len(chosen(ranked)) == min(number, total)


def test_a_draw_can_be_repeated_by_anybody() -> None:
    """What `random.Random(2025).sample(range(8), 3)` of Python gives, written down: no release may change it."""
    assert chosen(at_random(candidates(8), 3, 2025)) == ["Site 1", "Site 5", "Site 3"]


def test_every_site_can_be_drawn() -> None:
    drawn = [chosen(at_random(candidates(6), 2, seed)) for seed in range(600)]
    hits = [sum(f"Site {n}" in one for one in drawn) for n in range(6)]
    assert all(150 < hit < 250 for hit in hits), hits  # 200 expected each


def test_ticked_sites_stand_first_in_the_order_given() -> None:
    assert chosen(directly(EVERY, {3, 1})) == ["faible", "faible, il y a longtemps"]


def test_a_fingerprint_tells_rankings_apart_and_overlooks_rounding() -> None:
    rows = as_rows(by_performance(EVERY, 2))
    assert rows[2] == {
        "site": 6, "name": "zéro", "share": 0.0, "visits": 1, "last": "2025-07-01", "chosen": False
    }  # fmt: skip
    assert fingerprint(rows) == fingerprint([{**row, "share": row["share"] and row["share"] + 1e-9} for row in rows])
    assert len({fingerprint(as_rows(by_performance(EVERY, number))) for number in range(1, 6)}) == 5


@given(some.dates(date(2024, 1, 1), date(2026, 1, 1)), some.integers(0, 60), some.integers(0, 90))
def test_visits_are_spread_evenly_over_working_days(first: date, length: int, number: int) -> None:
    days = working_days(first, first + timedelta(days=length))
    assert all(day.strftime("%a") not in ("Sat", "Sun") for day in days)
    if not days:
        with pytest.raises(ValueError, match="no day"):
            spread(1, days)
        return
    visits = spread(number, days)
    assert len(visits) == number
    assert visits == sorted(visits)
    assert not visits or visits[0] == days[0]
    each = [visits.count(day) for day in days]
    assert max(each) - min(each) <= 1


def test_a_weekend_holds_no_working_day() -> None:
    assert working_days(date(2025, 11, 1), date(2025, 11, 2)) == []


Ring = list[tuple[float, float]]


def slow_centre(outline: Outline) -> tuple[float, float]:
    """The mean of the points of a fine grid that lie inside (crossing number), holes left out."""

    def inside(x: float, y: float, ring: Ring) -> bool:
        crossed = False
        for (a, b), (c, d) in pairwise(ring):
            if (b > y) != (d > y) and x < (c - a) * (y - b) / (d - b) + a:
                crossed = not crossed
        return crossed

    found = []
    for column, row in product(range(400), range(400)):
        x, y = column / 80 - 0.001, row / 80 - 0.0013
        for outer, *holes in outline.polygons:
            if inside(x, y, outer) and not any(inside(x, y, hole) for hole in holes):
                found.append((x, y))
    return sum(x for x, _ in found) / len(found), sum(y for _, y in found) / len(found)


L_SHAPE = [(0.0, 0.0), (4.0, 0.0), (4.0, 1.0), (1.0, 1.0), (1.0, 3.0), (0.0, 3.0), (0.0, 0.0)]
HOLE = [(0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8), (0.2, 0.2)]
ISLAND = [(3.0, 2.0), (4.5, 2.0), (4.5, 4.0), (3.0, 2.0)]


@pytest.mark.parametrize(
    "polygons",
    [
        ((L_SHAPE,),), ((L_SHAPE[::-1],),), ((L_SHAPE, HOLE),), ((L_SHAPE, HOLE[::-1]),), ((L_SHAPE, HOLE), (ISLAND,)),
        ((ISLAND[::-1],), (L_SHAPE,)),
    ],
)  # fmt: skip
def test_the_centre_of_an_outline_is_the_mean_of_its_inside(
    polygons: tuple[tuple[list[tuple[float, float]], ...], ...],
) -> None:
    outline = Outline(polygons=polygons)
    assert centre(outline) == pytest.approx(slow_centre(outline), abs=0.02)


def test_the_centre_of_a_point_is_the_point() -> None:
    assert centre(Outline(point=(-6.3, 13.4))) == (-6.3, 13.4)


def test_distances_on_the_globe() -> None:
    bamako, segou = (-8.0029, 12.6392), (-6.2157, 13.4317)
    straight = 6371.0088 * math.acos(
        math.sin(math.radians(12.6392)) * math.sin(math.radians(13.4317))
        + math.cos(math.radians(12.6392)) * math.cos(math.radians(13.4317)) * math.cos(math.radians(-6.2157 + 8.0029))
    )
    assert kilometres(bamako, segou) == pytest.approx(straight, rel=1e-6)
    assert kilometres((0, 0), (0, 1)) == pytest.approx(111.195, abs=0.01)
    assert kilometres((0, 0), (180, 0)) == pytest.approx(math.pi * 6371.0088)
    assert kilometres(segou, segou) == 0


def slow_spearman(x: list[float], y: list[float]) -> float | None:
    """From the definition, with ranks counted pair by pair."""
    a = [sum(other < one for other in x) + (sum(other == one for other in x) + 1) / 2 for one in x]
    b = [sum(other < one for other in y) + (sum(other == one for other in y) + 1) / 2 for one in y]
    if len(set(a)) < 2 or len(set(b)) < 2:
        return None
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    covariance = sum((p - mean_a) * (q - mean_b) for p, q in zip(a, b, strict=True))
    return covariance / math.sqrt(sum((p - mean_a) ** 2 for p in a)) / math.sqrt(sum((q - mean_b) ** 2 for q in b))


@given(some.lists(some.tuples(some.integers(0, 6), some.integers(0, 6)), max_size=20))
def test_the_rank_correlation_is_that_of_the_definition(pairs: list[tuple[int, int]]) -> None:
    x, y = [float(one) for one, _ in pairs], [float(other) for _, other in pairs]
    assert (
        spearman(x, y) == pytest.approx(slow_spearman(x, y)) if slow_spearman(x, y) is not None else not spearman(x, y)
    )


def test_a_rank_correlation_worked_out_in_print() -> None:
    """IQ and hours of television a week, the example of Wikipedia's article on Spearman's coefficient: −29/165."""
    iq = [106.0, 100, 86, 101, 99, 103, 97, 113, 112, 110]
    hours = [7.0, 27, 2, 50, 28, 29, 20, 12, 6, 17]
    assert spearman(iq, hours) == pytest.approx(-29 / 165)
    assert ranks([5, 1, 5, 9]) == [2.5, 1, 2.5, 4]


def test_visits_near_the_road() -> None:
    bias = easy_road([Reached(km, visits) for km, visits in [(2, 8), (5, 6), (9, 4), (20, 1), (40, 1), (60, 0)]])
    assert bias is not None
    assert (bias.sites, bias.nearer, bias.visits, bias.visits_nearer, bias.median) == (6, 3, 20, 18, 14.5)
    assert (bias.share_of_sites, bias.share_of_visits) == (0.5, 0.9)
    assert bias.correlation == pytest.approx(-0.9856, abs=1e-4)


def test_where_the_bias_cannot_be_told_it_is_not() -> None:
    assert easy_road([Reached(km, 1) for km in range(5)]) is None
    assert easy_road([Reached(3, visits) for visits in range(9)]) is None, "all lie equally far"
    nobody = easy_road([Reached(km, 0) for km in range(7)])
    assert nobody is not None
    assert (nobody.share_of_visits, nobody.correlation) == (None, None)
    assert nobody.nearer == 3, "of seven, three lie nearer than the middle one"
