"""Interrupted time series of counts: quasi-Poisson regression with the denominator as offset."""

from collections.abc import Mapping
from math import exp
from typing import Any

import numpy as np
import statsmodels.api as sm

from research.linkage.methods.inputs import Panel, as_floats, as_values
from research.linkage.methods.result import Diagnostic, Estimate, Refused, Result
from research.linkage.methods.sides import DOUBTFUL_P, autocorrelation, sides, warnings_of

CODE = "its_quasipoisson"
OVERDISPERSED = 1.5


def its_quasipoisson(panel: Panel, options: Mapping[str, Any]) -> Result | Refused:
    """log E[count] = log(denominator) + b0 + b1·time + b2·after (+ b3·time since the change) (+ seasonal waves).

    Variant: Poisson regression, errors scaled by Pearson's X² ÷ degrees of freedom, normal intervals (Lopez Bernal,
    Cummins and Gasparrini, IJE 2017). Assumes that the rate before, and its seasons, would have gone on. Estimates:
    `level` as a ratio of rates after to before the change and, where asked for, `slope` as a ratio per period.
    Refusals: see `sides`.
    """
    values, fourier = panel.pooled().rates(panel.factor), int(options.get("fourier") or 0)
    found = sides(CODE, panel, options.get("change"), values, fourier)
    if isinstance(found, Refused):
        return found
    counts, at_risk = as_floats(found.series.numerators), as_floats(found.series.denominators)
    with_slope = bool(options.get("slope"))
    columns = [np.ones(len(values)), found.after, found.time, *([found.since] if with_slope else []), found.waves]
    design, known = np.column_stack(columns), found.known
    if (counts[known] < 0).any():
        return Refused(CODE, "negative_counts")
    model = sm.GLM(counts[known], design[known], family=sm.families.Poisson(), offset=np.log(at_risk[known]))
    fit = model.fit(scale="X2")
    watson, ljung, first = autocorrelation(np.asarray(fit.resid_pearson), panel.per_year)
    doubtful = ljung < DOUBTFUL_P
    ends = fit.conf_int()
    named = [("level", 1), *([("slope", 3)] if with_slope else [])]
    estimates = tuple(
        Estimate(name, exp(fit.params[at]), exp(ends[at][0]), exp(ends[at][1]), float(fit.pvalues[at]), "rate_ratio")
        for name, at in named
    )
    without = design.copy()
    without[:, 1] = 0
    if with_slope:
        without[:, 3] = 0
    fitted, unchanged = (panel.factor * np.exp(rows @ fit.params) for rows in (design, without))
    told = warnings_of(found, autocorrelated=doubtful)
    dispersion = float(fit.scale)
    return Result(
        CODE, "quasipoisson_offset", int(known.sum()), estimates,
        (
            Diagnostic("df", float(fit.df_resid)),
            Diagnostic("dispersion", dispersion, "doubtful" if dispersion > OVERDISPERSED else "ok"),
            Diagnostic("durbin_watson", watson),
            Diagnostic("ljung_box", ljung, "doubtful" if doubtful else "ok"),
            Diagnostic("residual_autocorrelation", first),
        ),
        (*told, *(["overdispersion"] if dispersion > OVERDISPERSED else [])),
        {
            "observed": as_values(values),
            "fitted": as_values(np.where(known, fitted, np.nan)),
            "counterfactual": as_values(np.where(found.after == 1, unchanged, np.nan)),
        },
        {"change": panel.periods[options["change"]], "fourier": fourier, "slope": with_slope},
    )  # fmt: skip
