"""What is wrong with the records of a file: the first thousand one by one, all of them counted. Pure."""

from collections import Counter
from collections.abc import Iterable
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indicators.exchange.intake.spool import LISTED, Said
from indicators.exchange.problems import Problem, shown


class Findings:
    """Problems of records, and how many records have one. `most` are listed one by one."""

    def __init__(self, said: Said, most: int = LISTED) -> None:
        self._most = most
        self.read = said.rows + said.unreadable
        self.rejected = said.unreadable
        self.counts: Counter[str] = Counter(said.problem_counts)
        self._listed: list[tuple[int, int, Problem]] = []
        self._order = count()
        self._list(said.problems)

    def add(self, problem: Problem) -> None:
        self.counts[problem.code] += 1
        self._list([problem])

    def add_rows(
        self, code: str, which: NDArray[np.bool_], numbers: NDArray[Any], field: Any, values: Any
    ) -> NDArray[np.bool_]:
        """A problem of each of these rows; `field` is a text or a function of the row's place, `values` one."""
        if found := int(np.count_nonzero(which)):
            self.counts[code] += found
            self._list(
                Problem(
                    code,
                    int(numbers[place]),
                    field(place) if callable(field) else field,
                    shown(values(place)),
                )
                for place in np.flatnonzero(which)[: self._most].tolist()
            )
        return which

    def _list(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self._listed.append((problem.row or 0, next(self._order), problem))
        if len(self._listed) > 20 * self._most:
            self._listed = sorted(self._listed, key=lambda it: it[:2])[: 2 * self._most]

    @property
    def problems(self) -> list[Problem]:
        """In order of the rows, at most so many as are listed."""
        return [problem for _, _, problem in sorted(self._listed, key=lambda it: it[:2])[: self._most]]

    @property
    def more(self) -> int:
        return self.counts.total() - len(self.problems)
