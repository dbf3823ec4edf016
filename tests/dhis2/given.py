"""What the tests of pulls begin with: names of a small country, and ways to pull from it."""

from typing import Any

from indicators.exchange.dhis2.client import Client, Limits
from indicators.exchange.dhis2.credentials import credentials_of
from indicators.exchange.dhis2.pull_actions import run_pull, start_pull
from indicators.models import Dhis2Pull, Dhis2Server
from indicators.periods import Period
from tests.dhis2.a_server import Dhis2

ROOT, UNIT, ELEMENT, DATA_SET = "RootUnit001", "FirstUnit01", "Element0001", "DataSet0001"
TOKEN = "d2pat_CanaryInTheMine0123456789"
MONTHS = [f"2025{number:02d}" for number in range(1, 13)]
FIRST, MARCH, LAST = (Period.parse(month) for month in (MONTHS[0], MONTHS[2], MONTHS[-1]))
State, What = Dhis2Pull.State, Dhis2Pull.What
QUICK = Limits(connect=2, silence=2, whole=5, attempts=2, first_wait=0.01)


def a_value(month: str, value: str = "7", **fields: str) -> dict[str, str]:
    return {"dataElement": ELEMENT, "period": month, "orgUnit": UNIT, "value": value, **fields}


def quick(server: Dhis2Server) -> Client:
    return Client(server.url, credentials_of(server.key), QUICK, wait=lambda _: None)


def pulled(server: Dhis2Server, what: str = What.VALUES, **fields: Any) -> Dhis2Pull:
    """Three months of values, or what else is asked for."""
    months = {"first": FIRST, "last": MARCH} if what == What.VALUES else {}
    pull = start_pull(server, what=what, by=None, **months | fields)
    run_pull(pull.pk, seconds=None, connect=quick)
    pull.refresh_from_db()
    return pull


def asked_months(remote: Dhis2) -> list[str]:
    return [one.query["startDate"][0][:7].replace("-", "") for one in remote.asked_for("dataValueSets")]
