"""The only writer of the plan: activities, decisions, resources and disseminations."""

from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from research.agenda.models import Dissemination, LearningActivity, LearningQuestion, LearningResource, UseCase
from research.agenda.plan.rules import problems
from research.agenda.policies import check_plan
from research.kept_files import LARGEST, checked, named
from research.revisions import Conflict, create_once, lock

Row = TypeVar("Row", LearningActivity, UseCase, LearningResource, Dissemination)


@transaction.atomic
def plan(model: type[Row], *, by: User, client_uuid: UUID, values: dict[str, Any]) -> Row:
    """Stores a new row of the plan and returns it; sent again with the same `client_uuid`, the stored one.

    `values`: fields by name; `questions` of a dissemination as a list, `file` of a resource as it was sent. Raises
    ValidationError by field, PermissionDenied, and Conflict where that uuid is stored with other content.
    """
    check_plan(by)
    values = dict(values)
    questions: list[LearningQuestion] | None = values.pop("questions", None)
    row = model(client_uuid=client_uuid, created_by=by)
    _apply(row, values, questions, by)
    stored, new = create_once(row, find=model._default_manager.filter(client_uuid=client_uuid).first)
    if new:
        _set_questions(stored, questions)
    elif stored.created_by_id != by.pk or _content(stored) != (_fields(row), _numbers(questions)):
        raise Conflict(stored)
    return stored


@transaction.atomic
def replan(row: Row, *, by: User, version: int, values: dict[str, Any]) -> Row:
    """Stores the edited row and returns it, one version higher; unchanged where nothing differs. Raises Conflict where
    `version` is not the stored one any more, else as `plan`."""
    check_plan(by)
    stored = lock(row, version=version)
    values = dict(values)
    questions: list[LearningQuestion] | None = values.pop("questions", None)
    before = _content(stored)
    _apply(stored, values, questions, by)
    if (_fields(stored), _numbers(questions) if questions is not None else before[1]) != before:
        stored.version += 1
        stored.save()
        _set_questions(stored, questions)
    return stored


def _apply(row: Row, values: dict[str, Any], questions: list[LearningQuestion] | None, by: User) -> None:
    row._history_user = by  # type: ignore[attr-defined]  # simple_history: who, outside of a request too
    sent = values.pop("file", None)
    for name, value in values.items():
        setattr(row, name, value)
    found = problems(row, has_file=bool(sent), questions=questions)
    if found:
        raise ValidationError(found)
    if isinstance(row, LearningResource) and isinstance(sent, UploadedFile):
        _keep(row, sent)


def _keep(row: LearningResource, sent: UploadedFile) -> None:
    """The same file again is the same file. A replaced one stays in the store: older versions of the row name it."""
    if sent.size is None or sent.size > LARGEST:
        raise ValidationError(
            {"file": _("The file is larger than 5 MB. Take a smaller photograph, or split the document.")}
        )
    try:
        kept = checked(sent.read())
    except ValidationError as error:
        raise ValidationError({"file": error.messages}) from error
    if kept.sha256 != row.sha256:
        row.sha256, row.file_name = kept.sha256, named(sent.name or "", kept.suffix)
        row.file.save(f"{uuid4()}{kept.suffix}", ContentFile(kept.content), save=False)


def _fields(row: Row) -> tuple[Any, ...]:
    left_out = {"id", "version", "created_at", "updated_at", "created_by", "client_uuid", "file", "demonstration"}
    return tuple(getattr(row, field.attname) for field in row._meta.concrete_fields if field.name not in left_out)


def _content(row: Row) -> tuple[tuple[Any, ...], list[int]]:
    questions = list(row.questions.all()) if isinstance(row, Dissemination) else None
    return _fields(row), _numbers(questions)


def _numbers(questions: list[LearningQuestion] | None) -> list[int]:
    return sorted(question.pk for question in questions or [])


def _set_questions(row: Row, questions: list[LearningQuestion] | None) -> None:
    if isinstance(row, Dissemination) and questions is not None:
        row.questions.set(questions)
