"""Publishes the monthly measures as data values, in the caller's transaction."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import transaction
from django.utils import timezone

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit
from indicators.models import DataValue
from indicators.periods import Period
from research.evaluations.models import Evaluation, EvaluationSite
from research.measures import SiteMonth, publish
from research.medexis.episodes.actions import rebuild_sites
from research.medexis.measures import codes
from research.medexis.measures.queries import later_months, measures, months_of_plan

SITES_AT_ONCE = 100
"""Measures of so many sites are made together: bounds the memory of a country's publication."""
_OURS = {"evaluation__code": Evaluation.MEDEXIS}


def publish_measures(pairs: Iterable[tuple[OrgUnit | int, Period]], *, by: User | None) -> None:
    """Makes the sites' episodes and the measures of these site-months anew from their records, and writes the measures
    as data values. The months after them are made anew too, as far as they are published: consumption is averaged
    over three months."""
    asked: set[SiteMonth] = {(site.pk if isinstance(site, OrgUnit) else site, month) for site, month in pairs}
    if (gathered := _gathered.get()) is not None:
        gathered |= asked
        return
    sites = sorted({site for site, _month in asked})
    for first in range(0, len(sites), SITES_AT_ONCE):
        some = set(sites[first : first + SITES_AT_ONCE])
        rebuild_sites(some)
        _publish({pair for pair in asked if pair[0] in some}, by)


@contextmanager
def published_once(*, by: User | None) -> Iterator[None]:
    """Within it what is to be published is gathered, and published once at the end: for many writes of one person."""
    token = _gathered.set(set())
    try:
        yield
        asked = _gathered.get()
    finally:
        _gathered.reset(token)
    if asked:
        publish_measures(asked, by=by)


_gathered: ContextVar[set[SiteMonth] | None] = ContextVar("gathered_stock", default=None)


def _publish(asked: set[SiteMonth], by: User | None) -> None:
    site_months = asked | (later_months(asked) & _published({site for site, _month in asked}, codes.REPORTS))
    months = sorted({month.id for _site, month in asked})
    label = f"Medexis {months[0]}–{months[-1]}" if len(months) > 1 else f"Medexis {''.join(months)}"
    publish(measures(site_months), label=label, by=by)


@transaction.atomic
def publish_plans(sites: Iterable[EvaluationSite], *, by: User | None) -> None:
    """Makes every month of these sites' plans anew, and the months that a former plan had. For sites of Medexis; others
    are left alone. To be called when a plan or the exposure of a site has changed."""
    rows = list(EvaluationSite.objects.filter(pk__in=[site.pk for site in sites], **_OURS))
    today = timezone.localdate()
    pairs = {pair for row in rows for pair in months_of_plan(row, today)}
    pairs |= _published({row.unit_id for row in rows}, codes.EXPECTED)
    if pairs:
        publish_measures(pairs, by=by)


def sites_have_changed(sender: Any, *, sites: Iterable[EvaluationSite], by: User | None, **_kwargs: Any) -> None:
    """Hears `research.evaluations.changed.sites_changed`."""
    publish_plans(sites, by=by)


@transaction.atomic
def publish_passing_time() -> None:
    """What changes without anybody entering anything: a month of the plan ends without a report."""
    today = timezone.localdate()
    planned = {pair for row in EvaluationSite.objects.filter(**_OURS) for pair in months_of_plan(row, today)}
    sites = {site for site, _month in planned}
    # Months judged before the days unknown were told apart lack the denominator of timeliness.
    undivided = _published(sites, codes.ON_TIME) - _published(sites, codes.TIMED)
    if pairs := (planned - _published(sites, codes.EXPECTED)) | (planned & undivided):
        publish_measures(pairs, by=None)


def _published(sites: set[int], code: str) -> set[SiteMonth]:
    """The site-months in which the measure is published. One query."""
    rows = DataValue.objects.filter(element__code=code, unit__in=sites).order_by()
    return {(unit, Period.from_code(period)) for unit, period in rows.values_list("unit", "period")}
