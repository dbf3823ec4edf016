"""What `manage.py check --deploy` says of the folders that hold people's files."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register


@register(Tags.security, deploy=True)
def upload_folders(app_configs: Sequence[AppConfig] | None, **rest: Any) -> list[CheckMessage]:
    """Uploaded files are written there by the site and its worker, and by nobody's browser read."""
    found: list[CheckMessage] = []
    for name in ("MEDIA_ROOT", "IMPORT_SPOOL"):
        folder = Path(getattr(settings, name))
        served = [Path(settings.STATIC_ROOT)]
        for given in settings.STATICFILES_DIRS:  # a folder, or the prefix it is served under and the folder
            served.append(Path(given[1]) if isinstance(given, tuple) else Path(str(given)))
        if any(folder == root or root in folder.parents for root in served):
            text = f"{name} ({folder}) lies in a folder that is served to everybody."
            found.append(Error(text, id="indicators.E001"))
        first = next((above for above in (folder, *folder.parents) if above.exists()), folder)
        if not os.access(first, os.W_OK | os.X_OK):
            found.append(Error(f"{name} ({folder}) cannot be written: no file can come in.", id="indicators.E002"))
        elif folder.exists() and folder.stat().st_mode & 0o007:
            text = f"{name} ({folder}) is open to every account of the machine."
            found.append(Warning(text, hint=f"chmod o-rwx {folder}", id="indicators.W001"))
    return found
