"""Which monthly reports were expected, and which came."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.db.models import Case, Count, QuerySet, Value, When

from indicators.geography.models import OrgUnit
from indicators.periods import Period
from research.evaluations.models import Evaluation, EvaluationSite
from research.medexis.models import StockReport

Keys = QuerySet[Any, int]
"""Of org units, for a condition within the database."""
Span = tuple[Period, Period]


def expected_and_received(
    sites: Collection[OrgUnit | int] | Keys, first: Period, last: Period
) -> dict[int, tuple[int, int]]:
    """Monthly reports expected and received from `first` to `last`, by site. Every site has an entry. Two queries,
    which bring a row for each site; `sites` as a queryset of keys, of which there may be many, are a third.

    A month is expected from the month in which the evaluation's plan begins for the site to the one in which it ends;
    a site without a plan is expected to report nothing (0). Months received outside of the plan are not counted, so
    received never exceeds expected.
    """
    keys = [site.pk if isinstance(site, OrgUnit) else site for site in sites]
    plans = EvaluationSite.objects.filter(
        evaluation__code=Evaluation.MEDEXIS,
        unit__in=sites if isinstance(sites, QuerySet) else keys,
        expected_from__isnull=False,
    ).order_by()
    of_dates: dict[tuple[date | None, date | None], Span] = {}  # many sites, few dates
    spans: dict[int, Span] = {}
    for unit, *dates in plans.values_list("unit", "expected_from", "expected_to"):
        begins, ends = dates
        if (begins, ends) not in of_dates:
            start = Period.month_of(begins)  # type: ignore[arg-type]  # the query leaves out the empty ones
            of_dates[begins, ends] = max(first, start), min(last, Period.month_of(ends)) if ends else last
        spans[unit] = of_dates[begins, ends]
    months = {span: max(0, _months(*span)) for span in of_dates.values()}
    received = _received(plans.values("unit"), spans, first, last)
    return {key: (months[spans[key]], received.get(key, 0)) if key in spans else (0, 0) for key in keys}


def _received(planned: QuerySet[Any, Any], spans: Mapping[int, Span], first: Period, last: Period) -> dict[int, int]:
    """Site → its reports within its span. One query."""
    parts: dict[Span, list[int]] = defaultdict(list)
    for site, span in spans.items():
        if span != (first, last):
            parts[span].append(site)
    rows = StockReport.objects.filter(site__in=planned, period__range=(first.code, last.code)).order_by()
    if parts:
        begins, ends = (
            Case(*(When(site__in=sites, then=Value(span[end].code)) for span, sites in parts.items()), default=whole)
            for end, whole in ((0, first.code), (1, last.code))
        )
        rows = rows.filter(period__gte=begins, period__lte=ends)
    return dict(rows.values_list("site").annotate(Count("pk")))


def _months(first: Period, last: Period) -> int:
    return 12 * (last.year - first.year) + last.number - first.number + 1
