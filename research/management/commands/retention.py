from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from capev_site import retention


class Command(BaseCommand):
    help = "Says what has been kept for as long as promised; with --apply it goes, and the journal tells of it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--apply", action="store_true", help="Take it away. Without it nothing is changed.")

    def handle(self, *args: Any, apply: bool, **options: Any) -> None:
        for kind, count in retention.remove() if apply else retention.over():
            self.stdout.write(_("%(name)s: %(count)s") % {"name": kind.name, "count": count})
        if not apply:
            self.stdout.write(_("Nothing was changed. With --apply, this goes."))
