"""How much of the orders came, and how long it took."""

from django.utils.translation import gettext as _

from indicators.pages.formats import MISSING, number_text
from indicators.periods import Period
from research.medexis.definitions.inputs import Inputs, Months
from research.medexis.definitions.rival import Group, rival, share
from research.medexis.formulas.ordering import Ordered, lead_times, order_fill


def ordering(of: Inputs) -> Group:
    def answered(months: Months) -> list[Ordered]:
        return [one for one in of.orders if one.received_on and Period.month_of(one.received_on) in months]

    def took(months: Months) -> str:
        found = lead_times(answered(months))
        if found is None:
            return MISSING
        parts = f"{number_text(found.numerator)} / {number_text(found.denominator)}"
        return f"{number_text(found.value, 1)} ({parts})"

    return Group(
        _("Orders of this product"),
        [
            rival(of, _("Order fill"), _("this system"), _("received / ordered, of the lines answered in the month"),
                  lambda months: share(order_fill(answered(months)))),
            rival(of, _("Lead time in days"), _("this system"), _("days from the order to the delivery / deliveries"),
                  took),
        ],
        _("A line that waits for its answer is in neither; one closed without a delivery has filled 0 and took no "
          "time."),
    )  # fmt: skip
