"""The only writer of observations and their quotes."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit
from research import review
from research.agenda.models import LearningQuestion
from research.agenda.queries import in_conflict_district
from research.evaluations.models import EvaluationQuestion
from research.observations.attachments.actions import remove
from research.observations.consent import problems
from research.observations.models import Observation, Quote
from research.observations.policies import (
    can_log,
    can_lower_sensitivity,
    can_read,
    can_review,
    check_discard,
    check_edit,
    check_log,
)
from research.observations.sensitivity import sensitivity_of
from research.review_states import Move
from research.revisions import Conflict, create_once, lock

State = Observation.State
MOST_QUOTES = 20


class Said(NamedTuple):
    """A quote as it is written. `key`: the stored one that it replaces; None: a new one."""

    text: str
    language: str
    informant_role: str = ""
    translation_fr: str = ""
    translation_en: str = ""
    key: int | None = None


class Note(TypedDict, total=False):
    """What a person writes. Absent or None: the evaluation's own learning question, the district's sensitivity.

    `quotes`, where given, are all of them: a stored one that is missing goes.
    """

    site: OrgUnit
    observed_on: date
    kind: str
    language: str
    evaluation_question: EvaluationQuestion
    learning_question: LearningQuestion | None
    seen: str
    consent: str
    consent_terms: str
    informants: int | None
    sensitivity: str | None
    quotes: Sequence[Said]


def log_observation(*, by: User, client_uuid: uuid.UUID, submit: bool = True, **note: Unpack[Note]) -> Observation:
    """As `log_once`, for whoever does not ask whether it is new."""
    return log_once(by=by, client_uuid=client_uuid, submit=submit, **note)[0]


@transaction.atomic
def log_once(
    *, by: User, client_uuid: uuid.UUID, submit: bool = True, **note: Unpack[Note]
) -> tuple[Observation, bool]:
    """Stores an observation and returns it, and whether it is new; without `submit` as a draft. Sent again with the
    same `client_uuid`, the stored one is returned.

    Raises Conflict where that uuid is stored with another text or by another person, PermissionDenied where the
    person may log none, ValidationError by field. `site`, `observed_on`, `evaluation_question` and `seen` must be
    given.
    """
    check_log(by)
    observation = Observation(client_uuid=client_uuid, created_by=by)
    said = _said(note)
    _apply(observation, note, by)
    _check(observation, said or [])
    if submit:
        observation.state, observation.submitted_at = State.SUBMITTED, timezone.now()
    stored, new = create_once(observation, find=Observation.objects.filter(client_uuid=client_uuid).first)
    if new:
        _set_quotes(stored, said or [], by)
    elif stored.created_by_id != by.pk or _text(stored) != (*_fields(observation), _without_keys(said or [])):
        raise Conflict(stored)
    return stored, new


@transaction.atomic
def edit_observation(
    observation: Observation, *, by: User, version: int, submit: bool = False, **note: Unpack[Note]
) -> Observation:
    """Stores the edited note and returns it, one version higher; unchanged where nothing differs. `submit`: its author
    also submits it, where it is a draft or was returned.

    `version` is the one the person had before their eyes. Raises Conflict where it is not the stored one any more,
    PermissionDenied where the person may not edit it, ValidationError by field.
    """
    check_edit(by, observation)
    stored = lock(observation, version=version)
    check_edit(by, stored)
    before, said = _text(stored), _said(note)
    _apply(stored, note, by)
    _check(stored, said if said is not None else said_in(stored))
    after = (*_fields(stored), _without_keys(said) if said is not None else before[-1])
    if after != before:
        stored.version += 1
        stored.save()
        if said is not None:
            _set_quotes(stored, said, by)
    if submit and stored.state in {State.DRAFT, State.RETURNED} and stored.created_by_id == by.pk:
        stored = move(stored, Move.SUBMIT, by=by, version=stored.version)
    return stored


@transaction.atomic
def discard(observation: Observation, *, by: User) -> None:
    """Takes away a draft that was never submitted, with its files. Raises PermissionDenied for anything else."""
    check_discard(by, observation)
    stored = Observation.objects.select_for_update().get(pk=observation.pk)
    check_discard(by, stored)
    for file in stored.attachments.all():
        remove(file, by=by)
    stored._history_user = by  # type: ignore[attr-defined]
    stored.delete()


def says_already(observation: Observation, *, by: User, **note: Unpack[Note]) -> bool:
    """Whether the stored text is what an edit with this note would store: the same edit, sent again."""
    before, said = _text(observation), _said(note)
    copy = Observation.objects.get(pk=observation.pk)
    _apply(copy, note, by)
    return (*_fields(copy), _without_keys(said) if said is not None else before[-1]) == before


def move(observation: Observation, step: Move, *, by: User, version: int, reason: str = "") -> Observation:
    """Submits, approves, returns, withdraws or reopens it, as `research.review.make` does. Who may not read it may not
    move it."""
    reviews = can_review(by) and can_read(by, observation)
    return review.make(observation, step, by=by, version=version, writes=can_log(by), reviews=reviews, reason=reason)


def moves(observation: Observation, user: Any) -> list[Move]:
    """The steps that the person may take with it now."""
    return review.moves(observation, user, writes=can_log(user), reviews=can_review(user))


def said_in(observation: Observation) -> list[Said]:
    """The stored quotes as they would be written again."""
    return [
        Said(one.text, one.language, one.informant_role, one.translation_fr, one.translation_en, one.pk)
        for one in observation.quotes.all()
    ]


_WRITTEN = (
    "site_id", "observed_on", "kind", "language", "evaluation_question_id", "learning_question_id", "seen", "consent",
    "consent_terms", "informants", "sensitivity",
)  # fmt: skip


def _fields(observation: Observation) -> tuple[Any, ...]:
    return tuple(getattr(observation, name) for name in _WRITTEN)


def _text(observation: Observation) -> tuple[Any, ...]:
    return (*_fields(observation), _without_keys(said_in(observation)))


def _without_keys(said: Sequence[Said]) -> list[Said]:
    return [one._replace(key=None) for one in said]


def _said(note: Note) -> list[Said] | None:
    said = note.get("quotes")
    return None if said is None else [one for one in said if one.text]


def _apply(observation: Observation, note: Note, by: User) -> None:
    observation._history_user = by  # type: ignore[attr-defined]  # simple_history: who, outside of a request too
    before = observation.sensitivity if observation.pk else None
    site_before = observation.site_id
    for name, value in note.items():
        if name not in {"learning_question", "sensitivity", "quotes"}:
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


def _check(observation: Observation, said: Sequence[Said]) -> None:
    """Raises ValidationError by field."""
    found = problems(observation.consent, observation.consent_terms, quoted=bool(said))
    if len(said) > MOST_QUOTES:
        found["quotes"] = _("At most %(most)s quotes in one observation.") % {"most": MOST_QUOTES}
    if found:
        raise ValidationError(found)


def _set_quotes(observation: Observation, said: Sequence[Said], by: User) -> None:
    """Each stored quote keeps its row, so that what was coded or linked in it keeps its place."""
    stored = {one.pk: one for one in observation.quotes.all()}
    highest = observation.quotes.aggregate(highest=Max("order"))["highest"] or 0
    kept: set[int] = set()
    named = {one.key for one in said}
    unnamed = {_without_keys([one])[0]: one.key for one in said_in(observation) if one.key not in named}
    for one in said:
        # Words that stand there already, sent without the key of their row, keep it too.
        row = stored.get(one.key or unnamed.pop(one, None) or 0)
        if row is None:
            highest += 1
            row = Quote(observation=observation, order=highest, demonstration=observation.demonstration)
        elif _same(row, one._replace(key=row.pk)):
            kept.add(row.pk)
            continue
        for name in ("text", "language", "informant_role", "translation_fr", "translation_en"):
            setattr(row, name, getattr(one, name))
        row._history_user = by  # type: ignore[attr-defined]
        row.save()
        kept.add(row.pk)
    for key, row in stored.items():
        if key not in kept:
            _take_out(row, by)


def _same(row: Quote, one: Said) -> bool:
    return Said(row.text, row.language, row.informant_role, row.translation_fr, row.translation_en, row.pk) == one


def _take_out(row: Quote, by: User) -> None:
    if row.passages.exists():
        raise ValidationError(
            {
                "quotes": _("«%(quote)s…» is coded: correct its words instead of taking it out.")
                % {"quote": row.text[:40]}
            }
        )
    row._history_user = by  # type: ignore[attr-defined]
    row.delete()
