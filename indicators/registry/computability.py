"""Whether an indicator of another system can be computed here, and why not. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from indicators.registry.evaluation import DATA, NotComputable, check
from indicators.registry.expressions import BadExpression, Node, Operand, operands, parse

ANY_OPTION = "*"


class Refusal(NamedTuple):
    """Why an indicator is not computed: `code`, and the part of its expression that is at fault.

    Codes: those of NotComputable (`function`, `arguments`, `text`, `operand`), `unreadable` (`what` says code and
    place), `unknown_element`, `not_summed` (an average or a text: only sums are kept), `disaggregated` (one option
    combination of an element: sums are kept over all of them).
    """

    code: str
    what: str


def refusal(numerator: str, denominator: str, elements: Mapping[str, bool]) -> Refusal | None:
    """None where both expressions can be computed. `elements`: uid of each known element → whether it is summed up."""
    for text in (numerator, denominator):
        try:
            tree = parse(text)
            check(tree)
        except BadExpression as error:
            return Refusal("unreadable", str(error))
        except NotComputable as error:
            return Refusal(error.code, error.what)
        if found := _operands(tree, elements):
            return found
    return None


def element_of(operand: Operand) -> str | None:
    """The uid of the data element that is read as a whole, all option combinations together; None for all others."""
    element, *options = operand.parts
    whole = operand.kind == DATA and all(option == ANY_OPTION for option in options)
    return element if whole and element.isalnum() else None


def _operands(tree: Node, elements: Mapping[str, bool]) -> Refusal | None:
    for operand in operands(tree):
        element = operand.parts[0]
        if operand.kind != DATA or not element.isalnum():
            return Refusal("operand", str(operand))
        if element not in elements:
            return Refusal("unknown_element", element)
        if not elements[element]:
            return Refusal("not_summed", element)
        if element_of(operand) is None:
            return Refusal("disaggregated", str(operand))
    return None
