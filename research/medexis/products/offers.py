"""Whether a site offers a product. Who does not offer it cannot run out of it, and is not in any denominator.

What is recorded holds from its day on until the next entry. Where nothing is recorded, a site offers in a month what it
reports a number of in that month.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from indicators.periods import Period
from research.medexis.models import Offer

Entries = Sequence[tuple[date, bool]]
"""Since when, and whether it is offered, oldest first."""


def offers_of(
    sites: Collection[int], products: Collection[int] | None = None
) -> Mapping[tuple[int, int], list[tuple[date, bool]]]:
    """What is recorded for each pair of site and product; empty where nothing is. One query."""
    rows = Offer.objects.filter(site__in=sites)
    if products is not None:
        rows = rows.filter(product__in=products)
    found: dict[tuple[int, int], list[tuple[date, bool]]] = defaultdict(list)
    for site, product, since, offered in rows.order_by("since").values_list("site", "product", "since", "offered"):
        found[site, product].append((since, offered))
    return found


def recorded(entries: Entries, month: Period) -> bool | None:
    """Whether the product is offered on the last day of the month; None where nothing is recorded by then."""
    said = [offered for since, offered in entries if since <= month.end]
    return said[-1] if said else None


def offered(entries: Entries, month: Period, *, reported: bool) -> bool:
    """The rule: what is recorded, else whether the month's report has a number of the product."""
    known = recorded(entries, month)
    return reported if known is None else known
