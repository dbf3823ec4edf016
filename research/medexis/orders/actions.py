"""The only writer of orders. The measures of the months in which they came are published in the same transaction."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit
from indicators.periods import Period
from research.medexis.measures.actions import publish_measures
from research.medexis.models import OrderLine, Product, StockOrder
from research.medexis.policies import check_enter
from research.medexis.reports.limits import EARLIEST
from research.revisions import Conflict, create_once, hold, lock


class Asked(NamedTuple):
    """A product of an order, in its unit. `received` and `received_on` go together; None: it has not come."""

    ordered: int | None
    received: int | None = None
    received_on: date | None = None


Lines = Mapping[int, Asked]
"""What was asked for, by primary key of the product; a blank line is the same as none."""
BLANK = Asked(None)


@transaction.atomic
def save_order(
    *, by: User, client_uuid: UUID, site: OrgUnit, ordered_on: date, lines: Lines, number: str = "", note: str = ""
) -> StockOrder:
    """Stores an order and returns it.

    Sent again with the same `client_uuid` the stored one is returned; Conflict where that form was stored with other
    content or by somebody else. Raises ValidationError by field (`<product's primary key>-ordered`, `-received`,
    `-received_on` for the lines), PermissionDenied where the person may not enter at the site.
    """
    check_enter(by, site)
    hold(site)  # else a number could be given twice unseen
    lines = {product: line for product, line in lines.items() if line != BLANK}
    stored = StockOrder.objects.filter(client_uuid=client_uuid).first()
    if stored is None:
        _check(site, ordered_on, lines, number)
        row = StockOrder(
            client_uuid=client_uuid, created_by=by, site=site, ordered_on=ordered_on, number=number, note=note
        )
        _sign(row, by)
        stored, new = create_once(row, find=lambda: StockOrder.objects.filter(client_uuid=client_uuid).first())
        if new:
            _write_lines(stored, lines, by)
            publish_measures(months_received(stored.site_id, lines), by=by)
            return stored
    own = stored.created_by_id == by.pk and stored.site_id == site.pk
    if not own or _content(stored) != (ordered_on, number, note, lines):
        raise Conflict(stored)
    return stored


@transaction.atomic
def edit_order(
    order: StockOrder, *, by: User, version: int, ordered_on: date, lines: Lines, number: str = "", note: str = ""
) -> StockOrder:
    """Stores what was corrected or has come since, and returns the order, one version higher; unchanged where nothing
    differs. `lines` replaces all lines. Raises Conflict where `version` is not the stored one any more, else as
    `save_order`."""
    stored = lock(order, version=version)
    check_enter(by, stored.site)
    hold(stored.site)
    lines = {product: line for product, line in lines.items() if line != BLANK}
    _check(stored.site, ordered_on, lines, number, besides=stored)
    if _content(stored) != (ordered_on, number, note, lines):
        before = months_received(stored.site_id, lines_of(stored))
        stored.ordered_on, stored.number, stored.note = ordered_on, number, note
        stored.version += 1
        _sign(stored, by)
        stored.save()
        _write_lines(stored, lines, by)
        publish_measures(before | months_received(stored.site_id, lines), by=by)
    return stored


def lines_of(order: StockOrder) -> dict[int, Asked]:
    """What the order asks for and what came, by primary key of the product. One query."""
    rows = OrderLine.objects.filter(order=order).values_list("product", *Asked._fields)
    return {product: Asked(*values) for product, *values in rows}


def months_received(site: int, lines: Lines) -> set[tuple[OrgUnit | int, Period]]:
    """The site-months in which something of the order came: their measures follow from it."""
    return {(site, Period.month_of(line.received_on)) for line in lines.values() if line.received_on}


def _content(order: StockOrder) -> tuple[Any, ...]:
    return (order.ordered_on, order.number, order.note, lines_of(order))


def _check(site: OrgUnit, ordered_on: date, lines: Lines, number: str, besides: StockOrder | None = None) -> None:
    today = timezone.localdate()
    found: dict[str, str] = {}
    if ordered_on > today:
        found["ordered_on"] = _("This day is still to come.")
    elif ordered_on.year < EARLIEST:
        found["ordered_on"] = _("This is too long ago. Check the year.")
    if number:
        others = StockOrder.objects.filter(site=site, number=number)
        if (others.exclude(pk=besides.pk) if besides else others).exists():
            found["number"] = _("An order of this number is on record at this site already. Correct that one.")
    for product, line in lines.items():
        for field, sentence in _problems(line, ordered_on, today).items():
            found[f"{product}-{field}"] = sentence
    if not lines:
        found["__all__"] = _("Fill in what was ordered of at least one product.")
    elif Product.objects.filter(pk__in=lines).count() != len(lines):
        found["__all__"] = _("A product of this form does not exist any more. Open the form again.")
    if found:
        raise ValidationError(found)  # type: ignore[arg-type]


def _problems(line: Asked, ordered_on: date, today: date) -> dict[str, str]:
    """More received than ordered is none: it happens, and is shown."""
    found = {}
    if line.ordered is None:
        found["ordered"] = _("Write how much was ordered of what came.")
    elif line.ordered <= 0:
        found["ordered"] = _("An order asks for at least 1. Leave blank what was not ordered.")
    if line.received is not None and line.received_on is None:
        found["received_on"] = _("Write on which day it came; where none was sent, the day on which that was told.")
    elif line.received is None and line.received_on is not None:
        found["received"] = _("Write how much came; 0 where none was sent.")
    elif line.received_on and line.received_on > today:
        found["received_on"] = _("This day is still to come.")
    elif line.received_on and line.received_on < ordered_on:
        found["received_on"] = _("This lies before the day of the order.")
    return found


def _reason(order: StockOrder) -> str:
    return f"version {order.version}" if order.version > 1 else ""


def _sign(order: StockOrder, by: User) -> None:
    order._history_user = by  # type: ignore[attr-defined]
    order._change_reason = _reason(order)  # type: ignore[attr-defined]


def _write_lines(order: StockOrder, lines: Lines, by: User) -> None:
    stored = {row.product_id: row for row in OrderLine.objects.filter(order=order)}
    signed: dict[str, Any] = {"default_user": by, "default_change_reason": _reason(order)}
    added, changed = [], []
    for product, line in lines.items():
        row = stored.pop(product, None)
        if row is None:
            added.append(OrderLine(order=order, product_id=product, **line._asdict()))
        elif Asked(row.ordered, row.received, row.received_on) != line:
            row.ordered, row.received, row.received_on = line.ordered or 0, line.received, line.received_on
            changed.append(row)
    bulk_create_with_history(added, OrderLine, **signed)
    bulk_update_with_history(changed, OrderLine, list(Asked._fields), **signed)
    for row in stored.values():
        row._history_user = by  # type: ignore[attr-defined]
        row._change_reason = signed["default_change_reason"]  # type: ignore[attr-defined]
        row.delete()
