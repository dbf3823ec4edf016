"""Files of stock that are too long for the page: checked and loaded as there."""

import json
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from indicators.exchange.problems import BadFile
from research.medexis.intake.actions import check_file, compare, load_file
from research.medexis.intake.known import SCHEMES
from research.medexis.intake.words import LAYOUTS

MOST, SHOWN = 300_000, 50


class Command(BaseCommand):
    help = "Takes in monthly stock (CSV, XLSX) or OpenLMIS's stock cards (folder or .zip of its tables)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--as", dest="layout", choices=list(SCHEMES), help="refuse the file where it is another")
        parser.add_argument("--by", help="the account in whose name, and in whose districts; without it everywhere")
        parser.add_argument("--valid-only", action="store_true", help="load the others where some rows are refused")
        parser.add_argument("--replace", action="store_true", help="replace stored numbers that the file contradicts")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen")
        parser.add_argument("--json", action="store_true", help="say it as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        path, user = options["file"], None
        if options["by"] and not (user := User.objects.filter(username=options["by"], is_active=True).first()):
            raise CommandError(_("There is no such account."))
        try:
            checked = check_file(path, by=user, most=MOST)
            if options["layout"] not in (None, checked.layout):
                raise CommandError(_("This file is another: %(layout)s.") % {"layout": LAYOUTS[checked.layout]})
            for one in [] if options["json"] else checked.problems[:SHOWN]:
                self.stderr.write(f"{one.row} {one.field} [{one.code}]: {one.sentence}")
            if options["dry_run"]:
                if checked.wrong:
                    raise ValidationError(checked.wrong)
                done = compare(checked, by=user)
            else:
                choices = {"valid_only": options["valid_only"], "replace": options["replace"]}
                _row, done = load_file(checked, path=path, name=path.name, by=user, **choices)
        except BadFile as error:
            raise CommandError(error.problem.message) from error
        except (ValidationError, PermissionDenied) as error:
            raise CommandError(" ".join(getattr(error, "messages", [str(error)]))) from error
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        refused = options["dry_run"] and checked.refused and not options["valid_only"]
        told: dict[str, Any] = {
            "rows": checked.rows, "created": done.created, "unchanged": done.unchanged, "replaced": done.replaced,
            "conflicts": len(done.conflicts), "repeated": checked.repeated, "refused": checked.refused,
        }  # fmt: skip
        if options["json"]:
            told |= {"flags": dict(checked.flags), "set_aside": checked.set_aside, "layout": checked.layout}
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            said = _(
                "%(rows)s rows: %(created)s created, %(unchanged)s unchanged, %(replaced)s replaced, %(conflicts)s in"
                " conflict, %(repeated)s repeated, %(refused)s refused"
            )
            self.stdout.write(said % told)
        if refused:
            raise CommandError(_("Some rows are refused. Mend the file, or load the others only."))
