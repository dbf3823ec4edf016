"""Orders: how much of them came, and how long it took. Pure."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from research.medexis.formulas.ratios import Ratio


class Ordered(NamedTuple):
    """A product of an order. `received` and `received_on` None: it has not come; 0 received: the depot sent none."""

    ordered: int
    ordered_on: date
    received: int | None = None
    received_on: date | None = None


def order_fill(lines: Iterable[Ordered]) -> Ratio | None:
    """Quantity received ÷ quantity ordered, of the lines that are answered; over 1 where more came than was asked for.

    A line that waits for its delivery is neither above nor below the line. None where none is answered.
    """
    answered = [line for line in lines if line.received is not None]
    if not answered:
        return None
    return Ratio(sum(line.received or 0 for line in answered), sum(line.ordered for line in answered))


def lead_time(line: Ordered) -> int | None:
    """Days from the order to the delivery; 0 on the same day. None where it has not come, or nothing was sent, or the
    days contradict each other."""
    if line.received_on is None or not line.received or line.received_on < line.ordered_on:
        return None
    return (line.received_on - line.ordered_on).days


def lead_times(lines: Iterable[Ordered]) -> Ratio | None:
    """Sum of the lead times ÷ their number: the mean in days, in its two parts."""
    days = [known for line in lines if (known := lead_time(line)) is not None]
    return Ratio(sum(days), len(days)) if days else None
