"""Reads of the plan: what there is for each question, with how far it is."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

from django.utils import timezone

from research.agenda.models import LearningQuestion
from research.agenda.plan.kinds import ACTIVITY, DISSEMINATION, KINDS, RESOURCE, USE_CASE, WORDS, Kind
from research.agenda.standing import Standing


class Planned(NamedTuple):
    """A row of the plan and how far it is; `word` says so to the reader."""

    row: Any
    kind: Kind
    standing: Standing | None

    @property
    def word(self) -> str:
        return str(WORDS[self.standing]) if self.standing else ""

    @property
    def late(self) -> bool:
        return self.standing == Standing.LATE


class Plan(NamedTuple):
    """What is planned for one question."""

    use_cases: list[Planned]
    activities: list[Planned]
    resources: list[Planned]
    disseminations: list[Planned]

    @property
    def by_kind(self) -> list[tuple[Kind, list[Planned]]]:
        return list(zip((USE_CASE, ACTIVITY, RESOURCE, DISSEMINATION), self, strict=True))

    @property
    def begun(self) -> int:
        """Activities that began, whatever became of them."""
        return sum(bool(planned.row.began_on) for planned in self.activities)

    @property
    def alive(self) -> int:
        """Activities that are not cancelled."""
        return sum(planned.standing != Standing.CANCELLED for planned in self.activities)

    @property
    def late(self) -> int:
        return sum(planned.late for rows in self for planned in rows)

    @property
    def demonstration(self) -> bool:
        return any(planned.row.demonstration for rows in self for planned in rows)


EMPTY = Plan([], [], [], [])


def planned(kind: Kind, rows: Collection[Any], today: date | None = None) -> list[Planned]:
    day = today or timezone.localdate()
    return [Planned(row, kind, kind.standing(row, day)) for row in rows]


def plans_of(questions: Collection[LearningQuestion]) -> dict[int, Plan]:
    """The plan of each question, by primary key; five queries however many questions there are."""
    today, keys = timezone.localdate(), [question.pk for question in questions]
    found: dict[str, dict[int, list[Planned]]] = {slug: defaultdict(list) for slug in KINDS}
    for kind in (USE_CASE, ACTIVITY, RESOURCE):
        for row in kind.rows().filter(question__in=keys):
            found[kind.slug][row.question_id].append(Planned(row, kind, kind.standing(row, today)))
    for row in DISSEMINATION.rows().filter(questions__in=keys).distinct():
        for question in row.questions.all():
            found[DISSEMINATION.slug][question.pk].append(
                Planned(row, DISSEMINATION, DISSEMINATION.standing(row, today))
            )
    order = (USE_CASE, ACTIVITY, RESOURCE, DISSEMINATION)
    return {key: Plan(*(found[kind.slug].get(key, []) for kind in order)) for key in keys}
