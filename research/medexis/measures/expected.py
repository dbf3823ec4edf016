"""Which monthly reports were expected, and which came."""

from collections.abc import Collection

from indicators.geography.models import OrgUnit
from indicators.periods import Period, between
from research.evaluations.models import Evaluation, EvaluationSite
from research.medexis.models import StockReport


def expected_and_received(sites: Collection[OrgUnit | int], first: Period, last: Period) -> dict[int, tuple[int, int]]:
    """Monthly reports expected and received from `first` to `last`, by site. Every site has an entry. Two queries.

    A month is expected from the month in which the evaluation's plan begins for the site to the one in which it ends;
    a site without a plan is expected to report nothing (0). Months received outside of the plan are not counted, so
    received never exceeds expected.
    """
    keys = [site.pk if isinstance(site, OrgUnit) else site for site in sites]
    plans = EvaluationSite.objects.filter(
        evaluation__code=Evaluation.MEDEXIS, unit__in=keys, expected_from__isnull=False
    )
    spans: dict[int, tuple[Period, Period]] = {}
    for plan in plans.order_by():
        start = Period.month_of(plan.expected_from)  # type: ignore[arg-type]  # the query leaves out the empty ones
        end = Period.month_of(plan.expected_to) if plan.expected_to else last
        spans[plan.unit_id] = (max(first, start), min(last, end))
    reported = StockReport.objects.filter(site__in=spans, period__range=(first.code, last.code)).order_by()
    received = dict.fromkeys(spans, 0)
    for site, code in reported.values_list("site", "period"):
        begin, end = spans[site]
        received[site] += begin <= Period.from_code(code) <= end
    expected = {site: sum(1 for _month in between(*span)) for site, span in spans.items()}
    return {key: (expected.get(key, 0), received.get(key, 0)) for key in keys}
