"""The only writer of visits, their answers and their scores. After each write the measures of the touched months are
published, and a done visit is handed to the improvement plan of its site."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from indicators.approvals.locks import check_open
from indicators.geography.models import OrgUnit
from research.coach2pev.improvement.actions import follow_visit
from research.coach2pev.measures.actions import publish_measures
from research.coach2pev.measures.queries import months_of
from research.coach2pev.models import Checklist, ChecklistItem, Coach, Coachee, SupervisionVisit, VisitPlan
from research.coach2pev.policies import check_enter
from research.coach2pev.visits import rows, states
from research.coach2pev.visits.answers import AnswerError, Given, problems, read_answer, settled
from research.coach2pev.visits.approved import KIND
from research.coach2pev.visits.filling import save_section
from research.coach2pev.visits.loading import load_visits
from research.coach2pev.visits.scores import failed_items
from research.coach2pev.visits.sheets import Sheet, sheet_of
from research.revisions import Conflict, create_once, lock

__all__ = [
    "Answers", "Details", "begin_visit", "cancel_visit", "edit_visit", "finish_visit", "load_visits", "plan_visit",
    "record_visit", "save_section", "schedule_visit", "start_visit",
]  # fmt: skip

State = SupervisionVisit.State
Answers = Mapping[int, str | Sequence[str] | Given]
"""Answer by primary key of the checklist item, as typed or as read; an item that is not here was not answered."""


class Details(TypedDict, total=False):
    """What a person says about a visit. `checklist` of a done visit is kept only where an item of it was answered.
    `people` are coachees of the site."""

    site: OrgUnit
    plan: VisitPlan | None
    selection: str
    planned_on: date | None
    done_on: date | None
    cancelled_reason: str
    coach: Coach | None
    second_coach: Coach | None
    coach_role: str
    coachees: int | None
    people: Collection[Coachee]
    minutes: int | None
    goal: str
    reality: str
    options: str
    agreed: str
    checklist: Checklist | None
    answers: Answers


def plan_visit(*, by: User, client_uuid: UUID, **details: Unpack[Details]) -> SupervisionVisit:
    """Stores a visit to come; `site` and `planned_on` must be given. Otherwise as `record_visit`."""
    return _create(State.PLANNED, by, client_uuid, details)


def begin_visit(*, by: User, client_uuid: UUID, **details: Unpack[Details]) -> SupervisionVisit:
    """Stores a visit that begins now, unplanned; `site`, `done_on` and `checklist` must be given."""
    return _create(State.IN_PROGRESS, by, client_uuid, details)


def record_visit(*, by: User, client_uuid: UUID, **details: Unpack[Details]) -> SupervisionVisit:
    """Stores a visit that was done; `site` and `done_on` must be given. Returns the visit.

    Sent again with the same `client_uuid` the stored visit is returned; where its content differs, or
    where somebody else sent that form, Conflict is raised.
    Raises ValidationError by field, PermissionDenied where the person may not enter at the site.
    """
    return _create(State.DONE, by, client_uuid, details)


def schedule_visit(visit: SupervisionVisit, *, by: User, version: int, **details: Unpack[Details]) -> SupervisionVisit:
    """Keeps that the day, `planned_on` where it is another now, was agreed with the site."""
    return edit_visit(visit, by=by, version=version, state=State.SCHEDULED, **details)


def start_visit(visit: SupervisionVisit, *, by: User, version: int, **details: Unpack[Details]) -> SupervisionVisit:
    """The coach is at the site: from `done_on` on `checklist` is answered, section by section. Both must be given."""
    return edit_visit(visit, by=by, version=version, state=State.IN_PROGRESS, **details)


def finish_visit(visit: SupervisionVisit, *, by: User, version: int, **details: Unpack[Details]) -> SupervisionVisit:
    """The visit in progress is done: scored, published, handed to the improvement plan.

    Answers to items that no condition asks any more are taken away (their history stays). Raises ValidationError by
    item (`item-<pk>`) where a required one is missing or a rule is broken.
    """
    return edit_visit(visit, by=by, version=version, state=State.DONE, **details)


def cancel_visit(visit: SupervisionVisit, *, by: User, version: int, reason: str) -> SupervisionVisit:
    """Cancels a visit for a reason that must not be blank. It still counts as planned where it had been planned."""
    return edit_visit(visit, by=by, version=version, state=State.CANCELLED, cancelled_reason=reason)


@transaction.atomic
def edit_visit(
    visit: SupervisionVisit, *, by: User, version: int, state: str, **details: Unpack[Details]
) -> SupervisionVisit:
    """Stores a changed visit and returns it, one version higher; unchanged where nothing differs.

    `version` is the one the person had before their eyes: Conflict is raised where it is not the stored one any more.
    A detail that is not given stays as it is; `answers`, where given, replace all answers. Raises ValidationError
    where the visit cannot become that (`states.FOLLOWS`).
    """
    stored = lock(visit, version=version)
    check_enter(by, stored.site)
    check_open(KIND, stored.pk)
    if not states.may_follow(stored.state, state):
        names = {"before": stored.get_state_display(), "after": State(state).label}
        raise ValidationError(_("A visit that is “%(before)s” cannot become “%(after)s”.") % names)
    before, state_before = months_of(stored), stored.state
    was, had, people = _content(stored), rows.stored_answers(stored), _people(stored)
    made = _apply(stored, state, details, had)
    check_enter(by, stored.site)
    named = _named(stored, details, people)
    if _content(stored) == was and made.answers == had and named == people:
        return stored
    stored.version += 1
    _sign(stored, by)
    stored.save()
    if named != people:
        stored.people.set(named)
    if made.answers != had or state != state_before:
        _write(stored, made, by)
    publish_measures(before | months_of(stored), by=by)
    return stored


@transaction.atomic
def _create(state: str, by: User, client_uuid: UUID, details: Details) -> SupervisionVisit:
    visit = SupervisionVisit(client_uuid=client_uuid, created_by=by)
    made = _apply(visit, state, details, {})
    check_enter(by, visit.site)
    named = _named(visit, details, set())
    _sign(visit, by)
    stored, new = create_once(visit, find=SupervisionVisit.objects.filter(client_uuid=client_uuid).first)
    if new:
        if named:
            stored.people.set(named)
        _write(stored, made, by)
        publish_measures(months_of(stored), by=by)
        return stored
    same = _content(stored) == _content(visit) and rows.stored_answers(stored) == made.answers
    if stored.created_by_id != by.pk or not same or _people(stored) != named:
        raise Conflict(stored)
    return stored


class _Made:
    """The answers that a visit shall have, and the checklist they belong to."""

    def __init__(self, sheet: Sheet | None, answers: rows.ByItem) -> None:
        self.sheet, self.answers = sheet, answers


_TEXTS = ("cancelled_reason", "coach_role", "goal", "reality", "options", "agreed")
_PLAIN = ("planned_on", "done_on", "coachees", "minutes", *_TEXTS)
_ROWS = ("site", "plan", "selection", "coach", "second_coach")


def _apply(visit: SupervisionVisit, state: str, details: Details, had: rows.ByItem) -> _Made:
    """Puts the details on the visit, refuses what must not be stored, and returns all answers of the visit."""
    given: dict[str, Any] = dict(details)
    finishes = state == State.DONE and (visit.state != State.DONE or "answers" in given)
    visit.state = State(state)
    for name in _ROWS:
        if name in given:
            setattr(visit, name, given[name])
    for name in _PLAIN:
        if name in given:
            setattr(visit, name, (given[name] or "").strip() if name in _TEXTS else given[name])
    if state not in (State.DONE, State.IN_PROGRESS):
        visit.done_on = None
    if state != State.CANCELLED:
        visit.cancelled_reason = ""
    checklist = given.get("checklist", visit.checklist)
    if had and "answers" not in given and checklist != visit.checklist:
        raise ValidationError({"checklist": [_("Items are answered already: the checklist stays as it is.")]})
    visit.checklist = checklist
    sheet = sheet_of(visit.checklist) if visit.checklist else None
    answers = _read(sheet, given["answers"]) if "answers" in given else dict(had)
    _check(visit)
    if finishes and sheet is not None and answers:
        answers = _finished(sheet, answers, visit.done_on)
    if state == State.DONE and not answers:
        visit.checklist, sheet = None, None
    return _Made(sheet, answers)


def _read(sheet: Sheet | None, answers: Answers) -> rows.ByItem:
    items = {item.pk: item for item in sheet.items} if sheet else {}
    found: rows.ByItem = {}
    wrong: dict[str, list[str]] = {}
    for pk, raw in answers.items():
        if not raw:
            continue
        if pk not in items:
            raise ValidationError(_("An answer does not belong to this checklist. Open the form again."))
        try:
            given = raw if isinstance(raw, Given) else read_answer(items[pk], raw)
        except AnswerError as error:
            wrong[f"item-{pk}"] = [str(error)]
        else:
            if given is not None:
                found[pk] = given
    if wrong:
        raise ValidationError(wrong)
    return found


def _finished(sheet: Sheet, answers: rows.ByItem, day: date | None) -> rows.ByItem:
    """The answers as a done visit keeps them. Raises ValidationError by item where something is missing or wrong."""
    coded = rows.by_code(sheet, answers)
    if len(coded) != len(answers):
        raise ValidationError(_("An answer does not belong to this checklist. Open the form again."))
    wrong = problems(sheet, coded, today=day)
    if wrong:
        pks = {item.code: item.pk for item in sheet.items}
        raise ValidationError({f"item-{pks[code]}": [sentence] for code, sentence in wrong.items()})
    return rows.by_item(sheet, settled(sheet, coded, today=day))


def _check(visit: SupervisionVisit) -> None:
    found = states.problems(
        visit.state,
        planned_on=visit.planned_on,
        done_on=visit.done_on,
        cancelled_reason=visit.cancelled_reason,
        today=timezone.localdate(),
    )
    if visit.state == State.IN_PROGRESS and visit.checklist is None:
        found["checklist"] = _("Choose the checklist to fill in.")
    if visit.second_coach_id and visit.second_coach_id == visit.coach_id:
        found["second_coach"] = _("The second coach is somebody else than the first.")
    if found:
        raise ValidationError({field: [sentence] for field, sentence in found.items()})
    visit.clean_fields(exclude=["site", "plan", "coach", "second_coach", "checklist", "created_by", "client_uuid"])


def _people(visit: SupervisionVisit) -> set[int]:
    return set(visit.people.values_list("pk", flat=True)) if visit.pk else set()


def _named(visit: SupervisionVisit, details: Details, had: set[int]) -> set[int]:
    """Who was coached, by primary key. Raises ValidationError where somebody does not work at the site."""
    people = details.get("people")
    if people is None:
        return had
    if strangers := sorted(one.code for one in people if one.site_id != visit.site_id):
        sentence = _("%(codes)s: not staff of this site.") % {"codes": ", ".join(strangers)}
        raise ValidationError({"people": [sentence]})
    if visit.coachees is not None and visit.coachees < len(people):
        raise ValidationError({"coachees": [_("More people are ticked than this number says were coached.")]})
    return {one.pk for one in people}


def _content(visit: SupervisionVisit) -> tuple[Any, ...]:
    keys = (visit.site_id, visit.plan_id, visit.coach_id, visit.second_coach_id, visit.checklist_id)
    return (*keys, visit.selection, visit.state, *(getattr(visit, name) for name in _PLAIN))


def _reason(visit: SupervisionVisit) -> str:
    """Marks history rows of an edit, so that what it added is told from what the record began with."""
    return f"version {visit.version}" if visit.version > 1 else ""


def _sign(visit: SupervisionVisit, by: User) -> None:
    visit._history_user = by  # type: ignore[attr-defined]
    visit._change_reason = _reason(visit)  # type: ignore[attr-defined]


def _write(visit: SupervisionVisit, made: _Made, by: User) -> None:
    """Answers, scores, and what they ask of the improvement plan: nothing any more of a visit that is cancelled."""
    rows.write_answers(visit, made.answers, by=by, reason=_reason(visit))
    coded = rows.by_code(made.sheet, made.answers) if made.sheet else {}
    rows.write_scores(visit, made.sheet, coded)
    done = visit.state == State.DONE
    if done or visit.state == State.CANCELLED:
        failed = [item.pk for item in failed_items(made.sheet, coded)] if made.sheet and done else []
        follow_visit(visit, list(ChecklistItem.objects.filter(pk__in=failed)) if failed else [], by=by)
