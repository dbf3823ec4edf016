"""The rules about ratios of a quarter: coverage above 100 % and negative dropout. Sums divided by sums."""

from collections.abc import Mapping

from indicators.periods import Period
from indicators.quality.findings import Flag, Outcome, Untested
from indicators.rollup.readings import Reading

Readings = Mapping[str, Mapping[tuple[int, Period], Reading]]
"""Indicator code → (unit id, quarter) → reading."""


def over_100(found: Readings) -> Outcome:
    """Coverage above 100 %: doses against the quarter's share of the target. Score: the coverage.

    `no_denominator` where doses were reported and no target is known; `zero_denominator` where the target is 0.
    """
    outcome = Outcome("over_100")
    for code, readings in found.items():
        for (unit, quarter), reading in readings.items():
            if reason := next((it for it in ("no_denominator", "zero_denominator") if it in reading.flags), None):
                outcome.untested.append(Untested(unit, code, reason, 1))
            elif reading.value is not None:
                outcome.tested[unit] += 1
                if "over_100" in reading.flags:
                    outcome.flags.append(_flag(unit, code, quarter, reading, reading.numerator))
    return outcome


def negative_dropout(found: Readings) -> Outcome:
    """More third than first doses in a whole quarter. Score: the dropout in %; none where no first dose was given.

    `month_missing` where a dose was not reported in one of the months: sums of different months are not compared.
    """
    outcome = Outcome("negative_dropout")
    for code, readings in found.items():
        for (unit, quarter), reading in readings.items():
            if "incomplete" in reading.flags:
                outcome.untested.append(Untested(unit, code, "month_missing", 1))
                continue
            if reading.numerator is None or reading.denominator is None:
                continue  # nothing at all was reported, which is another rule's matter
            outcome.tested[unit] += 1
            if reading.numerator < 0:
                outcome.flags.append(_flag(unit, code, quarter, reading, reading.denominator - reading.numerator))
    return outcome


def _flag(unit: int, code: str, quarter: Period, reading: Reading, value: float | None) -> Flag:
    return Flag(unit, code, quarter, value, reading.denominator, reading.value, reading.demonstration)
