"""How often somebody may try before they have to wait. Pure.

Counted are tries that did not succeed. One account from one address: five in a quarter of an hour. One address
(a whole health centre may share it): twenty in an hour. One account from anywhere: twenty in a day, so that guessing
from many addresses gains nothing.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple


class Limit(NamedTuple):
    tries: int
    within: timedelta
    of_account: bool
    of_address: bool


class Try(NamedTuple):
    at: datetime
    same_account: bool
    same_address: bool


PASSWORDS = (
    Limit(5, timedelta(minutes=15), of_account=True, of_address=True),
    Limit(20, timedelta(hours=1), of_account=False, of_address=True),
    Limit(20, timedelta(days=1), of_account=True, of_address=False),
)
RESETS = (
    Limit(3, timedelta(hours=1), of_account=True, of_address=False),
    Limit(20, timedelta(hours=1), of_account=False, of_address=True),
)
LONGEST = timedelta(days=1)


def wait_until(tries: Iterable[Try], limits: Iterable[Limit], now: datetime) -> datetime | None:
    """When the next try is allowed; None where it is allowed now.

    A limit of n holds as long as n tries lie within its stretch: until the n-th latest of them leaves it.
    """
    latest = sorted(tries, key=lambda one: one.at, reverse=True)
    waits = [_held(latest, limit, now) for limit in limits]
    return max((one for one in waits if one), default=None)


def _held(latest: list[Try], limit: Limit, now: datetime) -> datetime | None:
    counted = [
        one.at
        for one in latest
        if one.at > now - limit.within
        and (one.same_account or not limit.of_account)
        and (one.same_address or not limit.of_address)
    ]
    return counted[limit.tries - 1] + limit.within if len(counted) >= limit.tries else None
