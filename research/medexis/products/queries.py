"""Reads of products: who was out of one month by month, and how long the stock of each site lasts."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import Count, F, Q, QuerySet, Sum

from indicators.geography.models import OrgUnit
from indicators.periods import Period
from indicators.rollup.lasting import kept_until_written
from research.medexis.episodes.queries import episodes_for
from research.medexis.formulas.ratios import Ratio
from research.medexis.models import Offer, Product, ProductUse, StockLine, StockNorm, StockOutEpisode, StockReport
from research.medexis.products.norms import norms
from research.medexis.products.offers import offers_of, recorded
from research.medexis.products.standing import Standing, standing
from research.medexis.reports.series import days_of, series

MONTHS_SHOWN = 24


class Month(NamedTuple):
    """A product's month over the sites that offer it: `reported` its closing stock, of them `out` with none left;
    `told` its days out, of them `any_day` with at least one; `days` of them all, `impossible` ones left out."""

    month: Period
    reported: int
    out: int
    told: int
    any_day: int
    days: int
    impossible: int
    demonstration: bool

    @property
    def rate(self) -> Ratio:
        return Ratio(100 * self.out, self.reported)


class Out(NamedTuple):
    """How many sites are out of a product, and whether any of the stock-outs behind it is made up."""

    sites: int
    demonstration: bool


def product_rows(user: Any) -> list[tuple[Product, Out | None]]:
    """All products, each with the stock-outs that go on at sites that the person may see; None where there is none.
    Three queries."""
    going_on = episodes_for(user).filter(end=None, precision=StockOutEpisode.Precision.DAY).order_by()
    counted = going_on.values_list("product").annotate(
        sites=Count("site", distinct=True), made_up=Count("pk", filter=Q(demonstration=True))
    )
    out = {product: Out(sites, bool(made_up)) for product, sites, made_up in counted}
    products = Product.objects.prefetch_related("uses").order_by("order", "pk")
    return [(product, out.get(product.pk)) for product in products]


def uses_of(product: Product) -> list[ProductUse]:
    return list(product.uses.all())


def norms_of(product: Product) -> list[StockNorm]:
    """The norms, the one for everywhere first."""
    return list(product.norms.select_related("unit").order_by(F("unit__path").asc(nulls_first=True)))


def availability(product: Product, sites: QuerySet[OrgUnit], last: Period) -> list[Month]:
    """The `MONTHS_SHOWN` months up to the last, oldest first; a month without any report of the product is left out.

    Sums are made in the database for sites without a recorded offer, and line by line for those that have one. Two
    queries once they are made, five before, for any number of sites.
    """
    asked = (product.pk, list(sites.order_by("pk").values_list("pk", flat=True)), last.code)
    rests_on = [StockReport, StockLine, Offer]
    return kept_until_written("availability", asked, rests_on, lambda: _availability(product, sites, last))


def _availability(product: Product, sites: QuerySet[OrgUnit], last: Period) -> list[Month]:
    shown = [last.shift(-back) for back in range(MONTHS_SHOWN)]
    lines = StockLine.objects.filter(
        product=product,
        report__site__in=sites.order_by().values("pk"),
        report__period__range=(shown[-1].code, last.code),
    ).order_by()
    recording = Offer.objects.filter(product=product).values("site")
    found: dict[int, list[int]] = {}
    for code, *numbers in (
        lines.exclude(report__site__in=recording)
        .annotate(in_month=days_of(shown))
        .values_list("report__period")
        .annotate(
            reported=Count("closing"),
            out=Count("pk", filter=Q(closing=0)),
            told=Count("days_out"),
            any_day=Count("pk", filter=Q(days_out__gt=0)),
            days=Sum("days_out", filter=Q(days_out__lte=F("in_month")), default=0),
            impossible=Count("pk", filter=Q(days_out__gt=F("in_month"))),
            made_up=Count("pk", filter=Q(report__demonstration=True)),
        )
    ):
        found[code] = numbers
    _add_offering(found, product, lines.filter(report__site__in=recording))
    months = []
    for code, (reported, out, told, any_day, days, impossible, made_up) in sorted(found.items()):
        if reported or told or impossible:
            month = Period.from_code(code)
            months.append(Month(month, reported, out, told, any_day, days, impossible, bool(made_up)))
    return months


def _add_offering(found: dict[int, list[int]], product: Product, lines: QuerySet[StockLine]) -> None:
    """Lines of sites that have said whether they offer the product; months in which they do not are left out."""
    rows = list(lines.values_list("report__site", "report__period", "closing", "days_out", "report__demonstration"))
    offers = offers_of({site for site, *_rest in rows}, [product.pk])
    for site, code, closing, days, made_up in rows:
        month = Period.from_code(code)
        if recorded(offers[site, product.pk], month) is False:
            continue
        sums = found.setdefault(code, [0] * 7)
        possible = days is not None and days <= month.days
        more = [closing is not None, closing == 0, days is not None, bool(days), days if possible else 0]
        for place, number in enumerate([*more, days is not None and not possible, made_up]):
            sums[place] += int(number or 0)


def on_hand(product: Product, sites: Sequence[OrgUnit], last: Period) -> list[tuple[OrgUnit, Standing]]:
    """The latest month in which each site reported the product's stock, within a year before the last month, in the
    order of the sites; a site without one is left out. Three queries."""
    keys = [site.pk for site in sites]
    told, designed = series(keys, last, [product.pk]), norms(keys, [product.pk])
    pairs = [(site, (site.pk, product.pk)) for site in sites]
    found = [(site, standing(told[pair], designed.get(pair))) for site, pair in pairs if pair in told]
    return [(site, one) for site, one in found if one]


def sites_reporting(product: Product, sites: QuerySet[OrgUnit], last: Period) -> QuerySet[OrgUnit]:
    """Those of the sites that reported the product's stock in the year up to the month."""
    first = last.shift(-11)
    lines = StockLine.objects.filter(
        product=product, closing__isnull=False, report__period__range=(first.code, last.code)
    )
    return sites.filter(pk__in=lines.order_by().values("report__site")).order_by("path")
