"""Book against count, with the sign said. Pure."""

from research.medexis.formulas.balance import Line, difference, expected_closing
from research.medexis.formulas.ratios import Ratio


def discrepancy(line: Line) -> Ratio | None:
    """|Stock on hand − what the movements lead to| ÷ what they lead to. None where either is unknown or the movements
    lead below zero. The signed difference is `balance.difference`: negative means that stock is missing."""
    expected, found = expected_closing(line), difference(line)
    return None if expected is None or found is None or expected < 0 else Ratio(abs(found), expected)


def surplus_of_the_guide(line: Line) -> int | None:
    """The DHIS2 logistics guide's “stock correction”: previous stock + receipts − all that left − stock on hand.

    By its formula a positive number is stock that is missing, though its text calls it more than expected.
    """
    found = difference(line)
    return None if found is None else -found
