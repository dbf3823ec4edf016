"""Cohen's κ: as printed in published examples, as a slow second computation gives it, and where there is none."""

import math
import random
from itertools import product

import pytest

from research.coach2pev.competency.agreement import LINEAR, QUADRATIC, Agreement, kappa, weighted_kappa

Table = list[list[int]]


def pairs(table: Table) -> list[tuple[int, int]]:
    """Each cell as so many pairs of (first coach's category, second coach's category)."""
    return [(i, j) for i, row in enumerate(table) for j, count in enumerate(row) for _ in range(count)]


DERMATOLOGISTS = [[10, 4, 1, 0], [5, 10, 12, 2], [2, 4, 12, 5], [0, 2, 6, 13]]
"""Two dermatologists, 88 patients, four ordered categories: the agreement study of the SAS/STAT FREQ procedure."""

DIAGNOSES = [[75, 1, 4], [5, 4, 1], [0, 0, 10]]
"""Two raters, 100 patients: Fleiss, Statistical Methods for Rates and Proportions (1981), table 13.1."""


@pytest.mark.parametrize(
    ("table", "observed", "expected", "printed"),
    [
        ([[20, 5], [10, 15]], 0.7, 0.5, 0.4),
        ([[45, 15], [25, 15]], 0.6, 0.54, 0.1304),
        ([[25, 35], [5, 35]], 0.6, 0.46, 0.2593),
    ],
)
def test_two_by_two_tables_as_printed(table: Table, observed: float, expected: float, printed: float) -> None:
    found = kappa(pairs(table))
    assert (found.observed, found.expected) == (observed, expected)
    assert found.kappa == pytest.approx(printed, abs=0.00005)


def test_fleiss_diagnoses_with_their_standard_error() -> None:
    found = kappa(pairs(DIAGNOSES))
    assert (found.n, found.observed, found.expected) == (100, 0.89, 0.66)
    assert round(found.kappa or 0, 2) == 0.68
    assert found.standard_error == pytest.approx(0.087, abs=0.001)


def test_the_agreement_study_of_sas_with_both_intervals() -> None:
    plain = kappa(pairs(DERMATOLOGISTS))
    assert [_rounded(x) for x in (plain.kappa, plain.standard_error, plain.low, plain.high)] == [
        0.3449, 0.0724, 0.2030, 0.4868,
    ]  # fmt: skip
    linear = weighted_kappa(pairs(DERMATOLOGISTS), range(4), LINEAR)
    assert [_rounded(x) for x in (linear.kappa, linear.standard_error, linear.low, linear.high)] == [
        0.5082, 0.0655, 0.3798, 0.6366,
    ]  # fmt: skip


def _rounded(value: float | None) -> float:
    assert value is not None
    return round(value, 4)


def slowly(table: Table, weights: str | None) -> tuple[float, float]:
    """κ from the definition, one pair of things at a time; its standard error by the delta method, slopes by trying."""
    k = len(table)
    n = sum(map(sum, table))

    def near(i: int, j: int) -> float:
        if weights is None:
            return float(i == j)
        distance = abs(i - j) / (k - 1)
        return 1 - (distance if weights == LINEAR else distance * distance)

    def of(share: list[list[float]]) -> float:
        observed = sum(share[i][j] * near(i, j) for i, j in product(range(k), repeat=2))
        chance = sum(share[i][a] * share[b][j] * near(i, j) for i, j, a, b in product(range(k), repeat=4))
        return (observed - chance) / (1 - chance)

    share = [[count / n for count in row] for row in table]
    step = 1e-6
    slopes = {}
    for i, j in product(range(k), repeat=2):
        up, down = [row[:] for row in share], [row[:] for row in share]
        up[i][j] += step
        down[i][j] -= step
        slopes[i, j] = (of(up) - of(down)) / (2 * step)
    mean = sum(share[i][j] * slope for (i, j), slope in slopes.items())
    spread = sum(share[i][j] * slope**2 for (i, j), slope in slopes.items()) - mean**2
    return of(share), math.sqrt(max(spread, 0) / n)


@pytest.mark.parametrize("weights", [None, LINEAR, QUADRATIC])
@pytest.mark.parametrize("seed", range(8))
def test_against_the_definition_computed_slowly(seed: int, weights: str | None) -> None:
    draw = random.Random(seed)
    size = draw.choice([2, 3, 4])
    table = [[draw.randint(0, 9) for _ in range(size)] for _ in range(size)]
    table[0][1] += 1  # not everything agreed on
    table[1][1] += 1
    found = kappa(pairs(table)) if weights is None else weighted_kappa(pairs(table), range(size), weights)
    by_hand, error = slowly(table, weights)
    assert found.kappa == pytest.approx(by_hand)
    assert found.standard_error == pytest.approx(error, rel=1e-4)


def test_on_two_levels_weights_change_nothing() -> None:
    table = pairs([[20, 5], [10, 15]])
    assert weighted_kappa(table, [0, 1], QUADRATIC) == kappa(table) == weighted_kappa(table, [0, 1], LINEAR)


def test_a_near_miss_weighs_less_than_a_far_one() -> None:
    near, far = [(0, 1), (2, 2), (4, 4)], [(0, 4), (2, 2), (4, 4)]
    assert kappa(near).observed == kappa(far).observed
    scale = range(5)
    assert (weighted_kappa(near, scale).kappa or 0) > (weighted_kappa(far, scale).kappa or 0)


def test_one_category_used_by_both_is_undefined_not_one_and_not_zero() -> None:
    found = kappa([("yes", "yes")] * 12)
    assert (found.n, found.observed, found.expected) == (12, 1, 1)
    assert (found.kappa, found.low, found.high) == (None, None, None)
    assert weighted_kappa([(3, 3)] * 4, range(5)).kappa is None


def test_one_coach_with_a_single_category_is_no_better_than_chance() -> None:
    assert kappa([("yes", "yes"), ("yes", "no"), ("yes", "no")]).kappa == 0


def test_full_agreement_on_several_categories_has_no_interval() -> None:
    found = kappa([("yes", "yes"), ("no", "no")] * 5)
    assert (found.kappa, found.low, found.high) == (1, None, None)


def test_nothing_compared_is_missing() -> None:
    assert kappa([]) == Agreement(0) == weighted_kappa([], range(5))
    assert kappa([]).observed is None


def test_full_disagreement_is_negative() -> None:
    assert kappa([("yes", "no"), ("no", "yes")]).kappa == -1


@pytest.mark.parametrize(
    ("given", "scale", "weights"),
    [([(0, 7)], [0, 1, 2], LINEAR), ([(0, 1)], [1, 0], LINEAR), ([(0, 1)], [0, 0, 1], LINEAR), ([(0, 1)], [0, 1], "x")],
)
def test_what_is_not_on_the_scale_is_refused(given: list[tuple[int, int]], scale: list[int], weights: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        weighted_kappa(given, scale, weights)
