"""Sites that end months with nothing on hand and never say that they were out. Pure.

“Disruption is perceived as management failure that no one wants to report”: a month that ends at zero with 0 days out
of stock may have run out on its last day. A site where that is the rule is to be asked, not accused.
"""

from collections.abc import Iterable
from typing import NamedTuple

FEWEST = 2


class Months(NamedTuple):
    """Of a site (and product): months reported, months that ended at zero with 0 days out, months with days out, and
    months with stock at the end though reported out on every day."""

    reported: int
    silent: int
    told: int
    contradicting: int

    @property
    def is_signal(self) -> bool:
        """At least `FEWEST` months ended at zero in silence, and none was ever told."""
        return self.silent >= FEWEST and self.told == 0


def count(months: Iterable[tuple[int | None, int | None, int]]) -> Months:
    """Of (closing, days out, days of the month). A blank number of days is not silence: nobody said 0."""
    reported = silent = told = contradicting = 0
    for closing, days_out, days in months:
        reported += 1
        silent += closing == 0 and days_out == 0
        told += bool(days_out)
        contradicting += days_out is not None and days_out >= days and bool(closing)
    return Months(reported, silent, told, contradicting)
