"""One envelope delivered at the same moment by several tabs or devices: real threads on a real database."""

import uuid

import pytest

from research.models import OfflineReceipt, StockLine, StockReport
from research.offline.actions import Envelope, take_in
from tests.builders import the_process_elements
from tests.coach2pev.test_races import together
from tests.offline.scene import a_stock_clerk, a_stock_month

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_envelope_delivered_by_four_connections_is_one_record_with_one_receipt() -> None:
    the_process_elements()
    clerk, site, product = a_stock_clerk()
    url, fields = a_stock_month(site, product)
    told = [(name, str(value)) for name, value in fields.items()]
    sent = Envelope(uuid.uuid4(), clerk.pk, url, told)
    results = together(*[lambda: take_in(sent, by=clerk)] * 4)
    assert sorted(new for _receipt, new in results) == [False, False, False, True]
    assert len({receipt.pk for receipt, _new in results}) == 1
    assert StockReport.objects.count() == StockLine.objects.count() == OfflineReceipt.objects.count() == 1


def test_one_correction_delivered_twice_at_once_is_made_once() -> None:
    the_process_elements()
    clerk, site, product = a_stock_clerk()
    url, fields = a_stock_month(site, product)
    first = Envelope(uuid.uuid4(), clerk.pk, url, [(name, str(value)) for name, value in fields.items()])
    take_in(first, by=clerk)
    corrected = fields | {"version": 1, f"{product.pk}-closing": 9}
    sent = Envelope(uuid.uuid4(), clerk.pk, url, [(name, str(value)) for name, value in corrected.items()])
    results = together(*[lambda: take_in(sent, by=clerk)] * 3)
    assert sorted(new for _receipt, new in results) == [False, False, True]
    assert (StockReport.objects.get().version, StockLine.objects.get().closing) == (2, 9)
