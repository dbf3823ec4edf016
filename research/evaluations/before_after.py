"""Before and after go-live, at the sites that went live and at those that did not: sums over site-months.

Descriptive: it shows what the records say on both sides of a date, and tests nothing. A site's own month of go-live
counts on neither side, nor do months after it stopped. Sites that are not live have no date of their own: their months
are split at the first go-live of the others.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db.models import Case, IntegerField, Max, Q, Sum, Value, When

from indicators.models import DataValue
from indicators.pages.formats import signed_text
from indicators.pages.numbers import value_text
from indicators.periods import Period
from indicators.registry.definitions import Definition, definition
from research.evaluations.models import EvaluationSite

SHOWN = {
    "medexis": ("stock_reporting_rate", "stock_out_last_day", "days_without_stock", "full_stock_availability"),
}
"""Code of the evaluation → the indicators held against its go-live."""
FEWEST_MONTHS = 3
"""Fewer months than this on a side are shown, and said to be too few to be read."""
LIVE_BEFORE, LIVE_AFTER, OTHER_BEFORE, OTHER_AFTER = SIDES = range(4)


class Side(NamedTuple):
    """Sums over the site-months of one side. `value` in the indicator's unit; None without a denominator."""

    numerator: float
    denominator: float
    sites: int
    months: int
    value: float | None
    unit: str

    @property
    def text(self) -> str:
        return value_text(self.value, self.unit)

    @property
    def too_few(self) -> bool:
        return self.value is not None and self.months < FEWEST_MONTHS


class Compared(NamedTuple):
    definition: Definition
    sides: Sequence[Side]
    live: float | None  # after less before, at the sites that went live
    other: float | None  # the same months at the sites that did not

    @property
    def live_text(self) -> str:
        return signed_text(self.live)

    @property
    def other_text(self) -> str:
        return signed_text(self.other)


class BeforeAfter(NamedTuple):
    """`went_live` and `others`: how many sites. `first`: the earliest month of go-live."""

    rows: Sequence[Compared]
    went_live: int
    others: int
    first: Period
    demonstration: bool


def before_after(evaluation: str, sites: Sequence[EvaluationSite]) -> BeforeAfter | None:
    """None where the evaluation has nothing to compare or no site has a date of go-live. One query.

    `sites` with their exposure (`EvaluationSite.objects.with_exposure()`).
    """
    live = [site for site in sites if site.exposed_from]
    if evaluation not in SHOWN or not live:
        return None
    first = min(Period.month_of(site.exposed_from) for site in live if site.exposed_from)
    measures = [definition(code) for code in SHOWN[evaluation]]
    sums = _sums(measures, live, [site for site in sites if not site.exposed_from], first)
    rows = [_compared(measure, sums.by_side) for measure in measures]
    return BeforeAfter(rows, len(live), len(sites) - len(live), first, sums.demonstration)


class _Sums(NamedTuple):
    by_side: Mapping[int, Mapping[str, tuple[float, set[int], set[int]]]]
    demonstration: bool


def _sums(
    measures: Sequence[Definition], live: Sequence[EvaluationSite], others: Sequence[EvaluationSite], first: Period
) -> _Sums:
    """Value, sites and months by side and concept."""
    whens = []
    for site in live:
        if site.exposed_from is None:
            continue
        month = Period.month_of(site.exposed_from).code
        whens.append(When(Q(unit=site.unit_id, period__lt=month), then=Value(LIVE_BEFORE)))
        after = Q(unit=site.unit_id, period__gt=month)
        if site.exposed_to:
            after &= Q(period__lt=Period.month_of(site.exposed_to).code)
        whens.append(When(after, then=Value(LIVE_AFTER)))
    other = [site.unit_id for site in others]
    whens.append(When(Q(unit__in=other, period__lt=first.code), then=Value(OTHER_BEFORE)))
    whens.append(When(Q(unit__in=other, period__gt=first.code), then=Value(OTHER_AFTER)))
    concepts = {concept for measure in measures for concept in measure.concepts}
    values = DataValue.objects.filter(
        element__concept__in=concepts, unit__in=[site.unit_id for site in [*live, *others]]
    )
    rows = (
        values.annotate(side=Case(*whens, output_field=IntegerField()))
        .filter(side__isnull=False)
        .order_by()
        .values("side", "element__concept", "unit", "period")
        .annotate(
            total=Sum("value"),
            made_up=Max(Case(When(batch__demonstration=True, then=1), default=0, output_field=IntegerField())),
        )
    )
    found: dict[int, dict[str, tuple[float, set[int], set[int]]]] = defaultdict(dict)
    demonstration = False
    for row in rows.values_list("side", "element__concept", "unit", "period", "total", "made_up"):
        side, concept, unit, period, total, made_up = row
        value, units, months = found[side].setdefault(concept, (0.0, set(), set()))
        units.add(unit)
        months.add(period)
        found[side][concept] = (value + total, units, months)
        demonstration |= bool(made_up)
    return _Sums(found, demonstration)


def _compared(measure: Definition, sums: Mapping[int, Mapping[str, tuple[float, set[int], set[int]]]]) -> Compared:
    sides = [_side(measure, sums.get(side, {})) for side in SIDES]
    return Compared(
        measure, sides, _change(sides[LIVE_BEFORE], sides[LIVE_AFTER]), _change(sides[OTHER_BEFORE], sides[OTHER_AFTER])
    )


def _side(measure: Definition, found: Mapping[str, tuple[float, set[int], set[int]]]) -> Side:
    def total(terms: Mapping[str, int]) -> float:
        return sum(sign * found[term][0] for term, sign in terms.items() if term in found)

    below = next(iter(measure.denominator))
    _sum, units, months = found.get(below, (0.0, set(), set()))
    numerator, denominator = total(measure.numerator), total(measure.denominator)
    value = measure.factor * numerator / denominator if denominator else None
    return Side(numerator, denominator, len(units), len(months), value, measure.unit)


def _change(before: Side, after: Side) -> float | None:
    """In the indicator's unit (percentage points); None where a side is missing or has too few months."""
    if before.value is None or after.value is None or before.too_few or after.too_few:
        return None
    return after.value - before.value
