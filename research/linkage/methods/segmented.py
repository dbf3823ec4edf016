"""Interrupted time series of a rate or a value: ordinary least squares with Newey–West errors."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import statsmodels.api as sm
from scipy.stats import t as student

from research.linkage.methods.inputs import Panel, as_values
from research.linkage.methods.result import Diagnostic, Estimate, Refused, Result
from research.linkage.methods.sides import (
    DOUBTFUL_P,
    autocorrelation,
    newey_west_lags,
    no_error_below,
    sides,
    warnings_of,
)

CODE = "its_ols"


def its_ols(panel: Panel, options: Mapping[str, Any]) -> Result | Refused:
    """y = b0 + b1·time + b2·after + b3·time since the change (+ seasonal waves), of all places together.

    Variant: OLS, HAC errors (Bartlett kernel, `hac_lags` or the Newey–West plug-in, small-sample correction), intervals
    by t with n − k degrees of freedom (Wagner and others, 2002; Turner and others, 2020). Assumes that the line before
    would have gone on. Estimates: `level` (points, at the first period after the change) and `slope` (points per
    period). An estimate whose error is nothing but rounding has no interval and no p (warning `exact_fit`). Refusals:
    see `sides`.
    """
    values, fourier = panel.pooled().rates(panel.factor), int(options.get("fourier") or 0)
    found = sides(CODE, panel, options.get("change"), values, fourier)
    if isinstance(found, Refused):
        return found
    design = np.column_stack([np.ones(len(values)), found.time, found.after, found.since, found.waves])
    known, points = found.known, int(found.known.sum())
    asked = options.get("hac_lags")
    lags = newey_west_lags(points) if asked is None else max(0, min(int(asked), points - 2))
    fit = sm.OLS(values[known], design[known]).fit(
        cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}, use_t=True
    )
    watson, ljung, first = autocorrelation(np.asarray(fit.resid), panel.per_year)
    doubtful = ljung < DOUBTFUL_P
    errors = np.sqrt(np.maximum(np.diag(fit.cov_params()), 0))
    told = errors > no_error_below(values)
    reach = float(student.ppf(0.975, fit.df_resid)) * errors
    p = 2 * student.sf(np.abs(np.divide(fit.params, errors, out=np.zeros_like(errors), where=told)), fit.df_resid)
    estimates = tuple(
        Estimate(name, value, value - float(reach[at]), value + float(reach[at]), float(p[at]), scale)
        if told[at]
        else Estimate(name, value, None, None, None, scale)
        for name, at, scale in (
            ("level", 2, "points"),
            ("slope", 3, "points_per_period"),
            ("slope_before", 1, "points_per_period"),
        )
        for value in [float(fit.params[at])]
    )
    without = design.copy()
    without[:, 2:4] = 0
    counterfactual = np.where(found.after == 1, without @ fit.params, np.nan)
    return Result(
        CODE, "ols_hac", points, estimates,
        (
            Diagnostic("df", float(fit.df_resid)),
            Diagnostic("hac_lags", float(lags)),
            Diagnostic("durbin_watson", watson),
            Diagnostic("ljung_box", ljung, "doubtful" if doubtful else "ok"),
            Diagnostic("residual_autocorrelation", first),
        ),
        (*warnings_of(found, autocorrelated=doubtful), *(() if told[1:4].all() else ("exact_fit",))),
        {
            "observed": as_values(values),
            "fitted": as_values(np.where(known, design @ fit.params, np.nan)),
            "counterfactual": as_values(counterfactual),
        },
        {"change": panel.periods[options["change"]], "fourier": fourier, "r_squared": float(fit.rsquared)},
    )  # fmt: skip
