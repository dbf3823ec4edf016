"""The direction of the series that ends with a number, for the page behind that number."""

from typing import NamedTuple

from indicators.geography.models import OrgUnit
from indicators.pages.explorer_choice import series_url
from indicators.pages.formats import period_text
from indicators.pages.trend_words import TrendWords, trend_words
from indicators.periods import FIRST_YEAR, Frequency, Period, between
from indicators.registry.definitions import Definition
from indicators.rollup.readings import readings

TESTED = {Frequency.MONTH: 36, Frequency.QUARTER: 12, Frequency.YEAR: 12}
"""How many periods, this one the last of them."""


class NumberTrend(NamedTuple):
    """`first` is the series' first period; `url` shows it with its chart, and by every other test."""

    first: str
    words: TrendWords
    url: str


def number_trend(measure: Definition, place: OrgUnit, when: Period) -> NumberTrend:
    """The trend up to a period at a place. As many queries as `readings`."""
    first = _first(when)
    periods = tuple(between(first, when))
    found = readings(measure.code, [place], periods)
    words = trend_words([found[place.pk, period] for period in periods], when.frequency.name.lower())
    return NumberTrend(period_text(first), words, series_url(measure, place, periods, "trend"))


def _first(when: Period) -> Period:
    """So many periods back, or the first that periods know."""
    earliest = Period(when.frequency, FIRST_YEAR)
    back = TESTED[when.frequency] - 1
    return when.shift(-back) if earliest.shift(back) <= when else earliest
