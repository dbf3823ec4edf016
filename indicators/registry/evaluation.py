"""The number of an expression, from the numbers of its operands. Pure.

What a missing operand means has a name, and the caller chooses it:

- `Missing.AS_ZERO` is DHIS2's rule for indicators: once any data operand of the expression is reported, those not
  reported count 0. With none reported the result is missing. (DHIS2 goes further and divides such a numerator, as 0, by
  a denominator it has; here it stays missing, because 0 and missing are two things.)
- `Missing.MISSING` is the rule of this project's own definitions, which DHIS2 calls SKIP_IF_ANY_VALUE_MISSING: one
  operand missing makes the result missing, unless a function below says otherwise.

Under both rules `isNull`, `isNotNull`, `firstNonNull`, `greatest` and `least` look at what was reported, not at zeros
in its place. Anything calculated with a missing part is missing; so is what has no number: a division by zero, the
logarithm of nothing, a result too large.
"""

import math
from collections.abc import Callable, Mapping
from enum import Enum

from indicators.registry.expressions import (
    Binary,
    Call,
    Days,
    Modified,
    Node,
    Number,
    Operand,
    Text,
    Unary,
    Word,
    operands,
    walk,
)

Value = float | bool | None
DATA = "#"
"""The kind of operands that are reported; the others are known or not."""


class Missing(Enum):
    AS_ZERO = "as_zero"
    MISSING = "missing"


class NotComputable(ValueError):
    """The expression cannot be computed whatever is reported: `code` says why and `what` names the part.

    Codes: `function` (known to DHIS2 or not, but not computed here), `arguments` (too few or too many), `text` (a text
    where a number is needed), `operand` (no such number is kept here).
    """

    def __init__(self, code: str, what: str) -> None:
        super().__init__(f"{code}: {what}")
        self.code = code
        self.what = what


ARGUMENTS: dict[str, range] = {
    "if": range(3, 4),
    "isNull": range(1, 2),
    "isNotNull": range(1, 2),
    "firstNonNull": range(1, 1000),
    "greatest": range(1, 1000),
    "least": range(1, 1000),
    "log": range(1, 3),
    "log10": range(1, 2),
}
"""The functions computed here and how many arguments each takes. DHIS2's others (`subExpression`, `orgUnit.group`,
`contains`, `normDistCum`, the aggregating ones of predictors, …) and all modifiers (`periodOffset`, …) are read and
refused by name."""


def check(node: Node) -> None:
    """Raises NotComputable for the first part, from the left, that cannot be computed. Operands are not looked at."""
    for part in walk(node):
        match part:
            case Modified(_, name, _):
                raise NotComputable("function", f".{name}()")
            case Call(name, arguments):
                if name not in ARGUMENTS:
                    raise NotComputable("function", f"{name}()")
                if len(arguments) not in ARGUMENTS[name]:
                    raise NotComputable("arguments", f"{name}()")
            case Text() | Word():
                raise NotComputable("text", str(part))


def evaluate(
    node: Node, given: Mapping[Operand, float | None], *, days: int, missing: Missing = Missing.AS_ZERO
) -> float | None:
    """The number; None where it is missing or is none. `given` holds operands that are known; absent is missing.

    `days` is what `[days]` stands for. A condition as the result is 1 or 0. Raises NotComputable as `check` does.
    """
    check(node)
    asked = [operand for operand in operands(node) if operand.kind == DATA]
    if asked and all(given.get(operand) is None for operand in asked):
        return None
    found = _Evaluation(given, days, missing).value(node)
    return None if found is None or not math.isfinite(found) else float(found)


class _Evaluation:
    def __init__(self, given: Mapping[Operand, float | None], days: int, missing: Missing) -> None:
        self.given = given
        self.days = days
        self.missing = missing

    def value(self, node: Node, *, as_reported: bool = False) -> Value:
        """`as_reported`: a missing operand stays missing whatever the rule."""
        match node:
            case Number(value):
                return value
            case Days():
                return float(self.days)
            case Operand():
                found = self.given.get(node)
                if found is None and node.kind == DATA and self.missing is Missing.AS_ZERO and not as_reported:
                    return 0.0
                return found
            case Unary("!", operand):
                inner = self.value(operand)
                return None if inner is None else not inner
            case Unary(operator, operand):
                inner = self.value(operand, as_reported=as_reported)
                return None if inner is None else -inner if operator == "-" else +inner
            case Binary(operator, left, right):
                return self.combined(operator, self.value(left), self.value(right))
            case Call(name, arguments):
                return self.called(name, arguments)
        raise NotComputable("function", str(node))

    def combined(self, operator: str, left: Value, right: Value) -> Value:
        if operator in ("&&", "||"):
            return _logic(operator, left, right)
        if left is None or right is None:
            return None
        try:
            found = _OPERATORS[operator](left, right)
        except (ZeroDivisionError, OverflowError, ValueError):
            return None
        return None if isinstance(found, complex) or not math.isfinite(found) else found

    def called(self, name: str, arguments: tuple[Node, ...]) -> Value:
        if name == "if":
            condition = self.value(arguments[0])
            return None if condition is None else self.value(arguments[1 if condition else 2])
        if name in ("log", "log10"):
            return self.logarithm(name, [self.value(argument) for argument in arguments])
        found = [self.value(argument, as_reported=True) for argument in arguments]
        reported = [value for value in found if value is not None]
        match name:
            case "isNull":
                return not reported
            case "isNotNull":
                return bool(reported)
            case "firstNonNull":
                return next(iter(reported), None)
        return (max if name == "greatest" else min)(reported, default=None)

    def logarithm(self, name: str, found: list[Value]) -> Value:
        """`log(x)` is the natural one, `log(x, b)` that to base b."""
        numbers = [value for value in found if value is not None]
        if len(numbers) < len(found):
            return None
        try:
            return math.log10(numbers[0]) if name == "log10" else math.log(*numbers)
        except (ValueError, ZeroDivisionError):
            return None


def _logic(operator: str, left: Value, right: Value) -> Value:
    """What is decided by one side is decided, even where the other is missing."""
    decisive = operator == "||"
    if any(side is not None and bool(side) is decisive for side in (left, right)):
        return decisive
    return None if left is None or right is None else not decisive


_OPERATORS: dict[str, Callable[[float, float], float | bool | complex]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
    "%": math.fmod,  # with the sign of the left side, as in DHIS2's Java
    "^": lambda left, right: left**right,
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
}
