"""The only writer of codebooks and their codes. Only a draft changes; publishing retires the version in use before."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from indicators.accounts.models import User
from research.coding.models import Code, Codebook
from research.coding.policies import check_code, check_publish
from research.revisions import Conflict, create_once, lock

State = Codebook.State
DEEPEST = 5
"""Levels of codes under each other."""
_COPIED = (
    "key", "order", "name_fr", "name_en", "definition_fr", "definition_en", "use_fr", "use_en", "avoid_fr",
    "avoid_en", "colour", "groups_only", "guid",
)  # fmt: skip


@transaction.atomic
def create_codebook(*, by: User, client_uuid: UUID, values: dict[str, Any]) -> Codebook:
    """A draft, the first version of a new key; sent again with the same `client_uuid`, the stored one.

    Raises ValidationError by field, Conflict where that uuid is stored under another key or by somebody else.
    """
    check_code(by)
    row = Codebook(client_uuid=client_uuid, created_by=by, **values)
    stored = Codebook.objects.filter(client_uuid=client_uuid).first()
    if stored is None and Codebook.objects.filter(key=row.key).exists():
        raise ValidationError({"key": _("There is a codebook of this key. Make a new version of it instead.")})
    _check(row)
    _sign(row, by)
    stored, _new = create_once(row, find=Codebook.objects.filter(client_uuid=client_uuid).first)
    if stored.created_by_id != by.pk or stored.key != row.key:
        raise Conflict(stored)
    return stored


@transaction.atomic
def edit_codebook(codebook: Codebook, *, by: User, version: int, values: dict[str, Any]) -> Codebook:
    """Names, description and source of a draft. Its key stays."""
    stored = lock(_draft(codebook, by), version=version)
    before = {name: getattr(stored, name) for name in values}
    if before == values:
        return stored
    for name, value in values.items():
        if name != "key":
            setattr(stored, name, value)
    _check(stored)
    stored.version += 1
    _sign(stored, by).save()
    return stored


@transaction.atomic
def save_code(code: Code, *, by: User) -> Code:
    """Stores a code of a draft; a new one stands last under its parent. Raises ValidationError by field."""
    _draft(code.codebook, by)
    _check_place(code)
    if code.codebook.codes.filter(key=code.key).exclude(pk=code.pk).exists():
        raise ValidationError({"key": _("There is a code of this key in this codebook.")})
    code.full_clean(exclude=["guid", "order"])
    if code._state.adding:
        last = code.codebook.codes.aggregate(last=Max("order"))["last"]
        code.order = 1 if last is None else last + 1
    _sign(code, by).save()
    return code


@transaction.atomic
def move_code(code: Code, *, by: User, up: bool) -> None:
    """Changes places with the neighbour under the same parent."""
    _draft(code.codebook, by)
    rows = list(code.codebook.codes.filter(parent=code.parent).order_by("order", "pk"))
    place = rows.index(code)
    other = place + (-1 if up else 1)
    if not 0 <= other < len(rows):
        return
    orders = sorted({row.order for row in rows})
    rows[place], rows[other] = rows[other], rows[place]
    if len(orders) < len(rows):
        orders = list(range(1, len(rows) + 1))
    for order, row in zip(orders, rows, strict=True):
        if row.order != order:
            row.order = order
            _sign(row, by).save()


@transaction.atomic
def remove_code(code: Code, *, by: User) -> None:
    """Takes a code, and those under it, out of a draft."""
    _draft(code.codebook, by)
    if code.memos.exists():
        raise ValidationError(_("A memo hangs on this code. Remove the memo first."))
    _sign(code, by).delete()


@transaction.atomic
def publish(codebook: Codebook, *, by: User) -> Codebook:
    """Puts a draft in use and retires the version before. Raises ValidationError where it holds nothing to apply."""
    check_publish(by)
    row = _draft(codebook, by)
    if not row.codes.filter(groups_only=False).exists():
        raise ValidationError(_("It holds no code that can be applied to a passage."))
    for former in Codebook.objects.select_for_update().filter(key=row.key, state=State.PUBLISHED):
        former.state = State.RETIRED
        _sign(former, by).save()
    row.state = State.PUBLISHED
    _sign(row, by).save()
    return row


@transaction.atomic
def retire(codebook: Codebook, *, by: User) -> Codebook:
    """Takes a version out of use; what was coded with it stays, and a task that names it can be finished."""
    check_publish(by)
    row = Codebook.objects.select_for_update().get(pk=codebook.pk)
    if row.state != State.PUBLISHED:
        raise ValidationError(_("Only a version in use is taken out of use."))
    row.state = State.RETIRED
    _sign(row, by).save()
    return row


@transaction.atomic
def new_edition(codebook: Codebook, *, by: User) -> Codebook:
    """A draft of the next version with the same codes, each under its own guid; the draft that there is, if any."""
    check_code(by)
    versions = Codebook.objects.select_for_update().filter(key=codebook.key).order_by("-edition")
    latest = versions[:1].get()
    if latest.state == State.DRAFT:
        return latest
    copied = ("key", "name_fr", "name_en", "description_fr", "description_en", "citation", "demonstration")
    row = Codebook(edition=latest.edition + 1, created_by=by, **{name: getattr(codebook, name) for name in copied})
    _sign(row, by).save()
    _copy_codes(codebook, row, by)
    return row


@transaction.atomic
def delete_draft(codebook: Codebook, *, by: User) -> None:
    _sign(_draft(codebook, by), by).delete()


def _copy_codes(source: Codebook, target: Codebook, by: User) -> None:
    """Level by level, so that each copy finds the copy of its parent."""
    level: list[Code] = list(source.codes.filter(parent=None))
    copies: dict[int, Code] = {}
    while level:
        rows = [
            Code(
                codebook=target,
                parent=copies.get(one.parent_id or 0),
                **{name: getattr(one, name) for name in _COPIED},
            )
            for one in level
        ]
        made = bulk_create_with_history(rows, Code, default_user=by)
        copies |= {old.pk: new for old, new in zip(level, made, strict=True)}
        level = list(source.codes.filter(parent__in=level))


def _draft(codebook: Codebook, by: User) -> Codebook:
    """The stored row, locked; whoever codes may change a draft."""
    check_code(by)
    row = Codebook.objects.select_for_update(of=("self",)).get(pk=codebook.pk)
    if row.state != State.DRAFT:
        raise ValidationError(_("This version is or was in use and stays as it is. Make a new version."))
    return row


def _check(row: Codebook) -> None:
    if not row.name_fr and not row.name_en:
        raise ValidationError({"name_fr": _("Write a name, in French or in English.")})
    row.full_clean(exclude=["client_uuid", "created_by", "guid"], validate_constraints=False, validate_unique=False)


def _check_place(code: Code) -> None:
    if not code.name_fr and not code.name_en:
        raise ValidationError({"name_fr": _("Write a name, in French or in English.")})
    above, depth = code.parent, 1
    while above is not None:
        if above.pk == code.pk:
            raise ValidationError({"parent": _("A code cannot stand under itself.")})
        if above.codebook_id != code.codebook_id:
            raise PermissionDenied
        above, depth = above.parent, depth + 1
    if depth > DEEPEST:
        raise ValidationError({"parent": _("At most %(levels)s levels of codes.") % {"levels": DEEPEST}})


def _sign(row: Any, by: User) -> Any:
    row._history_user = by  # simple_history: who, outside of a request too
    return row
