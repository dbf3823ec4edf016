"""Trend, outliers and control limits of every series of a country: at once, and as a loop over a published library."""

import numpy as np

from indicators.trends.control_charts import xmr
from indicators.trends.screening import screen
from indicators.trends.series import Floats
from tests.bench.timing import seconds
from tests.quality.one_by_one import modified_z

SERIES, MONTHS = 17_890, 60


def screening() -> list[float]:
    table = series()
    return seconds(lambda: screen(table), 5)


def pymannkendall_loop() -> list[float]:
    """The peer: pymannkendall's original test and Sen slope of each series, with our own z and limits beside it.

    Run on a tenth of the series and counted ten times: the loop grows with their number and nothing else.
    """
    import pymannkendall

    table = series()[: SERIES // 10]

    def work() -> None:
        for row in table:
            pymannkendall.original_test(row)
            xmr(row)
            modified_z(row[~np.isnan(row)].tolist())

    return [10 * taken for taken in seconds(work)]


def series() -> Floats:
    """Monthly doses with one report in ten missing; fixed seed."""
    chance = np.random.default_rng(20)
    doses = chance.poisson(chance.uniform(2, 80, (SERIES, 1)), (SERIES, MONTHS)).astype(np.float64)
    doses[chance.random(doses.shape) < 0.1] = np.nan
    return doses
