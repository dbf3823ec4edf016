"""`manage.py import_estimates FILE --source KEY --unit UID [--country MLI] [--dry-run]`"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.exchange.published_actions import FigureSummary, import_estimates
from indicators.geography.models import OrgUnit
from indicators.sources.models import Source


class Command(BaseCommand):
    help = (
        "Imports one country's estimates of immunization coverage from the workbook that WHO and UNICEF publish (.xlsx,"
        " a sheet a vaccine). They are kept as published figures, beside the reported values. With a single problem in"
        " the file nothing is written and the exit code is 1."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="WUENIC workbook")
        parser.add_argument("--source", metavar="KEY", required=True, help="key of the source that the file is from")
        parser.add_argument("--unit", metavar="UID", required=True, help="organisation unit that is the country")
        parser.add_argument("--country", metavar="ISO", default="MLI", help="the country's ISO 3166 code (MLI)")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument("--json", action="store_true", help="end with one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        source = Source.objects.filter(key=options["source"]).first()
        if source is None:
            raise CommandError(_("There is no source “%(name)s”.") % {"name": options["source"]})
        unit = OrgUnit.objects.filter(uid=options["unit"]).first()
        if unit is None:
            raise CommandError(_("There is no organisation unit “%(uid)s”.") % {"uid": options["unit"]})
        summary = import_estimates(
            options["file"],
            country=options["country"],
            unit=unit,
            source=source,
            by=None,
            dry_run=options["dry_run"],
        )
        self._say(summary, dry_run=options["dry_run"])
        if options["json"]:
            self.stdout.write(json.dumps(summary.as_dict(), ensure_ascii=False))
        if summary.problems:
            raise SystemExit(1)

    def _say(self, summary: FigureSummary, *, dry_run: bool) -> None:
        for problem in summary.problems[:20]:
            place = _("row %(row)s") % {"row": problem.row} if problem.row else _("file")
            self.stderr.write(f"{problem.code} ({place}): {problem.message}")
        if count := len(summary.problems):
            self.stderr.write(
                ngettext("%(count)d problem: nothing was written.", "%(count)d problems: nothing was written.", count)
                % {"count": count}
            )
            return
        self.stdout.write(
            _(
                "%(read)d estimates read: %(created)d created, %(updated)d updated, %(unchanged)d unchanged;"
                " %(left_out)d left out, of vaccines without an indicator here: %(vaccines)s."
            )
            % {**summary.as_dict(), "vaccines": ", ".join(summary.vaccines) or "–"}
        )
        if dry_run:
            self.stdout.write(_("Preview: nothing was written."))
