"""Reads of stock reports, and the measures made of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from indicators.geography.models import OrgUnit
from indicators.geography.scopes import limit_to_scope
from indicators.periods import Period, between
from research.evaluations.models import Evaluation, EvaluationSite
from research.measures import Measured, SiteMonth
from research.medexis.balance import Flag, Line, difference, expected_closing, flags
from research.medexis.models import Product, StockLine, StockReport
from research.medexis.policies import can_read
from research.medexis.stock_out_queries import tracer_episodes
from research.medexis.stock_outs import Episode, days_by_rule, months_of

REPORTS, DAYS_OUT = "STOCK_REPORTS", "STOCK_DAYS_OUT"
QUANTITIES = tuple(field.name for field in fields(Line))
"""The columns of a stock line, in the order in which they are typed."""


def quantity_labels() -> dict[str, str]:
    """The reader's word for each quantity of a line, in the order of the grid."""
    return {name: str(StockLine._meta.get_field(name).verbose_name) for name in QUANTITIES}  # type: ignore[union-attr]


def reports_for(user: Any) -> QuerySet[StockReport]:
    """The stock reports that the person may read, the newest month first."""
    if not can_read(user):
        return StockReport.objects.none()
    reports = limit_to_scope(StockReport.objects.all(), user, unit="site")
    return reports.select_related("site__parent").order_by("-period", "site__path")


def sites_for(user: Any) -> QuerySet[OrgUnit]:
    """The sites of the Medexis evaluation that the person may meet, in the order of the tree."""
    sites = OrgUnit.objects.filter(evaluation_sites__evaluation__code=Evaluation.MEDEXIS).distinct()
    return limit_to_scope(sites, user).select_related("parent").order_by("path")


def sites_to_enter(user: Any) -> QuerySet[OrgUnit]:
    """Those of `sites_for`, and sites that left the evaluation but have reports, which can still be corrected."""
    wanted = Q(pk__in=sites_for(user).order_by().values("pk")) | Q(pk__in=StockReport.objects.values("site"))
    return limit_to_scope(OrgUnit.objects.filter(wanted), user)


def last_site(user: Any) -> OrgUnit | None:
    """The site of the report that the person entered last; None where they entered none."""
    report = StockReport.objects.filter(created_by=user).select_related("site").order_by("-created_at").first()
    return report.site if report else None


def report_of(site: OrgUnit | int, period: Period) -> StockReport | None:
    """The one report of a site and month; None where the month was not reported."""
    return StockReport.objects.filter(site=site, period=period.code).select_related("site__parent").first()


def recent_reports(site: OrgUnit | int, limit: int = 10) -> list[StockReport]:
    """The latest reports of a site, the newest month first, with their lines and products. Two queries."""
    reports = StockReport.objects.filter(site=site).select_related("site").order_by("-period")
    return list(reports.prefetch_related("lines__product")[:limit])


def products(report: StockReport | None = None) -> list[Product]:
    """The products that a month asks for: the active ones, and those that the report has a line of."""
    wanted = Q(active=True)
    if report is not None:
        wanted |= Q(lines__report=report)
    return list(Product.objects.filter(wanted).distinct().order_by("order", "pk"))


def lines_of(report: StockReport) -> dict[int, Line]:
    """What the report says of each product, by primary key of the product."""
    return {row.product_id: line_of(row) for row in report.lines.all()}


def line_of(row: StockLine) -> Line:
    return Line(**{name: getattr(row, name) for name in QUANTITIES})


def closings_before(site: OrgUnit | int, period: Period) -> dict[int, int]:
    """What the site's report of the month before closed with, by product; empty where there is none."""
    rows = StockLine.objects.filter(report__site=site, report__period=period.shift(-1).code, closing__isnull=False)
    found = rows.order_by().values_list("product", "closing")
    return {product: closing for product, closing in found if closing is not None}


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


def days_out(site: OrgUnit | int, periods: Iterable[Period]) -> dict[Period, int | None]:
    """Days out of stock of the tracer in each month; None where not reported or left blank. One query."""
    months = list(periods)
    key = site.pk if isinstance(site, OrgUnit) else site
    found = _tracer_days({key}, months)
    return {month: found.get((key, month)) for month in months}


def measures(site_months: Collection[SiteMonth]) -> dict[SiteMonth, Measured]:
    """The measures of each site-month, made of its report and its stock-outs. Every site-month asked for has an entry.

    STOCK_REPORTS is 1 where the month was reported, and missing (not 0) where it was not. STOCK_DAYS_OUT: `days_out`.
    The days of dated stock-outs: `stock_outs.days_by_rule`. Three queries.
    """
    wanted = set(site_months)
    sites, codes = {site for site, _month in wanted}, {month.code for _site, month in wanted}
    rows = StockReport.objects.filter(site__in=sites, period__in=codes).order_by()
    demonstration = {(s, Period.from_code(p)): d for s, p, d in rows.values_list("site", "period", "demonstration")}
    days = _tracer_days(sites, [Period.from_code(code) for code in codes])
    today = timezone.localdate()
    episodes = tracer_episodes(sites, max((month.end for _site, month in wanted), default=today))
    return {
        key: _measured(key, demonstration.get(key), days.get(key), episodes.get(key[0], []), today) for key in wanted
    }


def _measured(
    key: SiteMonth, reported: bool | None, days: int | None, episodes: Sequence[tuple[Episode, bool]], today: date
) -> Measured:
    """`reported`: whether the month's report is made up; None where there is no report."""
    month = key[1]
    inside = [(one, made_up) for one, made_up in episodes if month in months_of(one.start, one.end, today)]
    by_rule = days_by_rule([one for one, _made_up in inside], month, reported=days, today=today)
    values = {REPORTS: None if reported is None else 1, DAYS_OUT: days} | by_rule
    return Measured(values, bool(reported) or any(made_up for _one, made_up in inside))


def _tracer_days(sites: set[int], months: Collection[Period]) -> dict[SiteMonth, int]:
    """Of several tracers the one that was out longest counts: on so many days at least one was missing."""
    rows = StockLine.objects.filter(
        product__tracer=True,
        days_out__isnull=False,
        report__site__in=sites,
        report__period__in=[m.code for m in months],
    ).order_by()
    longest: dict[SiteMonth, int] = {}
    for site, code, days in rows.values_list("report__site", "report__period", "days_out"):
        key = (site, Period.from_code(code))
        longest[key] = max(days or 0, longest.get(key, 0))
    return longest


def line_counts(reports: Collection[StockReport]) -> Mapping[int, int]:
    """How many products each report has a line of. One query."""
    rows = StockLine.objects.filter(report__in=reports).order_by().values_list("report").annotate(lines=Count("pk"))
    return dict(rows)


def months_on_record() -> list[Period]:
    """Every month that somebody reported, newest first. One query."""
    codes = StockReport.objects.order_by("-period").values_list("period", flat=True).distinct()
    return [Period.from_code(code) for code in codes]


class CheckedLine(NamedTuple):
    """A line with what it leads to and the questions it raises (see balance.py)."""

    product: Product
    line: Line
    expected: int | None
    difference: int | None
    closing_before: int | None
    flags: tuple[Flag, ...]


def checked_lines(report: StockReport) -> list[CheckedLine]:
    """The lines of a report in the order of the products, each checked against the month before. Two queries."""
    before = closings_before(report.site_id, Period.from_code(report.period))
    found = []
    for row in report.lines.select_related("product").order_by("product__order", "product"):
        line, closing = line_of(row), before.get(row.product_id)
        raised = flags(line, closing_before=closing)
        found.append(CheckedLine(row.product, line, expected_closing(line), difference(line), closing, raised))
    return found
