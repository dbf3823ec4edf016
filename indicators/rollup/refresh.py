"""Brings the aggregates up to the values. Each function runs in the caller's transaction and returns rows written."""

import numpy as np
from django.db import connection

from indicators.geography.models import OrgUnit
from indicators.periods import Frequency, Period
from indicators.rollup import engine, tables
from indicators.rollup.denominators import totals
from indicators.rollup.models import Aggregate, DenominatorTotal
from indicators.values.models import ChangedCell, Denominator

FEW = 2000
"""So many changed cells are always refreshed one by one."""


def refresh_everything() -> int:
    """Computes every aggregate anew and writes those that differ."""
    _alone()
    return _everything(tables.read_tree())


def _everything(tree: engine.Tree) -> int:
    # Marks are read before the values: one written in between stays, and costs a refresh too many, never one too few.
    seen = list(ChangedCell.objects.values_list("pk", flat=True))
    wanted = engine.roll_up(tables.read_values(), tree)
    written = tables.replace(tables.read_cells(), wanted) + refresh_denominators()
    _forget(seen)
    return written


def refresh_changed() -> int:
    """Computes what lies above the changed cells, and everything where they are too many or the tree has changed.

    Above a changed month of a unit lie the unit and its ancestors, in that month, its quarter and its year.
    """
    _alone()
    cells = list(ChangedCell.objects.values_list("pk", "element_id", "unit_id", "period"))
    if not cells:
        return refresh_denominators()
    tree = tables.read_tree()
    if (
        any(None in cell for cell in cells)
        or _too_many(len(cells))
        or {cell[2] for cell in cells} - set(tree.unit.tolist())
    ):
        return _everything(tree)
    summed = set(tables.summed_elements())
    dirty = np.array([cell[1:] for cell in cells if cell[1] in summed], np.int64).reshape(-1, 3)
    written = _above(dirty[:, 0], dirty[:, 1], dirty[:, 2], tree) if len(dirty) else 0
    _forget([cell[0] for cell in cells])
    return written + refresh_denominators()


def _too_many(cells: int) -> bool:
    """Past a thirtieth of all unit-months computing everything is the shorter way (docs/performance.md)."""
    return (
        cells > FEW and cells * 30 > Aggregate.objects.filter(period__lt=Period(Frequency.QUARTER, 1900).code).count()
    )


def _above(element: engine.Integers, unit: engine.Integers, month: engine.Integers, tree: engine.Tree) -> int:
    dirty = engine.with_ancestors(element, unit, month, tree)
    tables.stage_dirty(*dirty)
    own = engine.unit_months(tables.read_dirty_values())
    below = tables.read_cells_below_dirty()
    below = below.take(~engine.among(below, dirty))
    fresh = engine.up_the_tree(engine.Cells.concatenate([own, below]), tree)
    fresh = fresh.take(engine.among(fresh, dirty))
    stored = tables.read_cells_beside_dirty()
    months = stored.take(stored.period < Period(Frequency.QUARTER, 1900).code)
    months = engine.Cells.concatenate([months.take(~engine.among(months, dirty)), fresh])
    return tables.replace(stored, engine.along_time(months.take(np.argsort(months.period, kind="stable"))))


def refresh_denominators() -> int:
    parents = dict(OrgUnit.objects.values_list("pk", "parent_id"))
    given = Denominator.objects.filter(preferred=True).values_list("kind", "unit_id", "year", "value", "demonstration")
    wanted = totals(given, parents)
    stored = {row.pk: row for row in DenominatorTotal.objects.all()}
    for key in stored.keys() - wanted.keys():
        stored[key].delete()
    new = [
        DenominatorTotal(pk=key, sum=total.sum, demonstration=total.demonstration)
        for key, total in wanted.items()
        if key not in stored or (stored[key].sum, stored[key].demonstration) != total
    ]
    DenominatorTotal.objects.bulk_create(
        new, update_conflicts=True, unique_fields=["kind", "unit_id", "year"], update_fields=["sum", "demonstration"]
    )
    return len(new)


def _forget(seen: list[int]) -> None:
    for start in range(0, len(seen), 500):
        ChangedCell.objects.filter(pk__in=seen[start : start + 500]).delete()


def _alone() -> None:
    """Waits until no other refresh is writing. SQLite's transaction has seen to that already."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(762301)")
