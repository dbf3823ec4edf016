"""Staggered difference-in-differences: places that had begun against places that had not, or never did."""

from collections.abc import Iterator, Mapping
from math import factorial, prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from research.linkage.methods.inputs import Floats, Panel, as_values
from research.linkage.methods.result import Diagnostic, Estimate, Refused, Result

CODE = "did"
FEW_CLUSTERS = 10
MOST_EXACT, DRAWS = 5_000, 1_999
DOUBTFUL_PRETREND = 0.1
NEVER = np.inf
TIE = 1e-9
"""Sums of the same values in another order differ by less, relative to their size."""


class Cell(NamedTuple):
    """The effect at a period on the places that began together: ATT(g, t). `weight`: how many of them have a value."""

    start: int
    period: int
    effect: float
    weight: int


def did(panel: Panel, options: Mapping[str, Any]) -> Result | Refused:
    """The mean effect on places after they began, by comparisons of two groups before and after.

    Variant: ATT(g, t) of Callaway and Sant'Anna (2021) with the not yet exposed as comparison and the mean of the last
    `base` periods before the start as "before"; cells weighted by the exposed places that they rest on. No regression
    with two-way fixed effects: that one compares late starters with early ones, and errs where effects grow. Each place
    counts once, whatever its number of children.

    Interval: jackknife over places, t with n − 1 degrees of freedom; with fewer than ten places it is shaky. p: share
    of all rearrangements of the starting times over the places (exact up to 5,000, else drawn with `seed`) whose effect
    is as large. `pretrend`: the same test on the periods before. Places exposed from the first period on are left out.

    Refuses `no_change_inside` (nobody begins in the window), `no_comparison`, `few_places` (fewer than four),
    `no_effect_cells` (no start has values before and after).
    """
    base, seed = int(options.get("base") or 3), int(options.get("seed") or 0)
    kept = [one for one in panel.units if one.exposed_from != 0]
    starts = np.array([NEVER if one.exposed_from is None else one.exposed_from for one in kept], dtype=float)
    left_out = [one.unit for one in panel.units if one.exposed_from == 0]
    if not np.isfinite(starts).any():
        return Refused(CODE, "no_change_inside", {"already": left_out})
    if len(kept) < 4:
        return Refused(CODE, "few_places", {"places": len(kept), "already": left_out})
    if len(set(starts)) == 1:
        return Refused(CODE, "no_comparison", {"already": left_out})
    rates = np.array([one.rates(panel.factor) for one in kept])
    cells, before = effects(rates, starts, base)
    if not cells:
        return Refused(CODE, "no_effect_cells", {"already": left_out})
    value = overall(cells)
    rearranged, exact = rearrangements(starts, seed)
    p, pretrend = _p_values(rates, rearranged, base, value, squares(before), exact=exact)
    low, high = _interval(rates, starts, base, value)
    told = [*(["few_clusters"] if len(kept) < FEW_CLUSTERS else []), *(["gaps"] if np.isnan(rates).any() else [])]
    doubtful = pretrend is not None and pretrend < DOUBTFUL_PRETREND
    return Result(
        CODE, "callaway_santanna_not_yet", int((~np.isnan(rates)).sum()),
        (Estimate("att", value, low, high, p, "points"),),
        (
            Diagnostic("clusters", float(len(kept))),
            Diagnostic("exposed_places", float(np.isfinite(starts).sum())),
            Diagnostic("pretrend", pretrend, "" if pretrend is None else "doubtful" if doubtful else "ok"),
            Diagnostic("rearrangements", float(len(rearranged)), "ok" if exact else ""),
        ),
        (*told, *(["pretrends"] if doubtful else [])),
        _curves(rates, starts, cells),
        {
            "seed": seed, "base": base, "exact": exact, "already_exposed": left_out,
            "event_time": by_event_time([*before, *cells]),
        },
    )  # fmt: skip


def effects(rates: Floats, starts: Floats, base: int) -> tuple[list[Cell], list[Cell]]:
    """The cells from each start on, and those before its base (effects of nothing: what they show is no effect).

    `rates`: places × periods, NaN where unknown; `starts`: first exposed period of each place, infinite for never.
    """
    after: list[Cell] = []
    before: list[Cell] = []
    time = np.arange(rates.shape[1])
    for start in sorted(int(one) for one in set(starts) if np.isfinite(one)):
        change = rates - _mean(rates[:, max(0, start - base) : start])[:, None]
        known = ~np.isnan(change)
        own, others = known & (starts == start)[:, None], known & (starts[:, None] > np.maximum(time, start))
        told = (time < start - base) | (time >= start)
        both = told & own.any(axis=0) & others.any(axis=0)
        difference = _mean_of(change, own) - _mean_of(change, others)
        weights = own.sum(axis=0).tolist()
        for period in np.flatnonzero(both).tolist():
            (after if period >= start else before).append(
                Cell(start, period, float(difference[period]), weights[period])
            )
    return after, before


def overall(cells: list[Cell]) -> float:
    return sum(one.effect * one.weight for one in cells) / sum(one.weight for one in cells)


def squares(before: list[Cell]) -> float | None:
    """How far the courses before lie apart: the weighted mean of squared effects of nothing; None without any."""
    if not before:
        return None
    return sum(one.effect**2 * one.weight for one in before) / sum(one.weight for one in before)


def by_event_time(cells: list[Cell]) -> list[dict[str, float]]:
    """The effect by periods since the start (negative: before), with the places behind it."""
    found = []
    for since in sorted({one.period - one.start for one in cells}):
        some = [one for one in cells if one.period - one.start == since]
        found.append({"since": since, "effect": overall(some), "places": sum(one.weight for one in some)})
    return found


def rearrangements(starts: Floats, seed: int) -> tuple[list[Floats], bool]:
    """Every different way to hand the starting times out, itself included, and True; or drawn ones, itself first, and
    False."""
    kinds, counts = np.unique(starts, return_counts=True)
    if factorial(len(starts)) // prod(factorial(int(one)) for one in counts) <= MOST_EXACT:
        return [
            np.array(one) for one in _different(dict(zip(kinds.tolist(), counts.tolist(), strict=True)), len(starts))
        ], True
    random = np.random.default_rng(seed)
    return [starts, *(random.permutation(starts) for _draw in range(DRAWS))], False


def _different(left: dict[float, int], places: int) -> Iterator[list[float]]:
    if not places:
        yield []
        return
    for start, count in left.items():
        if count:
            for rest in _different(left | {start: count - 1}, places - 1):
                yield [start, *rest]


def _p_values(
    rates: Floats, rearranged: list[Floats], base: int, value: float, apart: float | None, exact: bool
) -> tuple[float, float | None]:
    """Shares of rearrangements whose effect, and whose courses before, are at least as large as those seen."""
    as_large, as_apart, tried = 0, 0, 0
    for starts in rearranged:
        cells, before = effects(rates, starts, base)
        if not cells:
            continue
        tried += 1
        as_large += abs(overall(cells)) >= abs(value) - TIE * (1 + abs(value))
        other = squares(before)
        as_apart += apart is not None and other is not None and other >= apart - TIE * (1 + apart)
    return as_large / tried, None if apart is None else as_apart / tried


def _interval(rates: Floats, starts: Floats, base: int, value: float) -> tuple[float | None, float | None]:
    """Jackknife over places; None where leaving one out leaves nothing to compare."""
    found = []
    for left_out in range(len(starts)):
        rest = np.arange(len(starts)) != left_out
        cells, _before = effects(rates[rest], starts[rest], base)
        if not cells:
            return None, None
        found.append(overall(cells))
    n = len(found)
    error = np.sqrt((n - 1) / n * np.sum((np.array(found) - np.mean(found)) ** 2))
    width = float(student.ppf(0.975, n - 1) * error)
    return value - width, value + width


def _curves(rates: Floats, starts: Floats, cells: list[Cell]) -> dict[str, tuple[float | None, ...]]:
    """`observed`: the mean of the places that begin; `counterfactual`: that less the effects, from the first start on;
    `comparison`: the mean of the places that never begin."""
    begin = np.isfinite(starts)
    observed, counted = _mean(rates[begin].T), (~np.isnan(rates[begin])).sum(axis=0)
    taken = np.zeros(rates.shape[1])
    for cell in cells:
        taken[cell.period] += cell.effect * cell.weight
    first = int(starts[begin].min())
    without = np.full(len(observed), np.nan)
    without[first:] = observed[first:] - taken[first:] / np.maximum(counted[first:], 1)
    never = _mean(rates[~begin].T) if (~begin).any() else np.full(len(observed), np.nan)
    return {"observed": as_values(observed), "counterfactual": as_values(without), "comparison": as_values(never)}


def _mean_of(change: Floats, places: NDArray[np.bool_]) -> Floats:
    """Mean over those places in each period; NaN in a period without any."""
    counted = places.sum(axis=0)
    total = np.where(places, change, 0.0).sum(axis=0)
    return np.divide(total, counted, out=np.full(len(counted), np.nan), where=counted > 0)


def _mean(rows: Floats) -> Floats:
    """Mean of each row over what is known; NaN where nothing is."""
    known = (~np.isnan(rows)).sum(axis=1)
    return np.divide(np.nansum(rows, axis=1), known, out=np.full(len(rows), np.nan), where=known > 0)
