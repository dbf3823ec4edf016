"""Which lines raise a question, asked of the database: the rules of `formulas.balance.flags` in SQL, for lists too long
to be read line by line. A test holds the two against each other."""

from collections.abc import Collection
from functools import reduce
from operator import or_

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Greatest

from indicators.periods import Period
from indicators.rollup.lasting import kept_until_written
from research.medexis.formulas.balance import LOSS_REASONS
from research.medexis.models import StockLine, StockReport

_MOVED = F("opening") + F("received") - F("issued") - F("lost") + F("adjustment")
_FIVE_KNOWN = Q(*(Q(**{f"{name}__isnull": False}) for name in ("opening", "received", "issued", "lost", "adjustment")))
_THERE = F("opening") + F("received") + Greatest(Coalesce(F("adjustment"), 0), 0)
_TOLD = sum((Coalesce(F(name), 0) for name in LOSS_REASONS[1:]), start=Coalesce(F(LOSS_REASONS[0]), 0))
_ALL_TOLD = Q(*(Q(**{f"{name}__isnull": False}) for name in LOSS_REASONS))


def to_check(reports: QuerySet[StockReport], months: Collection[Period]) -> QuerySet[StockReport]:
    """Those of the reports, of these months, of which a line raises a question; what is only incomplete does not."""
    if not months:
        return reports.none()
    flagged = flagged_lines(months).order_by().values_list("report", flat=True).distinct()
    asked = [month.code for month in months]
    found = kept_until_written("reports-to-check", asked, [StockReport, StockLine], lambda: list(flagged))
    return reports.filter(pk__in=found)


def flagged_lines(months: Collection[Period]) -> QuerySet[StockLine]:
    """The lines of reports of these months that raise any flag but `INCOMPLETE`. None of other months is found."""
    before = [When(report__period=month.code, then=Value(month.shift(-1).code)) for month in months]
    earlier = StockLine.objects.filter(
        report__site=OuterRef("report__site"),
        report__period=OuterRef("month_before"),
        product=OuterRef("product"),
        closing__isnull=False,
    ).exclude(closing=OuterRef("opening"))
    lines = StockLine.objects.filter(report__period__in=[month.code for month in months])
    lines = lines.annotate(month_before=Case(*before, output_field=IntegerField()))
    return lines.filter(_BY_ITSELF | _of_days(months) | (Q(opening__isnull=False) & Exists(earlier)))


def _of_days(months: Collection[Period]) -> Q:
    of_length: dict[int, list[int]] = {}
    for month in months:
        of_length.setdefault(month.days, []).append(month.code)
    rules = (
        Q(report__period__in=codes) & (Q(days_out__gt=days) | Q(days_out=days, issued__gt=0))
        for days, codes in of_length.items()
    )
    return reduce(or_, rules)


# An imbalance covers what leads below zero: the closing cannot be below it. Without a closing the sum itself tells.
_BY_ITSELF = (
    (_FIVE_KNOWN & Q(closing__isnull=False) & ~Q(closing=_MOVED))
    | (_FIVE_KNOWN & Q(issued__gt=F("opening") + F("received") - F("lost") + F("adjustment")))
    | (~_FIVE_KNOWN & Q(issued__gt=_THERE))
    | Q(closing=0, days_out=0)
    | (Q(lost__lt=_TOLD) | (_ALL_TOLD & Q(lost__isnull=False) & ~Q(lost=_TOLD)))
    | Q(administered__gt=F("issued"))
)
