"""What will expire before it is used, first to expire first out (FEFO). Pure."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

DAYS_AHEAD = 180


class Ahead(NamedTuple):
    """A lot: `unused` of its `quantity` will be left on the day it expires; None where use is not known."""

    lot: int
    expires_on: date
    quantity: int
    unused: int | None


def ahead(lots: Sequence[tuple[int, date | None, int]], monthly_use: float | None, today: date) -> list[Ahead]:
    """Lots (key, expiry, quantity in doses) that have expired or will within `DAYS_AHEAD` days, the first one first.

    Lots are used in the order in which they expire; a lot without a date is used last, an expired one not at all. What
    has expired is unused whole. At a use of 0 everything is left.
    """
    found: list[Ahead] = []
    demanded = 0.0  # by lots that expire earlier
    for lot, expires_on, quantity in sorted(lots, key=lambda one: (one[1] or date.max, one[0])):
        if expires_on is None or quantity <= 0 or (expires_on - today).days > DAYS_AHEAD:
            continue
        days = (expires_on - today).days
        if days < 0:
            found.append(Ahead(lot, expires_on, quantity, quantity))
            continue
        if monthly_use is None:
            found.append(Ahead(lot, expires_on, quantity, None))
            continue
        can_use = max(0.0, monthly_use * 12 / 365.25 * days - demanded)
        used = min(float(quantity), can_use)
        demanded += used
        found.append(Ahead(lot, expires_on, quantity, round(quantity - used)))
    return found
