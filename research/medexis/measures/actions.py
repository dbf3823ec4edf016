"""Publishes the monthly measures as data values, in the caller's transaction."""

from collections.abc import Iterable

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit
from indicators.periods import Period
from research.measures import SiteMonth, publish
from research.medexis.measures import queries


def publish_measures(pairs: Iterable[tuple[OrgUnit | int, Period]], *, by: User | None) -> None:
    """Makes the measures of these site-months anew from their reports and writes them as data values."""
    site_months: set[SiteMonth] = {(site.pk if isinstance(site, OrgUnit) else site, month) for site, month in pairs}
    months = sorted({month.id for _site, month in site_months})
    label = f"Medexis {months[0]}–{months[-1]}" if len(months) > 1 else f"Medexis {''.join(months)}"
    publish(queries.measures(site_months), label=label, by=by)
