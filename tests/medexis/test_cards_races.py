"""Two people at the same card at the same moment: real threads on a real database."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from indicators.accounts.roles import Role
from research.medexis.cards.actions import Typed, add_lines, cancel_line, edit_line
from research.models import CardLine, Lot, StockCard
from research.revisions import Conflict
from tests.builders import a_followed_site, a_product, a_user, the_process_elements
from tests.coach2pev.test_races import together
from tests.medexis.cards import balances, slow_balances, the_reasons

pytestmark = pytest.mark.django_db(transaction=True)


def scene() -> dict[str, Any]:
    the_process_elements()
    return {"by": a_user(Role.LEAD), "site": a_followed_site("medexis").unit, "product": a_product()}


def test_lines_entered_at_once_make_one_card_and_one_run_of_balances() -> None:
    given, reasons = scene(), the_reasons()

    def add(number: int) -> Any:
        lines = [
            Typed(date(2025, 9, 20 - number), reasons["received"], 10 * number, lot="A"),
            Typed(date(2025, 9, 20 - number), reasons["issued"], number),
        ]
        return lambda: add_lines(client_uuid=uuid4(), lines=lines, **given)

    results = together(*[add(number) for number in range(1, 7)])
    assert [len(lines) for lines in results] == [2] * 6
    card = StockCard.objects.get()
    assert Lot.objects.count() == 1
    assert card.lines.count() == 12
    assert balances(card) == slow_balances(card)


def test_one_form_sent_by_four_connections_is_one_set_of_lines() -> None:
    given, reasons = scene(), the_reasons()
    lines = [Typed(date(2025, 9, 1), reasons["received"], 10), Typed(date(2025, 9, 1), reasons["issued"], 4)]
    uuid = uuid4()
    results = together(*[lambda: add_lines(client_uuid=uuid, lines=lines, **given)] * 4)
    assert len({tuple(line.pk for line in found) for found in results}) == 1
    assert len(results) == 4
    assert CardLine.objects.count() == 2


def test_an_edit_a_cancellation_and_a_late_line_at_once_leave_true_balances() -> None:
    given, reasons = scene(), the_reasons()
    first, second = add_lines(
        client_uuid=uuid4(),
        lines=[Typed(date(2025, 9, 1), reasons["received"], 100), Typed(date(2025, 9, 9), reasons["issued"], 30)],
        **given,
    )
    by = given["by"]
    results = together(
        lambda: edit_line(first, by=by, version=1, typed=Typed(date(2025, 9, 2), reasons["counted"], 50)),
        lambda: edit_line(first, by=by, version=1, typed=Typed(date(2025, 9, 3), reasons["counted"], 60)),
        lambda: cancel_line(second, by=by, version=1, because="twice"),
        lambda: add_lines(client_uuid=uuid4(), lines=[Typed(date(2025, 8, 1), reasons["received"], 5)], **given),
    )
    assert sum(isinstance(result, Conflict) for result in results) == 1
    card = StockCard.objects.get()
    assert len(balances(card)) == 2
    assert balances(card) == slow_balances(card)


def test_two_sites_that_write_a_lot_for_the_first_time_share_it() -> None:
    given, reasons = scene(), the_reasons()
    sites = [a_followed_site("medexis").unit for _n in range(4)]
    line = Typed(date(2025, 9, 1), reasons["received"], 10, lot="A", expires_on=date(2026, 1, 31))
    results = together(
        *[lambda site=site: add_lines(client_uuid=uuid4(), lines=[line], **given | {"site": site}) for site in sites]
    )
    assert len(results) == 4
    assert CardLine.objects.filter(lot=Lot.objects.get()).count() == 4
