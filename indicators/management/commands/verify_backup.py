from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from capev_site.backup.archive import Damaged, read


class Command(BaseCommand):
    help = (
        "Reads a whole backup and compares it with its own list. Writes nothing; ends with 1 where anything is wrong."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--identity", type=Path, required=True, help="The file that backup_key made.")

    def handle(self, *args: Any, file: Path, identity: Path, **options: Any) -> None:
        try:
            manifest = read(file, identity.read_text(), lambda name, content: None)
        except (Damaged, OSError) as error:
            raise CommandError(_("This is no whole backup: %(why)s") % {"why": error}) from error
        rows = sum(one["rows"] for one in manifest["tables"].values())
        told = {
            "at": manifest["made_at"],
            "rows": rows,
            "files": len(manifest["files"]),
            "journal": manifest["journal"],
        }
        self.stdout.write(_("Whole. Made at %(at)s: %(rows)s rows, %(files)s files, journal %(journal)s.") % told)
