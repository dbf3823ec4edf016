"""Many lines of stock cards at once, for files and demonstrations: in batches, with bulk inserts."""

from collections.abc import Iterable
from datetime import date
from itertools import islice
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit
from research.medexis.cards.actions import TEXTS, content
from research.medexis.cards.limits import day_problem, expiry_problem, quantity_problem
from research.medexis.cards.loaded import Counts, LoadedLine
from research.medexis.cards.recounting import lock_card, months_of_all, recount
from research.medexis.measures.actions import publish_measures
from research.medexis.models import CardLine, Lot, MovementReason, StockCard, StockFile
from research.medexis.policies import check_enter

BATCH = 1000
"""Lines held in memory at once."""


@transaction.atomic
def load_lines(
    rows: Iterable[LoadedLine], *, by: User | None, file: StockFile | None = None, demonstration: bool = False
) -> Counts:
    """Stores lines with their history, recounts each card once and publishes the measures once, at the end.

    A line that is there already (by `client_uuid`) stays as it is: unchanged where its content is the same, else a
    conflict. All or nothing: raises ValidationError where a line cannot be stored (field and number of the row, from
    1) or a lot's expiry contradicts the one on record, PermissionDenied where `by` may not enter at a site. `by` None
    for commands. Lines of one card must come in the card's order within a day and moment.
    """
    load = _Load(by, file, demonstration)
    source = iter(rows)
    while batch := list(islice(source, BATCH)):
        load.take(batch)
    for card in load.touched:
        recount(card)
    if load.days:
        publish_measures(months_of_all(load.days.items()), by=by)
    return Counts(load.created, load.unchanged, tuple(load.conflicts))


class _Load:
    def __init__(self, by: User | None, file: StockFile | None, demonstration: bool) -> None:
        self.by, self.file, self.demonstration = by, file, demonstration
        self.reasons = {reason.pk: reason for reason in MovementReason.objects.all()}
        self.created = self.unchanged = self.seen = 0
        self.conflicts: list[UUID] = []
        self.touched: set[int] = set()
        self.days: dict[int, date] = {}
        self._cards: dict[tuple[int, int], StockCard] = {}
        self._lots: dict[tuple[int, str], Lot] = {}
        self._allowed: set[int] = set()
        self._today = timezone.localdate()

    def take(self, batch: list[LoadedLine]) -> None:
        self._check_sites({row.site for row in batch})
        for row in batch:
            self.seen += 1
            self._check(row)
        for key in sorted({(row.site, row.product) for row in batch} - self._cards.keys()):
            self._cards[key] = lock_card(*key, demonstration=self.demonstration)
        self._fetch_lots(batch)
        wanted = {row.client_uuid: self._line(row) for row in batch}
        stored = CardLine.objects.filter(client_uuid__in=wanted).select_related("lot")
        there = {row.client_uuid: row for row in stored}
        for uuid, known in there.items():
            same = known.card_id == wanted[uuid].card_id and content(known) == content(wanted[uuid])
            self.unchanged += same
            self.conflicts += [] if same else [uuid]
        new = [line for uuid, line in wanted.items() if uuid not in there]
        bulk_create_with_history(new, CardLine, batch_size=BATCH, default_user=self.by)
        self.created += len(new)
        self.unchanged += len(batch) - len(wanted)  # the same line twice in one batch
        for line in new:
            self.touched.add(line.card_id)
            site = line.card.site_id
            self.days[site] = min(line.occurred_on, self.days.get(site, line.occurred_on))

    def _check_sites(self, sites: set[int]) -> None:
        if self.by is not None:
            for site in OrgUnit.objects.filter(pk__in=sites - self._allowed):
                check_enter(self.by, site)
        self._allowed |= sites

    def _check(self, row: LoadedLine) -> None:
        if row.reason not in self.reasons:
            raise self._error("reason", _("There is no such reason."))
        found = {
            "day": day_problem(row.day, self._today),
            "quantity": quantity_problem(row.quantity, self.reasons[row.reason].kind),
            "expires_on": expiry_problem(row.expires_on) if row.expires_on else "",
        }
        for field, sentence in found.items():
            if sentence:
                raise self._error(field, sentence)

    def _error(self, field: str, sentence: str) -> ValidationError:
        text = _("Line %(number)s: %(problem)s") % {"number": self.seen, "problem": sentence}
        return ValidationError({field: [text]})

    def _fetch_lots(self, batch: list[LoadedLine]) -> None:
        """The lots of the batch, made where they are new. Of two expiry dates neither is chosen."""
        wanted: dict[tuple[int, str], date | None] = {}
        for row in batch:
            if row.lot:
                key = (row.product, row.lot)
                if row.expires_on and wanted.get(key) not in (None, row.expires_on):
                    self._refuse_expiry(row.lot, wanted[key])
                wanted[key] = row.expires_on or wanted.get(key)
        products, codes = {key[0] for key in wanted}, {key[1] for key in wanted}
        for lot in Lot.objects.filter(product__in=products, code__in=codes):
            self._lots[lot.product_id, lot.code] = lot
        new = [
            Lot(product_id=key[0], code=key[1], expires_on=expires_on, demonstration=self.demonstration)
            for key, expires_on in wanted.items()
            if key not in self._lots
        ]
        for lot in bulk_create_with_history(new, Lot, default_user=self.by) if new else []:
            self._lots[lot.product_id, lot.code] = lot
        for key, expires_on in wanted.items():
            lot = self._lots[key]
            if expires_on and lot.expires_on is None:
                lot.expires_on = expires_on
                lot._history_user = self.by  # type: ignore[attr-defined]
                lot.save()
            elif expires_on and lot.expires_on != expires_on:
                self._refuse_expiry(lot.code, lot.expires_on)

    def _refuse_expiry(self, code: str, stored: date | None) -> None:
        words = {"lot": code, "day": date_format(stored) if stored else ""}
        raise ValidationError({"expires_on": [_("Lot %(lot)s expires on %(day)s by another line.") % words]})

    def _line(self, row: LoadedLine) -> CardLine:
        line = CardLine(
            client_uuid=row.client_uuid,
            card=self._cards[row.site, row.product],
            created_by=self.by,
            file=self.file,
            demonstration=self.demonstration,
            lot=self._lots[row.product, row.lot] if row.lot else None,
            occurred_on=row.day,
            recorded_at=row.recorded_at,
            reason=self.reasons[row.reason],
            quantity=row.quantity,
            vvm=row.vvm,
            **{name: getattr(row, name) for name in TEXTS},
        )
        try:
            line.clean_fields(exclude=["card", "lot", "reason", "file", "created_by", "cancelled_because"])
        except ValidationError as error:
            field, (sentence, *_more) = next(iter(error.message_dict.items()))
            raise self._error(field, sentence) from error
        return line
