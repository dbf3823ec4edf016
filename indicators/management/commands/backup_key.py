import os
from pathlib import Path
from typing import Any

import pyrage
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _


class Command(BaseCommand):
    help = "Makes a key for backups: the secret half goes into a file to be kept elsewhere, the public half is printed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        key = pyrage.x25519.Identity.generate()
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise CommandError(str(error)) from error
        with os.fdopen(descriptor, "w") as out:
            out.write(f"{key}\n")
        self.stdout.write(str(key.to_public()))
        self.stderr.write(_("Keep %(file)s away from this machine: without it no backup can be read.") % {"file": file})
