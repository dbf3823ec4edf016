"""`manage.py import_indicators FILE [--source KEY] [--json] [--by NAME]`"""

import json
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.accounts.models import User
from indicators.exchange.indicator_actions import IndicatorSummary, import_indicators
from indicators.sources.models import Source


class Command(BaseCommand):
    help = (
        "Imports the indicators of a DHIS2 metadata file (JSON, plain or .gz). All or nothing: with a single problem"
        " nothing is written and the exit code is 1. Those that cannot be computed are kept and listed with the reason."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="metadata JSON with indicators and indicatorTypes")
        parser.add_argument("--source", metavar="KEY", help="key of the source that the indicators are from")
        parser.add_argument("--json", action="store_true", help="end with one line of JSON")
        parser.add_argument("--by", metavar="NAME", help="account in whose name the import is kept")

    def handle(self, *args: Any, **options: Any) -> None:
        by = source = None
        if options["by"]:
            by = User.objects.filter(username=options["by"]).first()
            if by is None:
                raise CommandError(_("There is no account “%(name)s”.") % {"name": options["by"]})
        if options["source"]:
            source = Source.objects.filter(key=options["source"]).first()
            if source is None:
                raise CommandError(_("There is no source “%(name)s”.") % {"name": options["source"]})
        summary = import_indicators(options["file"], by=by, source=source)
        self._say(summary)
        if options["json"]:
            self.stdout.write(json.dumps(summary.as_dict(), ensure_ascii=False))
        if summary.problems:
            raise SystemExit(1)

    def _say(self, summary: IndicatorSummary) -> None:
        for problem in summary.problems[:20]:
            place = _("row %(row)s") % {"row": problem.row} if problem.row else _("file")
            self.stderr.write(f"{problem.code} ({place}): {problem.message}")
        if count := len(summary.problems):
            self.stderr.write(
                ngettext("%(count)d problem: nothing was written.", "%(count)d problems: nothing was written.", count)
                % {"count": count}
            )
            return
        names = ("read", "created", "updated", "unchanged", "computable")
        self.stdout.write(
            _(
                "%(read)d indicators read: %(created)d created, %(updated)d updated, %(unchanged)d unchanged;"
                " %(computable)d can be computed."
            )
            % {name: getattr(summary, name) for name in names}
        )
        for row in summary.not_computable:
            self.stdout.write(f"{row['uid']} {row['name']}: {row['message']}")
        for code, times in Counter(row["code"] for row in summary.not_computable).most_common():
            self.stdout.write(f"{times} × {code}")
