from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from research.study.demonstration.removal import DemonstrationInUse, remove_demonstration


class Command(BaseCommand):
    help = "Removes every demonstration row; real rows stay."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-refresh", action="store_true", help="leave the aggregates to a worker")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            removed = remove_demonstration(refresh=not options["no_refresh"])
        except DemonstrationInUse as error:
            uses = [
                _("%(name)s (%(field)s): %(count)s")
                % {"name": model._meta.verbose_name_plural, "field": field, "count": count}
                for model, field, count in error.uses
            ]
            raise CommandError(
                _("Nothing was removed: real records depend on demonstration data. Change them first: %(uses)s.")
                % {"uses": ", ".join(uses)}
            ) from error
        for model, count in removed.items():
            self.stdout.write(
                _("%(name)s: %(count)s removed") % {"name": model._meta.verbose_name_plural, "count": count}
            )
        if not removed:
            self.stdout.write(_("There is no demonstration data. Nothing changed."))
