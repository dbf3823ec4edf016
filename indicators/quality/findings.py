"""What a quality rule finds: values to doubt, how many were tested, and what could not be tested and why. Pure."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indicators.periods import Period


class Figure(NamedTuple):
    """A number that somebody gave. Missing is no figure; 0 is one."""

    value: float
    demonstration: bool = False


class Flag(NamedTuple):
    """One value to doubt. `subject` is the code of an indicator, a kind of population or the uid of a data set.

    `value` is compared with `against`, and `score` is how far apart they are, in the measure of the rule. For a report
    that was expected and did not come, all three are None. Where a time longer than a period is meant, `since` is its
    first month and `period` its last.
    """

    unit: int
    subject: str
    period: Period
    value: float | None
    against: float | None
    score: float | None
    demonstration: bool = False
    since: Period | None = None


class Untested(NamedTuple):
    """Values of a unit that the rule could not look at, and the code of the reason."""

    unit: int
    subject: str
    reason: str
    values: int


Whole = NDArray[np.int64]


@dataclass
class Outcome:
    """One rule over many units: `tested` counts the values looked at by unit; `untested` are never «no finding»."""

    rule: str
    flags: list[Flag] = field(default_factory=list)
    untested: list[Untested] = field(default_factory=list)
    tested: Counter[int] = field(default_factory=Counter)

    def add_tested(self, units: Whole, counts: Whole) -> None:
        """So many values of each unit were looked at."""
        for unit, count in zip(units.tolist(), counts.tolist(), strict=True):
            if count:
                self.tested[unit] += count

    def add_untested(self, units: Whole, subject: str, reason: str, counts: Whole) -> None:
        """So many values of each unit could not be looked at."""
        some = counts > 0
        rows = zip(units[some].tolist(), repeat(subject), repeat(reason), counts[some].tolist(), strict=False)
        self.untested += map(Untested._make, rows)
