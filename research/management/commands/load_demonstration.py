from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from research.study.demonstration.loading import StudyMissing, load_demonstration


class Command(BaseCommand):
    help = "Adds made-up, marked data: doses, visits, stock reports, observations. What is there already is left alone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-refresh", action="store_true", help="leave the aggregates to a worker")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = load_demonstration(refresh=not options["no_refresh"])
        except StudyMissing as error:
            raise CommandError(_("The study is not loaded. Run “manage.py load_study” first.")) from error
        for model, count in made.items():
            self.stdout.write(_("%(name)s: %(count)s made") % {"name": model._meta.verbose_name_plural, "count": count})
        if any(made.values()):
            self.stdout.write(_("The demonstration is in. “manage.py remove_demonstration” takes it out again."))
        else:
            self.stdout.write(_("The demonstration was there already. Nothing changed."))
