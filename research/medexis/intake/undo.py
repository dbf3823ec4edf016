"""Takes back what a file created, as far as nobody has worked on it since."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, F, Model, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from indicators.approvals.locks import closed_keys
from indicators.exchange.locks import one_import
from indicators.periods import Period
from research.medexis.cards.recounting import months_of_all, recount
from research.medexis.measures.actions import publish_measures, published_once
from research.medexis.models import CardLine, StockCard, StockFile, StockLine, StockReport
from research.medexis.policies import can_undo
from research.medexis.reports.approved import KIND

BATCH = 1000


class Undone(NamedTuple):
    """Lines taken away, and lines that stay since somebody changed them."""

    removed: int
    kept: int


def undo_file(file: StockFile, *, by: User) -> Undone:
    """Removes the lines that the file created and nobody changed since, with the reports and cards that are empty then.

    A report that somebody edited stays whole. What the file replaced stays as the file says. The history keeps what was
    removed. Raises ValidationError where it is undone already, BadFile where another file is being loaded.
    """
    with one_import(), published_once(by=by), transaction.atomic():
        row = StockFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
        if not can_undo(by, row):
            raise PermissionDenied(_("Whoever loaded a file may undo it, and evaluation leads."))
        if row.undone_at is not None:
            raise ValidationError(_("This file is undone already."))
        undone = _reports(row, by) if row.content == StockFile.Content.REPORTS else _cards(row, by)
        row.undone_at, row.undone_by = timezone.now(), by
        row.counts |= undone._asdict()
        row.save()
    return undone


def _reports(file: StockFile, by: User) -> Undone:
    edited = StockReport.history.filter(id=OuterRef("report"), history_type="~")
    changed = StockLine.history.filter(id=OuterRef("pk"), history_type="~")
    lines = StockLine.objects.filter(file=file).order_by()
    closed = closed_keys(KIND, set(lines.values_list("report", flat=True).distinct()))
    gone = lines.filter(~Exists(edited), ~Exists(changed)).exclude(report__in=[int(key) for key in closed])
    touched = set(gone.values_list("report__site", "report__period").distinct())
    reports = set(gone.values_list("report", flat=True).distinct())
    # Locked first: a correction that is being saved must not lose its lines.
    list(StockReport.objects.select_for_update(of=("self",)).filter(file=file).values_list("pk", flat=True))
    total = lines.count()
    removed = _remove(gone, by)
    empty = StockReport.objects.filter(~Exists(StockLine.objects.filter(report=OuterRef("pk"))), file=file)
    _remove(empty.order_by(), by)
    for first in range(0, len(reports), BATCH):
        part = sorted(reports)[first : first + BATCH]
        StockReport.objects.filter(pk__in=part).update(version=F("version") + 1)
    publish_measures([(site, Period.from_code(month)) for site, month in touched], by=by)
    return Undone(removed, total - removed)


def _cards(file: StockFile, by: User) -> Undone:
    lines = CardLine.objects.filter(file=file).order_by()
    cards = list(StockCard.objects.select_for_update().filter(pk__in=lines.values("card")).order_by("pk"))
    changed = CardLine.history.filter(id=OuterRef("pk"), history_type="~")
    gone = lines.filter(~Exists(changed))
    days = list(gone.values_list("card__site", "occurred_on").distinct())
    total = lines.count()
    removed = _remove(gone, by)
    for card in cards:
        recount(card)
    StockCard.objects.filter(
        ~Exists(CardLine.objects.filter(card=OuterRef("pk"))), pk__in=[one.pk for one in cards]
    ).delete()
    publish_measures(months_of_all(days), by=by)
    return Undone(removed, total - removed)


def _remove(rows: QuerySet[Any], by: User) -> int:
    """Deletes the rows in batches, each told in its history; their own parts must be gone already."""
    removed = 0
    while batch := list(rows[:BATCH]):
        _tell(batch, by)
        removed += len(batch)
        type(batch[0])._base_manager.filter(pk__in=[row.pk for row in batch])._raw_delete("default")  # type: ignore[attr-defined]
    return removed


def _tell(rows: Iterable[Model], by: User) -> None:
    rows = list(rows)
    history: Any = type(rows[0]).history.model  # type: ignore[attr-defined]
    now, names = timezone.now(), [field.attname for field in history.tracked_fields]
    history.objects.bulk_create(
        history(history_date=now, history_user=by, history_type="-", **{name: getattr(row, name) for name in names})
        for row in rows
    )
