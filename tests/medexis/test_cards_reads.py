"""What is read of stock cards of many sites at once."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from research.medexis.cards.actions import cancel_line
from research.medexis.cards.queries import lots_on_hand, movements_of
from tests.builders import a_followed_site, a_product
from tests.medexis.cards import a_card_line, a_typed, added, lead

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def test_movements_of_many_sites_are_one_query() -> None:
    lead()
    lines = [a_card_line(a_followed_site("medexis").unit) for _n in range(4)]
    gone = a_card_line(lines[0].card.site, product=lines[0].card.product, cancelled_because="twice")
    sites = [line.card.site_id for line in lines]
    with CaptureQueriesContext(connection) as counted:
        found = movements_of(sites)
    assert len(counted) == 1
    assert len(found) == 4
    assert gone.pk not in {one.key for moves in found.values() for one in moves}
    assert list(movements_of(sites, [lines[1].card.product_id])) == [(sites[1], lines[1].card.product_id)]
    assert movements_of([]) == {}


def test_lots_on_hand_are_those_of_the_last_lines() -> None:
    by, product = lead(), a_product()
    site, other = (a_followed_site("medexis").unit for _n in range(2))
    soon, later = date(2026, 1, 31), date(2027, 1, 31)
    lines = added(
        by,
        a_typed(lot="L", expires_on=later),
        a_typed(lot="S", expires_on=soon, quantity=20),
        a_typed(key="issued", lot="S", quantity=5),
        a_typed(lot="gone", quantity=3),
        a_typed(key="issued", lot="gone", quantity=3),
        a_typed(lot="N", quantity=7),
        a_typed(quantity=900),
        site=site,
        product=product,
    )
    added(by, a_typed(lot="S", quantity=4), site=other, product=product)
    added(by, a_typed(lot="S", quantity=4), site=site)
    cancel_line(lines[2], by=by, version=1, because="twice")
    found = lots_on_hand([site, other], [product])
    assert [(lot.site, lot.code, lot.balance) for lot in found] == [
        (site.pk, "S", 20),
        (other.pk, "S", 4),
        (site.pk, "L", 100),
        (site.pk, "N", 7),
    ]
    assert [lot.code for lot in lots_on_hand([site], [product], until=soon)] == ["S"]
    assert lots_on_hand([site], [product], until=soon - timedelta(days=1)) == []
    assert len(lots_on_hand([site])) == 4
    replayed: dict[int | None, int] = {}
    for move in movements_of([site], [product])[site.pk, product.pk]:
        replayed[move.lot] = replayed.get(move.lot, 0) + (move.quantity if move.kind == "credit" else -move.quantity)
    assert {lot.lot: lot.balance for lot in found if lot.site == site.pk} == {
        lot: left for lot, left in replayed.items() if lot is not None and left
    }
