"""Pulls: piece by piece, into the same pipeline as a file, whatever the server does."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from indicators.exchange.dhis2.pull_actions import run_pull, sweep
from indicators.models import DataValue, Dhis2Pull, Dhis2Server, ImportRun, OrgUnit
from tests.dhis2.a_server import Dhis2, breaks_off, says, sends
from tests.dhis2.given import (
    DATA_SET,
    LAST,
    MONTHS,
    QUICK,
    ROOT,
    TOKEN,
    UNIT,
    State,
    What,
    a_value,
    asked_months,
    pulled,
    quick,
)

pytestmark = pytest.mark.django_db


def test_values_arrive_month_by_month(server: Dhis2Server, remote: Dhis2) -> None:
    pull = pulled(server, last=LAST)
    assert (pull.state, pull.error, len(pull.pieces), pull.total) == (State.DONE, "", 12, 12)
    assert sorted(DataValue.objects.values_list("value", flat=True)) == list(range(12))
    assert asked_months(remote) == MONTHS
    asked = remote.asked_for("dataValueSets")[1].query
    assert (asked["endDate"], asked["orgUnit"], asked["children"]) == (["2025-02-28"], [ROOT], ["true"])
    assert pull.runs.filter(state=ImportRun.State.COMMITTED).count() == 12
    assert sum(piece["created"] for piece in pull.pieces) == 12


def test_once_more_changes_nothing(server: Dhis2Server) -> None:
    pulled(server)
    again = pulled(server)
    assert [piece["unchanged"] for piece in again.pieces] == [1] * 3
    assert sum(piece["created"] + piece["updated"] for piece in again.pieces) == 0


def test_a_value_deleted_there_is_deleted_here(server: Dhis2Server, remote: Dhis2) -> None:
    pulled(server)
    remote.holdings.values[DATA_SET, "202503"][0]["deleted"] = True
    assert [piece["deleted"] for piece in pulled(server).pieces] == [0, 0, 1]
    assert DataValue.objects.count() == 2


def test_a_server_that_does_not_tell_deleted_values_is_asked_for_the_others(server: Dhis2Server, remote: Dhis2) -> None:
    remote.fault("dataValueSets", says(409))
    pull = pulled(server)
    assert (pull.state, DataValue.objects.count()) == (State.DONE, 3)
    assert ["includeDeleted" in one.query for one in remote.asked_for("dataValueSets")] == [True, False, True, True]


def test_units_and_metadata_then_values(remote: Dhis2) -> None:
    server = Dhis2Server.objects.create(key="hmis", name="HMIS", url=remote.url, data_sets=[DATA_SET])
    without = pulled(server)
    assert (without.state, without.error) == (State.FAILED, "no_root")
    units, metadata = pulled(server, What.UNITS), pulled(server, What.METADATA)
    assert (units.state, metadata.state) == (State.DONE, State.DONE), (units.report, metadata.report)
    assert units.pieces[0]["counts"] == {"organisationUnits": 2}
    assert metadata.pieces[0]["counts"]["dataElements"] == 1
    assert OrgUnit.objects.get(uid=UNIT).parent == OrgUnit.objects.get(uid=ROOT)
    assert pulled(server).state == State.DONE
    assert DataValue.objects.count() == 3


def test_units_that_do_not_fit_are_not_taken(server: Dhis2Server, remote: Dhis2) -> None:
    remote.holdings.collections["organisationUnits"][1]["parent"] = {"id": "Nowhere0001"}
    pull = pulled(server, What.UNITS)
    assert (pull.state, pull.error) == (State.FAILED, "not_taken 1")
    assert [problem["code"] for problem in pull.report["problems"]] == ["missing_parent"]


@pytest.mark.parametrize(
    ("fault", "code"), [(says(500), "server_error"), (says(429), "too_many"), (breaks_off('{"dataV'), "cut")]
)
def test_trouble_is_tried_again_later_and_goes_on_where_it_stopped(
    server: Dhis2Server, remote: Dhis2, fault: Any, code: str
) -> None:
    remote.fault("dataValueSets", fault, times=2)
    pull = pulled(server)
    assert (pull.state, pull.attempts, pull.report["failure"]["code"]) == (State.QUEUED, 1, code)
    assert sweep() == [], "not before the pause is over"
    pull.report["again_at"] = timezone.now().isoformat()
    pull.save()
    assert sweep() == [pull.pk]
    run_pull(pull.pk, seconds=None, connect=quick)
    pull.refresh_from_db()
    assert (pull.state, pull.attempts, "failure" in pull.report) == (State.DONE, 0, False)


def test_a_pause_that_the_server_asks_for_is_kept(server: Dhis2Server, remote: Dhis2) -> None:
    remote.fault("dataValueSets", says(429, Retry_After="3600"))
    pull = pulled(server)
    assert pull.report["again_at"] > (timezone.now() + timedelta(minutes=59)).isoformat()


def test_after_three_attempts_it_has_failed(server: Dhis2Server, remote: Dhis2) -> None:
    remote.fault("dataValueSets", says(503), times=99)
    pull = pulled(server)
    for _ in range(2):
        assert pull.state == State.QUEUED
        run_pull(pull.pk, connect=quick)
        pull.refresh_from_db()
    assert (pull.state, pull.attempts) == (State.FAILED, 3)
    assert not run_pull(pull.pk, connect=quick)
    assert len(remote.asked) == 3 * QUICK.attempts


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (says(401), "unauthorised"),
        (says(403), "forbidden"),
        (says(409), "refused 409"),
        (sends("<html>", "text/html"), "not_json"),
        (sends('{"dataValues": 7}'), "file_refused"),
    ],
)
def test_what_a_person_must_mend_fails_at_once(server: Dhis2Server, remote: Dhis2, fault: Any, code: str) -> None:
    remote.fault("dataValueSets", fault, times=2)
    pull = pulled(server)
    assert (pull.state, pull.error, pull.attempts) == (State.FAILED, code, 1)
    assert DataValue.objects.count() == 0


def test_a_cut_between_two_records_is_trouble_too(server: Dhis2Server, remote: Dhis2) -> None:
    remote.fault("dataValueSets", sends('{"dataValues": [' + json.dumps(a_value("202501"))), times=2)
    pull = pulled(server)
    assert (pull.state, pull.error) == (State.QUEUED, "cut")


def test_an_empty_month_is_a_piece_without_import(server: Dhis2Server, remote: Dhis2) -> None:
    del remote.holdings.values[DATA_SET, "202502"]  # type: ignore[attr-defined]
    pull = pulled(server)
    assert (pull.state, len(pull.pieces), pull.runs.count()) == (State.DONE, 3, 2)


def test_rejected_records_wait_for_a_person_and_nothing_of_them_is_written(server: Dhis2Server, remote: Dhis2) -> None:
    remote.holdings.values[DATA_SET, "202502"].append(a_value("202502", "many", dataElement="Unknown0001"))
    pull = pulled(server)
    assert pull.state == State.DONE
    assert DataValue.objects.count() == 2, "the other months are in, of this one nothing"
    open_one = pull.runs.exclude(state=ImportRun.State.COMMITTED).get()
    assert open_one.content
    assert (open_one.state, pull.pieces[1]["state"]) == (ImportRun.State.QUEUED, ImportRun.State.QUEUED)


def test_records_of_unknown_units_wait_and_block_nothing(server: Dhis2Server, remote: Dhis2) -> None:
    remote.holdings.values[DATA_SET, "202502"].append(a_value("202502", orgUnit="Unknown0001"))
    pull = pulled(server)
    assert (pull.state, DataValue.objects.count()) == (State.DONE, 3)
    assert pull.pieces[1]["waiting"] == 1


def test_the_token_is_nowhere_in_the_rows(server: Dhis2Server, remote: Dhis2) -> None:
    remote.fault("dataValueSets", says(401, f"not {TOKEN}"))
    pulled(server)
    remote.fault("dataValueSets", sends(json.dumps({"dataValues": [{TOKEN: TOKEN}]})))
    pulled(server)
    rows = [str(Dhis2Pull.objects.values()), str(Dhis2Server.objects.values())]
    assert TOKEN not in "".join(rows)
