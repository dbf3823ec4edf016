"""The only writer of memos."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from research.agenda.models import LearningQuestion
from research.coding.models import Code, CodedPassage, Memo
from research.coding.policies import check_code
from research.coding.queries import passages_readable_by
from research.observations.models import Observation
from research.observations.policies import can_read
from research.revisions import Conflict, create_once, lock

Thing = Code | Observation | CodedPassage | LearningQuestion
FIELD: dict[type[Any], str] = {
    Code: "code", Observation: "observation", CodedPassage: "passage", LearningQuestion: "question"
}  # fmt: skip
"""Kind of thing → the memo's field that leads to it."""


@transaction.atomic
def write_memo(on: Thing, *, by: User, client_uuid: UUID, kind: str, text: str, shared: bool = True) -> Memo:
    """Stores a memo on the thing and returns it; sent again with the same `client_uuid`, the stored one.

    Raises PermissionDenied where the person may not read the thing, ValidationError by field, Conflict where that uuid
    is stored with another text.
    """
    check_code(by)
    _check_thing(on, by)
    row = Memo(client_uuid=client_uuid, created_by=by, kind=kind, text=text, shared=shared, **{FIELD[type(on)]: on})
    row.demonstration = bool(getattr(on, "demonstration", False))
    _check(row)
    row._history_user = by  # type: ignore[attr-defined]  # simple_history: who, outside of a request too
    stored, _new = create_once(row, find=Memo.objects.filter(client_uuid=client_uuid).first)
    if (stored.created_by_id, stored.text, stored.kind) != (by.pk, row.text, row.kind):
        raise Conflict(stored)
    return stored


@transaction.atomic
def edit_memo(memo: Memo, *, by: User, version: int, kind: str, text: str, shared: bool) -> Memo:
    """Stores the edited memo and returns it, one version higher; unchanged where nothing differs. Only its author's."""
    stored = lock(_own(memo, by), version=version)
    if (stored.kind, stored.text, stored.shared) == (kind, text, shared):
        return stored
    stored.kind, stored.text, stored.shared = kind, text, shared
    _check(stored)
    stored.version += 1
    stored._history_user = by  # type: ignore[attr-defined]
    stored.save()
    return stored


@transaction.atomic
def remove_memo(memo: Memo, *, by: User) -> None:
    row = _own(memo, by)
    row._history_user = by  # type: ignore[attr-defined]
    row.delete()


def _own(memo: Memo, by: User) -> Memo:
    check_code(by)
    if memo.created_by_id != by.pk:
        raise PermissionDenied(_("Only its author changes a memo."))
    return memo


def _check_thing(on: Thing, by: User) -> None:
    readable = True
    if isinstance(on, Observation):
        readable = can_read(by, on)
    elif isinstance(on, CodedPassage):
        readable = passages_readable_by(by).filter(pk=on.pk).exists()
    if not readable:
        raise PermissionDenied(_("You may not read what this memo would hang on."))


def _check(row: Memo) -> None:
    if not row.text.strip():
        raise ValidationError({"text": _("Write the memo.")})
    row.full_clean(exclude=["client_uuid", "created_by"], validate_unique=False)
