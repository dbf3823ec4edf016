"""Whether reports come, on time and every month. Pure."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from indicators.periods import Period
from research.medexis.formulas.ratios import Ratio

TIMELY_DAYS = 15
"""Days after the month's end until which a report is on time (the EPI data set of the WHO package)."""


def on_time(month: Period, received_on: date, timely_days: int = TIMELY_DAYS) -> bool:
    """Whether a report of the month came by its `timely_days`-th day after the month's end, that day included."""
    return received_on <= month.end + timedelta(days=timely_days)


def consistent(months_by_site: Mapping[int, Collection[Period]], months: Collection[Period]) -> Ratio | None:
    """Sites that reported every month ÷ sites that reported any. None where none did.

    Source: DHIS2 data quality toolkit, data-quality-03-analysis.
    """
    wanted = set(months)
    any_of = [wanted & set(reported) for reported in months_by_site.values() if wanted & set(reported)]
    return Ratio(sum(found == wanted for found in any_of), len(any_of)) if any_of else None
