"""A pull of values in pieces: one month of one data set each. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from indicators.periods import Period, between


class Piece(NamedTuple):
    data_set: str
    month: Period

    @property
    def key(self) -> tuple[str, str]:
        return self.data_set, self.month.id

    def asked(self, roots: Sequence[str], *, deleted: bool) -> dict[str, Any]:
        """What `/api/dataValueSets` is asked for: values of every period type within the month; those deleted too, or
        only those that stand."""
        found = {
            "dataSet": self.data_set,
            "startDate": self.month.start.isoformat(),
            "endDate": self.month.end.isoformat(),
            "orgUnit": list(roots),
            "children": "true",
        }
        return found | {"includeDeleted": "true"} if deleted else found

    @property
    def file_name(self) -> str:
        return f"{self.data_set} {self.month.id}.json"


def plan(data_sets: Sequence[str], first: Period, last: Period) -> list[Piece]:
    """Month by month, so that what is there after an interruption is whole months of everything."""
    return [Piece(data_set, month) for month in between(first, last) for data_set in data_sets]


def still_to_come(planned: Sequence[Piece], arrived: Sequence[Mapping[str, Any]]) -> list[Piece]:
    """Those of the plan that are not noted as arrived yet."""
    there = {(one.get("data_set"), one.get("month")) for one in arrived}
    return [piece for piece in planned if piece.key not in there]
