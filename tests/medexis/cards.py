"""Rows of stock cards for tests, as plain functions."""

from datetime import date
from typing import Any

import yaml

from research.medexis.cards.recounting import recount
from research.models import CardLine, Lot, MovementReason, Product, StockCard
from research.study.files import DIRECTORY
from tests.builders import a_product


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
