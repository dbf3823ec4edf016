"""Sen's slope: the median of the slopes between all pairs of values. A gap keeps its place in time. Pure."""

from typing import NamedTuple

import numpy as np

from indicators.trends.series import Floats, Refusal, Values, as_series, seasons


class Line(NamedTuple):
    """`slope` per period (of `sen_seasonal`: per year) and the value at the first period."""

    variant: str
    points: int
    slope: float
    intercept: float


def sen(values: Values) -> Line | Refusal:
    """Theil (1950) and Sen (1968), intercept after Conover (1980). `too_few` below two values."""
    series = as_series(values)
    return _line("sen", series, pair_slopes(series), 1)


def sen_seasonal(values: Values, period: int = 12) -> Line | Refusal:
    """Hirsch, Slack and Smith (1982): only values of the same season are compared. `too_few` where no two are."""
    series = as_series(values)
    years = seasons(series, period)
    return _line("sen_seasonal", series, column_slopes(years), period)


def pair_slopes(series: Floats) -> Floats:
    """(x[j] − x[i]) ÷ (j − i) for every i < j where both are known."""
    first, second = np.triu_indices(len(series), 1)
    slopes = (series[second] - series[first]) / (second - first)
    return slopes[~np.isnan(slopes)]


def column_slopes(columns: Floats) -> Floats:
    """The pair slopes of every column, in one row."""
    return np.concatenate([pair_slopes(column) for column in columns.T])


def _line(variant: str, series: Floats, slopes: Floats, period: int) -> Line | Refusal:
    places = np.flatnonzero(~np.isnan(series))
    if not len(slopes):
        return Refusal(variant, "too_few", len(places))
    slope = float(np.median(slopes))
    intercept = float(np.median(series[places])) - float(np.median(places)) / period * slope
    return Line(variant, len(places), slope, intercept)
