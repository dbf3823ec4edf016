"""Numbers as other programs read them back. Pure."""

from decimal import Decimal


def plain(value: float | None) -> float | int | None:
    """12.0 as 12: doses are counted, not measured."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def number_as_text(value: float) -> str:
    """The shortest text that is read back as the same number, never with an exponent."""
    if value.is_integer():
        return str(int(value))
    text = repr(value)
    return format(Decimal(text), "f") if "e" in text else text
