"""A visit's checklist as it was answered, for the pages that show it: detail and report."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from research.coach2pev.models import ChecklistAnswer, SupervisionVisit
from research.coach2pev.models.visits import Assessor
from research.coach2pev.visits import rows, sheets
from research.coach2pev.visits.answers import GIVEN, Given, asked, number_text
from research.coach2pev.visits.assessors import may_see
from research.coach2pev.visits.queries import section_scores_of
from research.coach2pev.visits.scores import Score, failed, score, share_of
from research.coach2pev.visits.sheets import Item, sheet_of


@dataclass(frozen=True, slots=True)
class AnsweredItem:
    item: Item
    answer: str  # for the reader; empty where not answered
    second: str  # the second coach's
    earned: float | None  # points; None where outside the denominator
    failed: bool
    asked: bool

    @property
    def differs(self) -> bool:
        """Whether two coaches saw it differently."""
        return bool(self.answer and self.second and self.answer != self.second)


@dataclass(frozen=True, slots=True)
class AnsweredSection:
    name: str
    score: Score
    items: list[AnsweredItem]

    @property
    def unasked(self) -> int:
        return sum(not one.asked for one in self.items)


def answered_sections(visit: SupervisionVisit, user: Any) -> list[AnsweredSection]:
    """The visit's checklist as it was answered, in its order, with the stored scores. Notes are left out.

    A second coach's answers stand beside it where the person may see them. Seven queries at most, however long it is.
    """
    if visit.checklist is None:
        return []
    sheet = sheet_of(visit.checklist)
    first, second = (
        rows.by_code(sheet, rows.stored_answers(visit, one)) if may_see(user, visit, one) else {}
        for one in (Assessor.FIRST, Assessor.SECOND)
    )
    through = asked(sheet.items, sheet.sections, first)
    scores = section_scores_of(visit)
    return [
        AnsweredSection(
            part.name,
            scores.get(part.pk, score([])),
            [
                _answered(item, first.get(item.code), second.get(item.code), item.code in through, sheet.fails_below)
                for item in sheet.items_of(part.code)
                if item.kind != sheets.NOTE
            ],
        )
        for part in sheet.sections
    ]


def _answered(item: Item, given: Given | None, second: Given | None, through: bool, below: float) -> AnsweredItem:
    share = share_of(item, given) if through else None
    earned = None if share is None else share * item.weight
    fails = through and failed(item, given, below)
    return AnsweredItem(item, said(item, given), said(item, second), earned, fails, through)


def said(item: Item, given: Given | None) -> str:
    """An answer as a person reads it; empty where there is none."""
    if given is None:
        return ""
    if given.answer != GIVEN:
        return str(ChecklistAnswer.Answer(given.answer).label)
    if given.number is not None:
        decimals = len(number_text(given.number).partition(".")[2])
        return number_format(given.number, decimal_pos=decimals, force_grouping=True)
    if item.kind in (sheets.CHOICE, sheets.CHOICES):
        labels = {option.code: option.label for option in item.options}
        codes = given.text.split() if item.kind == sheets.CHOICES else [given.text]
        return ", ".join(labels.get(code) or code for code in codes)
    if item.kind == sheets.DAY:
        return date_format(date.fromisoformat(given.text), "DATE_FORMAT")
    if item.kind == sheets.CALCULATED and given.text in ("true", "false"):
        return _("yes") if given.text == "true" else _("no")
    return given.text
