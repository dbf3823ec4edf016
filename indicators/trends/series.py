"""A series of equally spaced periods, and the refusal to say of it what cannot be known. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Values = Sequence[float | None] | Floats


class Refusal(NamedTuple):
    """Why nothing can be said: `reason` is a code, `points` the values there are.

    `too_few`: not even values that all rise could be significant, or too few for limits. `all_ties`: every value is the
    same. `no_variance`: the corrected variance is zero or negative, so the correction does not fit this series.
    `no_neighbours`: no two neighbouring periods have values. `no_spread`: neighbours never differ. `dependent`: one
    series follows the other completely. `over_one`: a proportion above 1. `zero_total`: nothing was counted at all.
    """

    variant: str
    reason: str
    points: int


def as_series(values: Values) -> Floats:
    """The values as floats, a missing one (None or NaN) as NaN. ValueError for an infinite value or a table."""
    series = np.array(values, dtype=np.float64)
    if series.ndim != 1:
        raise ValueError("a series has one dimension")
    return _finite(series)


def as_columns(columns: Sequence[Values]) -> Floats:
    """Several series of the same periods as the columns of a matrix. ValueError where their lengths differ."""
    if not columns or len({len(column) for column in columns}) != 1:
        raise ValueError("series of the same periods are needed")
    return np.column_stack([as_series(column) for column in columns])


def seasons(series: Floats, period: int) -> Floats:
    """The series as years × seasons, the last year filled up with NaN. ValueError for a period below 1."""
    if period < 1:
        raise ValueError("a year has at least one season")
    filled = np.full(-(-len(series) // period) * period, np.nan)
    filled[: len(series)] = series
    return filled.reshape(-1, period)


def present(series: Floats) -> Floats:
    """The values without the gaps, in order."""
    return series[~np.isnan(series)]


def _finite(series: Floats) -> Floats:
    if np.isinf(series).any():
        raise ValueError("an infinite value has no place in a series")
    return series
