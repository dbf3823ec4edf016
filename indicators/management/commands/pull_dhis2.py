"""`manage.py pull_dhis2 KEY [--values | --units | --metadata] [--from 202501] [--to 202512]`"""

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.accounts.models import User
from indicators.exchange.dhis2 import pull_actions
from indicators.exchange.dhis2.failures import Failure, sentence
from indicators.exchange.models import COUNTS, Dhis2Pull, Dhis2Server, ImportRun
from indicators.periods import BadPeriod, Frequency, Period


def _month(text: str) -> Period:
    try:
        month = Period.parse(text)
    except BadPeriod:
        month = None
    if month is None or month.frequency is not Frequency.MONTH:
        raise ArgumentTypeError(_("“%(text)s” is no month: write it as 202503.") % {"text": text[:20]})
    return month


class Command(BaseCommand):
    help = (
        "Pulls values, organisation units or metadata from a DHIS2 server, and goes on where an interrupted pull"
        " stopped. Its token or password comes from the environment: DHIS2_<KEY>_TOKEN, or DHIS2_<KEY>_USERNAME and"
        " DHIS2_<KEY>_PASSWORD. The exit code is 1 where anything failed or waits for a person."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", help="the server's key")
        what = parser.add_mutually_exclusive_group()
        for kind in Dhis2Pull.What.values:
            what.add_argument(f"--{kind}", action="store_const", const=kind, dest="what")
        parser.set_defaults(what=Dhis2Pull.What.VALUES)
        parser.add_argument("--from", type=_month, dest="first", metavar="MONTH", help="first month, as 202501")
        parser.add_argument("--to", type=_month, dest="last", metavar="MONTH", help="last month; default: this one")
        parser.add_argument("--by", metavar="NAME", help="account in whose name the imports are kept")

    def handle(self, *args: Any, **options: Any) -> None:
        server = Dhis2Server.objects.filter(key=options["key"]).first()
        if server is None:
            raise CommandError(_("There is no server “%(key)s”.") % {"key": options["key"][:40]})
        by = User.objects.filter(username=options["by"]).first() if options["by"] else None
        if options["by"] and by is None:
            raise CommandError(_("There is no account “%(name)s”.") % {"name": options["by"]})
        try:
            pull = pull_actions.start_pull(
                server, what=options["what"], by=by, first=options["first"], last=options["last"], tell_worker=False
            )
        except Failure as failure:
            raise CommandError(failure.message) from None
        if not pull_actions.run_pull(pull.pk, seconds=None):
            raise CommandError(_("Another pull of this server is running."))
        pull.refresh_from_db()
        self._say(pull)

    def _say(self, pull: Dhis2Pull) -> None:
        counts = {name: sum(piece.get(name, 0) for piece in pull.pieces) for name in ("read", *COUNTS)}
        self.stdout.write(
            _("%(arrived)d of %(total)d pieces have arrived.") % {"arrived": len(pull.pieces), "total": pull.total}
        )
        if pull.what == Dhis2Pull.What.VALUES:
            self.stdout.write(
                _(
                    "%(read)d values read: %(created)d created, %(updated)d updated, %(unchanged)d unchanged,"
                    " %(deleted)d deleted, %(rejected)d rejected, %(waiting)d waiting for their unit."
                )
                % counts
            )
        if failure := pull.report.get("failure"):
            raise CommandError(sentence(failure["code"], failure.get("value", "")))
        if waiting := pull.runs.exclude(state=ImportRun.State.COMMITTED).count():
            raise CommandError(
                ngettext(
                    "%(count)d import holds records that cannot be taken in: a person decides.",
                    "%(count)d imports hold records that cannot be taken in: a person decides.",
                    waiting,
                )
                % {"count": waiting}
            )
