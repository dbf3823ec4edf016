"""What was used, and what would have been: the definitions side by side."""

from functools import partial

from django.utils.translation import gettext as _

from indicators.pages.formats import number_text
from research.medexis.definitions.inputs import Inputs, Months
from research.medexis.definitions.rival import NOT_ASKED, Group, Rival, rival, total
from research.medexis.formulas.consumption import MEAN_MONTH, Adjustment, Amc, adjusted, amc
from research.medexis.formulas.doses import used_by_balance
from research.medexis.formulas.variability import variation
from research.medexis.formulas.wastage import used_who
from research.medexis.measures.facts import AMC_MONTHS


def used(of: Inputs) -> Group:
    return Group(
        _("Doses used"),
        [
            rival(of, _("As reported"), _("this system"), _("typed by the storekeeper"),
                  lambda months: total(line.issued for _month, line in of.lines_of(months))),
            rival(of, _("By the balance"), _("WHO EPI package"),
                  _("opening + received − lost for any reason − on hand"),
                  lambda months: total(used_by_balance(line) for _month, line in of.lines_of(months))),
            rival(of, _("By the balance, for wastage"), _("WHO EPI package"),
                  _("opening + received − on hand − redistributed − VVM − expired − frozen − broken"),
                  lambda months: total(used_who(line) for _month, line in of.lines_of(months))),
        ],
    )  # fmt: skip


def adjusted_for_days_out(of: Inputs) -> Group:
    def by(rule: Adjustment, months: Months) -> str:
        return total(adjusted(use, rule) for use in of.uses(months))

    mean = number_text(MEAN_MONTH, 4)
    names = {
        Adjustment.NONE: (_("Not adjusted"), "", "C"),
        Adjustment.OPENLMIS: (_("Adjusted"), "OpenLMIS", "⌈C · 30 / (30 − X)⌉"),
        Adjustment.MSUPPLY: (_("Adjusted"), "Open mSupply", "C · 30 / (30 − X)"),
        Adjustment.MSUPPLY_MEAN_MONTH: (
            _("Adjusted, mean month"), "Open mSupply (6042)", f"C · {mean} / ({mean} − X)",
        ),
        Adjustment.CALENDAR: (_("Adjusted, calendar"), _("this system"), _("C · days / (days − X)")),
    }  # fmt: skip
    return Group(
        _("Consumption, adjusted for days out"),
        [rival(of, *told, partial(by, rule)) for rule, told in names.items()],
        _("C: used in the month; X: days out as reported. By the calendar, a month out shows no need."),
    )


def averages(of: Inputs) -> Group:
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
    recent, chosen = of.uses(of.back(AMC_MONTHS)), of.uses(of.months)
    return Group(
        title,
        [
            Rival(title, whose, how, number_text(amc(recent, rule), 1), number_text(amc(chosen, rule), 1))
            for rule, (how, whose) in names.items()
        ],
        _("The last month: over it and the two before. All months: over all of them."),
    )


def demand(of: Inputs) -> Group:
    def varies(months: Months) -> str:
        return number_text(variation([use.consumed for use in of.uses(months)]), 2)

    title = _("Variability of demand")
    how = _("standard deviation / mean of the months; below 0.5 low, up to 1 medium, above erratic")
    return Group(title, [Rival(title, _("DHIS2 logistics guide"), how, NOT_ASKED, varies(of.months))])
