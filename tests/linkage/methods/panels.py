"""Made panels with known truths; seeds are fixed."""

from collections.abc import Sequence

import numpy as np

from research.linkage.methods.inputs import Panel, UnitSeries


def months(number: int, first: int = 1) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """DHIS2 ids from that month of 2020 on, and the month of each."""
    places = [first - 1 + at for at in range(number)]
    return tuple(f"{2020 + at // 12}{at % 12 + 1:02}" for at in places), tuple(at % 12 + 1 for at in places)


def a_panel(*units: UnitSeries, factor: float = 1, number: int | None = None) -> Panel:
    periods, seasons = months(number or len(units[0].numerators))
    return Panel(periods, seasons, 12, factor, units)


def a_series(values: Sequence[float | None], of: float = 1, unit: str = "a", **more: object) -> UnitSeries:
    return UnitSeries(unit, tuple(values), (of,) * len(values), (False,) * len(values), **more)  # type: ignore[arg-type]


def staggered(
    starts: Sequence[int | None],
    effect: float,
    *,
    number: int = 24,
    noise: float = 1.0,
    seed: int = 1,
    grows: float = 0,
) -> Panel:
    """Places with levels and a course of their own time in common; the effect from the start on, growing by `grows`."""
    random = np.random.default_rng(seed)
    common = np.cumsum(random.normal(0, 1, number))
    units = []
    for at, start in enumerate(starts):
        since = np.clip(np.arange(number) - (number if start is None else start), -1, None) + 1
        values = 50 + 5 * at + common + random.normal(0, noise, number) + (since > 0) * effect + grows * since
        units.append(a_series([float(one) for one in values], unit=f"u{at}", exposed_from=start))
    return a_panel(*units)
