"""`manage.py import_boundaries FILE --source KEY [--code-property P] [--name-property P] [--level N] [--dry-run]`"""

import json
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.exchange.boundaries import Naming
from indicators.exchange.boundary_actions import BoundarySummary, import_boundaries
from indicators.geography.boundary_actions import USUAL_METRES
from indicators.geography.models import NameSetAside
from indicators.sources.models import Source


def _metres(text: str) -> float:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 10_000:
        raise ArgumentTypeError("a whole number from 1 to 10000")
    return float(text)


class Command(BaseCommand):
    help = (
        "Imports boundaries or points of organisation units from a GeoJSON file (WGS84, plain or .gz). Units are found"
        " by uid, code, alias or name; a name that no unit or several units have is set aside for a person and the rest"
        " is taken. With a single problem in the file nothing is written and the exit code is 1."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="GeoJSON FeatureCollection")
        parser.add_argument("--source", metavar="KEY", required=True, help="key of the source that the file is from")
        parser.add_argument("--uid-property", default="id", metavar="P", help="property that holds the DHIS2 uid (id)")
        parser.add_argument("--code-property", default="code", metavar="P", help="property that holds the code (code)")
        parser.add_argument("--name-property", default="name", metavar="P", help="property that holds the name (name)")
        parser.add_argument("--level", type=int, help="only units of this level: 3 where a region has its town's name")
        parser.add_argument(
            "--tolerance", type=_metres, default=USUAL_METRES, metavar="METRES", help="borders may move so far (50)"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument("--json", action="store_true", help="end with one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        source = Source.objects.filter(key=options["source"]).first()
        if source is None:
            raise CommandError(_("There is no source “%(name)s”.") % {"name": options["source"]})
        summary = import_boundaries(
            options["file"],
            source=source,
            naming=Naming(options["uid_property"], options["code_property"], options["name_property"]),
            level=options["level"],
            metres=options["tolerance"],
            dry_run=options["dry_run"],
        )
        self._say(summary, dry_run=options["dry_run"])
        if options["json"]:
            self.stdout.write(json.dumps(summary.as_dict(), ensure_ascii=False))
        if summary.problems:
            raise SystemExit(1)

    def _say(self, summary: BoundarySummary, *, dry_run: bool) -> None:
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
                "%(read)d places read: %(created)d created, %(updated)d updated, %(unchanged)d unchanged;"
                " %(waiting)d wait for a person to name their unit, %(ignored)d are left out."
            )
            % {
                name: getattr(summary, name)
                for name in ("read", "created", "updated", "unchanged", "waiting", "ignored")
            }
        )
        for entry in summary.names[:50]:
            self.stdout.write(f"  {entry['name']}: {NameSetAside.Reason(entry['reason']).label}")
        if dry_run:
            self.stdout.write(_("Preview: nothing was written."))
