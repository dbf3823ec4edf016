"""What the monthly measures of sites are made of, read for many sites at once."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils import timezone

from indicators.periods import Period
from indicators.registry.stockout_days import Stockout
from research.evaluations.models import Evaluation, EvaluationSite
from research.medexis.cards.queries import Known, cards_known
from research.medexis.episodes.queries import episodes_of
from research.medexis.formulas.balance import Line
from research.medexis.formulas.consumption import MonthUse
from research.medexis.formulas.ordering import Ordered
from research.medexis.models import OrderLine, Product, StockLine, StockOutEpisode, StockReport
from research.medexis.products.norms import norms
from research.medexis.products.offers import offers_of

AMC_MONTHS = 3
"""Months over which consumption is averaged: the month itself and the two before."""
_COLUMNS = tuple(Line.__dataclass_fields__)


@dataclass
class Report:
    received_on: date | None
    demonstration: bool


@dataclass
class Tracer:
    """A tracer product at a site."""

    lines: dict[Period, Line] = field(default_factory=dict)
    dated: list[tuple[Stockout, bool]] = field(default_factory=list)
    offers: list[tuple[date, bool]] = field(default_factory=list)
    card: Known | None = None
    norm: tuple[float, float] | None = None
    orders: list[tuple[Ordered, bool]] = field(default_factory=list)

    def uses(self, month: Period) -> list[MonthUse]:
        """Consumption of the month and those before it, oldest first, months without a line left out."""
        months = [month.shift(-back) for back in range(AMC_MONTHS - 1, -1, -1)]
        found = [(one, self.lines[one]) for one in months if one in self.lines]
        return [MonthUse(line.issued, one.days, line.days_out) for one, line in found]


@dataclass
class Site:
    reports: dict[Period, Report] = field(default_factory=dict)
    tracers: dict[int, Tracer] = field(default_factory=dict)
    plan: EvaluationSite | None = None


def facts(sites: Collection[int], first: Period, last: Period) -> dict[int, Site]:
    """What is on record for these sites from the first month to the last. Nine queries, whatever the number."""
    tracers = list(Product.objects.filter(tracer=True).values_list("pk", flat=True))
    found = {site: Site(tracers={product: Tracer() for product in tracers}) for site in sites}
    reports = StockReport.objects.filter(site__in=found, period__range=(first.code, last.code)).order_by()
    for site, code, received, made_up in reports.values_list("site", "period", "received_on", "demonstration"):
        found[site].reports[Period.from_code(code)] = Report(received, made_up)
    for plan in EvaluationSite.objects.filter(unit__in=found, evaluation__code=Evaluation.MEDEXIS).order_by():
        found[plan.unit_id].plan = plan
    if tracers:
        _lines(found, tracers, first, last)
        _episodes(found, tracers, first, last)
        _orders(found, tracers, first, last)
        for (site, product), norm in norms(found, tracers).items():
            found[site].tracers[product].norm = (norm.minimum, norm.maximum)
        for (site, product), entries in offers_of(found, tracers).items():
            found[site].tracers[product].offers = entries
    return found


def _lines(found: dict[int, Site], tracers: list[int], first: Period, last: Period) -> None:
    earliest = first.shift(1 - AMC_MONTHS)
    rows = StockLine.objects.filter(
        product__in=tracers, report__site__in=found, report__period__range=(earliest.code, last.code)
    ).order_by()
    for site, product, code, *numbers in rows.values_list("report__site", "product", "report__period", *_COLUMNS):
        line = Line(**dict(zip(_COLUMNS, numbers, strict=True)))
        found[site].tracers[product].lines[Period.from_code(code)] = line
    for (site, product), card in cards_known(found, tracers).items():
        found[site].tracers[product].card = card


def _episodes(found: dict[int, Site], tracers: list[int], first: Period, last: Period) -> None:
    today = timezone.localdate()
    rows = episodes_of(found, first, last, tracers).filter(precision=StockOutEpisode.Precision.DAY)
    for site, product, start, end, made_up in rows.values_list("site", "product", "start", "end", "demonstration"):
        back = min(end or today, today) + timedelta(days=1)
        found[site].tracers[product].dated.append((Stockout(start, back), made_up))


def _orders(found: dict[int, Site], tracers: list[int], first: Period, last: Period) -> None:
    rows = OrderLine.objects.filter(
        product__in=tracers, order__site__in=found, received_on__range=(first.start, last.end)
    ).order_by()
    columns = (
        "order__site",
        "product",
        "order__demonstration",
        "ordered",
        "order__ordered_on",
        "received",
        "received_on",
    )
    for site, product, made_up, ordered, ordered_on, received, received_on in rows.values_list(*columns):
        line = Ordered(ordered, ordered_on, received, received_on)
        found[site].tracers[product].orders.append((line, made_up))
