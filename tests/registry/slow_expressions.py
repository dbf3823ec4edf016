"""The slow second evaluation: an expression in brackets everywhere, worked off by rules as they are written down."""

import math

from indicators.registry.evaluation import Missing
from indicators.registry.expressions import Binary, Call, Days, Node, Number, Operand, Unary

Table = dict[Operand, float | None]


def slow(node: Node, given: Table, days: int, rule: Missing) -> float | None:
    """As `evaluate`, for trees of numbers, data operands, arithmetic and the functions computed."""
    data = [part for part in everything(node) if isinstance(part, Operand)]
    if data and not [part for part in data if given.get(part) is not None]:
        return None
    filled: Table = dict.fromkeys(data, 0.0 if rule is Missing.AS_ZERO else None)
    filled.update({part: value for part, value in given.items() if value is not None})
    found = work_out(node, filled, {part: value for part, value in given.items() if value is not None}, days)
    return None if found is None or math.isinf(found) or math.isnan(found) else float(found)


def everything(node: Node) -> list[Node]:
    below: tuple[Node, ...] = ()
    if isinstance(node, Unary):
        below = (node.operand,)
    elif isinstance(node, Binary):
        below = (node.left, node.right)
    elif isinstance(node, Call):
        below = node.arguments
    found: list[Node] = [node]
    for part in below:
        found += everything(part)
    return found


def work_out(node: Node, filled: Table, reported: Table, days: int) -> float | None:
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Days):
        return days
    if isinstance(node, Operand):
        return filled.get(node)
    if isinstance(node, Unary):
        value = work_out(node.operand, filled, reported, days)
        if value is None:
            return None
        return {"-": -value, "+": value, "!": value == 0}[node.operator]
    if isinstance(node, Binary):
        left = work_out(node.left, filled, reported, days)
        right = work_out(node.right, filled, reported, days)
        return two(node.operator, left, right)
    assert isinstance(node, Call)
    if node.name == "if":
        condition = work_out(node.arguments[0], filled, reported, days)
        if condition is None:
            return None
        return work_out(node.arguments[1] if condition != 0 else node.arguments[2], filled, reported, days)
    if node.name == "log10":
        value = work_out(node.arguments[0], filled, reported, days)
        return math.log10(value) if value is not None and value > 0 else None
    # These look at what was reported: an operand is as reported, those of a sum are filled.
    values = [
        reported.get(part) if isinstance(part, Operand) else signed(part, filled, reported, days)
        for part in node.arguments
    ]
    kept = [value for value in values if value is not None]
    if node.name in ("isNull", "isNotNull"):
        return (len(kept) == 0) == (node.name == "isNull")
    if not kept:
        return None
    return kept[0] if node.name == "firstNonNull" else sorted(kept)[-1 if node.name == "greatest" else 0]


def signed(node: Node, filled: Table, reported: Table, days: int) -> float | None:
    """A sign before an operand changes nothing about whether it was reported."""
    if isinstance(node, Operand):
        return reported.get(node)
    if isinstance(node, Unary) and node.operator in ("+", "-"):
        value = signed(node.operand, filled, reported, days)
        return value if value is None or node.operator == "+" else -value
    return work_out(node, filled, reported, days)


def two(operator: str, left: float | None, right: float | None) -> float | None:
    if operator == "&&":
        if left == 0 or right == 0:
            return False
        return None if left is None or right is None else True
    if operator == "||":
        if (left is not None and left != 0) or (right is not None and right != 0):
            return True
        return None if left is None or right is None else False
    if left is None or right is None:
        return None
    if operator in ("/", "%") and right == 0:
        return None
    found: float
    if operator == "+":
        found = left + right
    elif operator == "-":
        found = left - right
    elif operator == "*":
        found = left * right
    elif operator == "/":
        found = left / right
    elif operator == "%":
        found = left - right * math.trunc(left / right)
    elif operator == "<":
        return left < right
    elif operator == ">=":
        return left >= right
    else:
        assert operator == "=="
        return left == right
    return None if math.isinf(found) or math.isnan(found) else found
