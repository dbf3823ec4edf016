"""What goes with a dose within the same place: doses given in months of stock-out, an outcome and coaching."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import statsmodels.api as sm
from scipy.stats import t as student

from research.linkage.methods.inputs import Floats, Panel, as_floats
from research.linkage.methods.result import Diagnostic, Estimate, Refused, Result

FEW_CLUSTERS = 10
FEWEST_PLACES = 2
CATEGORIES = 3
"""Three or more doses in a period are one category."""


class Rows(NamedTuple):
    """One row for each place and period in which everything is known. `place`, `period`: numbers from 0."""

    counts: Floats
    at_risk: Floats
    dose: Floats
    place: Any
    period: Any
    season: Any


def association(panel: Panel, options: Mapping[str, Any]) -> Result | Refused:
    """Doses given against days without stock, each place compared with itself in the same calendar month.

    Variant: Poisson regression, conditional on place (an intercept for each, which for counts gives the same as the
    conditional likelihood), calendar month and a straight line in time, denominator as offset, errors clustered by
    place with t on places − 1 degrees of freedom. `lag`: the dose of so many periods before. Estimates: `per_day` and
    `per_ten`, ratios of rates for one and ten units of the dose. Refuses `no_dose`, `few_places` (fewer than two with
    doses given), `no_variation` (the dose never varies within a place), `all_zero`, `collinear`.
    """
    found = _rows("association", panel, int(options.get("lag") or 0), counts_only=True)
    if isinstance(found, Refused):
        return found
    design = np.column_stack([found.dose, _controls(found)])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        return Refused("association", "collinear", {"points": len(found.dose)})
    model = sm.GLM(found.counts, design, family=sm.families.Poisson(), offset=np.log(found.at_risk))
    fit = model.fit(cov_type="cluster", cov_kwds={"groups": found.place})
    places = len(set(found.place.tolist()))
    slope, error = float(fit.params[0]), float(fit.bse[0])
    dispersion = float(fit.pearson_chi2 / fit.df_resid)
    return Result(
        "association", "poisson_within_place", len(found.dose),
        tuple(_ratio(name, slope * units, error * units, places) for name, units in (("per_day", 1), ("per_ten", 10))),
        (
            Diagnostic("clusters", float(places)), Diagnostic("df", float(fit.df_resid)),
            Diagnostic("dispersion", dispersion),
            Diagnostic("exposed_rows", float((found.dose > 0).sum())),
        ),
        _warnings(panel, found, places),
        {},
        {"lag": int(options.get("lag") or 0)},
    )  # fmt: skip


def dose_response(panel: Panel, options: Mapping[str, Any]) -> Result | Refused:
    """An outcome against the amount of coaching, each place compared with itself.

    Variant: least squares with an intercept for each place, calendar months and a straight line in time, errors
    clustered by place with t on places − 1 degrees of freedom. Estimates: `per_dose` (points for one more unit) and,
    where the dose counts visits, the difference of one, two, three and more against none (`dose_1` …), which shows
    whether the line is one. Refusals as `association`.
    """
    found = _rows("dose_response", panel, int(options.get("lag") or 0), counts_only=False)
    if isinstance(found, Refused):
        return found
    outcome, controls = panel.factor * found.counts / found.at_risk, _controls(found)
    design = np.column_stack([found.dose, controls])
    if np.linalg.matrix_rank(design) < design.shape[1] or len(outcome) <= design.shape[1]:
        return Refused("dose_response", "collinear", {"points": len(outcome)})
    places = len(set(found.place.tolist()))
    fit = sm.OLS(outcome, design).fit(cov_type="cluster", cov_kwds={"groups": found.place})
    estimates = [_difference("per_dose", float(fit.params[0]), float(fit.bse[0]), places, "points_per_dose")]
    levels = [
        level for level in range(1, CATEGORIES + 1) if (np.minimum(np.floor(found.dose), CATEGORIES) == level).any()
    ]
    steps = np.column_stack(
        [np.minimum(np.floor(found.dose), CATEGORIES) == level for level in levels] or [np.ones((len(outcome), 0))]
    )
    in_steps = np.column_stack([steps.astype(float), controls])
    if (
        (found.dose % 1 == 0).all()
        and len(levels) > 1
        and np.linalg.matrix_rank(in_steps) == in_steps.shape[1] < len(outcome)
    ):
        by_step = sm.OLS(outcome, in_steps).fit(cov_type="cluster", cov_kwds={"groups": found.place})
        estimates += [
            _difference(f"dose_{level}", float(by_step.params[at]), float(by_step.bse[at]), places, "points")
            for at, level in enumerate(levels)
        ]
    return Result(
        "dose_response", "within_place", len(outcome), tuple(estimates),
        (
            Diagnostic("clusters", float(places)), Diagnostic("df", float(fit.df_resid)),
            Diagnostic("exposed_rows", float((found.dose > 0).sum())),
        ),
        _warnings(panel, found, places),
        {},
        {"lag": int(options.get("lag") or 0)},
    )  # fmt: skip


def _rows(method: str, panel: Panel, lag: int, counts_only: bool) -> Rows | Refused:
    columns: list[list[Any]] = [[], [], [], [], [], []]
    for place, one in enumerate(panel.units):
        counts, at_risk = as_floats(one.numerators), as_floats(one.denominators)
        dose = as_floats(one.exposure) if one.exposure else np.full(len(counts), np.nan)
        dose = np.concatenate([np.full(lag, np.nan), dose[: len(dose) - lag]])
        known = ~np.isnan(counts) & (at_risk > 0) & ~np.isnan(dose)
        if not known.any() or (counts_only and not counts[known].any()):
            continue
        for period in np.flatnonzero(known):
            row = (counts[period], at_risk[period], dose[period], place, period, panel.seasons[period])
            for column, value in zip(columns, row, strict=True):
                column.append(value)
    if not any(one.exposure for one in panel.units):
        return Refused(method, "no_dose")
    found = Rows(*(np.array(column) for column in columns))
    places = set(found.place.tolist())
    if len(places) < FEWEST_PLACES:
        return Refused(method, "few_places", {"places": len(places)})
    if counts_only and (found.counts < 0).any():
        return Refused(method, "negative_counts")
    if not any(np.ptp(found.dose[found.place == place]) > 0 for place in places):
        return Refused(method, "no_variation", {"places": len(places)})
    return found


def _controls(found: Rows) -> Floats:
    """An intercept for each place, a step for each season but the first, and time where it is not told by these."""
    places, seasons = np.unique(found.place), np.unique(found.season)
    columns = [found.place == place for place in places] + [found.season == season for season in seasons[1:]]
    design = np.column_stack(columns).astype(float)
    with_time = np.column_stack([design, found.period - found.period.mean()])
    return with_time if np.linalg.matrix_rank(with_time) == with_time.shape[1] else design


def _ratio(name: str, slope: float, error: float, places: int) -> Estimate:
    reach = float(student.ppf(0.975, places - 1)) * error
    value, low, high = (float(np.exp(one)) for one in (slope, slope - reach, slope + reach))
    return Estimate(name, value, low, high, _p(slope, error, places), "rate_ratio")


def _difference(name: str, slope: float, error: float, places: int, scale: str) -> Estimate:
    reach = float(student.ppf(0.975, places - 1)) * error
    return Estimate(name, slope, slope - reach, slope + reach, _p(slope, error, places), scale)


def _p(slope: float, error: float, places: int) -> float | None:
    return float(2 * student.sf(abs(slope) / error, places - 1)) if error > 0 else None


def _warnings(panel: Panel, found: Rows, places: int) -> tuple[str, ...]:
    complete = len(panel.periods) * len(panel.units)
    return (
        *(["few_clusters_within"] if places < FEW_CLUSTERS else []),
        *(["gaps"] if len(found.dose) < complete else []),
    )
