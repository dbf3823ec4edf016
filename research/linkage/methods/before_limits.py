"""Control limits from before a change, applied to what came after."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from indicators.trends.control_charts import ControlChart, u_prime_chart, xmr
from indicators.trends.series import Refusal
from research.linkage.methods.inputs import Floats, Panel, as_floats, as_values
from research.linkage.methods.result import Diagnostic, Estimate, Refused, Result
from research.linkage.methods.sides import FEW_POINTS, FEWEST_EACH_SIDE

CODE = "spc"
_REASONS = {"too_few": "few_before", "zero_total": "all_zero"}


def spc(panel: Panel, options: Mapping[str, Any]) -> Result | Refused:
    """Control chart of all places together, with limits from the periods before the change.

    Variants, by `chart`: xmr (mean ± 3 · MR̄ ÷ 1.128, of values and rates as they are) or u_prime (Laney 2002: counts
    over targets that vary, limits by the target of each period). Assumes that the periods before show what the process
    does by itself. Rules: a value beyond a limit; eight in a row on one side of the centre (shift); six rising or
    falling (trend); a moving range never bridges a gap. Estimates: `difference` (rate of all periods after less rate of
    all before, each the sum of numerators over the sum of denominators; no interval: a chart tests no mean) and
    `beyond` (values after the change outside the limits). Refuses `change_outside`, `few_before` (fewer than six
    values), `few_points` (fewer than three after), `all_zero` (no case before, u_prime only), `negative_counts`,
    `no_spread`, `no_neighbours`.
    """
    change, series = options.get("change"), panel.pooled()
    values = series.rates(panel.factor)
    if change is None or not 0 < change < len(values):
        return Refused(CODE, "change_outside", {"change": change, "periods": len(values)})
    known = ~np.isnan(values)
    if known[change:].sum() < FEWEST_EACH_SIDE:
        return Refused(CODE, "few_points", {"before": int(known[:change].sum()), "after": int(known[change:].sum())})
    chart = _chart(str(options.get("chart") or "xmr"), panel, change)
    if chart is None:
        return Refused(CODE, "negative_counts")
    if isinstance(chart, Refusal):
        return Refused(CODE, _REASONS.get(chart.reason, chart.reason), {"points": chart.points})
    counts, at_risk = as_floats(series.numerators), as_floats(series.denominators)
    difference = _rate(panel, counts[change:], at_risk[change:]) - _rate(panel, counts[:change], at_risk[:change])
    marked = {"beyond": chart.beyond, "shift": chart.shift, "trend": chart.trend}
    after = {name: sum(place >= change for place in places) for name, places in marked.items()}
    unstable = sum(place < change for place in chart.beyond)
    points, scale = int(known.sum()), 1.0 if chart.variant == "xmr" else panel.factor
    # Of a u′ chart, whose limits vary, those of the first value after the change are told.
    first = int(np.flatnonzero(known & (np.arange(len(values)) >= change))[0])
    told = [
        *(["few_points"] if points < FEW_POINTS else []),
        *(["gaps"] if points < len(values) else []),
        *(["unstable_before"] if unstable else []),
    ]
    return Result(
        CODE, f"{chart.variant} {chart.rules}", points,
        (
            Estimate("difference", difference, None, None, None, "points"),
            Estimate("beyond", float(after["beyond"]), None, None, None, "count"),
        ),
        (
            Diagnostic("centre", scale * chart.centre),
            Diagnostic("lower_limit", float(scale * chart.lower[first])),
            Diagnostic("upper_limit", float(scale * chart.upper[first])),
            Diagnostic("beyond_before", float(unstable), "doubtful" if unstable else "ok"),
            Diagnostic("shift_after", float(after["shift"])), Diagnostic("trend_after", float(after["trend"])),
        ),
        tuple(told),
        {
            "observed": as_values(values),
            "counterfactual": as_values(np.where(np.arange(len(values)) >= change, scale * chart.centre, np.nan)),
            "lower": as_values(scale * chart.lower), "upper": as_values(scale * chart.upper),
        },
        {"change": panel.periods[change]}
        | {name: [panel.periods[at] for at in places] for name, places in marked.items()},
    )  # fmt: skip


def _chart(kind: str, panel: Panel, change: int) -> ControlChart | Refusal | None:
    """None for negative counts, of which there is no u′ chart."""
    series = panel.pooled()
    if kind == "xmr":
        return xmr(series.rates(panel.factor), change)
    counts, at_risk = as_floats(series.numerators), as_floats(series.denominators)
    if (counts < 0).any() or (at_risk < 0).any():
        return None
    return u_prime_chart(counts, at_risk, change)


def _rate(panel: Panel, counts: Floats, at_risk: Floats) -> float:
    known = ~np.isnan(counts) & (at_risk > 0)
    return float(panel.factor * counts[known].sum() / at_risk[known].sum())
