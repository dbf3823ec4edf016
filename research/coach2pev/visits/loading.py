"""Many finished visits at once, for files of submissions and for demonstrations: in batches, with bulk inserts."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit
from indicators.periods import Period
from research.coach2pev.improvement.actions import follow_visits
from research.coach2pev.measures.actions import publish_measures
from research.coach2pev.measures.queries import months_of
from research.coach2pev.models import (
    Checklist,
    ChecklistAnswer,
    ChecklistItem,
    Coachee,
    SectionScore,
    SubmissionFile,
    SupervisionVisit,
)
from research.coach2pev.models.visits import Assessor
from research.coach2pev.policies import check_enter
from research.coach2pev.visits import rows, states
from research.coach2pev.visits.answers import Given, settled
from research.coach2pev.visits.loaded import Counts, LoadedVisit
from research.coach2pev.visits.scores import failed_items
from research.coach2pev.visits.sheets import Sheet, sheet_of

BATCH = 250
"""Visits held in memory at once: with 60 items each, some 15,000 answers and as many rows of history."""
Stored = dict[tuple[int, int], rows.ByItem]
_SAME = (
    "done_on", "planned_on", "selection", "coach_role", "coachees", "minutes", "goal", "reality", "options", "agreed",
)  # fmt: skip
_KEYS = {"site": "site_id", "plan": "plan_id", "coach": "coach_id", "second_coach": "second_coach_id"}


@transaction.atomic
def load_visits(
    loaded: Iterable[LoadedVisit],
    *,
    by: User | None,
    submissions: SubmissionFile | None = None,
    demonstration: bool = False,
    follow: bool = True,
) -> Counts:
    """Stores done visits with answers, scores and history, publishes their measures once, at the end.

    A visit that is there already (by `client_uuid`) stays as it is: unchanged where its content is the same, else a
    conflict. Answers to items that were not asked are left out, computed ones are computed. `follow` hands failed
    items to the improvement plans, in the order of the days within a batch: give rows by date. `by` None for commands.

    Raises ValidationError for an item that its checklist does not have, a day that has not come, a second coach who is
    the first; PermissionDenied for a site where `by` may not enter. Nothing is stored then. Rules of the checklist
    (`answers.problems`) are the caller's to check.
    """
    work = _Load(by, submissions, demonstration, follow)
    source = iter(loaded)
    while batch := list(islice(source, BATCH)):
        work.take(batch)
    if work.months:
        publish_measures(work.months, by=by)
    return Counts(work.created, work.unchanged, tuple(work.conflicts))


@dataclass
class _Ready:
    """A visit as it shall be stored, answers by item and assessor."""

    visit: SupervisionVisit
    sheet: Sheet | None
    answers: dict[str, Given]
    second: dict[str, Given]
    people: frozenset[int]

    def content(self) -> tuple[Any, ...]:
        return _content(self.visit)

    def by_assessor(self) -> dict[int, rows.ByItem]:
        if self.sheet is None:
            return {Assessor.FIRST: {}, Assessor.SECOND: {}}
        pairs = ((Assessor.FIRST, self.answers), (Assessor.SECOND, self.second))
        return {assessor: rows.by_item(self.sheet, answers) for assessor, answers in pairs}


class _Load:
    def __init__(self, by: User | None, submissions: SubmissionFile | None, demonstration: bool, follow: bool) -> None:
        self.by, self.submissions, self.demonstration, self.follow = by, submissions, demonstration, follow
        self.created = self.unchanged = 0
        self.conflicts: list[UUID] = []
        self.months: set[tuple[OrgUnit | int, Period]] = set()
        self._checklists: dict[int, Checklist] = {}
        self._sheets: dict[int, Sheet] = {}
        self._items: dict[int, ChecklistItem] = {}
        self._allowed: set[int] = set()

    def take(self, batch: list[LoadedVisit]) -> None:
        self._check_sites({one.site for one in batch})
        self._check_people(batch)
        ready = {one.client_uuid: self._ready(one) for one in batch}
        there = {
            visit.client_uuid: visit
            for visit in SupervisionVisit.objects.filter(client_uuid__in=ready).prefetch_related("people", "answers")
        }
        for uuid, visit in there.items():
            if _same(visit, ready[uuid]):
                self.unchanged += 1
            else:
                self.conflicts.append(uuid)
        new = [one for uuid, one in ready.items() if uuid not in there]
        self._store(new)
        self.created += len(new)
        self.unchanged += len(batch) - len(ready)  # the same visit twice in one batch

    def _check_sites(self, sites: set[int]) -> None:
        for site in OrgUnit.objects.filter(pk__in=sites - self._allowed):
            if self.by is not None:
                check_enter(self.by, site)
            self._allowed.add(site.pk)

    def _check_people(self, batch: list[LoadedVisit]) -> None:
        """Whoever was coached is staff of the site."""
        wanted = {person for one in batch for person in one.people}
        sites = dict(Coachee.objects.filter(pk__in=wanted).values_list("pk", "site")) if wanted else {}
        if any(sites.get(person) != one.site for one in batch for person in one.people):
            raise ValidationError({"people": [_("Somebody is named who is not staff of the site.")]})

    def _ready(self, one: LoadedVisit) -> _Ready:
        found = states.problems(
            states.DONE, planned_on=one.planned_on, done_on=one.done_on, cancelled_reason="", today=timezone.localdate()
        )
        if one.second_coach is not None and one.second_coach == one.coach:
            found["second_coach"] = _("The second coach is somebody else than the first.")
        if found:
            raise ValidationError({field: [sentence] for field, sentence in found.items()})
        sheet = self._sheet(one.checklist) if one.checklist else None
        answers = self._settled(sheet, one.answers, one)
        second = self._settled(sheet, one.second_answers, one)
        visit = SupervisionVisit(
            client_uuid=one.client_uuid,
            state=SupervisionVisit.State.DONE,
            created_by=self.by,
            demonstration=self.demonstration,
            submissions=self.submissions,
            checklist=self._checklists[one.checklist] if one.checklist and answers else None,
            **{column: getattr(one, name) for name, column in _KEYS.items()},
            **{name: getattr(one, name) for name in _SAME},
        )
        visit.clean_fields(exclude=[*_KEYS, "checklist", "submissions", "created_by", "client_uuid"])
        return _Ready(visit, sheet if answers else None, answers, second if answers else {}, frozenset(one.people))

    def _sheet(self, checklist: int) -> Sheet:
        if checklist not in self._sheets:
            row = Checklist.objects.select_for_update().get(pk=checklist)  # the same file twice: one after the other
            self._checklists[checklist], self._sheets[checklist] = row, sheet_of(row)
            self._items |= {item.pk: item for item in row.items.all()}
        return self._sheets[checklist]

    def _settled(self, sheet: Sheet | None, answers: Any, one: LoadedVisit) -> dict[str, Given]:
        if not answers:
            return {}
        unknown = set(answers) - (sheet.by_code.keys() if sheet else set())
        if sheet is None or unknown:
            names = ", ".join(sorted(unknown)[:5])
            raise ValidationError(_("Not items of the checklist: %(names)s") % {"names": names})
        return settled(sheet, answers, today=one.done_on)

    def _store(self, new: list[_Ready]) -> None:
        signed: dict[str, Any] = {"default_user": self.by}
        visits = bulk_create_with_history([one.visit for one in new], SupervisionVisit, **signed)
        answers: list[ChecklistAnswer] = []
        scores: list[SectionScore] = []
        people = []
        for one, visit in zip(new, visits, strict=True):
            one.visit = visit
            for assessor, given in one.by_assessor().items():
                answers += [
                    ChecklistAnswer(visit=visit, item_id=item, assessor=assessor, **answer._asdict())
                    for item, answer in given.items()
                ]
            if one.sheet is not None:
                scores += rows.score_rows(visit, one.sheet, one.answers)
            people += [
                SupervisionVisit.people.through(supervisionvisit_id=visit.pk, coachee_id=person)
                for person in one.people
            ]
            self.months |= months_of(visit)
        bulk_create_with_history(answers, ChecklistAnswer, batch_size=2000, **signed)
        SectionScore.objects.bulk_create(scores, batch_size=2000)
        SupervisionVisit.people.through.objects.bulk_create(people)
        if self.follow:
            self._follow(new)

    def _follow(self, new: list[_Ready]) -> None:
        found = [
            (one.visit, [self._items[item.pk] for item in failed_items(one.sheet, one.answers)])
            for one in sorted(new, key=lambda one: str(one.visit.done_on))
            if one.sheet is not None
        ]
        self.months |= follow_visits([(visit, failed) for visit, failed in found if failed], by=self.by)


def _content(visit: SupervisionVisit) -> tuple[Any, ...]:
    return (visit.state, visit.checklist_id, *(getattr(visit, name) for name in (*_SAME, *_KEYS.values())))


def _same(stored: SupervisionVisit, ready: _Ready) -> bool:
    """Whether the stored visit says the same as the one that is loaded again."""
    answers: dict[int, rows.ByItem] = {Assessor.FIRST: {}, Assessor.SECOND: {}}
    for row in stored.answers.all():
        answers[row.assessor][row.item_id] = rows.given_of(row)
    people = {person.pk for person in stored.people.all()}
    return _content(stored) == ready.content() and people == ready.people and answers == ready.by_assessor()
