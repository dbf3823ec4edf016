"""Records, each delivered three times in any order by two devices, are as many records: a thousand in `make faults`."""

import hashlib
import os
import random
import uuid
from datetime import date
from typing import Any

import pytest

from indicators.periods import Period
from research.models import Observation, OfflineReceipt
from tests.offline.scene import OBSERVATION, a_signed_in, an_envelope, an_observer, send

pytestmark = pytest.mark.django_db
RECORDS = int(os.environ.get("REPLAYED", "120"))


def the_records(fields: dict[str, Any]) -> list[dict[str, Any]]:
    dice = random.Random(7)
    days = [Period.parse("202509").start.replace(day=day).isoformat() for day in range(1, 29)]
    return [
        fields | {"client_uuid": uuid.UUID(int=dice.getrandbits(128), version=4), "observed_on": dice.choice(days),
                  "seen": f"Séance {number}: {dice.randint(0, 40)} enfants vus"}
        for number in range(RECORDS)
    ]  # fmt: skip


def the_state() -> str:
    rows = Observation.objects.order_by("client_uuid").values_list("client_uuid", "observed_on", "seen", "state")
    return hashlib.sha256(repr(list(rows)).encode()).hexdigest()


def test_three_deliveries_in_random_order_leave_what_one_leaves() -> None:
    researcher, fields = an_observer()
    records = the_records(fields)
    deliveries = [an_envelope(researcher, OBSERVATION, typed) for typed in records] * 3
    random.Random(11).shuffle(deliveries)
    devices = [a_signed_in(researcher), a_signed_in(researcher)]
    statuses = [send(devices[number % 2], envelope).status_code for number, envelope in enumerate(deliveries)]
    assert (statuses.count(201), statuses.count(200)) == (RECORDS, 2 * RECORDS)
    assert Observation.objects.count() == OfflineReceipt.objects.count() == RECORDS
    assert Observation.history.count() == RECORDS  # type: ignore[attr-defined]
    expected = sorted(
        (typed["client_uuid"], date.fromisoformat(typed["observed_on"]), typed["seen"], "submitted")
        for typed in records
    )
    assert the_state() == hashlib.sha256(repr(expected).encode()).hexdigest()
