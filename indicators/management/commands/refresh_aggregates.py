"""`manage.py refresh_aggregates [--json]`"""

import json
from argparse import ArgumentParser
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from indicators.rollup.actions import RefreshRunning, refresh_now
from indicators.rollup.models import Aggregate, RefreshJob


class Command(BaseCommand):
    help = "Computes all aggregates anew, in this process. Writes only those that differ."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="end with one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        start = perf_counter()
        try:
            job = refresh_now(RefreshJob.Scope.EVERYTHING)
        except RefreshRunning as error:
            raise CommandError(_("Another refresh is running; this one waits in the queue.")) from error
        result = {
            "aggregates": Aggregate.objects.count(),
            "written": job.cells,
            "seconds": round(perf_counter() - start, 2),
        }
        self.stdout.write(_("%(aggregates)d aggregates, %(written)d written, %(seconds).2f s.") % result)
        if options["json"]:
            self.stdout.write(json.dumps(result))
