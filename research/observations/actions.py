"""The only writer of observations."""

import uuid
from datetime import date
from typing import Any, TypedDict, Unpack

from django.db import transaction

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit
from research.agenda.models import LearningQuestion
from research.agenda.queries import in_conflict_district
from research.evaluations.models import EvaluationQuestion
from research.observations.models import Observation
from research.observations.policies import can_lower_sensitivity, check_edit, check_log
from research.observations.sensitivity import sensitivity_of
from research.revisions import Conflict, create_once, lock


class Note(TypedDict, total=False):
    """What a person writes. Absent or None: the evaluation's own learning question, the district's sensitivity."""

    site: OrgUnit
    observed_on: date
    evaluation_question: EvaluationQuestion
    learning_question: LearningQuestion | None
    seen: str
    quote: str
    quote_language: str
    informant_role: str
    sensitivity: str | None


@transaction.atomic
def log_observation(*, by: User, client_uuid: uuid.UUID, **note: Unpack[Note]) -> Observation:
    """Stores an observation and returns it. Sent again with the same `client_uuid`, the stored one is returned.

    Raises Conflict where that uuid is stored with another text or by another person, PermissionDenied where the
    person may log none. `site`, `observed_on`, `evaluation_question` and `seen` must be given.
    """
    check_log(by)
    observation = Observation(client_uuid=client_uuid, created_by=by)
    _apply(observation, note, by)
    stored, new = create_once(observation, find=Observation.objects.filter(client_uuid=client_uuid).first)
    if not new and (stored.created_by_id != by.pk or _text(stored) != _text(observation)):
        raise Conflict(stored)
    return stored


@transaction.atomic
def edit_observation(observation: Observation, *, by: User, version: int, **note: Unpack[Note]) -> Observation:
    """Stores the edited note and returns it, one version higher; unchanged where nothing differs.

    `version` is the one the person had before their eyes. Raises Conflict where it is not the stored one any more,
    PermissionDenied where the person may not edit it.
    """
    check_edit(by, observation)
    stored = lock(observation, version=version)
    before = _text(stored)
    _apply(stored, note, by)
    if _text(stored) != before:
        stored.version += 1
        stored.save()
    return stored


_WRITTEN = (
    "site_id", "observed_on", "evaluation_question_id", "learning_question_id",
    "seen", "quote", "quote_language", "informant_role", "sensitivity",
)  # fmt: skip


def _text(observation: Observation) -> tuple[Any, ...]:
    return tuple(getattr(observation, name) for name in _WRITTEN)


def _apply(observation: Observation, note: Note, by: User) -> None:
    observation._history_user = by  # type: ignore[attr-defined]  # simple_history: who, outside of a request too
    before = observation.sensitivity if observation.pk else None
    site_before = observation.site_id
    for name, value in note.items():
        if name not in {"learning_question", "sensitivity"}:
            setattr(observation, name, value)
    if "learning_question" in note or not observation.pk:
        own = observation.evaluation_question.evaluation.learning_question
        observation.learning_question = note.get("learning_question") or own
    observation.sensitivity = sensitivity_of(
        note.get("sensitivity"),
        arrives_in_conflict=observation.site_id != site_before and in_conflict_district(observation.site),
        before=before,
        may_lower=can_lower_sensitivity(by),
    )
