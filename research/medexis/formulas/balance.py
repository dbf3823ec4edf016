"""The balance of a product's month. Pure: what was typed in, questions out. Nothing is repaired.

    expected closing = opening + received − used − lost + adjustment
    difference       = closing − expected closing   (negative: stock is missing)

All in doses. A field left blank is unknown, never 0: with one of the five blank the expected closing is unknown, and
without the closing the difference is. Sign and terms as in the WHO EPI package's stock balance.
"""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Line:
    """A product's month as the site reports it; None where the field was left blank."""

    opening: int | None = None
    received: int | None = None
    issued: int | None = None
    administered: int | None = None
    lost: int | None = None
    lost_expired: int | None = None
    lost_vvm: int | None = None
    lost_frozen: int | None = None
    lost_broken: int | None = None
    lost_missing: int | None = None
    lost_other: int | None = None
    adjustment: int | None = None
    closing: int | None = None
    days_out: int | None = None

    @property
    def is_blank(self) -> bool:
        """Whether nothing at all was filled in."""
        return all(getattr(self, name) is None for name in self.__slots__)


LOSS_REASONS = ("lost_expired", "lost_vvm", "lost_frozen", "lost_broken", "lost_missing", "lost_other")


class Flag(StrEnum):
    """A question that a line raises. None of them refuses the line."""

    IMBALANCE = "imbalance"  # closing is not what the movements lead to
    MORE_OUT_THAN_IN = "more_out_than_in"  # the movements lead below zero
    USED_MORE_THAN_THERE_WAS = "used_more_than_there_was"  # said where a blank keeps the balance from saying it
    OPENING_DIFFERS = "opening_differs"  # not what the month before closed with
    ZERO_WITHOUT_DAYS_OUT = "zero_without_days_out"  # nothing left, yet no day out of stock
    IMPOSSIBLE_DAYS = "impossible_days"  # more days out of stock than the month has
    OUT_YET_USED = "out_yet_used"  # out all month, and yet something was used
    LOSS_REASONS_DIFFER = "loss_reasons_differ"  # the reasons do not add up to what was lost
    MORE_GIVEN_THAN_USED = "more_given_than_used"  # doses administered that were not taken out of stock
    INCOMPLETE = "incomplete"  # some fields blank, so the balance cannot be checked


def expected_closing(line: Line) -> int | None:
    """What opening and movements lead to, in doses; may be negative. None where one of the five is blank."""
    if None in (line.opening, line.received, line.issued, line.lost, line.adjustment):
        return None
    return line.opening + line.received - line.issued - line.lost + line.adjustment  # type: ignore[operator]


def difference(line: Line) -> int | None:
    """Closing less expected closing, in doses. None where either is unknown; 0 means that the line balances."""
    expected = expected_closing(line)
    return None if expected is None or line.closing is None else line.closing - expected


def lost_by_reason(line: Line) -> int | None:
    """Sum of the losses whose reason was told, in doses; None where no reason was."""
    told = [value for name in LOSS_REASONS if (value := getattr(line, name)) is not None]
    return sum(told) if told else None


def flags(line: Line, *, closing_before: int | None = None, days: int | None = None) -> tuple[Flag, ...]:
    """The questions that the line raises, in the order of `Flag`; none where it is blank.

    `closing_before` is the same product's closing of the month before; None where unknown, and then not compared.
    `days` is the length of the month; without it days out of stock are not held against it. Reasons may tell a part of
    what was lost; more than was lost, or all six and less, they may not.
    """
    if line.is_blank:
        return ()
    expected = expected_closing(line)
    by_reason, all_told = lost_by_reason(line), all(getattr(line, name) is not None for name in LOSS_REASONS)
    raised = {
        Flag.IMBALANCE: difference(line) not in (None, 0),
        Flag.MORE_OUT_THAN_IN: expected is not None and expected < 0,
        Flag.USED_MORE_THAN_THERE_WAS: expected is None and _used_more_than_there_was(line),
        Flag.OPENING_DIFFERS: None not in (line.opening, closing_before) and line.opening != closing_before,
        Flag.ZERO_WITHOUT_DAYS_OUT: line.closing == 0 and line.days_out == 0,
        Flag.IMPOSSIBLE_DAYS: None not in (days, line.days_out) and (line.days_out or 0) > (days or 0),
        Flag.OUT_YET_USED: days is not None and line.days_out == days and (line.issued or 0) > 0,
        Flag.LOSS_REASONS_DIFFER: None not in (line.lost, by_reason)
        and ((by_reason or 0) > (line.lost or 0) or (all_told and by_reason != line.lost)),
        Flag.MORE_GIVEN_THAN_USED: None not in (line.administered, line.issued)
        and (line.administered or 0) > (line.issued or 0),
        Flag.INCOMPLETE: expected is None or line.closing is None,
    }
    return tuple(flag for flag, true in raised.items() if true)


def _used_more_than_there_was(line: Line) -> bool:
    """Used > opening + received + what an adjustment added. Unknown, and so not raised, where one of three is blank."""
    if line.opening is None or line.received is None or line.issued is None:
        return False
    return line.issued > line.opening + line.received + max(line.adjustment or 0, 0)
