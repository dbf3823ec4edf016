"""Files of submissions that are too long for the page: checked and loaded as there, in one transaction."""

from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from indicators.exchange.problems import BadFile
from research.coach2pev.models import Checklist
from research.coach2pev.submissions.actions import compare, load_submissions
from research.coach2pev.submissions.reading import check
from research.sent_tables import records_of

MOST, SHOWN = 20_000, 50


class Command(BaseCommand):
    help = "Fills visits from a file of KoboToolbox or ODK submissions (CSV, XLSX, JSON)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--checklist", required=True, help="its key")
        parser.add_argument("--number", type=int, default=None, help="of the version; without it the one in use")
        parser.add_argument("--by", required=True, help="the account in whose name, and in whose districts")
        parser.add_argument("--valid-only", action="store_true", help="load the others where some are refused")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["by"], is_active=True).first()
        found = Checklist.objects.filter(key=options["checklist"]).exclude(state=Checklist.State.DRAFT)
        wanted = {"version": options["number"]} if options["number"] else {"state": Checklist.State.PUBLISHED}
        checklist = found.filter(**wanted).first()
        if user is None or checklist is None:
            raise CommandError(_("There is no such account.") if user is None else _("There is no such checklist."))
        try:
            checked = check(records_of(options["file"], MOST), checklist, by=user, chosen={})
            for one in checked.problems[:SHOWN]:
                self.stderr.write(f"{one.row} {one.field}: {one.sentence}")
            if options["dry_run"]:
                counts, rejected = compare(checked, by=user), checked.rejected
            else:
                row, counts = load_submissions(
                    checked, checklist=checklist, path=options["file"], name=options["file"].name, by=user,
                    valid_only=options["valid_only"],
                )  # fmt: skip
                rejected = row.rejected
        except BadFile as error:
            raise CommandError(error.problem.message) from error
        except (ValidationError, PermissionDenied) as error:
            raise CommandError(" ".join(getattr(error, "messages", [str(error)]))) from error
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        said = {"created": counts.created, "unchanged": counts.unchanged, "rejected": rejected}
        said["conflicts"] = len(counts.conflicts)
        self.stdout.write(
            _("%(created)s created, %(unchanged)s unchanged, %(conflicts)s in conflict, %(rejected)s refused") % said
        )
