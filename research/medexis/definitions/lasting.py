"""How long the stock lasts: the definitions side by side."""

from functools import partial

from django.utils.translation import gettext as _

from indicators.pages.formats import number_text
from research.medexis.definitions.inputs import Inputs, Months
from research.medexis.definitions.rival import Group, rival
from research.medexis.formulas.consumption import amc
from research.medexis.formulas.stock import Bands, band, coverage_time, months_of_stock
from research.medexis.measures.facts import AMC_MONTHS
from research.medexis.products.bands import BANDS


def on_hand(of: Inputs, months: Months) -> tuple[int | None, float | None]:
    """Stock on hand and average consumption; of several months the sums of those of which both are known, as they are
    published."""
    pairs = [(line.closing, amc(of.uses(of.back(AMC_MONTHS, month)))) for month, line in of.lines_of(months)]
    if len(months) == 1:
        return pairs[0] if pairs else (None, None)
    known = [(closing, average) for closing, average in pairs if closing is not None and average is not None]
    return (sum(one for one, _use in known), sum(use for _one, use in known)) if known else (None, None)


def months_lasting(of: Inputs, months: Months) -> float | None:
    return months_of_stock(*on_hand(of, months))


def lasting(of: Inputs) -> Group:
    def covered(months: Months) -> str:
        parts = [(line.opening, line.received, line.issued, line.lost) for _month, line in of.lines_of(months)]
        sums = [
            sum(one or 0 for one in column) for column in zip(*(one for one in parts if None not in one), strict=True)
        ]
        return number_text(coverage_time(sums[0], sums[1], sums[2], 0, sums[3]) if sums else None, 1)

    def named(rule: Bands, months: Months) -> str:
        stock, average = on_hand(of, months)
        found = band(months_of_stock(stock, average), rule=rule, on_hand=stock, amc=average, minimum=of.minimum,
                     maximum=of.maximum)  # fmt: skip
        return str(BANDS[found][0])

    bands = {
        Bands.WHO: (_("WHO EPI package"), "0 – 1 – 3 – 12"),
        Bands.OPENLMIS: ("OpenLMIS → DHIS2", "3 – 6"),
        Bands.NORM: (_("the norm recorded here"), _("minimum – maximum")),
    }
    return Group(
        _("How long the stock lasts"),
        [
            rival(of, _("Months of stock"), "Open mSupply", _("stock on hand / AMC"),
                  lambda months: number_text(months_lasting(of, months), 1)),
            rival(of, _("Stock coverage time"), _("WHO EPI package"),
                  _("(opening + received) / (used + redistributed + lost)"), covered),
            *(rival(of, _("Band"), *told, partial(named, rule))
              for rule, told in bands.items()),
        ],
    )  # fmt: skip
