"""Scores of a checklist. Pure: answers and weights in, points out.

    score = points / possible,  over the items that were asked and answered with something that can be scored

yes earns the item's weight, partly half of it, no nothing. A choice earns its own share of the weight; several choices
together the sum of their shares, at most all. A number earns number / target, at least nothing and at most all. An item
that does not apply, or that was left unanswered, is neither earned nor possible: it is counted beside the score, so
that a good score of few items shows itself. An item that a condition did not ask, one that weighs nothing, and texts,
days, places and notes are outside altogether. The rule is this system's own (the tool's scale is not published).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from research.coach2pev.visits import sheets
from research.coach2pev.visits.answers import Given, asked
from research.coach2pev.visits.sheets import Sheet

YES, PARTIAL, NO, NOT_APPLICABLE, GIVEN = "yes", "partial", "no", "na", "given"
EARNED = {YES: 1.0, PARTIAL: 0.5, NO: 0.0}
"""The share of an item's weight that yes, partly and no earn."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a checklist with its answer; None means not answered. `share` is what a value given has earned, None
    where it is not scored (a text, a choice without a share)."""

    section: str
    weight: int
    answer: str | None
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """`points` and `possible` are None where no item was scored: unknown, which is not zero."""

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


def share_of(item: sheets.Item, given: Given | None) -> float | None:
    """The share of the item's points that the answer earns, 0 to 1; None where nothing is scored: not answered, not
    applicable, a kind or a choice without points."""
    if given is None or not item.scorable or given.answer == NOT_APPLICABLE:
        return None
    if item.kind == sheets.YES_NO:
        return EARNED.get(given.answer)
    if item.kind == sheets.NUMBER:
        if given.number is None or item.target is None:
            return None
        return min(1.0, max(0.0, float(given.number / item.target)))
    shares = {option.code: option.share for option in item.options}
    codes = given.text.split() if item.kind == sheets.CHOICES else [given.text]
    earned = [share for code in codes if (share := shares.get(code)) is not None]
    return min(1.0, sum(earned)) if earned else None


def failed(item: sheets.Item, given: Given | None, below: float = 0.5) -> bool:
    """Whether the answer was scored and earned less than the checklist's `fails_below` share of the points."""
    share = share_of(item, given)
    return share is not None and share < below


def failed_items(sheet: Sheet, answers: Mapping[str, Given]) -> list[sheets.Item]:
    """The items that were asked and failed, in the order of the checklist."""
    through = asked(sheet.items, sheet.sections, answers)
    return [
        item for item in sheet.items if item.code in through and failed(item, answers.get(item.code), sheet.fails_below)
    ]


def score(items: Iterable[Item]) -> Score:
    """The score of these items together. An answer outside yes, partial, no, na, given raises ValueError."""
    points, possible, scored, outside, unanswered = 0.0, 0, 0, 0, 0
    for item in items:
        if item.answer is None:
            unanswered += 1
        elif item.answer == NOT_APPLICABLE:
            outside += 1
        elif item.answer in EARNED or item.answer == GIVEN:
            share = EARNED.get(item.answer, item.share)
            if share is not None:
                scored += 1
                points += share * item.weight
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


def scored_items(sheet: Sheet, answers: Mapping[str, Given]) -> list[Item]:
    """The items that were asked and can be scored, with what was answered; `section` is the section's code."""
    through = asked(sheet.items, sheet.sections, answers)
    found = []
    for item in sheet.items:
        if item.code in through and item.scorable:
            given = answers.get(item.code)
            found.append(Item(item.section, item.weight, given.answer if given else None, share_of(item, given)))
    return found


def sheet_scores(sheet: Sheet, answers: Mapping[str, Given]) -> tuple[dict[str, Score], Score]:
    """The score of every section by its code, in order (none of its items asked or scored: nothing in it), and of all.

    All of them empty-handed sections included, so that the page can say «not scored».
    """
    items = scored_items(sheet, answers)
    by_section = section_scores(items)
    nothing = score([])
    return {part.code: by_section.get(part.code, nothing) for part in sheet.sections}, score(items)
