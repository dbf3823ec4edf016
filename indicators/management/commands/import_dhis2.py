"""`manage.py import_dhis2 FILE --org-units F --metadata F [--dry-run] [--json]`"""

import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.accounts.models import User
from indicators.exchange.actions import Summary, import_dhis2


def _day(text: str) -> date:
    """A day that has come; argparse shows the sentence of what is wrong."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(_("“%(text)s” is no day: write it as 2024-07-01.") % {"text": text}) from None
    if day > timezone.localdate():
        raise ArgumentTypeError(_("The day %(day)s has not come.") % {"day": text})
    return day


class Command(BaseCommand):
    help = (
        "Imports a file of values or of registrations of complete reports (DHIS2 JSON, XML or CSV, plain, .gz or .zip;"
        " told apart by content), with its organisation units and metadata (data elements, option combinations, data"
        " sets). All or nothing: with a single problem nothing is written and the exit code is 1. Records of unknown"
        " units wait until somebody says which unit is meant. Importing again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="values or registrations")
        parser.add_argument("--org-units", type=Path, help="organisation units JSON, taken first")
        parser.add_argument(
            "--metadata", type=Path, help="data elements, option combinations and data sets JSON, taken first"
        )
        past = parser.add_mutually_exclusive_group()
        past.add_argument(
            "--moved-on",
            type=_day,
            metavar="DAY",
            help="first day (yyyy-mm-dd) on which units with another parent than known stand below the new one; their"
            " numbers before that day stay with the former parent",
        )
        past.add_argument(
            "--correct-tree",
            action="store_true",
            help="the parents known were wrong: units with another one are taken to have always stood below it",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument("--json", action="store_true", help="end with one line of JSON")
        parser.add_argument("--by", metavar="NAME", help="account in whose name the import is kept")

    def handle(self, *args: Any, **options: Any) -> None:
        by = None
        if options["by"]:
            by = User.objects.filter(username=options["by"]).first()
            if by is None:
                raise CommandError(_("There is no account “%(name)s”.") % {"name": options["by"]})
        summary = import_dhis2(
            options["file"],
            by=by,
            units=options["org_units"],
            elements=options["metadata"],
            moved_on=options["moved_on"],
            correct_tree=options["correct_tree"],
            dry_run=options["dry_run"],
        )
        self._say(summary, dry_run=options["dry_run"])
        if options["json"]:
            self.stdout.write(json.dumps(summary.as_dict(), ensure_ascii=False))
        if summary.problems:
            raise SystemExit(1)

    def _say(self, summary: Summary, *, dry_run: bool) -> None:
        for problem in (summary.problems or summary.set_aside)[:20]:
            place = _("row %(row)s") % {"row": problem.row} if problem.row else _("file")
            self.stderr.write(
                f"{problem.code} ({place}{', ' + problem.field if problem.field else ''}): {problem.message}"
            )
        if summary.problems:
            count = len(summary.problems) + summary.more_problems
            self.stderr.write(
                ngettext("%(count)d problem: nothing was written.", "%(count)d problems: nothing was written.", count)
                % {"count": count}
            )
            return
        if count := len(summary.set_aside):
            self.stderr.write(
                ngettext(
                    "%(count)d element or unit of a data set is not known and was left out of it.",
                    "%(count)d elements or units of data sets are not known and were left out of them.",
                    count,
                )
                % {"count": count}
            )
        self.stdout.write(
            _(
                "%(read)d values read: %(created)d created, %(updated)d updated, %(unchanged)d unchanged,"
                " %(deleted)d deleted."
            )
            % {name: getattr(summary, name) for name in ("read", "created", "updated", "unchanged", "deleted")}
        )
        if count := summary.waiting:
            self.stderr.write(
                ngettext(
                    "%(count)d record is of an organisation unit that is not known. It waits for its name to be"
                    " assigned.",
                    "%(count)d records are of organisation units that are not known. They wait for their names to be"
                    " assigned.",
                    count,
                )
                % {"count": count}
            )
        if not summary.changed:
            self.stdout.write(_("Nothing changed."))
        elif dry_run:
            self.stdout.write(_("Preview: nothing was written."))
