"""How long something takes."""

from collections.abc import Callable
from time import perf_counter
from typing import Any

Step = Callable[[], list[float]]


def seconds(work: Callable[[], Any], times: int = 1) -> list[float]:
    taken = []
    for _ in range(times):
        start = perf_counter()
        work()
        taken.append(perf_counter() - start)
    return taken
