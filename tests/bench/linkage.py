"""The screening of a country for linkage: all series at once, and a plain loop over the published libraries."""

import warnings

import numpy as np

from indicators.trends.series import Floats
from research.linkage.methods.sides import newey_west_lags
from research.linkage.screening.rules import screen
from tests.bench.timing import seconds
from tests.quality.one_by_one import modified_z

SITES, INDICATORS, MONTHS = 1_700, 10, 60
SHARE = 20
"""The loop runs on so small a part of the series, counted as many times: it grows with their number alone."""


def linkage_screening() -> list[float]:
    table, change = series()
    return seconds(lambda: screen(table, change), 5)


def linkage_loop() -> list[float]:
    """The peer: of each series pymannkendall's original test and slope, statsmodels' OLS with HAC errors, and z."""
    import pymannkendall
    import statsmodels.api as sm

    table, change = series()
    time = np.arange(MONTHS, dtype=float)

    def work() -> None:
        for row, at in list(zip(table, change, strict=True))[::SHARE]:
            pymannkendall.original_test(row)
            known = ~np.isnan(row)
            modified_z(row[known].tolist())
            since = np.clip(time - at, 0, None)
            design = np.column_stack([np.ones(MONTHS), time, time >= at, since])[known]
            lags = {"maxlags": newey_west_lags(int(known.sum())), "use_correction": True}
            fit = sm.OLS(row[known], design).fit(cov_type="HAC", cov_kwds=lags, use_t=True)
            assert len(fit.pvalues) == 4

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [SHARE * taken for taken in seconds(work, 3)]


def series() -> tuple[Floats, np.ndarray]:
    """Monthly counts of sites × indicators with one report in ten missing, and the change of each site; fixed seed."""
    chance = np.random.default_rng(21)
    counts = chance.poisson(chance.uniform(2, 80, (SITES * INDICATORS, 1)), (SITES * INDICATORS, MONTHS)).astype(float)
    counts[chance.random(counts.shape) < 0.1] = np.nan
    return counts, np.repeat(chance.integers(12, 48, SITES), INDICATORS)
