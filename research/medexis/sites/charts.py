"""Stock on hand of a site as small figures."""

from django.utils.translation import gettext as _

from indicators.pages.charts import Series, SmallMultiples, small_multiples
from indicators.pages.formats import month_text
from research.medexis.sites.queries import Stock


def stock_on_hand(stock: Stock) -> SmallMultiples | None:
    """Stock on hand at the end of each of 12 months, one small figure per product; a month without a number is a gap.
    None where no number is known."""
    drawn = []
    for product, one in stock.history:
        lines = [(month, one.months.get(month)) for month in stock.months]
        points = [(month_text(month), float(x.closing) if x and x.closing is not None else None) for month, x in lines]
        if any(value is not None for _label, value in points):
            made_up = any(line.demonstration for _month, line in lines if line)
            drawn.append(Series(product.name, points, demonstration=made_up))
    if not drawn:
        return None
    return small_multiples(
        drawn,
        title=_("Stock on hand at the end of the month"),
        unit=_("doses of a vaccine, else pieces"),
        source=_("Monthly stock reports of the site"),
        key="stock-on-hand",
    )
