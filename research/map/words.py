"""The map in words: what each form and each fill of a CSCom means, and what stands behind one. No queries."""

from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from indicators.pages.formats import number_text
from research.map.stages import Exposure, Standing
from research.map.stock import Said, Stock, of_cell, stock
from research.medexis.episodes.cells import Cell, State

FORMS: dict[Exposure, str | Promise] = {
    Exposure.OUTSIDE: gettext_lazy("not followed by this evaluation"),
    Exposure.NONE: gettext_lazy("no stage recorded by then"),
    Exposure.TRAINED: gettext_lazy("trained"),
    Exposure.FIRST_USE: gettext_lazy("first use"),
    Exposure.ACTIVE: gettext_lazy("active"),
    Exposure.STOPPED: gettext_lazy("stopped"),
}
FILLS: dict[Stock, str | Promise] = {
    Stock.IN_STOCK: gettext_lazy("in stock every day"),
    Stock.SOME_DAYS: gettext_lazy("some days without stock"),
    Stock.OUT: gettext_lazy("out of stock all month, or for an unknown time"),
    Stock.SILENT: gettext_lazy("not reported: nobody says"),
    Stock.NOT_OFFERED: gettext_lazy("not offered"),
}
FORM_NAMES = {
    Exposure.OUTSIDE: gettext_lazy("circle"),
    Exposure.NONE: gettext_lazy("triangle pointing down"),
    Exposure.TRAINED: gettext_lazy("triangle pointing up"),
    Exposure.FIRST_USE: gettext_lazy("diamond"),
    Exposure.ACTIVE: gettext_lazy("square"),
    Exposure.STOPPED: gettext_lazy("cross"),
}
FILL_NAMES = {
    Stock.IN_STOCK: pgettext_lazy("fill of a mark", "empty"),
    Stock.SOME_DAYS: gettext_lazy("half full"),
    Stock.OUT: pgettext_lazy("fill of a mark", "full"),
    Stock.SILENT: gettext_lazy("hatched"),
    Stock.NOT_OFFERED: gettext_lazy("dotted"),
}


def exposure_words(one: Standing) -> str:
    """`active since 15 September 2025`; ≈ before a date that is not known to the day."""
    words = str(FORMS[one.exposure])
    if one.since is None:
        return words
    day = date_format(one.since.began_on, "DATE_FORMAT")
    day = f"≈ {day}" if one.since.approximate else day
    return _("%(stage)s since %(day)s") % {"stage": words, "day": day}


def stock_words(said: Sequence[Said]) -> str:
    """What the fill of a site means there: of several products, by name those that ran out or of which nobody says."""
    whole = stock(said)
    if whole in (Stock.OUT, Stock.SOME_DAYS):
        out = [one for one in said if of_cell(one.cell) in (Stock.OUT, Stock.SOME_DAYS)]
        return ", ".join(f"{one.product} – {_cell_words(one.cell)}" for one in out)
    silent = [one.product for one in said if one.offered and of_cell(one.cell) is Stock.SILENT]
    if whole is Stock.SILENT and silent and len(said) > 1:
        return f"{FILLS[whole]} ({', '.join(silent)})"
    return str(FILLS[whole])


def _cell_words(cell: Cell) -> str:
    match cell.state:
        case State.WHOLE:
            return _("out all month")
        case State.UNKNOWN:
            return _("out, days not known")
        case State.DOUBTFUL:
            return _("0 days reported, yet nothing left on the last day")
        case State.IMPOSSIBLE:
            return _("%(days)s days reported: impossible, not counted") % {"days": number_text(cell.days)}
    days = cell.days or 0
    return ngettext("%(days)s day without stock", "%(days)s days without stock", days) % {"days": number_text(days)}
