"""The data sets that ask for the examined concepts, and who was expected to report them, did, and did in time."""

from collections.abc import Collection, Sequence

import numpy as np

from indicators.periods import Period
from indicators.quality.completeness import DataSetReports
from indicators.quality.findings import Whole
from indicators.quality.reports import Bools, Given, Reports
from indicators.registry.data_set_actions import MONTHLY
from indicators.registry.models import DataElement, DataSet
from indicators.rollup.derived import values_in
from indicators.values.models import ReportReceived

Kind = DataElement.Derivation
_COUNTS = (Kind.EXPECTED_REPORTS, Kind.ACTUAL_REPORTS, Kind.REPORTS_ON_TIME)


class Asked:
    """The monthly data sets with elements of these concepts. One query.

    `data_sets`: concept → ids of its data sets. `elsewhere`: concepts that are also reported outside of any monthly
    data set, so that the data sets do not say wholly who reports them.
    """

    def __init__(self, concepts: Collection[str]) -> None:
        self.data_sets: dict[str, set[int]] = {concept: set() for concept in concepts}
        self.elsewhere: set[str] = set()
        rows = DataElement.objects.filter(concept__in=concepts, derivation=Kind.REPORTED)
        for concept, data_set, frequency in rows.values_list("concept", "data_sets", "data_sets__frequency"):
            if frequency == MONTHLY:
                self.data_sets[concept].add(data_set)
            else:
                self.elsewhere.add(concept)

    def reports(self, units: Whole, months: Sequence[Period]) -> dict[int, DataSetReports]:
        """Data set id → its reports by these units and months, and in which months anybody was expected to report.

        A constant number of queries, none where there is no data set.
        """
        wanted = set().union(*self.data_sets.values())
        if not wanted:
            return {}
        elements = {
            (data_set, kind): element
            for data_set, kind, element in DataElement.objects.filter(
                data_set__in=wanted, derivation__in=_COUNTS
            ).values_list("data_set", "derivation", "pk")
        }
        codes = np.array([month.code for month in months], np.int64)
        counts = np.array(sorted(elements.values()), np.int64)
        found = values_in(np.repeat(counts, len(codes)), np.tile(codes, len(counts)))
        dates = ReportReceived.objects.filter(data_set__in=wanted, period__in=codes.tolist())
        dated = set(dates.values_list("data_set", "period").distinct())

        def table(data_set: int, kind: str) -> tuple[Bools, Bools]:
            mine = found.element == elements.get((data_set, kind), -1)
            given = Given(found.unit[mine], found.month[mine], found.value[mine], found.demonstration[mine])
            return Reports.of(units, months, given).there, np.isin(codes, given.month)

        reports = {}
        for data_set, uid in DataSet.objects.filter(pk__in=wanted).order_by("pk").values_list("pk", "uid"):
            (expected, used), (received, _), (on_time, _) = (table(data_set, kind) for kind in _COUNTS)
            days = np.array([(data_set, code) in dated for code in codes.tolist()], np.bool_)
            reports[data_set] = DataSetReports(uid, expected, received, on_time, days, used)
        return reports
