"""What a change of values would do to the indicators: read before, added up after, written never."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit
from indicators.periods import Frequency, Period
from indicators.registry.annualisation import months_counted
from indicators.registry.definitions import definitions
from indicators.registry.models import DataElement
from indicators.rollup import engine, tables
from indicators.rollup.queries import Cell, cells, populations
from indicators.rollup.readings import formed
from indicators.values.keys import Integers, dense, one_key

MOST = 20
OF_THE_NATION = 10
"""So many rows of the whole country at most, where there are districts to show."""
YEARS = 3
"""So many years at most, the latest of those touched."""

Found = dict[tuple[str, int, Period], Cell]
_MONTHS = Period(Frequency.MONTH, 1900).code, Period(Frequency.MONTH, 2100, 12).code


class _Change(NamedTuple):
    sum: float
    reported: int


def effects(
    element: Integers, period: Integers, unit: Integers, before: NDArray[np.float64], after: NDArray[np.float64]
) -> list[dict[str, Any]]:
    """Rows {definition, unit_id, period, before, after}: the indicators that read otherwise once `after` stands.

    The columns are equally long: ids, codes of periods, and numbers with NaN where there is none, one row for each
    value (option and attribute combinations apart, as stored). Shown are the roots of the tree and the districts that
    the change touches; of both those first that change most, relative to their size; 20 rows at most. `period` is the
    code of the month, the quarter or, where more is touched, of each of the last years. A number is None where the
    indicator cannot be formed. Values of other periods than months, and elements derived from others, are left out.
    A constant number of queries.
    """
    concepts = _concepts()
    kept = np.isin(element, np.array(sorted(concepts), np.int64)) & (period >= _MONTHS[0]) & (period <= _MONTHS[1])
    kept &= ~((before == after) | (np.isnan(before) & np.isnan(after)))
    if not kept.any():
        return []
    element, period, unit = element[kept], period[kept], unit[kept]
    periods = _shown_periods(period)
    level_of = _shown_units()
    changes = _changes(element, period, unit, before[kept], after[kept], concepts, level_of)
    return _rows(changes, periods, {place: level_of[place] for _, place, _ in changes})


def _concepts() -> dict[int, str]:
    """Element id → concept, of the elements that definitions add up."""
    wanted = {concept for rule in definitions().values() for concept in rule.concepts}
    rows = DataElement.objects.filter(tables.SUMMED, aggregation="SUM", concept__in=wanted)
    return dict(rows.order_by().values_list("pk", "concept"))


def _shown_periods(months: Integers) -> list[Period]:
    touched = [Period.from_code(code) for code in dense(months)[0].tolist()]
    for frequency in (Frequency.MONTH, Frequency.QUARTER):
        if len(whole := {month.within(frequency) for month in touched}) == 1:
            return list(whole)
    return sorted({month.within(Frequency.YEAR) for month in touched}, reverse=True)[:YEARS]


def _changes(
    element: Integers,
    month: Integers,
    unit: Integers,
    before: NDArray[np.float64],
    after: NDArray[np.float64],
    concepts: Mapping[int, str],
    units: Collection[int],
) -> dict[tuple[str, int, Period], _Change]:
    """(concept, unit id, month) → what comes to its sum and to its unit-months, for those of the units above it."""
    had, has = ~np.isnan(before), ~np.isnan(after)
    more = np.where(has, after, 0.0) - np.where(had, before, 0.0)
    stored = tables.read_values_at(*_each_once(element, unit, month))
    ids = [np.concatenate(pair) for pair in zip((element, unit, month), stored[:3], strict=True)]
    _, at = dense(one_key(ids))
    new, old = at[: len(element)], at[len(element) :]
    many = int(at.max()) + 1
    rows_before = np.bincount(old, minlength=many)
    rows_after = rows_before + np.rint(np.bincount(new, has.astype(np.int64) - had, many)).astype(np.int64)
    sums = np.bincount(old, stored.value, many).astype(np.float64)
    sums_after = sums + np.bincount(new, more, many).astype(np.float64)
    first = np.empty(many, np.int64)
    first[new] = np.arange(len(new))
    grown = engine.to_millionths(sums_after) - engine.to_millionths(sums)
    reported = (rows_after > 0).astype(np.int64) - (rows_before > 0)
    own = engine.Cells(element[first], unit[first], month[first], grown, reported, np.zeros(many, np.bool_))
    lifted = engine.up_the_trees(own, tables.read_trees())
    lifted = lifted.take(np.isin(lifted.unit, np.array(sorted(units), np.int64)))
    found: dict[tuple[str, int, Period], _Change] = {}
    calendar = {code: Period.from_code(code) for code in dense(lifted.period)[0].tolist()}
    for identity, place, code, total, count in zip(*(column.tolist() for column in lifted[:5]), strict=True):
        key = concepts[identity], place, calendar[code]
        so_far = found.get(key, _Change(0.0, 0))
        found[key] = _Change(so_far.sum + total, so_far.reported + count)
    return found


def _each_once(element: Integers, unit: Integers, month: Integers) -> tuple[Integers, Integers, Integers]:
    _, first = np.unique(one_key([element, unit, month]), return_index=True)
    return element[first], unit[first], month[first]


def _shown_units() -> dict[int, int]:
    """Roots and districts with their level. Districts are what accounts look after; else what lies below a root."""
    levels = Counter(User.districts.through.objects.values_list("orgunit__level", flat=True))
    level = max(levels, key=lambda one: (levels[one], one), default=2)
    return dict(OrgUnit.objects.filter(level__in={1, level}).order_by().values_list("pk", "level"))


def _rows(
    changes: Mapping[tuple[str, int, Period], _Change], periods: list[Period], units: Mapping[int, int]
) -> list[dict[str, Any]]:
    touched = {concept for concept, _, _ in changes}
    rules = [rule for rule in definitions().values() if touched & set(rule.concepts)]
    windows = chain.from_iterable(months_counted(rule.annualisation, period) for rule in rules for period in periods)
    counted = {*periods, *windows}
    before: Found = cells({concept for rule in rules for concept in rule.concepts}, units, counted)
    after = _with(before, changes, counted)
    kinds = {kind for rule in rules for kind in rule.populations}
    people = populations(kinds, units, {period.year for period in periods})
    found: dict[bool, list[tuple[float, dict[str, Any]]]] = defaultdict(list)
    for rule in rules:
        was, becomes = (formed(rule, units, periods, some, people) for some in (before, after))
        for (unit, period), reading in was.items():
            old, new = reading.value, becomes[unit, period].value
            if old != new:
                row = {"definition": rule.code, "unit_id": unit, "period": period.code, "before": old, "after": new}
                found[units[unit] == 1].append((_size(old, new), row))
    first, others = (_in_order(found[which]) for which in (True, False))
    first = first[: max(OF_THE_NATION, MOST - len(others))]
    return [*first, *others][:MOST]


def _with(before: Found, changes: Mapping[tuple[str, int, Period], _Change], counted: set[Period]) -> Found:
    after = dict(before)
    longer: dict[Period, list[Period]] = defaultdict(list)
    for period in counted:
        for month in period.months():
            longer[month].append(period)
    for (concept, unit, month), (more, reported) in changes.items():
        for period in longer[month]:
            key = concept, unit, period
            cell = after.get(key, Cell(0.0, 0, False))
            after[key] = cell._replace(sum=cell.sum + more, reported=cell.reported + reported)
    # Where nothing is reported any longer there is no zero, but nothing.
    return {key: cell for key, cell in after.items() if cell.reported > 0}


def _size(old: float | None, new: float | None) -> float:
    """How much changes, relative to the larger of the two; 1 where one is missing."""
    return 1.0 if old is None or new is None else abs(new - old) / max(abs(old), abs(new))


def _in_order(rows: list[tuple[float, dict[str, Any]]]) -> list[dict[str, Any]]:
    return [row for _, row in sorted(rows, key=lambda one: (-one[0], -one[1]["period"], one[1]["unit_id"]))]
