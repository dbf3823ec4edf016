"""Reports of data sets: how many were expected of the units open and asked at that time, came in, and came in time."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db import connection

from indicators.geography.models import OrgUnit
from indicators.periods import Period
from indicators.registry.data_set_actions import MONTHLY, count_uid
from indicators.registry.models import DataElement, DataSet
from indicators.rollup.queries import element_cells, unit_ids
from indicators.values.models import ReportReceived

Derivation = DataElement.Derivation


class Reports(NamedTuple):
    """Unit-months of a unit and everything below it. `received` may exceed `expected`: a unit reported unasked.

    `on_time` None: no day is known on which any report of the period was declared complete, so none can be judged.
    """

    expected: int
    received: int
    on_time: int | None


def reporting(
    data_sets: Collection[DataSet], units: Collection[OrgUnit | int], periods: Collection[Period]
) -> dict[tuple[int, int, Period], Reports]:
    """(data set id, unit id, period) → its reports. Two queries for any number.

    A missing key: nothing was expected of the unit and nothing came, or nobody used the data set in that time.
    """
    kinds = (Derivation.EXPECTED_REPORTS, Derivation.ACTUAL_REPORTS, Derivation.REPORTS_ON_TIME)
    uids = {count_uid(one.uid, kind): (one.pk, kind) for one in data_sets for kind in kinds}
    found: dict[tuple[int, int, Period], dict[str, int]] = defaultdict(dict)
    for (uid, unit, period), cell in element_cells(uids, units, periods).items():
        data_set, kind = uids[uid]
        found[data_set, unit, period][kind] = round(cell.sum)
    dated = _months_with_days([one.pk for one in data_sets], {month for period in periods for month in period.months()})
    judged = {(one, period) for one, month in dated for period in periods if month in period.months()}
    return {
        key: Reports(
            count.get(Derivation.EXPECTED_REPORTS, 0),
            count.get(Derivation.ACTUAL_REPORTS, 0),
            count.get(Derivation.REPORTS_ON_TIME, 0) if (key[0], key[2]) in judged else None,
        )
        for key, count in found.items()
    }


def _months_with_days(data_sets: Collection[int], months: Collection[Period]) -> set[tuple[int, Period]]:
    """(data set, month) of which any report was declared complete. One look at the index for each."""
    if not data_sets or not months:
        return set()
    asked = ", ".join(f"({one}, {month.code})" for one in data_sets for month in months)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH d (s, p) AS (VALUES {asked}) SELECT s, p FROM d WHERE EXISTS"
            f" (SELECT 1 FROM {ReportReceived._meta.db_table} r WHERE r.data_set_id = d.s AND r.period = d.p)"
        )
        return {(data_set, Period.from_code(code)) for data_set, code in cursor.fetchall()}


def expected_reports(
    concepts: Collection[str], units: Collection[OrgUnit | int], periods: Collection[Period]
) -> dict[tuple[str, int, Period], int]:
    """(concept, unit id, period) → unit-months in which the concept was expected; 0: it was not asked of the unit.

    A missing key: the expectation is unknown, because no data set holds the concept, or nobody anywhere reported the
    data set in that period. Counted as reports are: an element that two data sets hold is expected in both, and a
    concept of two elements twice. One query where no data set holds a concept, else three.
    """
    asked, open_ended = _data_sets_of(concepts)
    if not asked:
        return {}
    identities = unit_ids(units)
    roots = set(OrgUnit.objects.filter(parent=None).values_list("pk", flat=True))
    uids = {count_uid(one, Derivation.EXPECTED_REPORTS) for sets in asked.values() for one in sets}
    found = element_cells(uids, identities | roots, periods)
    used = {(uid, period) for uid, unit, period in found if unit in roots}
    totals: dict[tuple[str, int, Period], int] = defaultdict(int)
    result: dict[tuple[str, int, Period], int] = {}
    for concept, sets in asked.items():
        times = {count_uid(one, Derivation.EXPECTED_REPORTS): how_often for one, how_often in sets.items()}
        for (uid, unit, period), cell in found.items():
            if uid in times:
                totals[concept, unit, period] += round(cell.sum) * times[uid]
        for period in periods:
            if any((uid, period) in used for uid in times):
                keys = [(concept, unit, period) for unit in identities]
                result |= {key: totals.get(key, 0) for key in keys if concept not in open_ended or key in totals}
    return result


def _data_sets_of(concepts: Iterable[str]) -> tuple[dict[str, dict[str, int]], set[str]]:
    """Concept → uid of a data set → how many of its elements carry the concept; concepts that are also reported
    outside of any monthly data set, so that who is expected to report them is not wholly known."""
    asked: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    open_ended: set[str] = set()
    rows = DataElement.objects.filter(concept__in=set(concepts), derivation=Derivation.REPORTED)
    for concept, uid, frequency in rows.values_list("concept", "data_sets__uid", "data_sets__frequency"):
        if frequency == MONTHLY:
            asked[concept][uid] += 1
        else:
            open_ended.add(concept)
    return asked, open_ended
