"""All that is on record of the stock of one site, for its page."""

from typing import NamedTuple

from django.utils import timezone

from indicators.geography.models import OrgUnit
from indicators.periods import Period
from research.medexis.formulas.consumption import amc
from research.medexis.formulas.stock import Band, Bands, band, months_of_stock
from research.medexis.measures.facts import AMC_MONTHS
from research.medexis.models import Product, StockReport, VaccineAssumption
from research.medexis.products.assumptions import assumption_at
from research.medexis.products.norms import Norm, norms
from research.medexis.signals.records import MONTHS, Month, Series, series


class OnHand(NamedTuple):
    """A product's latest stock on hand, in its unit; `use` per month over three months up to it (None: not known);
    `lasts` in months. `band` by the norm, unknown where there is none."""

    product: Product
    month: Period
    line: Month
    use: float | None
    lasts: float | None
    norm: Norm | None
    band: Band


class Stock(NamedTuple):
    """`last`: the month of the site's latest report. `history`: months of each product, for the 12 up to it."""

    last: Period
    products: list[OnHand]
    history: list[tuple[Product, Series]]
    demonstration: bool

    @property
    def months(self) -> list[Period]:
        return [self.last.shift(-back) for back in range(MONTHS - 1, -1, -1)]


def stock_of(site: OrgUnit) -> Stock | None:
    """What the reports of the 12 months up to the latest one say; None where none was reported. Five queries."""
    code = StockReport.objects.filter(site=site).order_by("-period").values_list("period", flat=True).first()
    if code is None:
        return None
    last = Period.from_code(code)
    told = {product: one for (_site, product), one in series([site.pk], last).items()}
    designed = {product: norm for (_site, product), norm in norms([site.pk], told).items()}
    products = list(Product.objects.filter(pk__in=told).order_by("order", "pk"))
    rows = [_on_hand(one, told[one.pk], designed.get(one.pk)) for one in products]
    made_up = any(line.demonstration for one in told.values() for line in one.months.values())
    return Stock(last, [row for row in rows if row], [(one, told[one.pk]) for one in products], made_up)


def assumption_of(site: OrgUnit) -> VaccineAssumption | None:
    """What is assumed today of vaccines in Medexis at the site; None where nothing is recorded."""
    return assumption_at([site.pk], timezone.localdate())[site.pk]


def _on_hand(product: Product, one: Series, norm: Norm | None) -> OnHand | None:
    month = one.latest
    if month is None:
        return None
    line = one.months[month]
    use = amc(one.uses(month, AMC_MONTHS))
    lasts = months_of_stock(line.closing, use)
    found = band(
        lasts,
        rule=Bands.NORM,
        on_hand=line.closing,
        amc=use,
        minimum=norm.minimum if norm else None,
        maximum=norm.maximum if norm else None,
    )
    return OnHand(product, month, line, use, lasts, norm, found)
