"""Why an indicator is not computed, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from indicators.registry.computability import Refusal

REASONS: dict[str, Promise] = {
    "unreadable": _("The expression cannot be read: {what}."),
    "function": _("{what} is not computed here."),
    "arguments": _("{what} has too few or too many arguments."),
    "text": _("The text {what} stands where a number is needed."),
    "operand": _("The number {what} is not kept here."),
    "unknown_element": _("The data element {what} is not known. Import its metadata first."),
    "not_summed": _("The data element {what} is not summed up: only sums and averages are kept."),
    "unknown_option": _("The option combination {what} is not known. Import its metadata first."),
    "not_kept": _("{what} asks for a part of an element that is not kept yet. Import the indicators again."),
    "unknown_constant": _("The constant {what} is not known. Import its metadata first."),
    "unknown_data_set": _("The data set {what} is not known. Import its metadata first."),
    "not_monthly": _("The reports of the data set {what} are not counted: it is not monthly."),
    "unknown_group": _("No group of units has the key {what}."),
    "unknown_indicator": _("The indicator {what} is not known. Import it first."),
    "indicator": _("The indicator {what}, on which it rests, cannot be computed."),
    "circle": _("It rests on the indicator {what}, which rests on itself."),
    "chain": _("It rests on a chain of more than {what} indicators."),
}


def reason(refusal: Refusal) -> str:
    """One sentence."""
    return str(REASONS[refusal.code]).format(what=refusal.what)
