"""Stored answers and scores of a visit: read as the rules take them, written with their history."""

from collections.abc import Collection, Mapping
from typing import Any

from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from indicators.accounts.models import User
from research.coach2pev.models import ChecklistAnswer, SectionScore, SupervisionVisit
from research.coach2pev.models.visits import Assessor
from research.coach2pev.visits.answers import Given
from research.coach2pev.visits.scores import Score, sheet_scores
from research.coach2pev.visits.sheets import Sheet

ByItem = dict[int, Given]
"""Answers by primary key of their item."""


def given_of(row: ChecklistAnswer) -> Given:
    return Given(row.answer, row.number, row.text)


def stored_answers(visit: SupervisionVisit, assessor: int = Assessor.FIRST) -> ByItem:
    """What is stored, by item. One query."""
    rows = ChecklistAnswer.objects.filter(visit=visit, assessor=assessor)
    return {row.item_id: given_of(row) for row in rows}


def by_code(sheet: Sheet, answers: Mapping[int, Given]) -> dict[str, Given]:
    """The same by code of the item; answers of items of other checklists are left out."""
    return {item.code: answers[item.pk] for item in sheet.items if item.pk in answers}


def by_item(sheet: Sheet, answers: Mapping[str, Given]) -> ByItem:
    return {item.pk: answers[item.code] for item in sheet.items if item.code in answers}


def write_answers(
    visit: SupervisionVisit,
    answers: Mapping[int, Given],
    *,
    by: User | None,
    reason: str = "",
    assessor: int = Assessor.FIRST,
    only: Collection[int] | None = None,
) -> None:
    """Makes the stored answers these, and no others: of the items in `only`, where that is given.

    `reason` marks the history of an edit, so that what it added is told from what the visit began with.
    """
    rows = ChecklistAnswer.objects.filter(visit=visit, assessor=assessor)
    if only is not None:
        rows = rows.filter(item__in=only)
    stored = {row.item_id: row for row in rows}
    signed: dict[str, Any] = {"default_user": by, "default_change_reason": reason}
    added = [
        ChecklistAnswer(visit=visit, item_id=item, assessor=assessor, **given._asdict())
        for item, given in answers.items()
        if item not in stored
    ]
    changed = [row for item, row in stored.items() if item in answers and given_of(row) != answers[item]]
    for row in changed:
        row.answer, row.number, row.text = answers[row.item_id]
    bulk_create_with_history(added, ChecklistAnswer, **signed)
    bulk_update_with_history(changed, ChecklistAnswer, ["answer", "number", "text"], **signed)
    for item, row in stored.items():
        if item not in answers:
            row._history_user = by  # type: ignore[attr-defined]
            row._change_reason = reason  # type: ignore[attr-defined]
            row.delete()


def write_scores(visit: SupervisionVisit, sheet: Sheet | None, answers: Mapping[str, Given]) -> None:
    """Stores the scores of a done visit, and takes away those of any other. Two queries."""
    SectionScore.objects.filter(visit=visit).delete()
    if sheet is not None and visit.state == SupervisionVisit.State.DONE:
        SectionScore.objects.bulk_create(score_rows(visit, sheet, answers))


def score_rows(visit: SupervisionVisit, sheet: Sheet, answers: Mapping[str, Given]) -> list[SectionScore]:
    """A row for every section, and one for all of the checklist."""
    sections, total = sheet_scores(sheet, answers)
    rows = [_score(visit, part.pk, sections[part.code]) for part in sheet.sections]
    return [*rows, _score(visit, None, total)]


def _score(visit: SupervisionVisit, section: int | None, score: Score) -> SectionScore:
    return SectionScore(
        visit=visit,
        section_id=section,
        points=score.points,
        possible=score.possible,
        scored=score.scored,
        not_applicable=score.not_applicable,
        unanswered=score.unanswered,
    )
