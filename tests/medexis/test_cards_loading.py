"""What is written when lines of stock cards are loaded from a file, and what is refused."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from research.medexis.cards.actions import edit_line
from research.medexis.cards.loaded import LoadedLine
from research.medexis.cards.loading import load_lines
from research.models import CardLine, Lot, StockCard
from tests.builders import a_clerk_of, a_followed_site, a_product
from tests.medexis.cards import FIRST, a_reason, a_typed, balances, lead, slow_balances

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def a_loaded(site: Any, product: Any, day: date = FIRST, key: str = "received", **fields: Any) -> LoadedLine:
    defaults: dict[str, Any] = {
        "client_uuid": uuid4(),
        "quantity": 10,
        "recorded_at": datetime(2025, 10, 1, tzinfo=UTC),
    }
    return LoadedLine(site=site.pk, product=product.pk, day=day, reason=a_reason(key).pk, **defaults | fields)


def test_many_lines_are_loaded_once_and_told_apart_the_second_time() -> None:
    by, product = lead(), a_product()
    sites = [a_followed_site("medexis").unit for _n in range(3)]
    rows = [
        a_loaded(site, product, FIRST + timedelta(days=n), "received" if n % 3 else "counted", quantity=n + 1, lot=lot)
        for site in sites
        for n in range(20)
        for lot in ("", "A")
    ]
    assert load_lines(iter(rows), by=by)[:2] == (120, 0)
    assert CardLine.history.count() == 120
    for card in StockCard.objects.all():
        assert balances(card) == slow_balances(card)
    line = CardLine.objects.get(client_uuid=rows[5].client_uuid)
    edit_line(line, by=by, version=1, typed=a_typed(quantity=999))
    again = load_lines(rows, by=by)
    assert (again.created, again.unchanged, again.conflicts) == (0, 119, (line.client_uuid,))
    twice = a_loaded(sites[0], product)
    assert load_lines([twice, twice], by=by)[:2] == (1, 1)


def test_a_file_with_one_bad_line_leaves_nothing() -> None:
    by, product, site = lead(), a_product(), a_followed_site("medexis").unit
    good = a_loaded(site, product, lot="A", expires_on=date(2026, 1, 1))
    tomorrow = timezone.localdate() + timedelta(days=1)
    bad = [
        (a_loaded(site, product, day=tomorrow), "Line 2: This day is still to come."),
        (a_loaded(site, product, quantity=0), "Line 2"),
        (a_loaded(site, product, note="x" * 301), "Line 2"),
        (a_loaded(site, product, lot="A", expires_on=date(2026, 1, 2)), "Lot A expires on"),
    ]
    for row, sentence in bad:
        with pytest.raises(ValidationError, match=sentence):
            load_lines([good, row], by=by)
    unknown = LoadedLine(
        client_uuid=uuid4(),
        site=site.pk,
        product=product.pk,
        day=FIRST,
        reason=0,
        quantity=1,
        recorded_at=timezone.now(),
    )
    with pytest.raises(ValidationError, match="no such reason"):
        load_lines([unknown], by=by)
    with pytest.raises(PermissionDenied):
        load_lines([good], by=a_clerk_of(a_followed_site("medexis").unit))
    assert not CardLine.objects.exists()
    assert not Lot.objects.exists()
