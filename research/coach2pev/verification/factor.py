"""The verification factor of reported doses. Pure.

Doses counted anew in the register by doses in the monthly report, over the months for which both are known (WHO, data
quality review: verification factor). 1: the report says what the register says. Below 1: more was reported than the
register shows. Above 1: doses of the register were not reported. It says nothing about doses that no register holds.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a factor says; the last three are no numbers, and none of them is 0."""

    AGREES = "agrees"
    OVER_REPORTED = "over_reported"
    UNDER_REPORTED = "under_reported"
    NOT_FOUND = "not_found"
    """0: doses were reported, the register shows none."""
    BOTH_ZERO = "both_zero"
    """The report and the register both say 0: they agree, without a ratio."""
    NOT_REPORTED = "not_reported"
    """The report says 0, the register shows doses: no ratio."""
    MISSING = "missing"
    """No month has both."""


@dataclass(frozen=True, slots=True)
class Recount:
    """One month: doses in the register, and in the report (None where no report was found)."""

    register: int
    reported: int | None


@dataclass(frozen=True, slots=True)
class Factor:
    """Sums over the `months` that have both. `unreported` months were counted anew without a report to compare."""

    register: int = 0
    reported: int = 0
    months: int = 0
    unreported: int = 0

    @property
    def value(self) -> float | None:
        """None where it is undefined: no month has both, or the reports sum to 0."""
        return self.register / self.reported if self.reported else None

    @property
    def kind(self) -> Kind:
        if not self.months:
            return Kind.MISSING
        if not self.reported:
            return Kind.NOT_REPORTED if self.register else Kind.BOTH_ZERO
        if not self.register:
            return Kind.NOT_FOUND
        if self.register == self.reported:
            return Kind.AGREES
        return Kind.UNDER_REPORTED if self.register > self.reported else Kind.OVER_REPORTED


def factor(recounts: Iterable[Recount]) -> Factor:
    """Numerators and denominators are summed; factors of months or sites are never averaged."""
    register = reported = months = unreported = 0
    for one in recounts:
        if one.reported is None:
            unreported += 1
        else:
            register, reported, months = register + one.register, reported + one.reported, months + 1
    return Factor(register, reported, months, unreported)
