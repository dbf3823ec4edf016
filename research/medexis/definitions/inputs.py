"""What the definitions are computed from: the records of a product at a site, and of its district. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from indicators.periods import Period
from indicators.registry.stockout_days import Stockout
from research.medexis.episodes.cells import Cell
from research.medexis.formulas.balance import Line
from research.medexis.formulas.consumption import MonthUse
from research.medexis.formulas.ordering import Ordered

Cells = Mapping[Period, Cell]
"""A month that is left out is not offered, or nobody says anything of it."""
Months = Sequence[Period]


@dataclass(frozen=True, slots=True)
class District:
    """The sites of the district that the reader may meet. `closings` and `cells`: of the product at each that offers
    it; `vaccines`: of every vaccine, at each site; `reports`: the months that each site reported; `expected` and
    `came`: reports of the plan, in the last month and in all months."""

    name: str
    closings: Mapping[int, Mapping[Period, int | None]]
    cells: Mapping[int, Cells]
    vaccines: Mapping[str, Sequence[Cells]]
    reports: Mapping[int, Collection[Period]]
    expected: tuple[int, int] = (0, 0)
    came: tuple[int, int] = (0, 0)
    demonstration: bool = False


@dataclass(frozen=True, slots=True)
class Inputs:
    """`months`: those chosen, oldest first. `lines` and `cells` reach further back, for what looks back from the last
    month. `tracers`: of each tracer that the site offers; `orders`: of the product, answered or not."""

    months: Months
    lines: Mapping[Period, Line]
    cells: Cells = field(default_factory=dict)
    dated: Sequence[Stockout] = ()
    tracers: Mapping[str, Cells] = field(default_factory=dict)
    orders: Sequence[Ordered] = ()
    district: District | None = None
    bcg: bool = False
    minimum: float | None = None
    maximum: float | None = None

    @property
    def last(self) -> Period:
        return self.months[-1]

    def back(self, number: int, last: Period | None = None) -> list[Period]:
        """So many months up to the last one, oldest first."""
        return [(last or self.last).shift(-one) for one in range(number - 1, -1, -1)]

    def lines_of(self, months: Months) -> list[tuple[Period, Line]]:
        return [(month, self.lines[month]) for month in months if month in self.lines]

    def uses(self, months: Months) -> list[MonthUse]:
        return [MonthUse(line.issued, month.days, line.days_out) for month, line in self.lines_of(months)]


def was_out(cells: Cells, months: Months) -> list[bool | None]:
    """Month by month, by the one rule of the cells; None where nobody says."""
    return [cells[month].was_out if month in cells else None for month in months]
