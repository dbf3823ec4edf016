"""How strong a link of a theory of change is, and whether an assumption holds: derived, never typed. Pure.

After contribution analysis (Mayne 2001, 2019): a link is credible as far as what was found speaks for it, and as far as
assumptions and rival explanations were looked at. Nothing here is a probability, nothing is added up to a score.
"""

from collections.abc import Collection, Iterable
from enum import IntEnum, StrEnum
from typing import NamedTuple


class Confidence(IntEnum):
    """Overall confidence in an approved finding (GRADE-CERQual); UNASSESSED: evidence that is no approved finding."""

    UNASSESSED = 0
    VERY_LOW = 1
    LOW = 2
    MODERATE = 3
    HIGH = 4


class Piece(NamedTuple):
    """One thing that speaks for or against. `stale`: to be looked at again; it then counts as low at most."""

    speaks_for: bool
    confidence: Confidence
    stale: bool = False

    @property
    def counted(self) -> Confidence:
        return min(self.confidence, Confidence.LOW) if self.stale else self.confidence


class Level(StrEnum):
    NONE = "none"
    WEAK = "weak"
    MIXED = "mixed"
    MODERATE = "moderate"
    STRONG = "strong"


SUPPORT = {Level.NONE: 0, Level.WEAK: 1, Level.MIXED: 1, Level.MODERATE: 2, Level.STRONG: 3}
"""How far a level carries a conclusion; weak and mixed carry it equally little, for different reasons."""


class Because(StrEnum):
    """Why a link has its level; the words are made on the page."""

    NOTHING = "nothing"  # nothing is tied to it
    AGAINST_ONLY = "against_only"  # what there is speaks against it
    UNASSESSED_ONLY = "unassessed_only"  # evidence for it, but no approved finding
    LOW_ONLY = "low_only"  # approved findings for it, of low or very low confidence
    BOTH_SIDES = "both_sides"  # approved findings on both sides
    ONE_MODERATE = "one_moderate"  # at least one approved finding of moderate or high confidence for it
    SEVERAL = "several"  # two or more, one of high confidence, none against
    CAP_AGAINST = "cap_against"  # not strong: something speaks against it
    CAP_RIVALS = "cap_rivals"  # not strong: no rival named, or one not examined yet
    CAP_LIKELY = "cap_likely"  # weak: a rival explanation is more likely
    CAP_BROKEN = "cap_broken"  # weak: an assumption does not hold
    STALE = "stale"  # a finding is to be looked at again and counts as low at most


class Strength(NamedTuple):
    level: Level
    because: tuple[Because, ...]


class Standing(StrEnum):
    """Whether an assumption holds."""

    UNKNOWN = "unknown"
    HOLDS = "holds"
    DISPUTED = "disputed"
    BROKEN = "broken"


def strength(
    pieces: Collection[Piece], *, verdicts: Collection[str] = (), standings: Collection[Standing] = ()
) -> Strength:
    """The level of a link and why.

    `pieces`: what is tied to the link itself and still there; `verdicts` of its rivals (open, unlikely, possible,
    likely); `standings` of its assumptions. In this order:

    1. *None* where nothing speaks for it, or approved findings speak against it and none for it.
    2. *Mixed* where approved findings speak on both sides. A finding of very low confidence decides nothing here.
    3. *Strong* with two or more approved findings of moderate or high confidence, one of them high, and nothing at all
       against; *moderate* with one or more of moderate or high confidence; else *weak*.
    4. Never strong while no rival explanation is named or one is not examined; never more than weak where a rival is
       more likely or an assumption does not hold.

    One more piece for a link never lowers what it carries (`SUPPORT`), one more against it never raises it.
    """
    weighed = {side: [one.counted for one in pieces if one.speaks_for is side] for side in (True, False)}
    level, why = _level(weighed[True], weighed[False])
    if any(one.stale and one.confidence > Confidence.LOW for one in pieces):
        why.append(Because.STALE)
    caps: list[tuple[bool, Level, Because]] = [
        (bool(weighed[False]), Level.MODERATE, Because.CAP_AGAINST),
        (not verdicts or "open" in verdicts, Level.MODERATE, Because.CAP_RIVALS),
        ("likely" in verdicts, Level.WEAK, Because.CAP_LIKELY),
        (Standing.BROKEN in standings, Level.WEAK, Because.CAP_BROKEN),
    ]
    could_be = level
    for holds, most, reason in caps:
        if holds and SUPPORT[could_be] > SUPPORT[most]:
            why.append(reason)
            if SUPPORT[level] > SUPPORT[most]:
                level = most
    return Strength(level, tuple(why))


def _level(pro: list[Confidence], con: list[Confidence]) -> tuple[Level, list[Because]]:
    solid = [one for one in pro if one >= Confidence.LOW]
    firm = [one for one in pro if one >= Confidence.MODERATE]
    if not pro:
        return Level.NONE, [Because.AGAINST_ONLY if con else Because.NOTHING]
    if any(one >= Confidence.LOW for one in con):
        return (Level.MIXED, [Because.BOTH_SIDES]) if solid else (Level.NONE, [Because.AGAINST_ONLY])
    if len(firm) > 1 and Confidence.HIGH in firm:
        return Level.STRONG, [Because.SEVERAL]
    if firm:
        return Level.MODERATE, [Because.ONE_MODERATE]
    assessed = any(one > Confidence.UNASSESSED for one in pro)
    return Level.WEAK, [Because.LOW_ONLY if assessed else Because.UNASSESSED_ONLY]


def standing(judged: str, pieces: Iterable[Piece]) -> Standing:
    """Whether an assumption holds: as somebody judged it, giving the reason (`holds`, `broken`); where nobody did, as
    approved findings of at least low confidence say. Unknown where none do, disputed where they disagree."""
    if judged:
        return Standing(judged)
    sides = {one.speaks_for for one in pieces if one.counted >= Confidence.LOW}
    if len(sides) == 2:
        return Standing.DISPUTED
    return {frozenset({True}): Standing.HOLDS, frozenset({False}): Standing.BROKEN}.get(
        frozenset(sides), Standing.UNKNOWN
    )
