"""Rows of stock cards for tests, as plain functions."""

from datetime import date
from typing import Any
from uuid import uuid4

import yaml

from indicators.accounts.roles import Role
from indicators.models import User
from research.medexis.cards.actions import Typed, add_lines
from research.medexis.cards.recounting import recount
from research.models import CardLine, Lot, MovementReason, Product, StockCard
from research.study.files import DIRECTORY
from tests.builders import a_followed_site, a_product, a_user, the_process_elements

FIRST = date(2025, 9, 1)


def the_reasons() -> dict[str, MovementReason]:
    """The reasons of movements that are shipped, by key."""
    for record in yaml.safe_load((DIRECTORY / "movement_reasons.yaml").read_text()):
        del record["source"]
        MovementReason.objects.get_or_create(key=record["key"], defaults=record)
    return {reason.key: reason for reason in MovementReason.objects.all()}


def a_reason(key: str) -> MovementReason:
    return the_reasons()[key]


def a_card_line(
    site: Any,
    day: str = "2025-09-01",
    key: str = "received",
    quantity: int = 100,
    lot: Lot | None = None,
    **fields: Any,
) -> CardLine:
    """A line as it stands in the database, with its balances; no measure is published."""
    product: Product = fields.pop("product", None) or a_product()
    card, _new = StockCard.objects.get_or_create(site_id=getattr(site, "pk", site), product=product)
    line = CardLine.objects.create(
        card=card, occurred_on=date.fromisoformat(day), reason=a_reason(key), quantity=quantity, lot=lot, **fields
    )
    recount(card)
    line.refresh_from_db()
    return line


def a_lot(product: Product, code: str = "A1", expires_on: str = "2026-03-31") -> Lot:
    return Lot.objects.create(product=product, code=code, expires_on=date.fromisoformat(expires_on))


def lead() -> User:
    the_process_elements()
    the_reasons()
    return a_user(Role.LEAD)


def a_typed(day: date = FIRST, key: str = "received", quantity: int = 100, **fields: Any) -> Typed:
    return Typed(day, a_reason(key), quantity, **fields)


def added(by: User, *lines: Typed, **given: Any) -> list[CardLine]:
    site = given.pop("site", None) or a_followed_site("medexis").unit
    product = given.pop("product", None) or a_product()
    return add_lines(by=by, site=site, product=product, lines=lines, **{"client_uuid": uuid4()} | given)


def balances(card: StockCard) -> list[tuple[int, int]]:
    lines = card.lines.filter(cancelled_because="").order_by("occurred_on", "recorded_at", "pk")
    return list(lines.values_list("balance", "lot_balance"))


def slow_balances(card: StockCard) -> list[tuple[int, int]]:
    """Each line's balances, replayed from nothing for each."""
    lines = list(card.lines.filter(cancelled_because="").order_by("occurred_on", "recorded_at", "pk"))
    found = []
    for end in range(1, len(lines) + 1):
        lots: dict[int | None, int] = {}
        for line in lines[:end]:
            old = lots.get(line.lot_id, 0)
            sign = {"credit": old + line.quantity, "debit": old - line.quantity, "count": line.quantity}
            lots[line.lot_id] = sign[line.reason.kind]
        found.append((sum(lots.values()), lots[lines[end - 1].lot_id]))
    return found
