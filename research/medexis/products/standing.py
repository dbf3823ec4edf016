"""How long what a site has on hand of a product lasts, by its latest report, and how that stands to the norm."""

from typing import NamedTuple

from indicators.periods import Period
from research.medexis.formulas.consumption import amc
from research.medexis.formulas.stock import Band, Bands, band, months_of_stock
from research.medexis.measures.facts import AMC_MONTHS
from research.medexis.products.norms import Norm
from research.medexis.reports.series import Month, Series


class Standing(NamedTuple):
    """The latest month with a known stock on hand, and its line, in the product's unit; `use` per month over three
    months up to it (None: not known); `lasts` in months. `band` by the norm, unknown where there is none."""

    month: Period
    line: Month
    use: float | None
    lasts: float | None
    norm: Norm | None
    band: Band


def standing(one: Series, norm: Norm | None) -> Standing | None:
    """None where no month of the series tells the stock on hand."""
    month = one.latest
    if month is None:
        return None
    line = one.months[month]
    use = amc(one.uses(month, AMC_MONTHS))
    lasts = months_of_stock(line.closing, use)
    limits = {"minimum": norm.minimum, "maximum": norm.maximum} if norm else {}
    found = band(lasts, rule=Bands.NORM, on_hand=line.closing, amc=use, **limits)
    return Standing(month, line, use, lasts, norm, found)
