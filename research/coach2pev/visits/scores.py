"""Scores of a checklist. Pure: answers and weights in, points out.

    score = points / possible,  over the items answered yes, partly or no

yes earns the item's weight, partly half of it, no nothing. An item that does not apply, or that was left unanswered,
is neither earned nor possible: it is counted beside the score, so that a good score of few items shows itself.
The rule is this system's own (the tool's scale is not published); half points are exact in binary.
"""

from collections.abc import Iterable
from dataclasses import dataclass

YES, PARTIAL, NO, NOT_APPLICABLE = "yes", "partial", "no", "na"
EARNED = {YES: 1.0, PARTIAL: 0.5, NO: 0.0}
"""The share of an item's weight that an answer earns; an answer that is not here is outside the denominator."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a checklist with its answer; `answer` None means not answered."""

    section: str
    weight: int
    answer: str | None


@dataclass(frozen=True, slots=True)
class Score:
    """`points` and `possible` are None where no item was answered yes, partly or no: unknown, which is not zero."""

    points: float | None
    possible: int | None
    scored: int
    not_applicable: int
    unanswered: int

    @property
    def share(self) -> float | None:
        """Points per possible point, 0 to 1; None where nothing was scored or the scored items weigh nothing."""
        return self.points / self.possible if self.points is not None and self.possible else None

    @property
    def items(self) -> int:
        return self.scored + self.not_applicable + self.unanswered


def score(items: Iterable[Item]) -> Score:
    """The score of these items together. An answer outside yes, partial, no, na raises ValueError."""
    points, possible, scored, outside, unanswered = 0.0, 0, 0, 0, 0
    for item in items:
        if item.answer is None:
            unanswered += 1
        elif item.answer == NOT_APPLICABLE:
            outside += 1
        elif item.answer in EARNED:
            scored += 1
            points += EARNED[item.answer] * item.weight
            possible += item.weight
        else:
            raise ValueError(item.answer)
    return Score(points if scored else None, possible if scored else None, scored, outside, unanswered)


def section_scores(items: Iterable[Item]) -> dict[str, Score]:
    """The score of each section, in the order in which sections first appear."""
    sections: dict[str, list[Item]] = {}
    for item in items:
        sections.setdefault(item.section, []).append(item)
    return {section: score(members) for section, members in sections.items()}
