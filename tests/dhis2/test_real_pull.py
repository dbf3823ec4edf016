"""Sierra Leone pulled over HTTP: units, metadata and 188,701 values, with bad moments on the way."""

from typing import Any

import pytest
from django.db.models import Sum

from indicators.exchange.dhis2.client import Client, Limits
from indicators.exchange.dhis2.credentials import Credentials
from indicators.exchange.dhis2.pull_actions import run_pull, start_pull
from indicators.models import DataElement, DataValue, Dhis2Pull, Dhis2Server, ImportRun, OrgUnit
from indicators.periods import Frequency, Period
from indicators.rollup.actions import refresh_now
from indicators.rollup.queries import cells
from tests.dhis2.a_server import Dhis2, a_server, breaks_off, says, sierra_leone
from tests.exchange import shared_data

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.real_data, shared_data.needed]
COUNTRY, PENTA1, PENTA3 = "ImspTQPwCqd", "fClA2Erf6IO", "n6aMJNLdvep"
DATA_SETS = ["BfMAe6Itzgt", "TuL8IOPzpHh"]
PENTA1_BY_MONTH = [6332, 6600, 6173, 6436, 6675, 6829, 6603, 7195, 6699, 5827, 6265, 4762]
MONTHS = [Period(Frequency.MONTH, 2025, number) for number in range(1, 13)]


def pulled(server: Dhis2Server, what: str, **months: Period) -> Dhis2Pull:
    """To its end, and again after trouble."""
    credentials, quick = Credentials("ApiToken d2pat_test"), Limits(attempts=2, first_wait=0.01)
    pull = start_pull(server, what=what, by=None, tell_worker=False, **months)
    while pull.state == Dhis2Pull.State.QUEUED:
        assert run_pull(
            pull.pk, seconds=None, connect=lambda row: Client(row.url, credentials, quick, wait=lambda _: None)
        )
        pull.refresh_from_db()
    assert pull.state == Dhis2Pull.State.DONE, (pull.error, pull.report)
    return pull


def bad_moments(remote: Dhis2) -> None:
    remote.fault("dataValueSets", says(500), times=1)
    remote.fault("dataValueSets", says(429, Retry_After="1"), times=1)
    remote.fault("dataValueSets", breaks_off('{"dataValues": [{"dataElem'), times=3)
    remote.fault("organisationUnits", says(503), times=1)


def test_everything_arrives_and_the_totals_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DHIS2_SL_TOKEN", "d2pat_test")
    with a_server(sierra_leone()) as remote:
        server = Dhis2Server.objects.create(
            key="sl", name="Sierra Leone", url=remote.url, data_sets=DATA_SETS, root=COUNTRY
        )
        bad_moments(remote)
        pulled(server, "units")
        pulled(server, "metadata")
        assert OrgUnit.objects.count() == 1332
        pull = pulled(server, "values", first=MONTHS[0], last=MONTHS[-1])
        again = pulled(server, "values", first=MONTHS[0], last=MONTHS[1])
    assert (len(pull.pieces), pull.total, pull.runs.count()) == (24, 24, 24)
    assert not pull.runs.exclude(state=ImportRun.State.COMMITTED).exists()
    assert total(pull, "read") == total(pull, "created") == DataValue.objects.count() == 188_701
    assert total(again, "read") == total(again, "unchanged") > 30_000
    by_unit = DataValue.objects.filter(element__uid=PENTA1)
    assert (by_unit.count(), by_unit.aggregate(total=Sum("value"))["total"]) == (4325, 76_396)
    assert DataValue.objects.filter(element__uid=PENTA3).aggregate(total=Sum("value"))["total"] == 64_453
    DataElement.objects.filter(uid=PENTA1).update(concept="DTP1")
    refresh_now()
    country = OrgUnit.objects.get(uid=COUNTRY)
    found: dict[Any, Any] = cells(["DTP1"], [country], MONTHS)
    assert [found["DTP1", country.pk, month].sum for month in MONTHS] == PENTA1_BY_MONTH


def total(pull: Dhis2Pull, count: str) -> int:
    return sum(piece[count] for piece in pull.pieces)
