"""What dated stock-outs come to in a month, by the three rules in use. Pure: episodes in, days out.

An episode lasts from its first day without stock to its last, both included. One that has no last day goes on: it
counts up to today, today included.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from indicators.periods import Period, between
from indicators.registry.stockout_days import Rule, Stockout, days_out

CODES: Mapping[Rule, str] = {
    Rule.CALENDAR: "STOCKOUT_DAYS_CALENDAR",
    Rule.THIRTY_360: "STOCKOUT_DAYS_30_360",
    Rule.WHOLE_PERIOD_IS_ZERO: "STOCKOUT_DAYS_WHOLE_ZERO",
}
"""The data element that carries the days by each rule."""


class Episode(NamedTuple):
    """A product without stock from `start` to `end`, both included; `end` None: it still is."""

    product: int
    start: date
    end: date | None


def days_by_rule(
    episodes: Iterable[Episode], month: Period, *, reported: int | None, today: date
) -> dict[str, int | None]:
    """Days out of stock of a site in a month by code of the data element; None is missing.

    Of several products the one that was out longest by the rule counts, as in the monthly report. Without an episode
    in the month the days are 0 only where the month's report says 0 (`reported`): a site that gave no report, or
    reported days that nobody has dated, is unknown. A month that has not begun is missing.
    """
    products: dict[int, list[Stockout]] = {}
    for episode in episodes:
        if touches(episode, month, today):
            back = min(episode.end or today, today) + timedelta(days=1)
            products.setdefault(episode.product, []).append(Stockout(episode.start, back))
    if not products:
        return dict.fromkeys(CODES.values(), 0 if reported == 0 else None)
    return {code: max(days_out(dated, month, rule) for dated in products.values()) for rule, code in CODES.items()}


def length(start: date, end: date) -> int:
    """Calendar days, both ends included."""
    return (end - start).days + 1


def touches(episode: Episode, month: Period, today: date) -> bool:
    """Whether the episode has a day in the month, up to today."""
    last = min(episode.end or today, today)
    return episode.start <= min(last, month.end) and last >= month.start


def months_of(start: date, end: date | None, today: date) -> list[Period]:
    """The months in which an episode has days, up to the current one where it goes on."""
    return list(between(Period.month_of(start), Period.month_of(end or max(start, today))))
