from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from capev_site.backup.archive import write


class Command(BaseCommand):
    help = "Writes the database and the files into one encrypted file. Nobody has to wait for it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, default=None, help="The file; else one in BACKUP_FOLDER, by its time.")
        parser.add_argument("--key", action="append", default=[], help="Public key (age1…); else BACKUP_KEYS.")
        parser.add_argument("--keep", type=int, default=0, help="So many of the latest stay in BACKUP_FOLDER; 0: all.")

    def handle(self, *args: Any, to: Path | None, key: list[str], keep: int, **options: Any) -> None:
        keys = key or settings.BACKUP_KEYS
        if not keys:
            raise CommandError(_("No key: make one with backup_key and name its public half in BACKUP_KEYS."))
        folder = Path(settings.BACKUP_FOLDER)
        path = to or folder / f"capev-{timezone.now():%Y%m%d-%H%M%S}.age"
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            kept = write(path, keys)
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        for old in sorted(folder.glob("capev-*.age"))[:-keep] if keep > 0 else ():
            old.unlink()
        told = {"rows": sum(kept.rows.values()), "files": kept.files, "bytes": kept.size, "path": path}
        self.stdout.write(_("%(path)s: %(rows)s rows, %(files)s files, %(bytes)s bytes.") % told)
