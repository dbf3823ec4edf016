from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from research.search.index import rebuild


class Command(BaseCommand):
    help = "Reads every record anew for the search. Runs each night by itself; by hand after a restore."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(_("%(count)s entries can be found.") % {"count": rebuild()})
