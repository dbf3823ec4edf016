"""Control charts: which values stand out from what a process does by itself. Values in, limits and signals out. Pure.

Rule set `capev`: a point beyond a limit; a shift of 8 points on one side of the centre; a trend of 6 points that all
rise or all fall. A gap ends a run, a point on the centre ends a shift, two equal neighbours end a trend: nothing is
claimed across what was not seen.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indicators.trends.series import Floats, Refusal, Values, as_columns, as_series, present

RULES = "capev"
SHIFT, TREND = 8, 6

MEAN_RANGE = 1.128
"""d2: the mean range of two normal values, in standard deviations."""

LARGEST_RANGE = 3.267
"""D4: the upper limit of the moving range, in mean moving ranges."""

FEWEST_POINTS = 6
"""Fewest values for limits: this tool's own choice, half a year of months."""


@dataclass(frozen=True, slots=True)
class ControlChart:
    """Centre and limits of each period, NaN in a gap; the places of the values, from 0, that each rule marks.

    `mean_range` is the mean moving range (of the z-values in a u′ chart; None in a p chart), `range_limit` the largest
    moving range to be expected. `rules` names the rule set.
    """

    variant: str
    points: int
    centre: float
    values: Floats
    lower: Floats
    upper: Floats
    mean_range: float | None
    range_limit: float | None
    beyond: tuple[int, ...]
    shift: tuple[int, ...]
    trend: tuple[int, ...]
    rules: str = RULES


def xmr(values: Values, baseline: int | None = None) -> ControlChart | Refusal:
    """Single values and moving ranges: mean ± 3 × MR̄ ÷ 1.128, MR̄ over neighbours only, never across a gap.

    Limits come from the first `baseline` periods, or all. `too_few` below 6 values there, `no_neighbours`, `no_spread`.
    """
    series = as_series(values)
    base = series[:baseline]
    mean_range = _mean_range("xmr", base)
    if isinstance(mean_range, Refusal):
        return mean_range
    centre = float(present(base).mean())
    return _chart("xmr", series, centre, np.full(len(series), 3 * mean_range / MEAN_RANGE), mean_range=mean_range)


def p_chart(numerators: Values, denominators: Values) -> ControlChart | Refusal:
    """Proportions of varying denominators: Σx ÷ Σn ± 3 √(p(1−p) ÷ n), kept within 0 and 1.

    A period without a numerator or a positive denominator is a gap. `over_one` where a numerator exceeds its
    denominator (coverage against an estimated target: take u′), `too_few`, `zero_total` (no cases), `no_spread`
    (nothing but cases).
    """
    x, n = _rates(numerators, denominators)
    known = ~np.isnan(x)
    points = int(known.sum())
    if (x[known] > n[known]).any():
        return Refusal("p", "over_one", points)
    refusal = _refuse_counts("p", x, points)
    if refusal:
        return refusal
    centre = float(np.nansum(x) / np.nansum(n))
    if centre == 1:
        return Refusal("p", "no_spread", points)
    return _chart("p", x / n, centre, 3 * np.sqrt(centre * (1 - centre) / n), 0.0, 1.0)


def u_prime_chart(numerators: Values, denominators: Values, baseline: int | None = None) -> ControlChart | Refusal:
    """Laney (2002): rates that vary more than chance alone: Σx ÷ Σn ± 3 √(u ÷ n) × σz, not below 0.

    σz is the mean moving range of the z-values ÷ 1.128, never across a gap. Centre and σz come from the first
    `baseline` periods, or all. Gaps as in `p_chart`; `too_few`, `zero_total`, `no_neighbours`, `no_spread`.
    """
    x, n = _rates(numerators, denominators)
    base = x[:baseline]
    if refusal := _refuse_counts("u_prime", base, int((~np.isnan(base)).sum())):
        return refusal
    centre = float(np.nansum(base) / np.nansum(n[:baseline]))
    chance = np.sqrt(centre / n)
    mean_range = _mean_range("u_prime", ((x / n - centre) / chance)[:baseline])
    if isinstance(mean_range, Refusal):
        return mean_range
    return _chart("u_prime", x / n, centre, 3 * chance * mean_range / MEAN_RANGE, 0.0, mean_range=mean_range)


def _chart(
    variant: str,
    values: Floats,
    centre: float,
    width: Floats,
    lowest: float = -np.inf,
    highest: float = np.inf,
    mean_range: float | None = None,
) -> ControlChart:
    gaps = np.isnan(values)
    lower = np.where(gaps, np.nan, np.maximum(centre - width, lowest))
    upper = np.where(gaps, np.nan, np.minimum(centre + width, highest))
    beyond = np.flatnonzero((values < lower) | (values > upper))
    return ControlChart(
        variant,
        int((~gaps).sum()),
        centre,
        values,
        lower,
        upper,
        mean_range,
        None if mean_range is None else LARGEST_RANGE * mean_range,
        tuple(beyond.tolist()),
        tuple(_runs(_sides(values - centre), SHIFT, 0)),
        tuple(_runs(_sides(np.diff(values)), TREND - 1, 1)),
    )


def _mean_range(variant: str, series: Floats) -> float | Refusal:
    points, ranges = len(present(series)), present(np.abs(np.diff(series)))
    if points < FEWEST_POINTS:
        return Refusal(variant, "too_few", points)
    if not len(ranges):
        return Refusal(variant, "no_neighbours", points)
    if ranges.max() == 0:
        return Refusal(variant, "no_spread", points)
    return float(ranges.mean())


def _rates(numerators: Values, denominators: Values) -> tuple[Floats, Floats]:
    """Counts and sizes, both NaN where either is missing. ValueError for negative figures."""
    x, n = as_columns([numerators, denominators]).T
    if (x < 0).any() or (n < 0).any():
        raise ValueError("counts are not negative")
    gaps = np.isnan(x) | np.isnan(n) | (n == 0)
    return np.where(gaps, np.nan, x), np.where(gaps, np.nan, n)


def _refuse_counts(variant: str, x: Floats, points: int) -> Refusal | None:
    if points < FEWEST_POINTS:
        return Refusal(variant, "too_few", points)
    return None if np.nansum(x) else Refusal(variant, "zero_total", points)


def _sides(differences: Floats) -> NDArray[np.int8]:
    return np.sign(np.nan_to_num(differences)).astype(np.int8)


def _runs(sides: NDArray[np.int8], least: int, more: int) -> Iterator[int]:
    """The places of every run of at least `least` equal signs other than 0, with `more` places after each run."""
    start = 0
    for place in range(1, len(sides) + 1):
        if place == len(sides) or sides[place] != sides[start]:
            if sides[start] and place - start >= least:
                yield from range(start, place + more)
            start = place
