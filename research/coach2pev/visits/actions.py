"""The only writer of visits and their answers. After each write the measures of the touched months are published."""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit
from research.coach2pev.measures.actions import publish_measures
from research.coach2pev.measures.queries import months_of
from research.coach2pev.models import Checklist, ChecklistAnswer, SupervisionVisit
from research.coach2pev.policies import check_enter
from research.coach2pev.visits import states
from research.revisions import Conflict, create_once, lock

State = SupervisionVisit.State
Answers = Mapping[int, str]
"""Answer by primary key of the checklist item; an item that is not here was not answered."""


class Details(TypedDict, total=False):
    """What a person says about a visit. `checklist` is kept only where an item of it was answered."""

    site: OrgUnit
    planned_on: date | None
    done_on: date | None
    cancelled_reason: str
    coach_role: str
    coachees: int | None
    minutes: int | None
    agreed: str
    checklist: Checklist | None
    answers: Answers


def plan_visit(*, by: User, client_uuid: UUID, **details: Unpack[Details]) -> SupervisionVisit:
    """Stores a visit to come; `site` and `planned_on` must be given. Otherwise as `record_visit`."""
    return _create(State.PLANNED, by, client_uuid, details)


def record_visit(*, by: User, client_uuid: UUID, **details: Unpack[Details]) -> SupervisionVisit:
    """Stores a visit that was done; `site` and `done_on` must be given. Returns the visit.

    Sent again with the same `client_uuid` the stored visit is returned; where its content differs, or
    where somebody else sent that form, Conflict is raised.
    Raises ValidationError by field, PermissionDenied where the person may not enter at the site.
    """
    return _create(State.DONE, by, client_uuid, details)


def cancel_visit(visit: SupervisionVisit, *, by: User, version: int, reason: str) -> SupervisionVisit:
    """Cancels a visit for a reason that must not be blank. It still counts as planned where it had been planned."""
    return edit_visit(visit, by=by, version=version, state=State.CANCELLED, cancelled_reason=reason)


@transaction.atomic
def edit_visit(
    visit: SupervisionVisit, *, by: User, version: int, state: str, **details: Unpack[Details]
) -> SupervisionVisit:
    """Stores a changed visit and returns it, one version higher; unchanged where nothing differs.

    `version` is the one the person had before their eyes: Conflict is raised where it is not the stored one any more.
    A detail that is not given stays as it is; `answers`, where given, replace all answers.
    """
    stored = lock(visit, version=version)
    check_enter(by, stored.site)
    before = months_of(stored)
    was, had = _content(stored), _answers(stored)
    answers = _apply(stored, state, details, had)
    check_enter(by, stored.site)
    if _content(stored) != was or answers != had:
        stored.version += 1
        _sign(stored, by)
        stored.save()
        _write_answers(stored, answers, by)
        publish_measures(before | months_of(stored), by=by)
    return stored


@transaction.atomic
def _create(state: str, by: User, client_uuid: UUID, details: Details) -> SupervisionVisit:
    visit = SupervisionVisit(client_uuid=client_uuid, created_by=by)
    answers = _apply(visit, state, details, {})
    check_enter(by, visit.site)
    _sign(visit, by)
    stored, new = create_once(visit, find=SupervisionVisit.objects.filter(client_uuid=client_uuid).first)
    if new:
        _write_answers(stored, answers, by)
        publish_measures(months_of(stored), by=by)
        return stored
    if stored.created_by_id != by.pk or _content(stored) != _content(visit) or _answers(stored) != answers:
        raise Conflict(stored)
    return stored


_TEXTS = ("cancelled_reason", "coach_role", "agreed")
_PLAIN = ("planned_on", "done_on", "coachees", "minutes", *_TEXTS)


def _apply(visit: SupervisionVisit, state: str, details: Details, had: Answers) -> dict[int, str]:
    """Puts the details on the visit, refuses what must not be stored, and returns all answers of the visit."""
    given: dict[str, Any] = dict(details)
    visit.state = State(state)
    if "site" in given:
        visit.site = given["site"]
    for name in _PLAIN:
        if name in given:
            setattr(visit, name, (given[name] or "").strip() if name in _TEXTS else given[name])
    if state != State.DONE:
        visit.done_on = None
    if state != State.CANCELLED:
        visit.cancelled_reason = ""
    checklist = given.get("checklist", visit.checklist)
    answers = {item: answer for item, answer in given.get("answers", had).items() if answer}
    visit.checklist = checklist if answers else None
    _check(visit, answers)
    return answers


def _check(visit: SupervisionVisit, answers: Answers) -> None:
    found = states.problems(
        visit.state,
        planned_on=visit.planned_on,
        done_on=visit.done_on,
        cancelled_reason=visit.cancelled_reason,
        today=timezone.localdate(),
    )
    if found:
        raise ValidationError({field: [sentence] for field, sentence in found.items()})
    visit.clean_fields(exclude=["site", "checklist", "created_by", "client_uuid"])
    known = {item.pk for item in visit.checklist.items.all()} if visit.checklist else set()
    if not answers.keys() <= known or not set(answers.values()) <= set(ChecklistAnswer.Answer.values):
        raise ValidationError(_("An answer does not belong to this checklist. Open the form again."))


def _content(visit: SupervisionVisit) -> tuple[Any, ...]:
    return (visit.site_id, visit.state, visit.checklist_id, *(getattr(visit, name) for name in _PLAIN))


def _answers(visit: SupervisionVisit) -> dict[int, str]:
    return dict(ChecklistAnswer.objects.filter(visit=visit).values_list("item", "answer"))


def _reason(visit: SupervisionVisit) -> str:
    """Marks history rows of an edit, so that what it added is told from what the record began with."""
    return f"version {visit.version}" if visit.version > 1 else ""


def _sign(visit: SupervisionVisit, by: User) -> None:
    visit._history_user = by  # type: ignore[attr-defined]
    visit._change_reason = _reason(visit)  # type: ignore[attr-defined]


def _write_answers(visit: SupervisionVisit, answers: Answers, by: User) -> None:
    stored = {answer.item_id: answer for answer in ChecklistAnswer.objects.filter(visit=visit)}
    signed: dict[str, Any] = {"default_user": by, "default_change_reason": _reason(visit)}
    added = [ChecklistAnswer(visit=visit, item_id=i, answer=a) for i, a in answers.items() if i not in stored]
    changed = [row for item, row in stored.items() if item in answers and row.answer != answers[item]]
    for row in changed:
        row.answer = answers[row.item_id]
    bulk_create_with_history(added, ChecklistAnswer, **signed)
    bulk_update_with_history(changed, ChecklistAnswer, ["answer"], **signed)
    for item, row in stored.items():
        if item not in answers:
            row._history_user = by  # type: ignore[attr-defined]
            row._change_reason = signed["default_change_reason"]  # type: ignore[attr-defined]
            row.delete()
