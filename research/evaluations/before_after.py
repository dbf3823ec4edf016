"""Before and after go-live, at the sites that went live and at those that did not: sums over site-months.

Descriptive: it shows what the records say on both sides of a date, and tests nothing. A site's own month of go-live
counts on neither side, nor do months after it stopped. Sites that are not live have no date of their own: their months
are split at the first go-live of the others.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from indicators.models import Batch, DataElement, DataValue
from indicators.pages.formats import signed_text
from indicators.pages.numbers import value_text
from indicators.periods import EVERY_MONTH, Period
from indicators.registry.definitions import Definition, definition
from indicators.rollup.kept import kept
from research.evaluations.models import EvaluationSite
from research.evaluations.queries import Followed

SHOWN = {
    "medexis": ("stock_reporting_rate", "stock_out_last_day", "days_without_stock", "full_stock_availability"),
}
"""Code of the evaluation → the indicators held against its go-live."""
FEWEST_MONTHS = 3
"""Fewer months than this on a side are shown, and said to be too few to be read."""
NEVER = date(2100, 12, 31)
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


def before_after(evaluation: str, sites: Sequence[Followed | EvaluationSite]) -> BeforeAfter | None:
    """None where the evaluation has nothing to compare or no site has a date of go-live. Five queries, one where the
    sums were kept: they are, until the next refresh or another date.

    `sites` with their exposure (`EvaluationSite.objects.with_exposure()`).
    """
    spans = {
        site.unit_id: (Period.month_of(site.exposed_from).code, Period.month_of(site.exposed_to or NEVER).code)
        for site in sites
        if site.exposed_from
    }
    if evaluation not in SHOWN or not spans:
        return None
    first = Period.from_code(min(since for since, _until in spans.values()))
    measures = [definition(code) for code in SHOWN[evaluation]]
    others = sorted(site.unit_id for site in sites if not site.exposed_from)
    asked = evaluation, sorted(spans.items()), others
    sums = kept("before-after", asked, lambda: _sums(measures, spans, others, first.code))
    rows = [_compared(measure, sums.by_side) for measure in measures]
    return BeforeAfter(rows, len(spans), len(others), first, sums.demonstration)


class _Sum(NamedTuple):
    total: float = 0.0
    sites: int = 0
    months: int = 0


class _Sums(NamedTuple):
    """`by_side`: side → concept → its sum."""

    by_side: Mapping[int, Mapping[str, _Sum]]
    demonstration: bool


_NUMBERS = """
WITH live (unit, since, until) AS (VALUES {spans}), numbers (element, unit, period, number, batch) AS ({inner})
SELECT n.element, n.period, l.since, l.until, SUM(n.number), MAX(CASE WHEN n.batch IN ({made_up}) THEN 1 ELSE 0 END)
FROM numbers n LEFT JOIN live l ON l.unit = n.unit GROUP BY n.element, n.period, l.since, l.until
"""
_SITES = """
WITH live (unit, since, until) AS (VALUES {spans}), numbers (element, unit, period) AS ({inner}),
found AS (
    SELECT n.element, n.unit, l.unit IS NULL AS other,
        MAX(CASE WHEN n.period < COALESCE(l.since, {first}) THEN 1 ELSE 0 END) AS before,
        MAX(CASE WHEN n.period > COALESCE(l.since, {first}) AND n.period < COALESCE(l.until, {never})
            THEN 1 ELSE 0 END) AS after
    FROM numbers n LEFT JOIN live l ON l.unit = n.unit GROUP BY n.element, n.unit, l.unit
)
SELECT element, other, SUM(before), SUM(after) FROM found GROUP BY element, other
"""


def _sums(
    measures: Sequence[Definition], spans: Mapping[int, tuple[int, int]], others: Collection[int], first: int
) -> _Sums:
    """Added up in the database, by dates of go-live, of which there are few. `spans`: unit → codes of the months of
    go-live and of the stop; `first`: the earliest of the former."""
    concepts = {concept for measure in measures for concept in measure.concepts}
    below = {next(iter(measure.denominator)) for measure in measures}
    carried = dict(DataElement.objects.filter(concept__in=concepts).values_list("pk", "concept"))
    made_up = list(Batch.objects.filter(demonstration=True).values_list("pk", flat=True))
    values = DataValue.objects.filter(unit__in=[*spans, *others], period__range=EVERY_MONTH).order_by()
    words = {
        "spans": ", ".join(f"({unit:d}, {since:d}, {until:d})" for unit, (since, until) in spans.items()),
        "made_up": ", ".join(map(str, made_up)) or "NULL", "first": first, "never": EVERY_MONTH[1],
    }  # fmt: skip
    found: dict[int, dict[str, _Sum]] = defaultdict(lambda: defaultdict(_Sum))
    months: dict[tuple[int, str], set[int]] = defaultdict(set)
    demonstration = False
    columns = ("element_id", "unit_id", "period")
    for element, period, since, until, total, invented in _asked(
        _NUMBERS, values.filter(element__in=carried).values_list(*columns, "value", "batch_id"), words
    ):
        side = _side_of(period, since, until, first)
        if side is not None:
            concept = carried[element]
            found[side][concept] = found[side][concept]._replace(total=found[side][concept].total + total)
            months[side, concept].add(period)
            demonstration |= bool(invented)
    counted = [element for element, concept in carried.items() if concept in below]
    for element, other, before, after in _asked(
        _SITES, values.filter(element__in=counted).values_list(*columns), words
    ):
        for side, sites in zip(
            (OTHER_BEFORE, OTHER_AFTER) if other else (LIVE_BEFORE, LIVE_AFTER), (before, after), strict=True
        ):
            concept = carried[element]
            found[side][concept] = found[side][concept]._replace(sites=max(sites, found[side][concept].sites))
    by_side = {
        side: {concept: one._replace(months=len(months[side, concept])) for concept, one in by_concept.items()}
        for side, by_concept in found.items()
    }
    return _Sums(by_side, demonstration)


def _asked(sql: str, values: QuerySet[Any, Any], words: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    inner, parameters = values.query.get_compiler(connection=connection).as_sql()
    with connection.cursor() as cursor:
        cursor.execute(sql.format(inner=inner, **words), parameters)
        return cursor.fetchall()


def _side_of(period: int, since: int | None, until: int | None, first: int) -> int | None:
    """None for the month of go-live, and after a stop. `since` None: the site is not live."""
    if since is None or until is None:
        return None if period == first else OTHER_BEFORE if period < first else OTHER_AFTER
    if period < since:
        return LIVE_BEFORE
    return LIVE_AFTER if since < period < until else None


def _compared(measure: Definition, sums: Mapping[int, Mapping[str, _Sum]]) -> Compared:
    sides = [_side(measure, sums.get(side, {})) for side in SIDES]
    return Compared(
        measure, sides, _change(sides[LIVE_BEFORE], sides[LIVE_AFTER]), _change(sides[OTHER_BEFORE], sides[OTHER_AFTER])
    )


def _side(measure: Definition, found: Mapping[str, _Sum]) -> Side:
    def total(terms: Mapping[str, int]) -> float:
        return sum(sign * found[term].total for term, sign in terms.items() if term in found)

    below = found.get(next(iter(measure.denominator)), _Sum())
    numerator, denominator = total(measure.numerator), total(measure.denominator)
    value = measure.factor * numerator / denominator if denominator else None
    return Side(numerator, denominator, below.sites, below.months, value, measure.unit)


def _change(before: Side, after: Side) -> float | None:
    """In the indicator's unit (percentage points); None where a side is missing or has too few months."""
    if before.value is None or after.value is None or before.too_few or after.too_few:
        return None
    return after.value - before.value
