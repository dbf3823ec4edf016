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
    "not_summed": _("The data element {what} is not summed up: only sums are kept."),
    "disaggregated": _("{what} asks for one option combination; sums are kept over all of them."),
}


def reason(refusal: Refusal) -> str:
    """One sentence."""
    return str(REASONS[refusal.code]).format(what=refusal.what)
