"""Numbers as people write them in tables → DHIS2's notation, or the reason why not. Pure."""

import re

from indicators.exchange.numbers import BadNumber

SPACES = "\u00a0\u202f\u2009 "
DECIMAL_SIGNS = ("", ".", ",")
THOUSANDS_SIGNS = ("", " ", ",", ".", "'")
LONGEST = 40
_ANY_SPACE = re.compile(f"[{SPACES}]")
_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity|1e[0-9]{3,})", re.IGNORECASE)
_DIGITS = re.compile(r"-?[0-9.,]+")


def written_number(text: str, *, decimal: str = "", thousands: str = "") -> str:
    """`1 234` → `1234`, `45,5` → `45.5`; BadNumber where it is none or where two readings are possible.

    With no sign chosen a point is decimal; so is a comma unless three digits follow it (`1,234` is `ambiguous_number`;
    `0,125` and `45,5` are not). Signs that repeat or differ settle it: `1,234,567`, `1.234,5`. With signs chosen
    nothing else is read. A space of any kind between groups of three digits always groups.
    Also `not_a_number`, `not_finite`, `number_too_long`.
    """
    text = text.strip()
    if decimal != "," and thousands != "." and _PLAIN.fullmatch(text) and len(text) <= LONGEST:
        return text
    if _NOT_FINITE.fullmatch(text):
        raise BadNumber("not_finite")
    if len(text) > LONGEST:
        raise BadNumber("number_too_long" if _DIGITS.fullmatch(text) else "not_a_number")
    joined = _ANY_SPACE.sub(" ", text)
    for sign in " '" if thousands == "'" else " ":
        if sign in joined:
            if not re.fullmatch(rf"-?[0-9]{{1,3}}(?:{sign}[0-9]{{3}})+(?:[.,][0-9]+)?", joined):
                raise BadNumber("not_a_number")
            joined, thousands = joined.replace(sign, ""), sign
    if not decimal and thousands:
        decimal = {",": ".", ".": ","}.get(thousands) or ("," if "," in joined else ".")
    return _with_signs(joined, decimal, thousands) if decimal else _without_signs(joined)


def _with_signs(text: str, decimal: str, thousands: str) -> str:
    whole, sign, part = text.partition(decimal)
    other = "," if decimal == "." else "."
    if thousands == other and _grouped(whole, other):
        whole = whole.replace(other, "")
    elif not sign and _grouped(whole, other):
        raise BadNumber("ambiguous_number")
    found = f"{whole}.{part}" if sign else whole
    if not _PLAIN.fullmatch(found) or (not sign and other in whole):
        raise BadNumber("not_a_number")
    return found


def _without_signs(text: str) -> str:
    comma, point = text.rfind(","), text.rfind(".")
    if comma >= 0 and point >= 0:
        return _with_signs(text, ",", ".") if comma > point else _with_signs(text, ".", ",")
    sign = "," if comma >= 0 else "."
    if text.count(sign) > 1:
        return _with_signs(text, "." if sign == "," else ",", sign)
    if sign == "," and _grouped(text, ","):
        raise BadNumber("ambiguous_number")
    return _with_signs(text, sign, "")


def _grouped(text: str, sign: str) -> bool:
    """`1,234` or `12,345,678`: groups of three, the first of which begins with no zero."""
    return re.fullmatch(rf"-?[1-9][0-9]{{0,2}}(?:{re.escape(sign)}[0-9]{{3}})+", text) is not None
