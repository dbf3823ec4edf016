from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from research.study.files import DIRECTORY
from research.study.load import load_study
from research.study.problems import StudyFileError


class Command(BaseCommand):
    help = "Loads the study (hub, places, questions, evaluations, published figures) from its files."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--directory", type=Path, default=DIRECTORY, help="where the files are")
        parser.add_argument("--overwrite", action="store_true", help="also overwrite rows that a person edited")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = load_study(directory=options["directory"], overwrite=options["overwrite"])
        except StudyFileError as error:
            raise CommandError(_("Nothing was loaded. %(problem)s") % {"problem": error}) from error
        for model, counts in found.items():
            numbers = {"name": model._meta.verbose_name_plural, "created": counts.created, "updated": counts.updated}
            numbers |= {"unchanged": counts.unchanged, "kept": counts.kept}
            self.stdout.write(
                _("%(name)s: %(created)s created, %(updated)s updated, %(unchanged)s unchanged, %(kept)s kept")
                % numbers
            )
        changed = sum(counts.changed for counts in found.values())
        self.stdout.write(
            _("The study is loaded: %(count)s rows written.") % {"count": changed} if changed else _("Nothing changed.")
        )
