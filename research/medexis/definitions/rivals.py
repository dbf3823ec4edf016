"""Every definition of a stock indicator, computed side by side from the same lines. Reads nothing; speaks the reader's
language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from indicators.pages.formats import MISSING, number_text, percent_text
from indicators.periods import Period
from indicators.registry.stockout_days import Rule, Stockout, days_out
from research.medexis.formulas.availability import out_at_any_time
from research.medexis.formulas.balance import Line, difference
from research.medexis.formulas.consumption import Adjustment, Amc, MonthUse, adjusted, amc
from research.medexis.formulas.discrepancy import discrepancy, surplus_of_the_guide
from research.medexis.formulas.ratios import Ratio
from research.medexis.formulas.stock import Bands, band, coverage_time, months_of_stock
from research.medexis.formulas.variability import variation
from research.medexis.formulas.wastage import closed_vial_disc, closed_vial_who, open_vial, used_who
from research.medexis.products.bands import BANDS


@dataclass(frozen=True, slots=True)
class Inputs:
    """A product at a site: the lines of the months shown, oldest first (None: no line), and its dated stock-outs."""

    months: Sequence[Period]
    lines: Mapping[Period, Line]
    dated: Sequence[Stockout]
    bcg: bool = False
    minimum: float | None = None
    maximum: float | None = None

    @property
    def last(self) -> Period:
        return self.months[-1]

    @property
    def line(self) -> Line:
        return self.lines.get(self.last, Line())

    @property
    def uses(self) -> list[MonthUse]:
        found = [(month, self.lines[month]) for month in self.months if month in self.lines]
        return [MonthUse(line.issued, month.days, line.days_out) for month, line in found]


class Rival(NamedTuple):
    """A definition, whose it is, its formula in words, and what it gives here."""

    name: str
    whose: str
    formula: str
    value: str


class Group(NamedTuple):
    title: str
    rivals: Sequence[Rival]
    note: str = ""


def groups(of: Inputs) -> list[Group]:
    """All groups, in the order of the page. What cannot be computed is «—»."""
    return [
        _days(of),
        _out(of),
        _adjusted(of),
        _averages(of),
        _lasting(of),
        _wastage(of),
        _differences(of),
        _demand(of),
    ]


def _share(ratio: Ratio | None) -> str:
    if ratio is None or ratio.value is None:
        return MISSING
    return f"{percent_text(100 * ratio.value)} ({number_text(ratio.numerator)} / {number_text(ratio.denominator)})"


def _days(of: Inputs) -> Group:
    def by(rule: Rule) -> str:
        return number_text(days_out(of.dated, of.last, rule)) if of.dated else MISSING

    return Group(
        _("Days out of stock in the last month"),
        [
            Rival(_("As reported"), _("WHO EPI package"), _("typed by the storekeeper"), number_text(of.line.days_out)),
            Rival(_("Calendar"), _("this system"), _("each day without stock counts once"), by(Rule.CALENDAR)),
            Rival("30/360", "OpenLMIS", _("every month has 30 days; a whole month is 30"), by(Rule.THIRTY_360)),
            Rival(
                _("Whole period is zero"), "Open mSupply", _("as the calendar, but 0 where it was out on every day"),
                by(Rule.WHOLE_PERIOD_IS_ZERO),
            ),
        ],
        _("A site that had nothing all month looks, by the last rule, like one that never ran out."),
    )  # fmt: skip


def _out(of: Inputs) -> Group:
    def was_out(month: Period) -> bool | None:
        line = of.lines.get(month)
        if days_out(of.dated, month, Rule.CALENDAR) or (line and (line.days_out or line.closing == 0)):
            return True
        return False if line and line.days_out == 0 else None

    words = {True: _("yes"), False: _("no"), None: MISSING}
    closing = of.line.closing
    rivals = [
        Rival(
            _("Out on the last day"), "D4I", _("nothing on hand by the ending balance of the latest report"),
            words[None if closing is None else closing == 0],
        )
    ]  # fmt: skip
    for number in (3, 6, 12):
        name = _("Out at any time in %(number)s months") % {"number": number}
        months = [of.last.shift(-back) for back in range(number)]
        found = out_at_any_time([was_out(month) for month in months])
        rivals.append(
            Rival(name, "D4I", _("at least one day in any of the months; all must be known to say no"), words[found])
        )
    return Group(_("Was it out of stock?"), rivals)


def _adjusted(of: Inputs) -> Group:
    use = MonthUse(of.line.issued, of.last.days, of.line.days_out)
    names = {
        Adjustment.NONE: (_("Not adjusted"), "", "C"),
        Adjustment.OPENLMIS: (_("Adjusted"), "OpenLMIS", "⌈C · 30 / (30 − X)⌉"),
        Adjustment.MSUPPLY: (_("Adjusted"), "Open mSupply", "C · 30 / (30 − X)"),
        Adjustment.MSUPPLY_MEAN_MONTH: (
            _("Adjusted, mean month"),
            "Open mSupply (6042)",
            "C · 30,4375 / (30,4375 − X)",
        ),
        Adjustment.CALENDAR: (_("Adjusted, calendar"), _("this system"), _("C · days / (days − X)")),
    }
    rivals = [Rival(*told, number_text(adjusted(use, rule))) for rule, told in names.items()]
    return Group(
        _("Consumption of the last month, adjusted for days out"), rivals,
        _("C: used in the month; X: days out as reported. By the calendar, a month out shows no need."),
    )  # fmt: skip


def _averages(of: Inputs) -> Group:
    names = {
        Amc.CALENDAR: (_("used / days with stock × 30.4"), _("this system")),
        Amc.OPENLMIS: (_("mean of the adjusted months, rounded up"), "OpenLMIS"),
        Amc.MSUPPLY_REQUISITION: (_("mean of this and up to two months before, adjusted"), "Open mSupply R&R"),
        Amc.MSUPPLY_PREFERENCES: (_("used / months × days / (days − days out)"), "Open mSupply"),
        Amc.BHIMA_WITH_STOCK: (_("used / days with stock × 30.5"), "BHIMA"),
        Amc.BHIMA_WITH_CONSUMPTION: (_("mean of the months in which anything was used"), "BHIMA"),
        Amc.BHIMA_ALL_DAYS: (_("used / all days × 30.5"), "BHIMA"),
    }
    title = _("Average monthly consumption (AMC)")
    return Group(
        title, [Rival(title, whose, how, number_text(amc(of.uses, rule), 1)) for rule, (how, whose) in names.items()]
    )


def _lasting(of: Inputs) -> Group:
    line, average = of.line, amc(of.uses)
    months = months_of_stock(line.closing, average)
    left = coverage_time(line.opening, line.received, line.issued, 0, line.lost)
    norm = band(months, rule=Bands.NORM, on_hand=line.closing, amc=average, minimum=of.minimum, maximum=of.maximum)
    return Group(
        _("How long the stock lasts"),
        [
            Rival(_("Months of stock"), "Open mSupply", _("stock on hand / AMC"), number_text(months, 1)),
            Rival(
                _("Stock coverage time"), _("WHO EPI package"),
                _("(opening + received) / (used + redistributed + lost)"), number_text(left, 1),
            ),
            Rival(_("Band"), _("WHO EPI package"), "0 – 1 – 3 – 12", str(BANDS[band(months, rule=Bands.WHO)][0])),
            Rival(_("Band"), "OpenLMIS → DHIS2", "3 – 6", str(BANDS[band(months, rule=Bands.OPENLMIS)][0])),
            Rival(_("Band"), _("the norm recorded here"), _("minimum – maximum"), str(BANDS[norm][0])),
        ],
    )  # fmt: skip


def _wastage(of: Inputs) -> Group:
    line = of.line
    by_balance = used_who(line)
    return Group(
        _("Wastage"),
        [
            Rival(
                _("Closed vials"), "DISC", _("lost unopened / doses managed (opening + received)"),
                _share(closed_vial_disc(line)),
            ),
            Rival(
                _("Closed vials"), _("WHO EPI package"),
                _("VVM + expired + frozen / doses used (BCG leaves broken out)") if of.bcg
                else _("VVM + expired + frozen + broken / doses used"),
                _share(closed_vial_who(line, bcg=of.bcg)),
            ),
            Rival(
                _("Open vials"), _("this system"), _("(used − administered) / used, as reported"),
                _share(open_vial(line)),
            ),
            Rival(
                _("Open vials"), _("WHO EPI package"), _("the same, with doses used reckoned from the balance"),
                _share(open_vial(line, used=by_balance)) if by_balance is not None else MISSING,
            ),
        ],
    )  # fmt: skip


def _differences(of: Inputs) -> Group:
    line = of.line
    return Group(
        _("Count against book"),
        [
            Rival(
                _("Difference"), _("this system, WHO"), _("count − book: below zero is missing"),
                number_text(difference(line)),
            ),
            Rival(
                _("Stock correction"), _("DHIS2 logistics guide"),
                _("previous + received − left − count: above zero is missing, though its text says the contrary"),
                number_text(surplus_of_the_guide(line)),
            ),
            Rival(_("Discrepancy"), _("this system"), _("|count − book| / book"), _share(discrepancy(line))),
        ],
        _(
            "The expression of the WHO EPI package 2.36 for this rate lacks its parentheses: for opening 10, received "
            "15, lost 9, used 10 and 6 on hand it gives −8 where nothing is missing. Imported values of it are wrong."
        ),
    )  # fmt: skip


def _demand(of: Inputs) -> Group:
    found = variation([use.consumed for use in of.uses])
    title = _("Variability of demand")
    how = _("standard deviation / mean of the months; below 0.5 low, up to 1 medium, above erratic")
    return Group(title, [Rival(title, _("DHIS2 logistics guide"), how, number_text(found, 2))])
