"""Two leads who say the same for the first time at the same moment: real threads on a real database."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from indicators.accounts.roles import Role
from research.medexis.products.actions import save_assumption, save_norm, save_offer
from research.models import Offer, StockNorm, VaccineAssumption
from tests.builders import a_followed_site, a_product, a_user, the_process_elements
from tests.coach2pev.test_races import together

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2025, 9, 1)


def test_an_assumption_said_by_four_at_once_is_one_row_corrected_three_times() -> None:
    by, site = a_user(Role.LEAD), a_followed_site("medexis").unit
    said: dict[str, Any] = {"by": by, "site": site, "since": DAY, "answer": "yes"}
    results = together(*[lambda n=n: save_assumption(**said, basis=f"role {n}") for n in range(4)])
    assert sorted(row.version for row in results) == [1, 2, 3, 4]
    assert VaccineAssumption.objects.get().version == VaccineAssumption.history.count() == 4


def test_an_offer_said_by_four_at_once_is_one_row() -> None:
    the_process_elements()
    said: dict[str, Any] = {"by": a_user(Role.LEAD), "site": a_followed_site("medexis").unit, "product": a_product()}
    results = together(*[lambda n=n: save_offer(**said, since=DAY, offered=n > 1, basis=f"role {n}") for n in range(4)])
    assert {row.pk for row in results} == {Offer.objects.get().pk}
    assert len(results) == Offer.history.count() == 4


@pytest.mark.parametrize("everywhere", [True, False])
def test_a_norm_set_by_four_at_once_is_one_row(everywhere: bool) -> None:
    unit = None if everywhere else a_followed_site("medexis").unit.parent
    said: dict[str, Any] = {"by": a_user(Role.LEAD), "product": a_product(), "unit": unit, "minimum": Decimal(1)}
    said |= {"interval": None, "basis_fr": "exemple", "basis_en": "example"}
    results = together(*[lambda n=n: save_norm(**said, maximum=Decimal(n)) for n in range(2, 6)])
    assert {row.pk for row in results} == {StockNorm.objects.get().pk}
    assert len(results) == StockNorm.history.count() == 4
