"""The monthly measures of a site, made of its reports, stock-outs and orders."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.utils import timezone

from indicators.geography.models import OrgUnit
from indicators.periods import Period, between
from research.evaluations.models import EvaluationSite
from research.measures import Measured, SiteMonth
from research.medexis.episodes.days import Episode, days_by_rule, touches
from research.medexis.episodes.queries import tracer_episodes
from research.medexis.formulas.reporting import on_time
from research.medexis.measures import codes
from research.medexis.measures.facts import AMC_MONTHS, Site, facts
from research.medexis.measures.tracers import of_tracers
from research.medexis.models import StockLine


def days_out(site: OrgUnit | int, periods: Iterable[Period]) -> dict[Period, int | None]:
    """Days out of stock of the tracer in each month; None where not reported or left blank. One query."""
    months = list(periods)
    key = site.pk if isinstance(site, OrgUnit) else site
    found = _tracer_days({key}, months)
    return {month: found.get((key, month)) for month in months}


def measures(site_months: Collection[SiteMonth], *, today: date | None = None) -> dict[SiteMonth, Measured]:
    """The measures of each site-month (`codes.OWN`, and the days by three rules). Every site-month has an entry.

    - STOCK_REPORTS is 1 where the month was reported, and missing (not 0) where it was not; STOCK_DAYS_OUT: `days_out`.
    - EXPECTED is 1 in a month of the evaluation's plan that has ended. There CAME is 1 or 0, and ON_TIME 1 where the
      report came within 15 days of the month's end; 0 where it did not, also where it has not come at all. Where it
      came on a day that nobody knows, ON_TIME and its denominator TIMED are missing.
    - What follows from lines, episodes and orders of tracer products: `tracers.of_tracers`.
    - The days of dated stock-outs: `episodes.days.days_by_rule`.

    Both parts of a ratio are there or neither is. Thirteen queries at most.
    """
    wanted: dict[int, set[Period]] = defaultdict(set)
    for site, month in site_months:
        wanted[site].add(month)
    if not wanted:
        return {}
    today = today or timezone.localdate()
    first = min(month for months in wanted.values() for month in months)
    last = max(month for months in wanted.values() for month in months)
    found = facts(wanted, first, last)
    days = _tracer_days(set(wanted), list(between(first, last)))
    episodes = tracer_episodes(wanted, last.end)
    measured: dict[SiteMonth, Measured] = {}
    for site, months in wanted.items():
        plan = found[site].plan
        planned = months_of_plan(plan, today) if plan else set()
        for month in months:
            key, dated = (site, month), episodes.get(site, [])
            measured[key] = _measured(found[site], month, days.get(key), dated, today, key in planned)
    return measured


def later_months(site_months: Collection[SiteMonth]) -> set[SiteMonth]:
    """The months after these whose average consumption they enter."""
    return {(site, month.shift(ahead)) for site, month in site_months for ahead in range(1, AMC_MONTHS)}


def months_of_plan(site: EvaluationSite, today: date) -> set[SiteMonth]:
    """The site-months that the evaluation's plan covers and that have ended."""
    if site.expected_from is None or site.expected_from > today:
        return set()
    months = between(Period.month_of(site.expected_from), Period.month_of(min(site.expected_to or today, today)))
    return {(site.unit_id, month) for month in months if month.end < today}


def _measured(
    site: Site,
    month: Period,
    days: int | None,
    episodes: Sequence[tuple[Episode, bool]],
    today: date,
    expected: bool,
) -> Measured:
    report = site.reports.get(month)
    inside = [told for told in episodes if touches(told[0], month, today)]
    by_rule = days_by_rule([one for one, _made_up in inside], month, reported=days, today=today)
    values: dict[str, float | None] = dict.fromkeys(codes.OWN)
    values |= {codes.REPORTS: None if report is None else 1, codes.DAYS_OUT: days} | by_rule
    if expected:
        values |= {codes.EXPECTED: 1, codes.CAME: int(report is not None)}
        if report is None:
            values |= {codes.ON_TIME: 0, codes.TIMED: 1}
        elif report.received_on is not None:
            values |= {codes.ON_TIME: int(on_time(month, report.received_on)), codes.TIMED: 1}
    values |= of_tracers(site, month, today)
    made_up_parts = [made_up for _one, made_up in inside]
    for tracer in site.tracers.values():
        made_up_parts += [made_up for line, made_up in tracer.orders if _in(line.received_on, month)]
        made_up_parts.append(bool(tracer.card and tracer.card.demonstration and tracer.card.covers(month, today)))
    demonstration = bool(report and report.demonstration) or any(made_up_parts)
    made_up = codes.OF_THE_PLAN if site.plan and site.plan.demonstration else ()
    return Measured(values, demonstration, made_up)


def _in(day: date | None, month: Period) -> bool:
    return day is not None and month.start <= day <= month.end


def _tracer_days(sites: set[int], months: Collection[Period]) -> dict[SiteMonth, int]:
    """Of several tracers the one that was out longest counts: on so many days at least one was missing.

    A number beyond the month's days is impossible, and missing here.
    """
    rows = StockLine.objects.filter(
        product__tracer=True,
        days_out__isnull=False,
        report__site__in=sites,
        report__period__in=[m.code for m in months],
    ).order_by()
    longest: dict[SiteMonth, int] = {}
    for site, code, days in rows.values_list("report__site", "report__period", "days_out"):
        key = (site, Period.from_code(code))
        if days is not None and days <= key[1].days:
            longest[key] = max(days, longest.get(key, 0))
    return longest
