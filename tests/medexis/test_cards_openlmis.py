"""Real stock cards: the stock that OpenLMIS calculated for each lot and day is what our balances come to."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from indicators.models import OrgUnit
from research.medexis.cards import openlmis
from research.medexis.cards.balances import end_of_day
from research.medexis.cards.loaded import LoadedLine
from research.medexis.cards.loading import load_lines
from research.medexis.cards.queries import movements_of
from research.models import CardLine, Lot, MovementReason, StockCard
from tests.builders import a_product, a_unit, the_process_elements
from tests.medexis.cards import the_reasons

FOLDER = Path(settings.BASE_DIR).parent / "shared/data/openlmis"
pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not FOLDER.exists(), reason=f"the cards of OpenLMIS are not at {FOLDER}"),
]


def calculated() -> dict[tuple[openlmis.Card, date], int]:
    """Stock on hand by card and day, as OpenLMIS calculated it."""
    with (FOLDER / "stockmanagement.stock_cards.csv").open(encoding="utf-8-sig") as file:
        cards = {
            row["id"]: openlmis.Card(row["facilityId"], row["orderableId"], row["lotId"])
            for row in csv.DictReader(file)
        }
    with (FOLDER / "stockmanagement.calculated_stocks_on_hand.csv").open(encoding="utf-8-sig") as file:
        return {
            (cards[row["stockcardid"]], date.fromisoformat(row["occurreddate"])): int(row["stockonhand"])
            for row in csv.DictReader(file)
        }


def test_every_calculated_stock_is_reproduced() -> None:
    lines = openlmis.read(FOLDER)
    ours = {
        (card, day): left
        for card, moves in openlmis.movements(lines).items()
        for day, left in end_of_day(moves).items()
    }
    theirs = calculated()
    assert len(lines) == 4760
    assert len(theirs) == 2811
    assert ours.keys() == theirs.keys()
    assert {key for key in theirs if ours[key] != theirs[key]} == set()


def test_three_reasons_are_missing_from_the_export_and_matter() -> None:
    """Without the reasons that every OpenLMIS has, 1,279 lines say nothing, and most of the stock comes out wrong."""
    lines = openlmis.read(FOLDER)
    with (FOLDER / "stockmanagement.stock_card_line_items.csv").open(encoding="utf-8-sig") as file:
        unnamed = {row["id"] for row in csv.DictReader(file) if row["reasonId"] in openlmis.BUILT_IN}
    assert len(unnamed) == 1279
    without = openlmis.movements(line for line in lines if line.id not in unnamed)
    ours = {(card, day): left for card, moves in without.items() for day, left in end_of_day(moves).items()}
    theirs = calculated()
    assert sum(ours.get(key) == left for key, left in theirs.items()) < len(theirs) / 2
    assert Counter(line.reason for line in lines)[openlmis.COUNTED] == 218
    assert sum(line.quantity == 0 for line in lines) == 29
    assert {line.kind for line in lines if line.quantity == 0} == {"count"}


@pytest.mark.slow
@pytest.mark.django_db
def test_the_cards_of_facilities_and_products_known_here_are_taken_in() -> None:
    the_process_elements()
    the_reasons()
    lines = openlmis.read(FOLDER)
    facilities = sorted({line.card.facility for line in lines})
    orderables = sorted({line.card.orderable for line in lines})
    sites = {code: a_unit(code=code).pk for code in facilities[1:]}
    products = {code: a_product().pk for code in orderables}
    reasons = dict(MovementReason.objects.values_list("key", "pk"))
    wanted = list(openlmis.to_load(lines, sites=sites, products=products, reasons=reasons))
    aside = Counter(one.unknown for one in wanted if isinstance(one, openlmis.SetAside))
    ready = [one for one in wanted if isinstance(one, LoadedLine)]
    assert aside == {"facility": sum(line.card.facility == facilities[0] for line in lines)}
    assert load_lines(ready, by=None)[:2] == (len(ready), 0)
    assert load_lines(ready, by=None)[:2] == (0, len(ready)), "the same file again changes nothing"
    assert not OrgUnit.objects.filter(code=facilities[0]).exists(), "an unknown facility is not made"
    assert StockCard.objects.count() == len(
        {(line.card.facility, line.card.orderable) for line in lines}
        - {(facilities[0], orderable) for orderable in orderables}
    )
    stored: dict[tuple[int, int, str, date], int] = {}
    for line in CardLine.objects.select_related("card", "lot").order_by("occurred_on", "recorded_at", "pk"):
        stored[line.card.site_id, line.card.product_id, line.lot.code if line.lot else "", line.occurred_on] = (
            line.lot_balance
        )
    theirs = {
        (sites[card.facility], products[card.orderable], card.lot, day): left
        for (card, day), left in calculated().items()
        if card.facility in sites
    }
    assert stored == theirs
    assert Lot.objects.filter(expires_on=None).count() == Lot.objects.count()
    whole = {key: end_of_day(moves) for key, moves in movements_of(list(sites.values())).items()}
    slow = 0
    for (site, product), days in whole.items():
        for day, left in days.items():
            lots = {lot for s, p, lot, _day in theirs if (s, p) == (site, product)}
            known = {
                lot: [d for s, p, one, d in theirs if (s, p, one) == (site, product, lot) and d <= day] for lot in lots
            }
            assert left == sum(theirs[site, product, lot, max(found)] for lot, found in known.items() if found)
            slow += 1
    assert slow > 1000
