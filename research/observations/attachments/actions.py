"""The only writer of attachments: kept as `research.kept_files` lets them, with the observation's permissions."""

from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from research.kept_files import checked, named
from research.observations.models import Attachment, Observation
from research.observations.policies import check_edit
from research.revisions import Conflict, new_uuid

MOST_FILES = 20
"""Files of one observation."""
_KINDS = {"image": Attachment.Kind.IMAGE, "audio": Attachment.Kind.AUDIO, "application": Attachment.Kind.PDF}


@transaction.atomic
def attach(
    observation: Observation, *, by: User, name: str, content: bytes, caption: str = "", client_uuid: UUID | None = None
) -> Attachment:
    """Keeps a file with the observation and returns it; the same file again is the same attachment.

    Raises ValidationError (`file`), PermissionDenied, and Conflict where that `client_uuid` is another file's.
    """
    check_edit(by, observation)
    try:
        kept = checked(content, sound=True)
    except ValidationError as error:
        raise ValidationError({"file": error.messages}) from error
    stored = Observation.objects.select_for_update().get(pk=observation.pk)
    check_edit(by, stored)
    if there := stored.attachments.filter(sha256=kept.sha256).first():
        return there
    if client_uuid and (other := Attachment.objects.filter(client_uuid=client_uuid).first()):
        raise Conflict(other)
    if stored.attachments.count() >= MOST_FILES:
        raise ValidationError({"file": [_("An observation keeps at most %(most)s files.") % {"most": MOST_FILES}]})
    row = Attachment(observation=stored, client_uuid=client_uuid or new_uuid(), created_by=by)
    row.kind = _KINDS[kept.content_type.partition("/")[0]]
    row.content_type, row.size, row.sha256 = kept.content_type, len(kept.content), kept.sha256
    row.name, row.caption, row.demonstration = named(name, kept.suffix), caption.strip()[:300], stored.demonstration
    row._history_user = by  # type: ignore[attr-defined]
    row.file.save(f"{uuid4()}{kept.suffix}", ContentFile(kept.content), save=False)
    row.save()
    return row


@transaction.atomic
def remove(row: Attachment, *, by: User) -> None:
    """Takes a file away for good: a picture may show a face that was not to be shown. That it was there, its history
    keeps; the bytes go once the transaction has ended."""
    check_edit(by, row.observation)
    row._history_user = by  # type: ignore[attr-defined]
    storage, path = row.file.storage, str(row.file.name)
    row.delete()
    transaction.on_commit(lambda: storage.delete(path))
