"""How long the stock lasts, and which band that is, by the rules in use. Pure."""

from collections.abc import Sequence
from enum import StrEnum

from research.medexis.formulas.ratios import Ratio


class Band(StrEnum):
    OUT = "out"
    UNDER = "under"
    ADEQUATE = "adequate"
    OVER = "over"
    INVALID = "invalid"
    UNKNOWN = "unknown"


class Bands(StrEnum):
    """Whose bands."""

    WHO = "who"  # out < 0.0001, under < 1, adequate 1–3, over 3–12, invalid above 12 months
    OPENLMIS = "openlmis"  # under < 3, adequate 3–6, over above 6 months
    NORM = "norm"  # of this system: out with nothing on hand, then under the minimum, up to the maximum, over it


def months_of_stock(on_hand: float | None, amc: float | None) -> float | None:
    """Stock on hand ÷ average monthly consumption, in months. 0 with nothing on hand, whatever is consumed.

    None where either is unknown, or nothing is consumed: stock that nobody uses lasts for ever, which is no number.
    Source: Open mSupply, issue 4443.
    """
    if on_hand is None or on_hand < 0:
        return None
    if on_hand == 0:
        return 0.0
    return on_hand / amc if amc else None


def coverage_time(
    opening: float | None, received: float | None, issued: float | None, redistributed: float | None, lost: float | None
) -> float | None:
    """“Stock coverage time” of the WHO EPI package: (opening + received) ÷ (issued + redistributed + lost), in months.

    Not stock on hand ÷ AMC: what was there in the month, over what left in it. None where a part is missing or nothing
    left. Source: metadata.json of the package.
    """
    if opening is None or received is None or issued is None or redistributed is None or lost is None:
        return None
    left = issued + redistributed + lost
    return (opening + received) / left if left else None


def band(
    months: float | None,
    *,
    rule: Bands,
    on_hand: float | None = None,
    amc: float | None = None,
    minimum: float | None = None,
    maximum: float | None = None,
) -> Band:
    """The band of that many months of stock.

    `NORM` needs `minimum` and `maximum` for what is not out. Like mSupply's, it says out only where nothing is on hand
    *and* something is consumed, or may be: a product that nobody uses is not missed.
    Sources: WHO EPI package metadata.json; OpenLMIS wiki 499810381; Open mSupply issue 4443.
    """
    if months is None:
        return Band.UNKNOWN
    if rule is Bands.WHO:
        steps: Sequence[tuple[float, Band]] = [(0.0001, Band.OUT), (1, Band.UNDER)]
        for limit, name in steps:
            if months < limit:
                return name
        return Band.ADEQUATE if months <= 3 else Band.OVER if months <= 12 else Band.INVALID
    if rule is Bands.OPENLMIS:
        return Band.UNDER if months < 3 else Band.ADEQUATE if months <= 6 else Band.OVER
    if on_hand == 0 or (on_hand is None and months == 0):
        return Band.OUT if amc is None or amc > 0 else Band.UNKNOWN
    if minimum is None or maximum is None:
        return Band.UNKNOWN
    return Band.UNDER if months < minimum else Band.ADEQUATE if months <= maximum else Band.OVER


def stocked_according_to_plan(months: float | None, minimum: float | None, maximum: float | None) -> bool | None:
    """Whether an observation lies within the designed minimum and maximum, both included. None: cannot be told.

    The indicator is observations within ÷ all observations, per product and level (PEPFAR SC_STOCK; DISC).
    """
    if months is None or minimum is None or maximum is None:
        return None
    return minimum <= months <= maximum


def according_to_plan(observations: Sequence[bool | None]) -> Ratio | None:
    """Observations within the plan of all that can be told; None where none can."""
    known = [one for one in observations if one is not None]
    return Ratio(sum(known), len(known)) if known else None
