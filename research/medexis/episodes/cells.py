"""What all sources together say of a product at a site in a month. Pure."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from indicators.periods import Period
from indicators.registry.stockout_days import Rule, Stockout, days_out


class State(StrEnum):
    TO_COME = "to_come"
    NOT_OFFERED = "not_offered"
    MISSING = "missing"  # nobody says anything
    NONE = "none"  # a source says: no day without stock
    SOME = "some"
    WHOLE = "whole"
    UNKNOWN = "unknown"  # out, and nobody says for how long
    DOUBTFUL = "doubtful"  # 0 days by the report, which yet ends with nothing on hand: out on the last day
    IMPOSSIBLE = "impossible"  # more days than the month has


class Cell(NamedTuple):
    """`days` without stock of the month, None where not known; 0, as reported, where that is doubtful. `shade`: 0 none,
    1 to 7 or doubtful, 2 to 14, 3 more, 4 all."""

    state: State
    days: int | None = None

    @property
    def shade(self) -> int:
        if self.state in (State.UNKNOWN, State.IMPOSSIBLE):
            return 3
        if not self.days:
            return 1 if self.state is State.DOUBTFUL else 0
        return 4 if self.state is State.WHOLE else 1 if self.days <= 7 else 2 if self.days <= 14 else 3

    @property
    def is_counted(self) -> bool:
        """Whether its days are a number to add up: known and possible."""
        return self.state in (State.NONE, State.SOME, State.WHOLE, State.DOUBTFUL)

    @property
    def says_nothing(self) -> bool:
        return self.state in (State.MISSING, State.NOT_OFFERED, State.TO_COME)

    @property
    def was_out(self) -> bool | None:
        """Whether there was a day without stock; None where nobody says. The one rule, wherever it is asked."""
        return None if self.says_nothing else self.state is not State.NONE

    @property
    def css(self) -> str:
        """The class of its colour."""
        return "heat-missing" if self.says_nothing else f"heat-{self.shade}"


def cell(
    month: Period,
    *,
    present: Period,
    offered: bool | None,
    dated: Sequence[Stockout],
    reported: int | None,
    closing: int | None,
    kept: bool,
) -> Cell:
    """`dated`: stock-outs known to the day. `reported`: days out by the month's report, `closing` its stock on hand.

    Dated days prevail over reported ones. Without either, a card that is `kept` in the month, or a report of 0 days
    that does not end at zero, says that there was stock; 0 days and nothing on hand at the end is doubtful: the last
    day at least was without. Nothing on hand at the end and no number is out for an unknown time.
    """
    if month > present:
        return Cell(State.TO_COME)
    if dated and (days := days_out(dated, month, Rule.CALENDAR)):
        return Cell(State.WHOLE if days == month.days else State.SOME, days)
    if reported is not None and reported > month.days:
        return Cell(State.IMPOSSIBLE, reported)
    if kept or reported == 0:
        return Cell(State.NONE if kept or closing != 0 else State.DOUBTFUL, 0)
    if reported is not None:
        return Cell(State.WHOLE if reported == month.days else State.SOME, reported)
    if closing == 0:
        return Cell(State.UNKNOWN)
    return Cell(State.NOT_OFFERED) if offered is False else Cell(State.MISSING)
