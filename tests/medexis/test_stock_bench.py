"""The measurement of stock in bulk, at its smallest: its lines are stored, published and shown."""

from typing import Any

import pytest
from django.core.management import call_command

from research.models import StockLine
from tests.bench import stock


@pytest.mark.slow
@pytest.mark.django_db
def test_it_measures_what_it_says(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setenv("BENCH_SITES", "2")
    monkeypatch.setenv("BENCH_MONTHS", "3")
    call_command("load_study", verbosity=0)
    assert len(stock.load_stock()) == 1
    assert StockLine.objects.count() == 2 * 3 * stock.PRODUCTS
    stock.load_stock()
    assert StockLine.objects.count() == 2 * 3 * stock.PRODUCTS
    assert len(stock.publish_stock()) == 1
    found = stock.measure_stock_pages()
    assert "stock-signals" in found
    assert all(taken > 0 and queries > 0 for taken, queries in found.values())
