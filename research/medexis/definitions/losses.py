"""What was lost, and what the count found: the definitions side by side."""

from functools import partial

from django.utils.translation import gettext as _

from indicators.pages.formats import MISSING, percent_text
from research.medexis.definitions.inputs import Inputs, Months
from research.medexis.definitions.rival import Group, rival, share, total
from research.medexis.formulas.balance import Line, difference
from research.medexis.formulas.discrepancy import discrepancy, surplus_of_the_guide
from research.medexis.formulas.ratios import Ratio, summed
from research.medexis.formulas.wastage import closed_vial_disc, closed_vial_who, national, open_vial, used_who

LEVELS = (2, 3, 4)
"""Stores on the way to the child; how many there are is not established."""


def wastage(of: Inputs) -> Group:
    def lines(months: Months) -> list[Line]:
        return [line for _month, line in of.lines_of(months)]

    def by_the_balance(line: Line) -> Ratio | None:
        return open_vial(line, used=taken) if (taken := used_who(line)) is not None else None

    def along_the_chain(levels: int, months: Months) -> str:
        closed, opened = summed(map(closed_vial_disc, lines(months))), summed(map(open_vial, lines(months)))
        shares = [one.value if one else None for one in (closed, opened)]
        if any(one is None or not 0 <= one <= 1 for one in shares):
            return MISSING
        return percent_text(100 * national(shares[0] or 0, levels, shares[1] or 0))

    return Group(
        _("Wastage"),
        [
            rival(of, _("Closed vials"), "DISC", _("lost unopened / doses managed (opening + received)"),
                  lambda months: share(summed(map(closed_vial_disc, lines(months))))),
            rival(of, _("Closed vials"), _("WHO EPI package"),
                  _("VVM + expired + frozen / doses used (BCG leaves broken out)") if of.bcg
                  else _("VVM + expired + frozen + broken / doses used"),
                  lambda months: share(summed(closed_vial_who(line, bcg=of.bcg) for line in lines(months)))),
            rival(of, _("Open vials"), _("this system"), _("(used − administered) / used, as reported"),
                  lambda months: share(summed(map(open_vial, lines(months))))),
            rival(of, _("Open vials"), _("WHO EPI package"),
                  _("the same, with doses used reckoned from the balance"),
                  lambda months: share(summed(map(by_the_balance, lines(months))))),
            *(rival(of, _("National, through %(levels)s levels") % {"levels": levels}, _("WHO concept note 2019"),
                    _("1 − (1 − closed)^%(levels)s × (1 − open)") % {"levels": levels},
                    partial(along_the_chain, levels)) for levels in LEVELS),
        ],
        _("National: what the country would lose if every level lost the shares of this site (closed vials by DISC, "
          "open vials as reported). It is a model, not a measurement."),
    )  # fmt: skip


def differences(of: Inputs) -> Group:
    def lines(months: Months) -> list[Line]:
        return [line for _month, line in of.lines_of(months)]

    return Group(
        _("Count against book"),
        [
            rival(of, _("Difference"), _("this system, WHO"), _("count − book: below zero is missing"),
                  lambda months: total(map(difference, lines(months)))),
            rival(of, _("Stock correction"), _("DHIS2 logistics guide"),
                  _("previous + received − left − count: above zero is missing, though its text says the contrary"),
                  lambda months: total(map(surplus_of_the_guide, lines(months)))),
            rival(of, _("Discrepancy"), _("this system"), _("|count − book| / book"),
                  lambda months: share(summed(map(discrepancy, lines(months))))),
        ],
        _(
            "The expression of the WHO EPI package 2.36 for this rate lacks its parentheses: for opening 10, received "
            "15, lost 9, used 10 and 6 on hand it gives −8 where nothing is missing. Imported values of it are wrong."
        ),
    )  # fmt: skip
