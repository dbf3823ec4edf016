"""Reads what the definitions are computed from."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.utils import timezone

from indicators.geography.models import OrgUnit
from indicators.periods import Period, between
from research.medexis.definitions.inputs import Cells, District, Inputs
from research.medexis.episodes.queries import episodes_of
from research.medexis.episodes.told import Told, dated_days, told
from research.medexis.formulas.ordering import Ordered
from research.medexis.measures.expected import expected_and_received
from research.medexis.measures.facts import AMC_MONTHS
from research.medexis.models import OrderLine, Product, StockLine, StockReport
from research.medexis.products.norms import norms
from research.medexis.reports.queries import line_of, sites_to_enter

LOOKED_BACK = 12
"""Months that a definition may look back from the last one, whichever are chosen."""


class Read(NamedTuple):
    """`stored`: the lines of the product by month, with their reports. `demonstration`: anything of the site is made up
    (the district says so for itself)."""

    inputs: Inputs
    stored: Mapping[Period, StockLine]
    demonstration: bool


def read(site: OrgUnit, product: Product, months: Sequence[Period], *, user: Any) -> Read:
    """What is on record of a product at a site, and at the sites of its district that the person may meet; `months`
    follow one another. As many queries for any number of sites, products and months."""
    last = months[-1]
    window = list(between(min(months[0], last.shift(1 - LOOKED_BACK)), last))
    rows = StockLine.objects.filter(
        report__site=site, product=product, report__period__range=(window[0].shift(1 - AMC_MONTHS).code, last.code)
    ).select_related("report")
    stored = {Period.from_code(row.report.period): row for row in rows}
    tracers = dict(Product.objects.filter(tracer=True).values_list("pk", "key"))
    own = told([site.pk], {product.pk, *tracers}, window)
    orders = OrderLine.objects.filter(
        product=product, order__site=site, received_on__range=(months[0].start, last.end)
    ).select_related("order")
    norm = norms([site.pk], [product.pk]).get((site.pk, product.pk))
    inputs = Inputs(
        months,
        {month: line_of(row) for month, row in stored.items()},
        _cells(own[site.pk, product.pk]),
        dated_days(episodes_of([site.pk], window[0], last, [product.pk]), timezone.localdate()),
        {key: _cells(own[site.pk, pk]) for pk, key in tracers.items()},
        [Ordered(one.ordered, one.order.ordered_on, one.received, one.received_on) for one in orders],
        _district(site.parent, product, months, user) if site.parent else None,
        bcg=product.key == "bcg",
        minimum=norm.minimum if norm else None,
        maximum=norm.maximum if norm else None,
    )
    made_up = [one.demonstration for of_pair in own.values() for one in of_pair]
    made_up += [row.report.demonstration for row in stored.values()] + [one.order.demonstration for one in orders]
    return Read(inputs, stored, any(made_up))


def _cells(months: Iterable[Told]) -> Cells:
    return {one.month: one.cell for one in months if one.is_offered}


def _district(district: OrgUnit, product: Product, months: Sequence[Period], user: Any) -> District:
    sites = list(sites_to_enter(user).filter(parent=district).order_by("path").values_list("pk", flat=True))
    vaccines = dict(Product.objects.filter(kind=Product.Kind.VACCINE).values_list("pk", "key"))
    said = told(sites, {product.pk, *vaccines}, months)
    rows = StockReport.objects.filter(site__in=sites, period__range=(months[0].code, months[-1].code)).order_by()
    reports: dict[int, list[Period]] = defaultdict(list)
    for site, code in rows.values_list("site", "period"):
        reports[site].append(Period.from_code(code))
    by_plan = [expected_and_received(sites, first, months[-1]).values() for first in (months[-1], months[0])]
    due, came = ([sum(one[part] for one in counts) for counts in by_plan] for part in (0, 1))
    return District(
        district.name,
        {site: {one.month: one.closing for one in said[site, product.pk] if one.is_offered} for site in sites},
        {site: _cells(said[site, product.pk]) for site in sites},
        {key: [_cells(said[site, pk]) for site in sites] for pk, key in vaccines.items()},
        reports,
        (due[0], due[1]),
        (came[0], came[1]),
        any(one.demonstration for of_pair in said.values() for one in of_pair),
    )
