"""A screening, indicator by indicator: what stands out, and how much was looked at. Only workers call this."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

from indicators.geography.models import OrgUnit
from indicators.periods import Period, between
from indicators.registry.definitions import definition
from indicators.rollup.readings import readings
from research.evaluations.models import EvaluationSite
from research.linkage.screening.models import ScreeningRun
from research.linkage.screening.rules import NO_CHANGE, Screened, screen

ALPHA, FALSE_DISCOVERIES, OUTLIER = 0.05, 0.10, 3.5
MOST_KEPT = 500
"""Series told of each indicator, the most striking first; all are counted."""
Tell = Callable[[int, int], None]


def found(run: ScreeningRun, tell: Tell) -> tuple[dict[str, Any], bool]:
    """JSON, and whether any value was made up. `tell` takes steps done and in all, before each indicator.

    `{"places", "months", "indicators": [{"code", "series", "refused": {reason: n}, "rising", "falling", "outlying",
    "changed", "rows": [...]}]}`; a row is `{"unit", "slope", "p", "outliers": [month ids], "level", "level_p",
    "level_q"}`. Places are those without a place below that had any value. Bounds of chance: p of a trend at 5 % by
    itself, a change of level at a share of false discoveries of 10 % among all places of the indicator.
    """
    months = list(between(Period.from_code(run.first), Period.from_code(run.last)))
    units = list(OrgUnit.objects.filter(path__startswith=run.unit.path, children__isnull=True).order_by("path"))
    changes = _changes(run, units, months)
    total, made_up, parts = len(run.indicators), False, []
    for done, code in enumerate(run.indicators):
        tell(done, total)
        read = readings(code, units, months)
        values = np.array(
            [[_number(read[unit.pk, month].value) for month in months] for unit in units], dtype=float
        ).reshape(len(units), len(months))
        made_up |= any(one.demonstration for one in read.values())
        there = np.flatnonzero(~np.isnan(values).all(axis=1)) if len(units) else np.array([], dtype=int)
        some = [units[at] for at in there]
        part = _told(some, months, screen(values[there], changes[there])) if some else _nothing()
        parts.append({"code": code, "name": definition(code).name} | part)
    tell(total, total)
    return {"places": len(units), "months": len(months), "indicators": parts}, made_up


def _changes(run: ScreeningRun, units: list[OrgUnit], months: list[Period]) -> Any:
    """Index of the first month after each place's first day of use; NO_CHANGE where it has none in these months."""
    if run.evaluation_id is None:
        return np.full(len(units), NO_CHANGE)
    rows = EvaluationSite.objects.filter(evaluation=run.evaluation_id).with_exposure()
    since = {row.unit_id: row.exposed_from for row in rows if row.exposed_from}
    return np.array([
        next((at for at, month in enumerate(months) if month.end >= since[unit.pk]), NO_CHANGE)
        if unit.pk in since else NO_CHANGE
        for unit in units
    ])  # fmt: skip


def _told(units: list[OrgUnit], months: list[Period], seen: Screened) -> dict[str, Any]:
    trend, change = seen.trend, seen.change
    moving = np.nan_to_num(trend.p, nan=1.0) < ALPHA
    outlying = np.abs(np.nan_to_num(trend.modified_z)) > OUTLIER
    changed = np.nan_to_num(change.level_q, nan=1.0) <= FALSE_DISCOVERIES
    striking = moving | outlying.any(axis=1) | changed
    order = sorted(np.flatnonzero(striking), key=lambda at: float(np.nanmin([1.0, change.level_q[at], trend.p[at]])))
    refused = Counter(str(reason) for reason in trend.refusal if reason)
    return {
        "series": len(units), "refused": dict(refused),
        "rising": int((moving & (trend.slope > 0)).sum()), "falling": int((moving & (trend.slope < 0)).sum()),
        "outlying": int(outlying.any(axis=1).sum()), "changed": int(changed.sum()),
        "rows": [
            {
                "unit": units[at].pk, "slope": _plain(trend.slope[at]), "p": _plain(trend.p[at]),
                "outliers": [months[place].id for place in np.flatnonzero(outlying[at])],
                "level": _plain(change.level[at]), "level_p": _plain(change.level_p[at]),
                "level_q": _plain(change.level_q[at]),
            }
            for at in order[:MOST_KEPT]
        ],
    }  # fmt: skip


def _nothing() -> dict[str, Any]:
    return {"series": 0, "refused": {}, "rising": 0, "falling": 0, "outlying": 0, "changed": 0, "rows": []}


def _number(value: float | None) -> float:
    return np.nan if value is None else value


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
