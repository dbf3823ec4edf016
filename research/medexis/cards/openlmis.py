"""Stock cards as OpenLMIS exports them: five CSV tables of its stock service. Pure: files in, lines out.

An OpenLMIS card is one lot of a product at a facility; here the lots of a product are one card. A line with a reason
moves stock the way its reason says (CREDIT, DEBIT, BALANCE_ADJUSTMENT by sign); a line with a source came in, one with
a destination went out; one with none of the three is a physical inventory, which sets the lot's stock.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from research.medexis.cards.balances import COUNT, CREDIT, DEBIT, Movement
from research.medexis.cards.loaded import LoadedLine

CARDS, LINES, REASONS = "stock_cards", "stock_card_line_items", "stock_card_line_item_reasons"
COUNTED, CAME, WENT = "Physical inventory", "Receipts", "Issue"
"""Names given here to lines without a reason: an inventory, from a source, to a destination."""

BUILT_IN = {
    "b5c27da7-bdda-4790-925a-9484c5dfb594": ("Consumed", DEBIT),
    "313f2f5f-0c22-4626-8c49-3554ef763de3": ("Receipts", CREDIT),
    "e3fc3cf3-da18-44b0-a220-77c985202e06": ("Transfer In", CREDIT),
}
"""Reasons that every OpenLMIS has from the beginning and that an export of its own ones may leave out."""

OURS = {
    "Receipts": "received",
    "Consumed": "issued",
    "Issue": "issued",
    COUNTED: "counted",
    "Transfer In": "transfer-in",
    "Transfer Out": "transfer-out",
    "Facility return": "more",
    "Damage": "broken",
    "Expired": "expired",
    "Stolen": "missing",
    "Lost": "missing",
    "Passed open-vial time limit": "open-vial",
    "Cold chain failure": "cold-chain",
}
"""Our reason (key) for theirs, by name."""


class Card(NamedTuple):
    """One lot (blank: none is told) of an orderable at a facility."""

    facility: str
    orderable: str
    lot: str


class Line(NamedTuple):
    """`reason` is its name, `kind` as in balances.py; both blank where the export does not tell the reason."""

    id: str
    card: Card
    day: date
    processed: datetime
    reason: str
    kind: str
    quantity: int
    document: str
    signature: str


@dataclass(frozen=True)
class SetAside:
    """A line that cannot be taken in, and why: `facility`, `orderable` or `reason` is not known here."""

    line: Line
    unknown: str


def read(folder: Path) -> list[Line]:
    """The lines of all cards, each card's in its order: by day, then by moment of recording, then as in the file."""
    cards = {row["id"]: Card(row["facilityId"], row["orderableId"], row["lotId"]) for row in _rows(folder, CARDS)}
    reasons = dict(BUILT_IN)
    for row in _rows(folder, REASONS):
        reasons[row["id"]] = (row["name"], row["reasontype"].lower())
    lines = [_line(row, cards[row["stockCardId"]], reasons) for row in _rows(folder, LINES)]
    return sorted(lines, key=lambda line: (line.card, line.day, line.processed))


def movements(lines: Iterable[Line]) -> dict[Card, list[Movement]]:
    """Each OpenLMIS card's lines as movements of one lot. Those of unknown reason are left out."""
    found: dict[Card, list[Movement]] = {}
    for key, line in enumerate(lines):
        if line.kind:
            movement = Movement(line.day, None, line.kind, line.quantity, OURS.get(line.reason, ""), key)
            found.setdefault(line.card, []).append(movement)
    return found


def to_load(
    lines: Iterable[Line], *, sites: Mapping[str, int], products: Mapping[str, int], reasons: Mapping[str, int]
) -> Iterator[LoadedLine | SetAside]:
    """The lines as they can be stored. `sites` and `products` by the codes of OpenLMIS, `reasons` by our key."""
    for line in lines:
        site, product = sites.get(line.card.facility), products.get(line.card.orderable)
        reason = reasons.get(OURS.get(line.reason, ""))
        if site is None or product is None or reason is None:
            yield SetAside(line, "facility" if site is None else "orderable" if product is None else "reason")
            continue
        yield LoadedLine(
            client_uuid=UUID(line.id),
            site=site,
            product=product,
            day=line.day,
            reason=reason,
            quantity=line.quantity,
            recorded_at=line.processed,
            lot=line.card.lot,
            document=line.document,
            signature=line.signature,
        )


def _rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"stockmanagement.{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _line(row: dict[str, str], card: Card, reasons: Mapping[str, tuple[str, str]]) -> Line:
    quantity = int(row["quantity"])
    if row["reasonId"]:
        reason, kind = reasons.get(row["reasonId"], ("", ""))
        if kind == "balance_adjustment":
            kind = CREDIT if quantity >= 0 else DEBIT
    elif row["sourceId"]:
        reason, kind = CAME, CREDIT
    elif row["destinationId"]:
        reason, kind = WENT, DEBIT
    else:
        reason, kind = COUNTED, COUNT
    return Line(
        id=row["id"],
        card=card,
        day=date.fromisoformat(row["occurredDate"]),
        processed=datetime.fromisoformat(row["processedDate"]).replace(tzinfo=UTC),
        reason=reason,
        kind=kind,
        quantity=abs(quantity),
        document=row["documentNumber"],
        signature=row["signature"],
    )
