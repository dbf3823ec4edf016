"""The writer of saved mappings of columns."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from indicators.exchange.mapping import Mapping
from indicators.exchange.models import ColumnMapping
from indicators.exchange.policies import can_map


def save_mapping(*, name: str, mapping: Mapping, by: User, replace: bool = False) -> ColumnMapping:
    """Keeps the mapping under the name. Raises ValidationError (`name`) where the name is taken: by a mapping of
    somebody else, or without `replace`.
    """
    stored = ColumnMapping.objects.filter(name=name).first()
    if stored and stored.spec == mapping.to_spec():
        return stored
    if stored and not can_map(by, stored):
        raise ValidationError({"name": _("Somebody else has a mapping of this name. Choose another name.")})
    if stored and not replace:
        raise ValidationError({"name": _("A mapping of this name exists. Choose another name, or replace that one.")})
    row = stored or ColumnMapping(name=name, by=by)
    row.spec = mapping.to_spec()
    row._history_user = by  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        taken = _("A mapping of this name exists. Choose another name, or replace that one.")
        raise ValidationError({"name": taken}) from error
    return row


def rename_mapping(row: ColumnMapping, *, name: str, by: User) -> ColumnMapping:
    """Gives the mapping another name. Raises ValidationError (`name`) where it is blank, too long or taken."""
    name = " ".join(name.split())
    if not name or len(name) > 120 or not name.isprintable():
        raise ValidationError({"name": _("Give a name of at most 120 signs.")})
    if ColumnMapping.objects.filter(name=name).exclude(pk=row.pk).exists():
        raise ValidationError({"name": _("A mapping of this name exists. Choose another name.")})
    if name != row.name:
        row.name = name
        row._history_user = by  # type: ignore[attr-defined]
        row.save(update_fields=["name"])
    return row


def delete_mapping(row: ColumnMapping, *, by: User) -> None:
    """Deletes a mapping that no file was read with. Raises ValidationError otherwise: an import names what read it."""
    row._history_user = by  # type: ignore[attr-defined]
    try:
        row.delete()
    except ProtectedError as error:
        raise ValidationError(
            _("Files were read with this mapping; it stays, so that they can be explained.")
        ) from error
