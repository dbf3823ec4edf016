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
    wanted = engine.roll_up(*tables.read_values(), tree)  # type: ignore[arg-type]
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
    seen, *dirty = (np.array(column, object) for column in zip(*cells, strict=True))
    if any(None in column for column in dirty) or _too_many(len(cells)) or set(dirty[1]) - set(tree.unit.tolist()):
        return _everything(tree)
    summed = np.isin(dirty[0].astype(np.int64), tables.summed_elements())
    written = _above(*(column[summed].astype(np.int64) for column in dirty), tree) if summed.any() else 0
    _forget(seen.tolist())
    return written + refresh_denominators()


def _too_many(cells: int) -> bool:
    """Past a tenth of all unit-months computing everything is the shorter way."""
    return (
        cells > FEW and cells * 10 > Aggregate.objects.filter(period__lt=Period(Frequency.QUARTER, 1900).code).count()
    )


def _above(element: engine.Integers, unit: engine.Integers, month: engine.Integers, tree: engine.Tree) -> int:
    dirty = engine.with_ancestors(element, unit, month, tree)
    tables.stage_dirty(*dirty)
    own = engine.unit_months(*tables.read_dirty_values())  # type: ignore[arg-type]
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
