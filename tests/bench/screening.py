"""`python -m tests.bench.screening`: many series screened at once against a plain loop over them; medians of five."""

import resource
import statistics
import time
from collections.abc import Callable

import numpy as np

from indicators.quality.outliers import modified_z
from indicators.trends.control_charts import xmr
from indicators.trends.mann_kendall import original
from indicators.trends.screening import screen
from indicators.trends.series import Floats

SITES, MONTHS = 1_700, 60


def series() -> Floats:
    """Monthly doses with one report in ten missing; fixed seed."""
    chance = np.random.default_rng(20)
    doses = chance.poisson(chance.uniform(2, 80, (SITES, 1)), (SITES, MONTHS)).astype(np.float64)
    doses[chance.random(doses.shape) < 0.1] = np.nan
    return doses


def one_by_one(matrix: Floats) -> None:
    for row in matrix:
        original(row)
        xmr(row)
        modified_z(row[~np.isnan(row)].tolist())


def median_seconds(work: Callable[[Floats], object], matrix: Floats) -> float:
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        work(matrix)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


if __name__ == "__main__":
    table = series()
    together, apart = median_seconds(screen, table), median_seconds(one_by_one, table)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{SITES} series of {MONTHS} months: screened {together:.3f} s, one by one {apart:.3f} s")
    print(f"ratio {apart / together:.1f}; peak {peak:.0f} MB")
