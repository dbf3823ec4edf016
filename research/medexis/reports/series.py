"""Reported months of products by site, read for many sites at once."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Case, IntegerField, Value, When

from indicators.periods import Period
from research.medexis.formulas.consumption import MonthUse
from research.medexis.models import StockLine

MONTHS = 12
"""Months looked back."""
Pair = tuple[int, int]
"""Primary keys of a site and a product."""


class Month(NamedTuple):
    """A product's month at a site as reported; None where left blank. `report` is the key of its report."""

    report: int
    received: int | None
    issued: int | None
    closing: int | None
    days_out: int | None
    demonstration: bool


@dataclass
class Series:
    """A product at a site, by month, of the months that have a line."""

    months: dict[Period, Month] = field(default_factory=dict)

    @property
    def latest(self) -> Period | None:
        """The last month of which the stock on hand is known."""
        return max((month for month, line in self.months.items() if line.closing is not None), default=None)

    def uses(self, last: Period, count: int = MONTHS) -> list[MonthUse]:
        """Use of the months up to `last` that have a line, oldest first."""
        months = [month for back in range(count - 1, -1, -1) if (month := last.shift(-back)) in self.months]
        return [MonthUse(self.months[one].issued, one.days, self.months[one].days_out) for one in months]

    def receipts(self) -> list[Period]:
        """The months in which something came, oldest first."""
        return sorted(month for month, line in self.months.items() if line.received)


def days_of(months: Collection[Period], field: str = "report__period") -> Case:
    """For a query: how many days the row's month has, of these months; null for any other."""
    codes: dict[int, list[int]] = defaultdict(list)
    for month in months:
        codes[month.days].append(month.code)
    lengths = [When(**{f"{field}__in": of_length}, then=Value(days)) for days, of_length in sorted(codes.items())]
    return Case(*lengths, output_field=IntegerField())


def series(
    sites: Collection[int], last: Period, products: Collection[int] | None = None, months: int = MONTHS
) -> Mapping[Pair, Series]:
    """The reported months of each site and product up to `last`; a pair without a line has no entry. One query."""
    rows = StockLine.objects.filter(
        report__site__in=sites, report__period__range=(last.shift(1 - months).code, last.code)
    )
    if products is not None:
        rows = rows.filter(product__in=products)
    found: dict[Pair, Series] = defaultdict(Series)
    columns = ("report", "received", "issued", "closing", "days_out", "report__demonstration")
    listed = rows.order_by().values_list("report__site", "product", "report__period", *columns)
    months_by_code = {month.code: month for month in (last.shift(-back) for back in range(months))}
    for site, product, code, *values in listed.iterator():
        found[site, product].months[months_by_code[code]] = Month(*values)
    return dict(found)
