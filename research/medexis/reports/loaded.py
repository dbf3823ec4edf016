"""Lines of stock reports on their way in from a file, and what became of them."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from research.medexis.formulas.balance import Line

Key = tuple[int, int, int]
"""Site, code of the month, product."""


@dataclass(frozen=True, slots=True)
class LoadedReportLine:
    """A product's month at a site. `site` and `product` by primary key, `month` by code; `received_on` None where the
    source does not tell the day."""

    site: int
    month: int
    product: int
    line: Line
    received_on: date | None = None

    @property
    def key(self) -> Key:
        return self.site, self.month, self.product


class Counts(NamedTuple):
    """Lines stored, lines that were there with the same content, lines there with another one that were replaced by
    choice, and those that stay as they are (`conflicts`)."""

    created: int = 0
    unchanged: int = 0
    replaced: int = 0
    conflicts: tuple[Key, ...] = ()
