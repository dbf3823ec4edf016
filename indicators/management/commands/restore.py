from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from capev_site.backup.archive import Damaged
from capev_site.backup.restore import NotEmpty, OtherVersion, restore


class Command(BaseCommand):
    help = "Loads a backup into an installation that was migrated and has no account yet: all of it, or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--identity", type=Path, required=True, help="The file that backup_key made.")

    def handle(self, *args: Any, file: Path, identity: Path, **options: Any) -> None:
        try:
            manifest = restore(file, identity.read_text())
        except NotEmpty as error:
            raise CommandError(
                _("There is something here already. A backup is restored into an empty database.")
            ) from error
        except OtherVersion as error:
            told = {"missing": error.missing, "unknown": error.unknown}
            raise CommandError(
                _("The backup is of another version: it lacks %(unknown)s, and has %(missing)s.") % told
            ) from error
        except (Damaged, OSError) as error:
            raise CommandError(_("Nothing was restored: %(why)s") % {"why": error}) from error
        rows = sum(one["rows"] for one in manifest["tables"].values())
        told_of = {"rows": rows, "files": len(manifest["files"]), "at": manifest["made_at"]}
        self.stdout.write(_("Restored as of %(at)s: %(rows)s rows, %(files)s files. Now run check_audit.") % told_of)
