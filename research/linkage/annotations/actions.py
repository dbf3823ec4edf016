"""The only writer of dated annotations."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from research.agenda.models import StudyDistrict
from research.linkage.annotations.models import DatedAnnotation
from research.linkage.annotations.policies import check_annotate, check_change
from research.revisions import Conflict, create_once, lock


@transaction.atomic
def annotate(*, by: User, client_uuid: UUID, values: dict[str, Any]) -> DatedAnnotation:
    """Stores an annotation; sent again with the same `client_uuid`, the stored one. An incident in a conflict district
    is restricted, whatever was ticked. Raises PermissionDenied, ValidationError by field, Conflict where that uuid is
    stored with other content."""
    check_annotate(by)
    row = DatedAnnotation(client_uuid=client_uuid, created_by=by, **values)
    _check(row)
    row._history_user = by  # type: ignore[attr-defined]
    stored, new = create_once(row, find=DatedAnnotation.objects.filter(client_uuid=client_uuid).first)
    if not new and any(getattr(stored, name) != getattr(row, name) for name in values):
        raise Conflict(stored)
    return stored


@transaction.atomic
def edit(row: DatedAnnotation, *, by: User, version: int, values: dict[str, Any]) -> DatedAnnotation:
    """Stores the edited annotation, one version higher; unchanged where nothing differs. Raises as `annotate`."""
    check_change(by, row)
    stored = lock(row, version=version)
    before = {name: getattr(stored, name) for name in values}
    for name, value in values.items():
        setattr(stored, name, value)
    _check(stored)
    if before == {name: getattr(stored, name) for name in values}:
        return stored
    return _save(stored, by)


@transaction.atomic
def withdraw(row: DatedAnnotation, *, by: User, reason: str) -> DatedAnnotation:
    """It stays on record with the reason, and is drawn no more. Raises PermissionDenied, ValidationError."""
    check_change(by, row)
    if len(reason.strip()) < 5:
        raise ValidationError({"reason": _("Say why, in a few words.")})
    stored = DatedAnnotation.objects.select_for_update().get(pk=row.pk)
    stored.withdrawn_because = reason.strip()[:500]
    return _save(stored, by)


def _save(row: DatedAnnotation, by: User) -> DatedAnnotation:
    row.version += 1
    row._history_user = by  # type: ignore[attr-defined]
    row.save()
    return row


def _check(row: DatedAnnotation) -> None:
    if row.starts_on and row.starts_on > timezone.localdate():
        raise ValidationError({"starts_on": _("This day has not come yet.")})
    if row.kind == DatedAnnotation.Kind.CONFLICT and row.unit_id and _in_conflict(row):
        row.restricted = True
    row.full_clean(exclude=["client_uuid", "created_by"], validate_unique=False)


def _in_conflict(row: DatedAnnotation) -> bool:
    districts = StudyDistrict.objects.filter(typology__is_conflict=True).select_related("unit")
    return any(row.unit.path.startswith(one.unit.path) for one in districts)
