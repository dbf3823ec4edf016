"""What is missing from a contribution story, link by link. Pure: codes and counts, the words are made on the page."""

from collections.abc import Collection
from enum import StrEnum
from typing import NamedTuple

from research.linkage.contribution.strength import Confidence, Piece, Standing


class Lack(StrEnum):
    NOTHING = "nothing"  # nothing is tied to the link
    AGAINST_ONLY = "against_only"  # what there is speaks against it
    UNASSESSED = "unassessed"  # evidence for it, and no approved finding
    STALE = "stale"  # findings to be looked at again
    UNAPPROVED = "unapproved"  # findings that nobody has approved
    GONE = "gone"  # evidence that was withdrawn or is no longer there
    NO_RIVAL = "no_rival"  # no rival explanation is named
    RIVAL_OPEN = "rival_open"  # rival explanations that nobody has examined
    NO_ASSUMPTION = "no_assumption"  # no assumption is named
    ASSUMPTION_UNKNOWN = "assumption_unknown"  # assumptions of which nothing is known
    ASSUMPTION_DISPUTED = "assumption_disputed"  # assumptions on which findings disagree
    LOOSE = "loose"  # steps that no link joins
    NO_WAY = "no_way"  # no activity leads to an outcome
    PROPOSED = "proposed"  # parts that no lead has adopted


class Missing(NamedTuple):
    lack: Lack
    number: int


def of_link(
    pieces: Collection[Piece],
    *,
    unapproved: int = 0,
    gone: int = 0,
    verdicts: Collection[str] = (),
    standings: Collection[Standing] = (),
) -> list[Missing]:
    """What one link lacks, in the order in which it is told; arguments as of `strength`. `unapproved`, `gone`: things
    tied to it or to its parts that do not count."""
    pro = [one for one in pieces if one.speaks_for]
    counts = {
        Lack.NOTHING: int(not pieces),
        Lack.AGAINST_ONLY: int(bool(pieces) and not pro),
        Lack.UNASSESSED: int(bool(pro) and all(one.confidence is Confidence.UNASSESSED for one in pro)),
        Lack.STALE: sum(one.stale for one in pieces),
        Lack.UNAPPROVED: unapproved,
        Lack.GONE: gone,
        Lack.NO_RIVAL: int(not verdicts),
        Lack.RIVAL_OPEN: sum(one == "open" for one in verdicts),
        Lack.NO_ASSUMPTION: int(not standings),
        Lack.ASSUMPTION_UNKNOWN: sum(one is Standing.UNKNOWN for one in standings),
        Lack.ASSUMPTION_DISPUTED: sum(one is Standing.DISPUTED for one in standings),
    }
    return _there(counts)


def of_theory(*, loose: int, reaches: bool, proposed: int) -> list[Missing]:
    """What the theory as a whole lacks. `reaches`: some activity leads to an outcome (`shape.reaches`)."""
    return _there({Lack.LOOSE: loose, Lack.NO_WAY: int(not reaches), Lack.PROPOSED: proposed})


def _there(counts: dict[Lack, int]) -> list[Missing]:
    return [Missing(lack, count) for lack, count in counts.items() if count]
