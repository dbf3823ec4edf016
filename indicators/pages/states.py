"""What a number is, or why there is none. No queries: a value of 0, a missing one and one nobody expects stay apart."""

from datetime import date
from enum import StrEnum

from indicators.periods import Period
from indicators.rollup.readings import Reading


class State(StrEnum):
    """The values are part of the downloads: other programs read them."""

    REPORTED = "reported"
    ZERO = "zero"
    INCOMPLETE = "incomplete"
    MISSING = "missing"
    TERM_MISSING = "term_missing"
    NO_DENOMINATOR = "no_denominator"
    ZERO_DENOMINATOR = "zero_denominator"
    NOT_OPEN = "not_open"
    NOT_BEGUN = "not_begun"


NOT_EXPECTED = frozenset({State.NOT_OPEN, State.NOT_BEGUN})
NOT_COMPUTABLE = frozenset({State.NO_DENOMINATOR, State.ZERO_DENOMINATOR})


def state_of(reading: Reading, when: Period, *, opened: date | None, closed: date | None, today: date) -> State:
    """The one state of a reading. What was reported counts, even where nothing was expected.

    Not expected is a period that the place was not open in for a day, or one that has not begun. `incomplete`: in some
    month nothing was reported, also where the other months add up to 0.
    """
    if reading.value is not None:
        if "incomplete" in reading.flags:
            return State.INCOMPLETE
        return State.ZERO if reading.value == 0 else State.REPORTED
    if "zero_denominator" in reading.flags:
        return State.ZERO_DENOMINATOR
    if "no_denominator" in reading.flags:
        return State.NO_DENOMINATOR
    if "incomplete" in reading.flags:
        return State.TERM_MISSING
    if (opened and when.end < opened) or (closed and when.start > closed):
        return State.NOT_OPEN
    return State.NOT_BEGUN if when.start > today else State.MISSING
