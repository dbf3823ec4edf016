"""What a quality rule finds: values to doubt, how many were tested, and what could not be tested and why. Pure."""

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from indicators.periods import Period


class Figure(NamedTuple):
    """A number that somebody gave. Missing is no figure; 0 is one."""

    value: float
    demonstration: bool = False


class Flag(NamedTuple):
    """One value to doubt. `subject` is the code of an indicator or a kind of population.

    `value` is compared with `against`, and `score` is how far apart they are, in the measure of the rule. For a report
    that was expected and did not come, all three are None.
    """

    unit: int
    subject: str
    period: Period
    value: float | None
    against: float | None
    score: float | None
    demonstration: bool = False


class Untested(NamedTuple):
    """Values of a unit that the rule could not look at, and the code of the reason."""

    unit: int
    subject: str
    reason: str
    values: int


@dataclass
class Outcome:
    """One rule over many units: `tested` counts the values looked at by unit; `untested` are never «no finding»."""

    rule: str
    flags: list[Flag] = field(default_factory=list)
    untested: list[Untested] = field(default_factory=list)
    tested: Counter[int] = field(default_factory=Counter)
