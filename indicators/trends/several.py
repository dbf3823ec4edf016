"""Mann–Kendall tests of several series of the same periods: sites of a region, seasons of a year. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from math import sqrt

import numpy as np

from indicators.trends import scores
from indicators.trends.mann_kendall import ALPHA, Trend, finish, of_columns
from indicators.trends.sen import Line, column_slopes, sen
from indicators.trends.series import Floats, Refusal, Values, as_columns, as_series, seasons


def regional(columns: Sequence[Values], alpha: float = ALPHA) -> Trend | Refusal:
    """Helsel and Frans (2006): independent series, scores and variances added up. Each keeps its own gaps.

    Refuses as `mann_kendall.seasonal` does; ValueError where the lengths differ.
    """
    matrix = as_columns(columns)
    return of_columns("regional", matrix, alpha, _common_line(matrix))


def correlated(columns: Sequence[Values], alpha: float = ALPHA) -> Trend | Refusal:
    """Hirsch and Slack (1984): series that move together, covariances included; periods with a gap in any are left out.

    z without continuity correction. `too_few` complete periods (5 at 0.05), `all_ties`, `no_variance`.
    """
    matrix = as_columns(columns)
    return _correlated("correlated", matrix, alpha, _common_line(matrix))


def correlated_seasonal(values: Values, period: int = 12, alpha: float = ALPHA) -> Trend | Refusal:
    """As `correlated`, the seasons being the series and the years the periods; years with a gap are left out."""
    years = seasons(as_series(values), period)
    return _correlated("correlated_seasonal", years, alpha, _common_line(years))


def partial(values: Values, beside: Values, alpha: float = ALPHA) -> Trend | Refusal:
    """Libiseller and Grimvall (2002): the trend of a series beyond what another explains; `tau` is the series' own.

    Periods with a gap in either are left out. z without continuity correction. `too_few`, `all_ties` where either never
    changes, `dependent` where one explains the other wholly.
    """
    matrix = as_columns([values, beside])
    x, y = _complete(matrix).T
    n = len(x)
    if refusal := _refusal("partial", np.column_stack([x, y]), alpha):
        return refusal
    # The published form takes the variance without ties, and so do the reference values.
    var_untied = scores.untied_variance(n)
    rho = scores.covariance(x, y) / var_untied
    if abs(rho) >= 1 - 1e-12:
        return Refusal("partial", "dependent", n)
    own = scores.score(x)
    s, var_s = own - rho * scores.score(y), (1 - rho**2) * var_untied
    found = finish("partial", n, alpha, (s, scores.pairs(n)), var_s, sen(matrix[:, 0]), z=s / sqrt(var_s))
    return found if isinstance(found, Refusal) else replace(found, tau=own / scores.pairs(n))


def _correlated(variant: str, matrix: Floats, alpha: float, line: Line | Refusal) -> Trend | Refusal:
    rows = _complete(matrix)
    n, count = rows.shape
    if not scores.could_tell([n], alpha):
        return Refusal(variant, "too_few", n)
    if (rows == rows[0]).all():
        return Refusal(variant, "all_ties", n)
    columns = list(rows.T)
    var_s = scores.joint_variance(columns)
    if var_s <= 0:
        return Refusal(variant, "no_variance", n)
    s = sum(scores.score(column) for column in columns)
    return finish(variant, n, alpha, (s, count * scores.pairs(n)), var_s, line, z=s / sqrt(var_s))


def _refusal(variant: str, rows: Floats, alpha: float) -> Refusal | None:
    if not scores.could_tell([len(rows)], alpha):
        return Refusal(variant, "too_few", len(rows))
    if (rows == rows[0]).all(axis=0).any():
        return Refusal(variant, "all_ties", len(rows))
    return None


def _complete(matrix: Floats) -> Floats:
    return matrix[~np.isnan(matrix).any(axis=1)]


def _common_line(matrix: Floats) -> Line | Refusal:
    """One slope per row for all columns; the intercept counts the values row by row."""
    flat = matrix.ravel()
    places = np.flatnonzero(~np.isnan(flat))
    slopes = column_slopes(matrix)
    if not len(slopes):
        return Refusal("sen", "too_few", len(places))
    slope = float(np.median(slopes))
    intercept = float(np.median(flat[places])) - float(np.median(places)) / matrix.shape[1] * slope
    return Line("sen", len(places), slope, intercept)
