"""What pages take, asked in the process as a signed-in lead."""

import statistics
from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Any

from tests.bench.timing import seconds


def measure_addresses(client: Any, addresses: Mapping[str, str]) -> dict[str, list[float]]:
    """Page → [milliseconds (median of seven, warm), queries of the second view]."""
    return {name: measure_address(client, address) for name, address in addresses.items()}


def measure_address(client: Any, address: str) -> list[float]:
    from django.db import connection

    from tests.bench.pages import _counted

    _answer(client, address)
    count = Counter[str]()
    with connection.execute_wrapper(partial(_counted, count)):
        _answer(client, address)
    return [1000 * statistics.median(seconds(lambda: _answer(client, address), 7)), count["queries"]]


def _answer(client: Any, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    for _part in answer.streaming_content if answer.streaming else ():
        pass
