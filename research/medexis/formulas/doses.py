"""Doses given to children against doses used: no vaccine can be given that was not taken out of stock. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from research.medexis.formulas.balance import Line


class Given(NamedTuple):
    """Doses that the data elements count, by concept. `complete`: every use of the product is known; else `doses` is
    the least that was given."""

    doses: int
    complete: bool


class Check(NamedTuple):
    """`given` against `used`. `impossible`: more was given than used. `lower_bound`: some doses given are unknown."""

    given: int
    used: int
    impossible: bool
    lower_bound: bool


def given(values: Mapping[str, float | None], quantities: Mapping[str, int]) -> Given | None:
    """What the reported doses use of the product: Σ doses × quantity by concept. None where no concept is reported."""
    known = {concept: value for concept in quantities if (value := values.get(concept)) is not None}
    if not known:
        return None
    return Given(round(sum(value * quantities[one] for one, value in known.items())), len(known) == len(quantities))


def used_by_balance(line: Line) -> int | None:
    """Doses used as stock moved: opening + received − all that was lost − closing (WHO EPI package, “stock balance”).

    For opening 10, received 15, lost and left 9 it is 16.
    """
    if line.opening is None or line.received is None or line.lost is None or line.closing is None:
        return None
    return line.opening + line.received - line.lost - line.closing


def check(doses: Given | None, used: int | None) -> Check | None:
    """None where either is unknown. Equal is possible: no vial was wasted."""
    if doses is None or used is None:
        return None
    return Check(doses.doses, used, doses.doses > used, not doses.complete)
