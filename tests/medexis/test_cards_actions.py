"""What is written when lines of a stock card are entered, corrected and cancelled, and what is refused."""

import random
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from indicators.accounts.roles import Role
from indicators.periods import Period
from research.medexis.cards.actions import BadLine, Typed, cancel_line, edit_line
from research.medexis.cards.balances import Movement
from research.medexis.cards.history import changes
from research.medexis.cards.queries import implied_lines, movements_of
from research.models import CardLine, Lot, StockCard
from research.revisions import Conflict
from tests.builders import a_clerk_of, a_followed_site, a_product, a_user
from tests.medexis.cards import FIRST, a_typed, added, balances, lead, slow_balances

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def test_lines_make_the_card_and_its_lots() -> None:
    by = lead()
    lines = added(
        by,
        a_typed(lot="A1", expires_on=date(2026, 5, 31), document="BL 7", origin="depot", vvm=1),
        a_typed(key="issued", quantity=30, lot="A1"),
        a_typed(day=date(2025, 9, 3), key="counted", quantity=68, lot="A1"),
    )
    card = StockCard.objects.get()
    assert [line.balance for line in lines] == [100, 70, 68]
    assert lines[0].lot == lines[2].lot == Lot.objects.get()
    assert (lines[0].document, lines[0].origin, lines[0].vvm, lines[0].created_by) == ("BL 7", "depot", 1, by)
    assert Lot.history.get().history_user == CardLine.history.first().history_user == by
    key = (card.site_id, card.product_id)
    assert movements_of([card.site_id]) == {
        key: [
            Movement(FIRST, lines[0].lot_id, "credit", 100, "received", lines[0].pk),
            Movement(FIRST, lines[0].lot_id, "debit", 30, "issued", lines[1].pk),
            Movement(date(2025, 9, 3), lines[0].lot_id, "count", 68, "adjustment", lines[2].pk),
        ]
    }
    september, october = Period.parse("202509"), Period.parse("202510")
    implied = implied_lines(card.site_id, [september, october, september.shift(-1)])
    assert implied.keys() == {(card.product_id, september)}  # nobody wrote on it in October
    assert implied[card.product_id, september].adjustment == -2


def test_a_late_line_moves_the_balances_after_it_and_no_other() -> None:
    by = lead()
    lines = added(by, a_typed(), a_typed(day=date(2025, 9, 10), key="issued", quantity=40))
    card = lines[0].card
    late = added(by, a_typed(day=date(2025, 9, 5), quantity=7), site=card.site, product=card.product)
    assert late[0].balance == 107
    assert balances(card) == [(100, 100), (107, 107), (67, 67)]
    assert CardLine.history.count() == 3, "a balance that follows is no edit"


@pytest.mark.parametrize("seed", range(4))
def test_after_many_entries_edits_and_cancellations_the_balances_are_those_of_a_slow_replay(seed: int) -> None:
    by, draw = lead(), random.Random(seed)
    site, product = a_followed_site("medexis").unit, a_product()

    def drawn() -> Typed:
        key = draw.choice(["received", "issued", "counted", "expired", "back-unused"])
        day = FIRST + timedelta(days=draw.randrange(20))
        return a_typed(day, key, draw.randrange(1, 60), lot=draw.choice(["", "A", "B"]))

    for _round in range(8):
        added(by, drawn(), drawn(), site=site, product=product)
        line = draw.choice(list(CardLine.objects.filter(cancelled_because="")))
        if draw.random() < 0.5:
            edit_line(line, by=by, version=line.version, typed=drawn())
        else:
            cancel_line(line, by=by, version=line.version, because="trial")
    card = StockCard.objects.get()
    assert balances(card) == slow_balances(card)


def test_the_same_form_again_is_the_same_lines_and_another_content_a_conflict() -> None:
    by, uuid = lead(), uuid4()
    lines = [a_typed(lot="A"), a_typed(key="issued", quantity=3)]
    first = added(by, *lines, client_uuid=uuid)
    site, product = first[0].card.site, first[0].card.product
    given: Any = {"client_uuid": uuid, "site": site, "product": product}
    assert [line.pk for line in added(by, *lines, **given)] == [line.pk for line in first]
    for other in ([lines[0]], [*lines, a_typed(quantity=1)], [lines[0], a_typed(key="issued", quantity=4)]):
        with pytest.raises(Conflict):
            added(by, *other, **given)
    with pytest.raises(Conflict):
        added(a_user(Role.LEAD), *lines, **given)
    with pytest.raises(Conflict):
        added(by, *lines, **given | {"product": a_product()})
    assert CardLine.objects.count() == 2


def test_what_cannot_be_is_refused_by_field_and_nothing_is_left_behind() -> None:
    by = lead()
    tomorrow = timezone.localdate() + timedelta(days=1)
    wrong: list[tuple[Typed, str]] = [
        (a_typed(day=tomorrow), "day"),
        (a_typed(day=date(1999, 1, 1)), "day"),
        (a_typed(quantity=0), "quantity"),
        (a_typed(quantity=-4), "quantity"),
        (a_typed(quantity=10_000_000), "quantity"),
        (a_typed(lot="A", expires_on=date(3025, 1, 1)), "expires_on"),
        (a_typed(expires_on=date(2026, 1, 1)), "lot"),
        (a_typed(lot="x" * 61), "code"),
        (a_typed(note="x" * 301), "note"),
        (a_typed(vvm=7), "vvm"),
    ]
    for typed, field in wrong:
        with pytest.raises(BadLine) as caught:
            added(by, a_typed(), typed)
        assert caught.value.number == 1
        assert set(caught.value.message_dict) == {field}
    with pytest.raises(ValidationError, match="at least one line"):
        added(by)
    assert added(by, a_typed(key="counted", quantity=0))[0].balance == 0, "nothing can be counted"
    assert CardLine.objects.count() == StockCard.objects.count() == 1
    assert not Lot.objects.exists()


def test_a_lot_gets_its_date_once() -> None:
    by, product = lead(), a_product()
    day = date(2026, 5, 31)
    added(by, a_typed(lot="A"), product=product)
    added(by, a_typed(lot="A", expires_on=day), product=product)
    added(by, a_typed(lot="A", expires_on=day), a_typed(lot="A"), product=product)
    assert Lot.objects.get().expires_on == day
    with pytest.raises(BadLine, match="May 31, 2026"):
        added(by, a_typed(lot="A", expires_on=day + timedelta(days=1)), product=product)
    added(by, a_typed(lot="A", expires_on=day + timedelta(days=1)), product=a_product())
    assert Lot.objects.count() == 2, "another product's lot may have the same code"


def test_edits_are_versions_with_a_history() -> None:
    by = lead()
    line, later = added(by, a_typed(), a_typed(day=date(2025, 9, 8), key="issued", quantity=10))
    edited = edit_line(line, by=by, version=1, typed=a_typed(day=date(2025, 9, 2), quantity=90, note="misread"))
    later.refresh_from_db()
    assert (edited.version, edited.balance, later.balance) == (2, 90, 80)
    assert (
        edit_line(line, by=by, version=2, typed=a_typed(day=date(2025, 9, 2), quantity=90, note="misread")).version == 2
    )
    with pytest.raises(Conflict):
        edit_line(line, by=by, version=1, typed=a_typed(quantity=1))
    with pytest.raises(ValidationError):
        cancel_line(line, by=by, version=2, because="  ")
    cancelled = cancel_line(line, by=by, version=2, because="entered twice")
    later.refresh_from_db()
    assert (cancelled.version, later.balance) == (3, -10)
    with pytest.raises(ValidationError, match="cancelled"):
        edit_line(line, by=by, version=3, typed=a_typed(quantity=1))
    with pytest.raises(ValidationError, match="cancelled"):
        cancel_line(line, by=by, version=3, because="again")
    told = [(one.what, one.before, one.after) for one in changes(line)]
    assert set(told) == {
        ("Day", FIRST, date(2025, 9, 2)),
        ("Quantity", 100, 90),
        ("Note", "", "misread"),
        ("Cancelled because", "", "entered twice"),
    }


def test_clerks_enter_in_their_own_districts() -> None:
    lead()
    site = a_followed_site("medexis").unit
    clerk, stranger = a_clerk_of(site), a_clerk_of(a_followed_site("medexis").unit)
    (line,) = added(clerk, a_typed(), site=site)
    for refused in (stranger, a_user(Role.RESEARCHER), a_user(Role.VIEWER)):
        with pytest.raises(PermissionDenied):
            added(refused, a_typed(), site=site)
        with pytest.raises(PermissionDenied):
            edit_line(line, by=refused, version=1, typed=a_typed(quantity=1))
        with pytest.raises(PermissionDenied):
            cancel_line(line, by=refused, version=1, because="no")
    assert CardLine.objects.get().version == 1
