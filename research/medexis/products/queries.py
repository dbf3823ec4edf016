"""Reads of products: who was out of one month by month, and how long the stock of each site lasts."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import Count, F, Q, QuerySet, Sum

from indicators.geography.models import OrgUnit
from indicators.periods import Period
from research.medexis.formulas.consumption import MonthUse, amc
from research.medexis.formulas.ratios import Ratio
from research.medexis.formulas.stock import Band, Bands, band, months_of_stock
from research.medexis.measures.facts import AMC_MONTHS
from research.medexis.models import Offer, Product, ProductUse, StockLine, StockNorm, StockOutEpisode
from research.medexis.products.norms import norms
from research.medexis.products.offers import offers_of, recorded

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


class OnHand(NamedTuple):
    """A site's latest report of a product. `amc` over its latest three months; None where it cannot be known."""

    site: OrgUnit
    report: int
    month: Period
    on_hand: int
    amc: float | None
    months: float | None
    band: Band
    demonstration: bool


def product_rows() -> QuerySet[Product]:
    """All products with the number of stock-outs that go on. One query and one for the uses."""
    ongoing = Count("episodes", filter=Q(episodes__end=None, episodes__precision=StockOutEpisode.Precision.DAY))
    return Product.objects.annotate(ongoing=ongoing).prefetch_related("uses").order_by("order", "pk")


def uses_of(product: Product) -> list[ProductUse]:
    return list(product.uses.all())


def norms_of(product: Product) -> list[StockNorm]:
    """The norms, the one for everywhere first."""
    return list(product.norms.select_related("unit").order_by(F("unit__path").asc(nulls_first=True)))


def availability(product: Product, sites: QuerySet[OrgUnit], last: Period) -> list[Month]:
    """The `MONTHS_SHOWN` months up to the last, oldest first; a month without any report of the product is left out.

    Sums are made in the database for sites without a recorded offer, and line by line for those that have one. Three
    queries for any number of sites.
    """
    first = last.shift(1 - MONTHS_SHOWN)
    lines = StockLine.objects.filter(
        product=product, report__site__in=sites.order_by().values("pk"), report__period__range=(first.code, last.code)
    ).order_by()
    recording = Offer.objects.filter(product=product).values("site")
    found: dict[int, list[int]] = {}
    for code, *numbers in (
        lines.exclude(report__site__in=recording)
        .values_list("report__period")
        .annotate(
            reported=Count("closing"),
            out=Count("pk", filter=Q(closing=0)),
            told=Count("days_out"),
            any_day=Count("pk", filter=Q(days_out__gt=0)),
            days=Sum("days_out", filter=Q(days_out__lte=31), default=0),
            impossible=Count("pk", filter=Q(days_out__gt=31)),
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
        if recorded(offers[site, product.pk], Period.from_code(code)) is False:
            continue
        sums = found.setdefault(code, [0] * 7)
        possible = days is not None and days <= 31
        more = [closing is not None, closing == 0, days is not None, bool(days), days if possible else 0]
        for place, number in enumerate([*more, days is not None and not possible, made_up]):
            sums[place] += int(number or 0)


def on_hand(product: Product, sites: Sequence[OrgUnit], last: Period) -> list[OnHand]:
    """The latest month in which each site reported the product's stock, within a year before the last month, in the
    order of the sites; a site without one is left out. Three queries."""
    first = last.shift(-11)
    keys = [site.pk for site in sites]
    lines: dict[int, dict[Period, tuple[Any, ...]]] = defaultdict(dict)
    rows = StockLine.objects.filter(
        product=product, report__site__in=keys, report__period__range=(first.code, last.code)
    ).order_by()
    for key, code, *rest in rows.values_list(
        "report__site", "report__period", "closing", "issued", "days_out", "report", "report__demonstration"
    ):
        lines[key][Period.from_code(code)] = tuple(rest)
    designed = norms(keys, [product.pk])
    found = []
    for site in sites:
        reported = [month for month, line in lines[site.pk].items() if line[0] is not None]
        if not reported:
            continue
        month = max(reported)
        closing, _issued, _days, report, made_up = lines[site.pk][month]
        average = amc([
            MonthUse(line[1], one.days, line[2])
            for back in range(AMC_MONTHS - 1, -1, -1)
            if (one := month.shift(-back)) in lines[site.pk] and (line := lines[site.pk][one])
        ])  # fmt: skip
        months = months_of_stock(closing, average)
        norm = designed.get((site.pk, product.pk))
        limits = {"minimum": norm.minimum, "maximum": norm.maximum} if norm else {}
        state = band(months, rule=Bands.NORM, on_hand=closing, amc=average, **limits)
        found.append(OnHand(site, report, month, closing, average, months, state, made_up))
    return found


def sites_reporting(product: Product, sites: QuerySet[OrgUnit], last: Period) -> QuerySet[OrgUnit]:
    """Those of the sites that reported the product's stock in the year up to the month."""
    first = last.shift(-11)
    lines = StockLine.objects.filter(
        product=product, closing__isnull=False, report__period__range=(first.code, last.code)
    )
    return sites.filter(pk__in=lines.order_by().values("report__site")).order_by("path")
