"""The last month on record is the latest of all months on record."""

from random import Random

import pytest

from indicators.periods import Period, between
from indicators.rollup.actions import refresh_now
from indicators.rollup.queries import last_month_on_record, unit_months_on_record
from tests.builders import a_unit
from tests.evaluations.given import given_values

pytestmark = pytest.mark.django_db
MONTHS = [month.id for month in between(Period.parse("202001"), Period.parse("202512"))]


@pytest.mark.parametrize("seed", range(6))
def test_it_is_the_latest_of_all(seed: int) -> None:
    random = Random(seed)
    above = a_unit()
    leaves = [a_unit(parent=above) for _n in range(4)]
    for concept in ("DTP1", "DTP3"):
        # The first leaf reports to the end, the others stopped sooner or later, the last one never began.
        for leaf, until in zip(leaves, (len(MONTHS), 66, random.randint(1, 50)), strict=False):
            months = random.sample(MONTHS[:until], random.randint(1, min(until, 5)))
            given_values(concept, {(leaf, month): 1 for month in months})
    for refresh in (False, True):
        if refresh:
            refresh_now()
        for units in ([above], [leaves[0]], [leaves[1]], [leaves[2]], [leaves[3]], leaves[1:], [above, *leaves]):
            pks = [unit.pk for unit in units]
            for concepts in (["DTP1"], ["DTP3", "DTP1"], ["NONE"]):
                every = [month for _unit, month in unit_months_on_record(concepts, pks)]
                assert last_month_on_record(concepts, pks) == max(every, default=None)
    assert last_month_on_record(["DTP1"], []) is None
