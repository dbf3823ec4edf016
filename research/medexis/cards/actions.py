"""The only writer of single lines of stock cards. Balances are made anew and the measures published with each."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit
from research.medexis.cards.limits import day_problem, expiry_problem, quantity_problem
from research.medexis.cards.lots import lot_of
from research.medexis.cards.recounting import lock_card, months_of_all, recount
from research.medexis.measures.actions import publish_measures
from research.medexis.models import CardLine, MovementReason, Product, StockCard
from research.medexis.policies import check_enter
from research.revisions import Conflict, lock

TEXTS = ("origin", "destination", "document", "signature", "note")


class Typed(NamedTuple):
    """A line as a person types it. `lot` is its code, blank where the card tells none; `expires_on` is the lot's."""

    day: date
    reason: MovementReason
    quantity: int
    lot: str = ""
    expires_on: date | None = None
    vvm: int | None = None
    origin: str = ""
    destination: str = ""
    document: str = ""
    signature: str = ""
    note: str = ""


class BadLine(ValidationError):
    """What is wrong with a line, by field; `number` is its place among those given, from 0."""

    def __init__(self, number: int, problems: dict[str, list[str]]) -> None:
        super().__init__(problems)  # type: ignore[arg-type]
        self.number = number


@transaction.atomic
def add_lines(
    *, by: User, client_uuid: UUID, site: OrgUnit, product: Product, lines: Sequence[Typed]
) -> list[CardLine]:
    """Puts lines on the card of a product at a site, in the order given, and returns them with their balances.

    The card comes into being with its first line. Sent again with the same `client_uuid` the stored lines are
    returned; Conflict (of a line) where that form was stored with other content or by somebody else. Raises BadLine by
    field, ValidationError where there is no line at all, PermissionDenied where the person may not enter at the site.
    """
    check_enter(by, site)
    if not lines:
        raise ValidationError(_("Fill in at least one line."))
    for number, typed in enumerate(lines):
        _check(number, typed)
    card = lock_card(site.pk, product.pk)
    uuids = [uuid5(client_uuid, str(number)) for number in range(len(lines))]
    if stored := _sent_before(client_uuid):
        if [row.client_uuid for row in stored] != uuids or any(
            row.created_by_id != by.pk or row.card_id != card.pk or content(row) != _wanted(typed)
            for row, typed in zip(stored, lines, strict=True)
        ):
            raise Conflict(stored[0])
        return stored
    now = timezone.now()
    rows = [
        _new(number, typed, card, uuid, now + timedelta(microseconds=number), by)
        for number, (typed, uuid) in enumerate(zip(lines, uuids, strict=True))
    ]
    _follow(card, [row.occurred_on for row in rows], by)
    return list(CardLine.objects.filter(pk__in=[row.pk for row in rows]).order_by("recorded_at", "pk"))


@transaction.atomic
def edit_line(line: CardLine, *, by: User, version: int, typed: Typed) -> CardLine:
    """Stores the corrected line and returns it, one version higher; unchanged where nothing differs.

    It keeps its place among the lines of its day. Raises Conflict where `version` is not the stored one any more,
    ValidationError where the line is cancelled, else as `add_lines`.
    """
    card = lock_card(line.card.site_id, line.card.product_id)
    stored = lock(line, version=version)
    check_enter(by, card.site)
    if stored.cancelled_because:
        raise ValidationError(_("This line is cancelled. Enter a new one instead."))
    _check(0, typed)
    if content(stored) != _wanted(typed):
        before = stored.occurred_on
        _fill(stored, typed, card, by, 0)
        _save_edit(stored, by)
        _follow(card, [before, stored.occurred_on], by)
        stored.refresh_from_db()
    return stored


@transaction.atomic
def cancel_line(line: CardLine, *, by: User, version: int, because: str) -> CardLine:
    """Takes a line out of the reckoning, with the reason; it stays on the card, crossed out. Raises as `edit_line`."""
    card = lock_card(line.card.site_id, line.card.product_id)
    stored = lock(line, version=version)
    check_enter(by, card.site)
    because = because.strip()
    if not because:
        raise ValidationError({"cancelled_because": [_("Say why the line is cancelled.")]})
    if stored.cancelled_because:
        raise ValidationError(_("This line is cancelled already."))
    stored.cancelled_because = because
    _save_edit(stored, by)
    _follow(card, [stored.occurred_on], by)
    return stored


def content(row: CardLine) -> tuple[Any, ...]:
    """What a person typed of the line, lot by its code; the expiry date is the lot's own matter."""
    texts = [getattr(row, name) for name in TEXTS]
    return (row.occurred_on, row.reason_id, row.quantity, row.lot.code if row.lot else "", row.vvm, *texts)


def _wanted(typed: Typed) -> tuple[Any, ...]:
    texts = [getattr(typed, name) for name in TEXTS]
    return (typed.day, typed.reason.pk, typed.quantity, typed.lot, typed.vvm, *texts)


def _sent_before(client_uuid: UUID) -> list[CardLine]:
    """The lines of a form that was sent already, in their order: they are numbered from 0."""
    found: list[CardLine] = []
    while row := CardLine.objects.filter(client_uuid=uuid5(client_uuid, str(len(found)))).select_related("lot").first():
        found.append(row)
    return found


def _check(number: int, typed: Typed) -> None:
    problems = {
        "day": day_problem(typed.day, timezone.localdate()),
        "quantity": quantity_problem(typed.quantity, typed.reason.kind),
        "expires_on": expiry_problem(typed.expires_on) if typed.expires_on else "",
    }
    if typed.expires_on and not typed.lot:
        problems["lot"] = _("An expiry date belongs to a lot: write the lot too.")
    if found := {field: [sentence] for field, sentence in problems.items() if sentence}:
        raise BadLine(number, found)


def _new(number: int, typed: Typed, card: StockCard, uuid: UUID, at: datetime, by: User) -> CardLine:
    row = CardLine(client_uuid=uuid, created_by=by, card=card, recorded_at=at)
    _fill(row, typed, card, by, number)
    row._history_user = by  # type: ignore[attr-defined]
    row.save()
    return row


def _fill(row: CardLine, typed: Typed, card: StockCard, by: User, number: int) -> None:
    try:
        row.lot = lot_of(card.product, typed.lot, typed.expires_on, by=by) if typed.lot else None
        row.occurred_on, row.reason, row.quantity, row.vvm = typed.day, typed.reason, typed.quantity, typed.vvm
        for name in TEXTS:
            setattr(row, name, getattr(typed, name))
        row.clean_fields(exclude=["card", "created_by", "cancelled_because"])
    except ValidationError as error:
        raise BadLine(number, error.message_dict) from error


def _save_edit(row: CardLine, by: User) -> None:
    row.version += 1
    row._history_user = by  # type: ignore[attr-defined]
    row._change_reason = f"version {row.version}"  # type: ignore[attr-defined]
    row.save()


def _follow(card: StockCard, days: Sequence[date], by: User) -> None:
    recount(card)
    publish_measures(months_of_all((card.site_id, day) for day in days), by=by)
