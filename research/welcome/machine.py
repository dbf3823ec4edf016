"""The first numbers, the worker that adds them up, and the backup."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Max, Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from indicators.rollup.models import RefreshJob
from indicators.values.models import Batch
from research.welcome.step import FirstStep

FRESH = timedelta(hours=26)
"""Everything is refreshed each night: an older refresh means that no worker or no clock was there."""
PATIENCE = timedelta(minutes=5)
"""A living worker fetches what is asked for long before."""


def first_import() -> FirstStep:
    last = Batch.objects.filter(origin=Batch.Origin.IMPORT, demonstration=False).order_by("-at").first()
    return FirstStep(
        "import",
        _("The first numbers are imported"),
        last is not None,
        _("last import: %(name)s, %(day)s") % {"name": last.label, "day": _day(last.at)} if last else _("none yet"),
        _("A file of DHIS2 or a spreadsheet is looked at first, and taken in whole or not at all; an import can be "
          "undone. A DHIS2 server can also be asked directly."),
        url=reverse("import-upload"),
    )  # fmt: skip


def worker() -> FirstStep:
    """Done where a refresh ended within FRESH and nothing waits for longer than PATIENCE. One query."""
    waiting = Q(state=RefreshJob.State.QUEUED)
    jobs = RefreshJob.objects.aggregate(
        done=Max("finished_at", filter=Q(state=RefreshJob.State.DONE)), since=Min("asked_at", filter=waiting)
    )
    now = timezone.now()
    late = jobs["since"] is not None and now - jobs["since"] > PATIENCE
    alive = jobs["done"] is not None and now - jobs["done"] < FRESH
    found = _("last work done: %(day)s") % {"day": _day(jobs["done"])} if jobs["done"] else _("no work done yet")
    if late:
        found += " – " + _("work waits since %(day)s") % {"day": _day(jobs["since"])}
    return FirstStep(
        "worker",
        _("The worker is alive"),
        alive and not late,
        found,
        _("A worker adds the numbers up after each import and every night. Ask for a refresh: where it is not done "
          "within some minutes, worker or clock are not running."),
        url=reverse("job-list"),
    )  # fmt: skip


def backup() -> FirstStep:
    """Done where a key is set and a backup lies in its folder."""
    kept = sorted(Path(settings.BACKUP_FOLDER).glob("capev-*.age"))
    key = bool(settings.BACKUP_KEYS)
    found = _("a key is set") if key else _("no key is set (BACKUP_KEYS)")
    if kept:
        at = datetime.fromtimestamp(kept[-1].stat().st_mtime, tz=UTC)
        found += " – " + _("last backup: %(day)s") % {"day": _day(at)}
    else:
        found += " – " + _("no backup yet")
    return FirstStep(
        "backup",
        _("A backup that only the hub can open"),
        key and bool(kept),
        found,
        _("Make the key on a machine that is not the server, keep its secret half there and in a safe, name the public "
          "half in BACKUP_KEYS, and let the server write a backup each night."),
        command="manage.py backup_key capev-key.txt · manage.py backup --keep 14",
    )  # fmt: skip


def _day(at: datetime) -> str:
    return date_format(timezone.localtime(at), "DATETIME_FORMAT")
