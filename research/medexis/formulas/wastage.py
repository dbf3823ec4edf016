"""Wastage of vaccine, in closed and in open vials, by the definitions in use. All in doses. Pure.

A reason that was not reported is unknown, not 0: a rate that needs it is then missing.
"""

from collections.abc import Collection

from research.medexis.formulas.balance import LOSS_REASONS, Line
from research.medexis.formulas.ratios import Ratio

WHO_DPT = ("lost_vvm", "lost_expired", "lost_frozen", "lost_broken")
WHO_BCG = ("lost_vvm", "lost_expired", "lost_frozen")
"""The package leaves “broken” out for BCG and has it for DPT."""


def lost_closed(line: Line, reasons: Collection[str] = LOSS_REASONS) -> int | None:
    """Doses lost in unopened vials. With all reasons the total `lost` stands in where they were not all told."""
    told = [getattr(line, reason) for reason in reasons]
    if all(value is not None for value in told):
        return sum(told)
    if set(reasons) == set(LOSS_REASONS):
        return line.lost if line.lost is not None else None
    return None


def closed_vial_disc(line: Line) -> Ratio | None:
    """Closed-vial wastage (DISC): spoiled unopened doses ÷ total doses managed = opening + received.

    Source: OpenLMIS wiki 112862280. The text does not say how “managed” is summed; here it is what was there to spoil.
    """
    lost = lost_closed(line)
    if lost is None or line.opening is None or line.received is None:
        return None
    return Ratio(lost, line.opening + line.received)


def used_who(line: Line) -> int | None:
    """Doses used (WHO EPI package): opening + received − on hand − redistributed − VVM − expired − frozen − broken.

    `adjustment` below 0 stands for what was redistributed; one above 0 came in and is no part of the package's formula.
    Missing where any part is.
    """
    discarded = lost_closed(line, WHO_DPT)
    parts = (line.opening, line.received, line.closing, line.adjustment)
    if discarded is None or None in parts:
        return None
    opening, received, closing, adjustment = (part or 0 for part in parts)
    return opening + received - closing + min(adjustment, 0) - discarded


def closed_vial_who(line: Line, *, bcg: bool = False) -> Ratio | None:
    """Closed-vial wastage (WHO EPI package): discarded ÷ doses used; `bcg` leaves broken vials out, as it does.

    Over 1 is possible: more was discarded than used. Source: metadata.json of the package.
    """
    discarded, used = lost_closed(line, WHO_BCG if bcg else WHO_DPT), used_who(line)
    return None if discarded is None or used is None or used < 0 else Ratio(discarded, used)


def open_vial(line: Line, *, used: int | None = None) -> Ratio | None:
    """Open-vial wastage: (used − administered) ÷ used. `used` as reported (`issued`) unless given.

    Negative where more was given than used, which is impossible and flagged, not clamped. Source: WHO EPI package.
    """
    taken = line.issued if used is None else used
    if taken is None or line.administered is None:
        return None
    return Ratio(taken - line.administered, taken)


def national(closed: float, levels: int, opened: float) -> float:
    """Wastage through a supply chain of `levels`, each losing the share `closed` unopened, and `opened` at the end.

    1 − (1 − closed)^levels × (1 − opened). All three as shares from 0 to 1. Source: WHO concept note 2019.
    """
    if not (0 <= closed <= 1 and 0 <= opened <= 1 and levels >= 0):
        raise ValueError("shares lie between 0 and 1, levels from 0 on")
    return 1 - (1 - closed) ** levels * (1 - opened)
