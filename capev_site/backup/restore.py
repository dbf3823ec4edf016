"""A backup back into an empty installation: all of it, or nothing."""

import json
import shutil
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import transaction

from capev_site.backup.archive import MIGRATIONS, Damaged, read
from capev_site.backup.tables import count_on, empty, kept_models, load, migrations
from indicators.audit.models import AuditEntry
from indicators.models import User


class NotEmpty(Exception):
    """There are accounts or entries of a journal already: a backup is not laid over them."""


class OtherVersion(Exception):
    """The backup is of tables that look different; `missing` migrations are not applied here, `unknown` ones are."""

    def __init__(self, missing: list[Any], unknown: list[Any]) -> None:
        super().__init__(f"{missing} {unknown}")
        self.missing, self.unknown = missing, unknown


def restore(path: Path, identity: str) -> dict[str, Any]:
    """Loads tables and files, and returns the manifest that they were compared with. One transaction: where anything is
    wrong, the database and the media folder are as they were. Raises Damaged, NotEmpty, OtherVersion."""
    check_empty()
    media = Path(settings.MEDIA_ROOT)
    media.mkdir(parents=True, exist_ok=True)
    known = {model._meta.label_lower for model in kept_models()}
    loaded: dict[str, int] = defaultdict(int)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=media) as folder:

        def take(name: str, content: bytes) -> None:
            if name == MIGRATIONS:
                _check_version(json.loads(content))
                return
            kind, _, rest = name.partition("/")
            if kind == "media":
                target = Path(folder) / rest
                target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                target.write_bytes(content)
                target.chmod(0o600)
                return
            label = rest.rpartition("/")[0]
            if label not in known:
                raise Damaged(name)
            loaded[label] += load(apps.get_model(label), content.splitlines())

        with transaction.atomic():
            empty()
            manifest = read(path, identity, take)
            count_on()
        for name in manifest["files"]:
            target = media / name
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.move(Path(folder) / name, target)
    return manifest


def check_empty() -> None:
    if User.objects.exists() or AuditEntry.objects.exists():
        raise NotEmpty


def _check_version(theirs: list[list[str]]) -> None:
    there, here = ({tuple(one) for one in some} for some in (theirs, migrations()))
    if there != here:
        raise OtherVersion(sorted(there - here), sorted(here - there))
