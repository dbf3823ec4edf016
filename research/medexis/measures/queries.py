"""The monthly measures of a site, made of its reports and its stock-outs."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.utils import timezone

from indicators.geography.models import OrgUnit
from indicators.periods import Period
from research.measures import Measured, SiteMonth
from research.medexis.episodes.days import Episode, days_by_rule, months_of
from research.medexis.episodes.queries import tracer_episodes
from research.medexis.measures.codes import DAYS_OUT, REPORTS
from research.medexis.models import StockLine, StockReport


def days_out(site: OrgUnit | int, periods: Iterable[Period]) -> dict[Period, int | None]:
    """Days out of stock of the tracer in each month; None where not reported or left blank. One query."""
    months = list(periods)
    key = site.pk if isinstance(site, OrgUnit) else site
    found = _tracer_days({key}, months)
    return {month: found.get((key, month)) for month in months}


def measures(site_months: Collection[SiteMonth]) -> dict[SiteMonth, Measured]:
    """The measures of each site-month, made of its report and its stock-outs. Every site-month asked for has an entry.

    STOCK_REPORTS is 1 where the month was reported, and missing (not 0) where it was not. STOCK_DAYS_OUT: `days_out`.
    The days of dated stock-outs: `stock_outs.days_by_rule`. Three queries.
    """
    wanted = set(site_months)
    sites, codes = {site for site, _month in wanted}, {month.code for _site, month in wanted}
    rows = StockReport.objects.filter(site__in=sites, period__in=codes).order_by()
    demonstration = {(s, Period.from_code(p)): d for s, p, d in rows.values_list("site", "period", "demonstration")}
    days = _tracer_days(sites, [Period.from_code(code) for code in codes])
    today = timezone.localdate()
    episodes = tracer_episodes(sites, max((month.end for _site, month in wanted), default=today))
    return {
        key: _measured(key, demonstration.get(key), days.get(key), episodes.get(key[0], []), today) for key in wanted
    }


def _measured(
    key: SiteMonth, reported: bool | None, days: int | None, episodes: Sequence[tuple[Episode, bool]], today: date
) -> Measured:
    """`reported`: whether the month's report is made up; None where there is no report."""
    month = key[1]
    inside = [(one, made_up) for one, made_up in episodes if month in months_of(one.start, one.end, today)]
    by_rule = days_by_rule([one for one, _made_up in inside], month, reported=days, today=today)
    values = {REPORTS: None if reported is None else 1, DAYS_OUT: days} | by_rule
    return Measured(values, bool(reported) or any(made_up for _one, made_up in inside))


def _tracer_days(sites: set[int], months: Collection[Period]) -> dict[SiteMonth, int]:
    """Of several tracers the one that was out longest counts: on so many days at least one was missing."""
    rows = StockLine.objects.filter(
        product__tracer=True,
        days_out__isnull=False,
        report__site__in=sites,
        report__period__in=[m.code for m in months],
    ).order_by()
    longest: dict[SiteMonth, int] = {}
    for site, code, days in rows.values_list("report__site", "report__period", "days_out"):
        key = (site, Period.from_code(code))
        longest[key] = max(days or 0, longest.get(key, 0))
    return longest
