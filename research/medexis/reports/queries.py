"""Reads of stock reports, and the measures made of them."""

from collections.abc import Collection
from dataclasses import fields
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from indicators.geography.models import OrgUnit
from indicators.geography.scopes import limit_to_scope
from indicators.periods import Period
from research.evaluations.models import Evaluation, EvaluationSite
from research.medexis.formulas.balance import Flag, Line, difference, expected_closing, flags
from research.medexis.models import Product, StockLine, StockReport
from research.medexis.policies import can_read

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
    return limit_to_scope(OrgUnit.objects.filter(_followed()), user).select_related("parent").order_by("path")


def sites_to_enter(user: Any) -> QuerySet[OrgUnit]:
    """Those of `sites_for`, and sites that left the evaluation but have reports, which can still be corrected."""
    reported = Exists(StockReport.objects.filter(site=OuterRef("pk")))
    return limit_to_scope(OrgUnit.objects.filter(_followed() | reported), user)


def _followed() -> Exists:
    """Whether the Medexis evaluation follows the org unit of the query."""
    return Exists(EvaluationSite.objects.filter(unit=OuterRef("pk"), evaluation__code=Evaluation.MEDEXIS))


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
        wanted |= Q(pk__in=report.lines.order_by().values("product"))  # no join: there may be a million lines
    return list(Product.objects.filter(wanted).order_by("order", "pk"))


def lines_of(report: StockReport) -> dict[int, Line]:
    """What the report says of each product, by primary key of the product."""
    return {row.product_id: line_of(row) for row in report.lines.all()}


def names_of(keys: Collection[tuple[int, int, int]]) -> list[str]:
    """Lines as a person calls them, by site, code of the month and product. Two queries."""
    sites = dict(OrgUnit.objects.filter(pk__in={site for site, _month, _product in keys}).values_list("pk", "name"))
    named = Product.objects.in_bulk({product for _site, _month, product in keys})
    return [
        f"{sites.get(site, site)}, {Period.from_code(month).id}: {named.get(product, product)}"
        for site, month, product in keys
    ]


def line_of(row: StockLine) -> Line:
    return Line(**{name: getattr(row, name) for name in QUANTITIES})


def closings_before(site: OrgUnit | int, period: Period) -> dict[int, int]:
    """What the site's report of the month before closed with, by product; empty where there is none."""
    rows = StockLine.objects.filter(report__site=site, report__period=period.shift(-1).code, closing__isnull=False)
    found = rows.order_by().values_list("product", "closing")
    return {product: closing for product, closing in found if closing is not None}


def months_on_record() -> list[Period]:
    """Every month that somebody reported, newest first. One query."""
    codes = StockReport.objects.order_by("-period").values_list("period", flat=True).distinct()
    return [Period.from_code(code) for code in codes]


def open_questions(reports: Collection[StockReport]) -> dict[int, int]:
    """How many questions the lines of each report raise, by its primary key; what is only incomplete is none. Two
    queries, one where `lines` are prefetched."""
    months = {report.pk: Period.from_code(report.period) for report in reports}
    earlier: dict[tuple[int, int, int], int] = {}
    if reports:
        before = StockLine.objects.filter(
            report__site__in={report.site_id for report in reports},
            report__period__in={month.shift(-1).code for month in months.values()},
            closing__isnull=False,
        )
        rows = before.order_by().values_list("report__site", "report__period", "product", "closing")
        earlier = {(site, period, product): closing for site, period, product, closing in rows if closing is not None}
    found = {}
    for report in reports:
        month = months[report.pk]
        raised = [
            flag
            for row in report.lines.all()
            for flag in flags(
                line_of(row),
                closing_before=earlier.get((report.site_id, month.shift(-1).code, row.product_id)),
                days=month.days,
            )
        ]
        found[report.pk] = sum(flag is not Flag.INCOMPLETE for flag in raised)
    return found


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
    month = Period.from_code(report.period)
    before = closings_before(report.site_id, month)
    found = []
    for row in report.lines.select_related("product").order_by("product__order", "product"):
        line, closing = line_of(row), before.get(row.product_id)
        raised = flags(line, closing_before=closing, days=month.days)
        found.append(CheckedLine(row.product, line, expected_closing(line), difference(line), closing, raised))
    return found
