"""Reads of the calendar of stock-outs: a product at the sites of a page, month by month of a year."""

from collections.abc import Sequence
from typing import NamedTuple

from indicators.geography.models import OrgUnit
from indicators.periods import Frequency, Period
from research.medexis.episodes.told import Told, told
from research.medexis.models import Product


class Row(NamedTuple):
    """A site's year. A cell leads to its episode, else to the month's report. `days` that are known and possible, of
    the `known` months that anybody says something of."""

    site: OrgUnit
    cells: list[Told]
    days: int
    known: int


def months_of_year(year: int) -> list[Period]:
    return [Period(Frequency.MONTH, year, number) for number in range(1, 13)]


def calendar(sites: Sequence[OrgUnit], product: Product, year: int) -> list[Row]:
    """A row for each site, in the order given. Four queries for any number of sites."""
    said = told([site.pk for site in sites], [product.pk], months_of_year(year))
    rows = []
    for site in sites:
        cells = said[site.pk, product.pk]
        known = [one.cell for one in cells if not one.cell.says_nothing]
        rows.append(Row(site, cells, sum(one.days or 0 for one in known if one.is_counted), len(known)))
    return rows
