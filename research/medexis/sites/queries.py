"""All that is on record of the stock of one site, for its page."""

from typing import NamedTuple

from indicators.geography.models import OrgUnit
from indicators.periods import Period
from research.medexis.models import Product, StockReport
from research.medexis.products.norms import norms
from research.medexis.products.standing import Standing, standing
from research.medexis.reports.series import MONTHS, Series, series


class Stock(NamedTuple):
    """`last`: the month of the site's latest report. `history`: months of each product, for the 12 up to it."""

    last: Period
    products: list[tuple[Product, Standing]]
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
    rows = [(one, standing(told[one.pk], designed.get(one.pk))) for one in products]
    made_up = any(line.demonstration for one in told.values() for line in one.months.values())
    return Stock(last, [(one, row) for one, row in rows if row], [(one, told[one.pk]) for one in products], made_up)
