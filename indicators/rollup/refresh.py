"""Brings the aggregates up to the values. Each function runs in the caller's transaction and returns rows written."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from indicators.geography.models import OrgUnit
from indicators.geography.queries import moves
from indicators.periods import EVERY_MONTH, Frequency, Period
from indicators.rollup import cube, derived, engine, tables
from indicators.rollup.denominators import totals
from indicators.rollup.models import DenominatorTotal
from indicators.rollup.progress import Tell, untold
from indicators.rollup.trees import Trees, Triples
from indicators.values.keys import Integers
from indicators.values.models import ChangedCell, Denominator

FEW = 2000
"""So many changed cells are always refreshed one by one."""
FEW_UNITS = 200
"""Above so many units at most, only the part of the tree that they touch is read."""
AT_ONCE = 300_000
"""About so many values are worked on at a time: memory does not grow with what is stored."""
_MONTHS_END = Period(Frequency.QUARTER, 1900).code
_QUARTERS_END = Period(Frequency.YEAR, 1900).code


def refresh_everything(progress: Tell = untold) -> int:
    """Computes every aggregate anew and writes those that differ."""
    _alone()
    return _everything(tables.read_trees(), progress)


def _everything(trees: Trees, progress: Tell) -> int:
    # Marks are read before the values: one written in between stays, and costs a refresh too many, never one too few.
    seen = list(ChangedCell.objects.values_list("pk", flat=True))
    written = sum(_whole_elements(trees, progress)) + refresh_denominators()
    _forget(seen)
    return written


def _whole_elements(trees: Trees, progress: Tell) -> Iterator[int]:
    """Element by element, or as many as there is room for: no cell of one rests on another's."""
    yield tables.replace(tables.read_cells_of(tables.elements_not_summed()), engine.Cells.empty())
    summed, of_derived, done = tables.summed_elements(), tables.derived_elements(), 0
    progress(done, len(summed))
    for elements, kept in (
        (sorted(set(summed) - set(of_derived)), trees.inner),
        (of_derived, np.sort(trees.unit)),
    ):
        for some, values in parts(elements):
            yield tables.replace(tables.read_cells_of(some), cube.roll_up(values, trees, kept))
            progress(done := done + len(some), len(summed))


def parts(elements: list[int]) -> Iterator[tuple[list[int], engine.Values]]:
    """Some of the elements at a time, with about `AT_ONCE` values of theirs."""
    start, many = 0, 1
    while start < len(elements):
        some = elements[start : start + many]
        values = derived.values_of(some)
        yield some, values
        start += many
        many = max(1, AT_ONCE * len(some) // max(AT_ONCE // 100, len(values.value)))


def refresh_changed(progress: Tell = untold) -> int:
    """Computes what lies above the changed cells, and everything where they are too many or the tree has changed.

    Targets are added up again where one was marked, and where nothing is marked at all.

    Above a changed month of a unit lie the unit and its ancestors, in that month, its quarter and its year. A mark
    without a unit stands for all units of the element in the month; so do many marks of one block together. Marks of
    periods that are no months are forgotten: nothing is added up from them.
    """
    _alone()
    seen: list[Any] = list(ChangedCell.objects.values_list("pk", "element_id", "period", "unit_id"))
    # Nothing lies above a value of a week, a quarter or any other period that is no month.
    marks = [mark for mark in seen if mark[2] is None or EVERY_MONTH[0] <= mark[2] <= EVERY_MONTH[1]]
    of_targets = [mark for mark in marks if mark[1] is None and mark[3] is not None]
    of_values = [mark for mark in marks if mark[1] is not None]
    if len(marks) > len(of_targets) + len(of_values):
        return _everything(tables.read_trees(), progress)
    written = _above_values(of_values, progress) if of_values else 0
    if of_targets or not marks:
        written += refresh_denominators()
    _forget([mark[0] for mark in seen])
    return written


def _above_values(marks: list[Any], progress: Tell) -> int:
    cells, blocks = derived.marks_above(
        {mark[1:] for mark in marks if mark[3] is not None}, {mark[1:3] for mark in marks if mark[3] is None}
    )
    marked = {mark[3] for mark in marks} - {None}
    few = not blocks and len(cells) <= FEW and len(marked) <= FEW_UNITS
    trees = tables.read_trees_around(marked) if few else tables.read_trees()
    if marked - set(trees.unit.tolist()):
        return _everything(tables.read_trees(), progress)
    summed, of_derived = tables.summed_elements(), tables.derived_elements()
    known = set(summed)
    cells, blocks = {cell for cell in cells if cell[0] in known}, {block for block in blocks if block[0] in known}
    touched = {cell[:2] for cell in cells}
    # Past a thirtieth of their blocks' unit-months, whole blocks are the shorter way (docs/performance.md).
    if len(cells) > FEW and len(cells) * 30 > len(touched) * len(trees.unit):
        blocks, cells = blocks | touched, set()
    if blocks and 3 * len(blocks) > tables.count_blocks(summed):
        return _everything(trees, progress)
    written, steps = 0, bool(blocks) + bool(cells)
    progress(0, steps)
    if blocks:
        element, month = np.array(sorted(blocks), np.int64).T
        written += _all_units(element, month, trees, of_derived)
        progress(1, steps)
    if cells := {cell for cell in cells if cell[:2] not in blocks}:
        element, month, unit = np.array(sorted(cells), np.int64).T
        written += _above(element, unit, month, trees, of_derived)
    progress(steps, steps)
    return written


def _all_units(element: Integers, month: Integers, trees: Trees, of_derived: list[int]) -> int:
    values, written = derived.values_in(element, month), 0
    with_leaves = np.isin(element, of_derived)
    for these, kept in ((~with_leaves, trees.inner), (with_leaves, np.sort(trees.unit))):
        if not these.any():
            continue
        fresh = cube.roll_up(values.take(np.isin(values.element, element[these])), trees, kept)
        every = (
            np.repeat(element[these], len(kept)),
            np.tile(kept, np.count_nonzero(these)),
            np.repeat(month[these], len(kept)),
        )
        written += _with_longer(every, fresh.take(fresh.period < _MONTHS_END))
    return written


def _above(element: Integers, unit: Integers, month: Integers, trees: Trees, of_derived: list[int]) -> int:
    """Those of these cells and of the cells above them that are stored, from own values and their children's months."""

    def are_stored(cells: Triples) -> NDArray[np.bool_]:
        return np.isin(cells[1], trees.inner) | np.isin(cells[0], of_derived)

    dirty = trees.with_ancestors(element, unit, month)
    dirty = _taken(dirty, are_stored(dirty))
    if not len(dirty[0]):
        return 0
    below = trees.children(*dirty)
    stored = are_stored(below)
    own = engine.unit_months(derived.values_at(*_both(dirty, _taken(below, ~stored))))
    others = tables.read_cells_at(*_taken(below, stored & ~engine.among(below, dirty)))
    fresh = engine.up_the_trees(engine.Cells.concatenate([own, others]), trees)
    return _with_longer(dirty, fresh.take(engine.among(fresh[:3], dirty)))


def _with_longer(changed: Triples, fresh: engine.Cells) -> int:
    """Puts fresh months in place of the changed ones, and what follows for their quarters and years."""
    element, unit, month = changed
    stored = tables.read_cells_around(*changed)

    def others(cells: engine.Cells, frequency: Frequency) -> engine.Cells:
        return cells.take(~engine.among(cells[:3], (element, unit, engine.within(month, frequency))))

    months = stored.take(stored.period < _MONTHS_END)
    months = _in_time(others(months, Frequency.MONTH), fresh)
    quarters = stored.take((stored.period >= _MONTHS_END) & (stored.period < _QUARTERS_END))
    quarters = _in_time(others(quarters, Frequency.QUARTER), engine.longer(months, Frequency.QUARTER))
    return tables.replace(stored, engine.Cells.concatenate([months, quarters, engine.longer(quarters, Frequency.YEAR)]))


def _in_time(*parts: engine.Cells) -> engine.Cells:
    cells = engine.Cells.concatenate(list(parts))
    return cells.take(np.argsort(cells.period, kind="stable"))


def _taken(cells: Triples, which: NDArray[np.bool_]) -> Triples:
    return cells[0][which], cells[1][which], cells[2][which]


def _both(some: Triples, others: Triples) -> Triples:
    element, unit, month = (np.concatenate(pair) for pair in zip(some, others, strict=True))
    return element, unit, month


def refresh_denominators() -> int:
    parents = dict(OrgUnit.objects.values_list("pk", "parent_id"))
    given = Denominator.objects.filter(preferred=True).values_list("kind", "unit_id", "year", "value", "demonstration")
    wanted = totals(given, parents, moves())
    stored = {row.pk: row for row in DenominatorTotal.objects.all()}
    for key in stored.keys() - wanted.keys():
        stored[key].delete()
    new = [
        DenominatorTotal(pk=key, sum=total.sum, demonstration=total.demonstration)
        for key, total in wanted.items()
        if key not in stored or (stored[key].sum, stored[key].demonstration) != total
    ]
    DenominatorTotal.objects.bulk_create(
        new,
        update_conflicts=True,
        unique_fields=["kind", "unit_id", "year", "month"],
        update_fields=["sum", "demonstration"],
    )
    return len(new)


def _forget(seen: list[int]) -> None:
    for start in range(0, len(seen), 500):
        ChangedCell.objects.filter(pk__in=seen[start : start + 500]).delete()


def _alone() -> None:
    """Waits until no other refresh is writing. SQLite's transaction has seen to that already.

    PostgreSQL is told, until the transaction ends, that it has room to work in and that a look by the key is cheap.
    By its usual settings it packs values on the disk, and reads a large table from end to end for each part of it.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(762301)")
            cursor.execute("SET LOCAL work_mem = '64MB'; SET LOCAL random_page_cost = 1.1")
