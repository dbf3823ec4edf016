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
from research.coach2pev.measures import codes
from research.coach2pev.measures.queries import later_months, measures, months_of_plan
from research.evaluations.models import Evaluation, EvaluationSite
from research.measures import SiteMonth, publish

KEPT_FRESH = 3
"""Months, the present one included, that are made anew each night: actions become overdue as days pass."""


def publish_measures(pairs: Iterable[tuple[OrgUnit | int, Period]], *, by: User | None) -> None:
    """Makes the measures of these site-months anew from their records and writes them as data values.

    Months of later visits to the same sites are made anew too: repeat failures, gains and follow-up look back.
    """
    asked = {(site.pk if isinstance(site, OrgUnit) else site, month) for site, month in pairs}
    if (gathered := _gathered.get()) is not None:
        gathered |= asked
        return
    site_months = asked | later_months(asked)
    months = sorted({month.id for _site, month in asked})
    label = f"Coach2PEV {months[0]}–{months[-1]}" if len(months) > 1 else f"Coach2PEV {''.join(months)}"
    publish(measures(site_months), label=label, by=by)


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


_gathered: ContextVar[set[SiteMonth] | None] = ContextVar("gathered", default=None)


@transaction.atomic
def publish_plans(sites: Iterable[EvaluationSite], *, by: User | None) -> None:
    """Makes every month of these sites' plans anew, and the months that a former plan had. For sites of Coach2PEV;
    others are left alone. To be called when a plan or the exposure of a site has changed."""
    rows = list(EvaluationSite.objects.filter(pk__in=[site.pk for site in sites], **_OURS))
    today = timezone.localdate()
    pairs = {pair for row in rows for pair in months_of_plan(row, today)} | _published({row.unit_id for row in rows})
    if pairs:
        publish_measures(pairs, by=by)


def sites_have_changed(sender: Any, *, sites: Iterable[EvaluationSite], by: User | None, **_kwargs: Any) -> None:
    """Hears `research.evaluations.changed.sites_changed`."""
    publish_plans(sites, by=by)


@transaction.atomic
def publish_passing_time() -> None:
    """What changes without anybody entering anything: a month of the plan begins, an action's due date passes."""
    today = timezone.localdate()
    present = Period.month_of(today)
    recent = {present.shift(-back) for back in range(KEPT_FRESH)}
    planned = {pair for row in EvaluationSite.objects.filter(**_OURS) for pair in months_of_plan(row, today)}
    sites = {site for site, _month in planned}
    there = _published(sites)
    pairs = {(site, month) for site, month in planned if month in recent or (site, month) not in there}
    if pairs:
        publish_measures(pairs, by=None)


_OURS = {"evaluation__code": Evaluation.COACH2PEV}


def _published(sites: set[int]) -> set[tuple[int, Period]]:
    """The site-months that are published as expected. One query."""
    rows = DataValue.objects.filter(element__code=codes.EXPECTED, unit__in=sites).order_by()
    return {(unit, Period.from_code(code)) for unit, code in rows.values_list("unit", "period")}
