"""`manage.py refresh_aggregates [--unit UID] [--from 202501] [--to 202503] [--json]`"""

import json
from argparse import ArgumentParser
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from indicators.geography.models import OrgUnit
from indicators.periods import BadPeriod, Frequency, Period
from indicators.rollup.actions import RefreshRunning, refresh_now, refresh_part_soon
from indicators.rollup.models import RefreshJob
from indicators.rollup.queries import aggregate_count


class Command(BaseCommand):
    help = "Computes all aggregates anew, or those of a part, in this process. Writes only those that differ."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--unit", metavar="UID", help="only this unit, what is below it and what is above it")
        parser.add_argument("--from", dest="first", metavar="YYYYMM", help="only from this month on")
        parser.add_argument("--to", dest="last", metavar="YYYYMM", help="only up to this month")
        parser.add_argument("--json", action="store_true", help="end with one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        start = perf_counter()
        try:
            job = refresh_now(self._scope(options["unit"], options["first"], options["last"]))
        except RefreshRunning as error:
            raise CommandError(_("Another refresh is running; this one waits in the queue.")) from error
        result = {
            "aggregates": aggregate_count(),
            "written": job.cells,
            "seconds": round(perf_counter() - start, 2),
        }
        self.stdout.write(_("%(aggregates)d aggregates, %(written)d written, %(seconds).2f s.") % result)
        if options["json"]:
            self.stdout.write(json.dumps(result))

    def _scope(self, uid: str | None, first: str | None, last: str | None) -> str:
        if not (uid or first or last):
            return RefreshJob.Scope.EVERYTHING
        unit = OrgUnit.objects.filter(uid=uid).first() if uid else None
        if uid and unit is None:
            raise CommandError(_("No organisation unit has the uid %(uid)s.") % {"uid": uid})
        refresh_part_soon(unit=unit, first=_month(first), last=_month(last))
        return RefreshJob.Scope.CHANGED


def _month(text: str | None) -> Period | None:
    if text is None:
        return None
    try:
        period = Period.parse(text)
    except BadPeriod as error:
        raise CommandError(_("%(text)s is no month, such as 202501.") % {"text": text}) from error
    if period.frequency is not Frequency.MONTH:
        raise CommandError(_("%(text)s is no month, such as 202501.") % {"text": text})
    return period
