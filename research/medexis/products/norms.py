"""How much of a product there should be at a site: the nearest norm that was recorded."""

from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from indicators.geography.models import OrgUnit
from research.medexis.models import StockNorm

Pair = tuple[int, int]
"""Primary keys of a site and a product."""


class Norm(NamedTuple):
    """Months of consumption that there should be, and months between deliveries; None where not designed."""

    minimum: float
    maximum: float
    interval: float | None
    basis: str


def norms(sites: Collection[int], products: Collection[int] | None = None) -> dict[Pair, Norm]:
    """The nearest norm: the site's own, before those of the units above it, before the one for everywhere. Pairs
    without one have no entry. Two queries."""
    rows = StockNorm.objects.all() if products is None else StockNorm.objects.filter(product__in=products)
    by_product: dict[int, dict[int | None, Norm]] = defaultdict(dict)
    for row in rows.order_by():
        interval = None if row.interval is None else float(row.interval)
        norm = Norm(float(row.minimum), float(row.maximum), interval, row.basis)
        by_product[row.product_id][row.unit_id] = norm
    if not by_product:
        return {}
    found: dict[Pair, Norm] = {}
    for site, path in OrgUnit.objects.filter(pk__in=sites).order_by().values_list("pk", "path"):
        above = [int(key) for key in reversed(path.strip("/").split("/"))]
        for product, told in by_product.items():
            nearest = next((told[unit] for unit in (*above, None) if unit in told), None)
            if nearest:
                found[site, product] = nearest
    return found
