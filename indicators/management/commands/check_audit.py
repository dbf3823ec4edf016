from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from indicators.audit.check import broken
from indicators.audit.models import AuditEntry
from indicators.audit.seal import seal_new

WORDS = {
    "gap": "an entry is missing",
    "chain": "the entry was altered",
    "gone": "its record was removed",
    "altered": "its record was altered",
    "unreadable": "its table or a column of it is no longer there",
}


class Command(BaseCommand):
    help = "Checks that the journal and all that it seals are as they were written. Ends with 1 where they are not."

    def handle(self, *args: Any, **options: Any) -> None:
        sealed = seal_new()
        found = list(broken())
        for one in found:
            self.stderr.write(f"{one.number}: {one.what} ({WORDS[one.what]}) – {one.source} {one.row}")
        last = AuditEntry.objects.order_by("-number").first()
        said = _("%(count)s entries, %(sealed)s of them sealed now; the last hash is %(hash)s.")
        count = last.number if last else 0
        self.stdout.write(said % {"count": count, "sealed": sealed, "hash": last.hash if last else "–"})
        if found:
            raise CommandError(_("The journal does not hold: %(count)s entries.") % {"count": len(found)})
