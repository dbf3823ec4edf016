"""What a number is, or why there is none. No queries: a value of 0, a missing one and one nobody expects stay apart."""

from datetime import date
from enum import StrEnum

from django.utils.translation import gettext as _

from indicators.periods import Period
from indicators.rollup.readings import Reading


class State(StrEnum):
    """The values are part of the downloads: other programs read them."""

    REPORTED = "reported"
    ZERO = "zero"
    INCOMPLETE = "incomplete"
    REPORTS_MISSING = "reports_missing"
    MISSING = "missing"
    EXPECTATION_UNKNOWN = "expectation_unknown"
    TERM_MISSING = "term_missing"
    NO_DENOMINATOR = "no_denominator"
    ZERO_DENOMINATOR = "zero_denominator"
    NOT_APPLICABLE = "not_applicable"
    NOT_ASKED = "not_asked"
    NOT_OPEN = "not_open"
    ELSEWHERE = "elsewhere"
    NOT_BEGUN = "not_begun"


NOT_EXPECTED = frozenset({State.NOT_ASKED, State.NOT_OPEN, State.ELSEWHERE, State.NOT_BEGUN})
NOT_COMPUTABLE = frozenset({State.NO_DENOMINATOR, State.ZERO_DENOMINATOR})


def state_of(reading: Reading, when: Period, *, opened: date | None, closed: date | None, today: date) -> State:
    """The one state of a reading. What was reported counts, even where nothing was expected.

    Not expected is a period that the place was not open in for a day, one that has not begun, and what the data sets do
    not ask of the place; below another one, also a place while it lay elsewhere. Missing is what they ask; where none
    holds it, nobody knows whether it was expected. `incomplete`: in some month nothing was reported, also where the
    other months add up to 0; `reports_missing`: every month has a report, and fewer came than were expected.
    """
    flags = reading.flags
    if not reading.expected_months:
        return State.ELSEWHERE
    if reading.value is not None:
        if "incomplete" in flags:
            return State.INCOMPLETE
        if "reports_missing" in flags:
            return State.REPORTS_MISSING
        return State.ZERO if reading.value == 0 else State.REPORTED
    applies = "not_applicable" not in flags
    lacks_reports = "incomplete" in flags or "reports_missing" in flags
    if "zero_denominator" in flags:
        return State.ZERO_DENOMINATOR if applies else State.NOT_APPLICABLE
    if "no_denominator" in flags and (reading.numerator is not None or lacks_reports):
        return State.NO_DENOMINATOR if applies else State.NOT_APPLICABLE
    if lacks_reports:
        return State.TERM_MISSING
    if (opened and when.end < opened) or (closed and when.start > closed):
        return State.NOT_OPEN
    if when.start > today:
        return State.NOT_BEGUN
    if reading.expected == 0:
        return State.NOT_ASKED
    if not applies:
        return State.NOT_APPLICABLE
    return State.EXPECTATION_UNKNOWN if reading.expected is None else State.MISSING


def sign(state: State) -> str:
    """How a table shows that there is no number; blank where the number or its absence needs no other sign."""
    if state is State.NOT_APPLICABLE:
        return _("n/a")
    return "÷" if state in NOT_COMPUTABLE else "·" if state in NOT_EXPECTED else ""


def state_words(state: State) -> str:
    """What a state means, for people and for the column of the downloads."""
    match state:
        case State.REPORTED:
            return _("reported")
        case State.ZERO:
            return _("reported: zero")
        case State.INCOMPLETE:
            return _("incomplete: in at least one month nothing was reported")
        case State.REPORTS_MISSING:
            return _("incomplete: fewer reports came in than were expected")
        case State.MISSING:
            return _("missing: expected, but not reported")
        case State.EXPECTATION_UNKNOWN:
            return _("missing: nothing was reported; whether anything was expected is not known")
        case State.TERM_MISSING:
            return _("missing: a part of the formula was not reported")
        case State.NO_DENOMINATOR:
            return _("not computable: no denominator is known")
        case State.ZERO_DENOMINATOR:
            return _("not computable: the denominator is zero")
        case State.NOT_APPLICABLE:
            return _("not applicable: 0 of 0, or no place of this kind has a denominator")
        case State.NOT_ASKED:
            return _("not expected: the report is not asked of the place")
        case State.NOT_OPEN:
            return _("not expected: the place was not open")
        case State.ELSEWHERE:
            return _("not expected: the place lay elsewhere at that time")
        case State.NOT_BEGUN:
            return _("not expected: the period has not begun")
