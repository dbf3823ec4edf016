"""What a read expression is worth: the rules of numbers, texts, days and truth. Pure; `conditions.js` says the same."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Value = str | float | bool
Node = tuple[Any, ...]
"""("text", s) · ("number", x) · ("answer", code) · ("this",) · ("attribute", name) · ("call", name, *nodes) ·
("minus", node) · (operator, node, node)."""

LONGEST = 2000
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORD = re.compile(r"[^ \t\n\r\f\v]+")


def truth(value: Value) -> bool:
    """Whether the value counts as true: a text that is not empty, a number that is neither 0 nor none."""
    if isinstance(value, float):
        return value != 0 and not math.isnan(value)
    return bool(value)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an expression may look at; `today` as 2025-11-23, the rest as in `expressions.evaluate`."""

    answers: Mapping[str, Value]
    this: Value
    attributes: Mapping[str, str]
    today: str


def value(node: Node, given: Surroundings) -> Value:
    """Never raises; what has no value is the empty text, or none (NaN) as a number."""
    kind = node[0]
    if kind in ("text", "number"):
        return node[1]  # type: ignore[no-any-return]
    if kind in ("answer", "this"):
        found = given.this if kind == "this" else given.answers.get(node[1], "")
        return float(found) if isinstance(found, int) and not isinstance(found, bool) else found
    if kind == "attribute":
        return given.attributes.get(node[1], "")
    if kind == "call":
        return _called(node[1], node[2:], given)
    if kind in ("or", "and"):
        first = truth(value(node[1], given))
        return truth(value(node[2], given)) if first == (kind == "and") else first
    values = [value(part, given) for part in node[1:]]
    if kind == "minus":
        return -_number(values[0])
    if kind in ("=", "!="):
        return _equal(*values) == (kind == "=")
    if kind in _ORDER:
        return _ORDER[kind](*_comparable(*values))
    return _arithmetic(kind, _number(values[0]), _number(values[1]))


_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
}  # fmt: skip


def _equal(a: Value, b: Value) -> bool:
    if isinstance(a, bool) or isinstance(b, bool):
        return truth(a) == truth(b)
    if isinstance(a, float) or isinstance(b, float):
        return _number(a) == _number(b)
    return a == b


def _comparable(a: Value, b: Value) -> tuple[Any, Any]:
    if isinstance(a, str) and isinstance(b, str) and _DAY.fullmatch(a) and _DAY.fullmatch(b):
        return a, b
    return _number(a), _number(b)


def _arithmetic(sign: str, a: float, b: float) -> float:
    if sign == "+":
        return a + b
    if sign == "-":
        return a - b
    if sign == "*":
        return a * b
    if b == 0 or math.isnan(a) or math.isnan(b) or math.isinf(a):
        return math.nan
    return a / b if sign == "div" else math.fmod(a, b)


def _number(value: Value) -> float:
    """A number that is written as XPath writes them; anything else is none (NaN)."""
    if isinstance(value, str):
        return float(value) if re.fullmatch(r"\s*-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*", value, re.ASCII) else math.nan
    return float(value)


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _digits(value)
    return value


def _digits(value: float) -> str:
    """A number as browsers write it: the fewest digits that mean it."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if value == 0 or 1e-6 <= abs(value) < 1e21:
        text = f"{Decimal(repr(abs(value))):f}"
        return ("-" if value < 0 else "") + (text.rstrip("0").rstrip(".") if "." in text else text)
    digits, _e, power = repr(value).partition("e")
    return f"{digits.removesuffix('.0')}e{int(power):+d}"


def _rounded(value: float, digits: float) -> float:
    """Half up, as XPath rounds: -2.5 becomes -2."""
    if not math.isfinite(value) or not math.isfinite(digits) or abs(value) > 1e15:
        return value if math.isfinite(value) else math.nan
    places = max(-9, min(9, int(digits)))
    scale = 10.0 ** abs(places)  # exact in every language, as a negative power is not
    return math.floor(value * scale + 0.5) / scale if places >= 0 else math.floor(value / scale + 0.5) * scale


def _called(name: str, nodes: tuple[Node, ...], given: Surroundings) -> Value:
    if name == "if":
        return value(nodes[1] if truth(value(nodes[0], given)) else nodes[2], given)
    values = [value(node, given) for node in nodes]
    texts = [_text(value) for value in values]
    match name:
        case "selected":
            return texts[1].strip(" \t\n\r\f\v") in _WORD.findall(texts[0])
        case "count-selected":
            return float(len(_WORD.findall(texts[0])))
        case "regex":
            return len(texts[0]) <= LONGEST and re.fullmatch(texts[1], texts[0], re.ASCII) is not None
        case "string-length":
            return float(len(texts[0]))
        case "coalesce":
            return values[0] if texts[0] else values[1]
        case "concat":
            return "".join(texts)
        case "not":
            return not truth(values[0])
        case "today":
            return given.today
        case "number":
            return _number(values[0])
        case "int":
            number = _number(values[0])
            return number if math.isnan(number) or math.isinf(number) else float(math.trunc(number))
        case "round":
            return _rounded(_number(values[0]), _number(values[1]) if len(values) > 1 else 0.0)
    return name == "true"
