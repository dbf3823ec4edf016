"""A screening as a job: what stands out where it was put, told by the worker and never by the page."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from indicators.accounts.roles import Role
from indicators.periods import Period
from indicators.rollup.actions import refresh_now
from research.linkage import jobs
from research.linkage.screening import actions
from research.linkage.screening.models import ScreeningRun
from research.models import Evaluation, ExposureStage
from tests.builders import a_followed_site, a_user
from tests.evaluations.given import given_values

pytestmark = pytest.mark.django_db
FIRST, LAST = Period.parse("202401"), Period.parse("202512")
MONTHS = [Period.parse(f"{year}{month:02}").id for year in (2024, 2025) for month in range(1, 13)]


def asked(by: Any, unit: Any, **more: Any) -> ScreeningRun:
    wanted: dict[str, Any] = {"indicators": ["dtp1_doses"], "first": FIRST, "last": LAST, "evaluation": None}
    return actions.ask(by=by, unit=unit, **wanted | more)


@pytest.fixture
def places() -> list[Any]:
    """Four sites of one country: one rises, one has an outlier, one jumps at its first use, one does nothing."""
    sites = [a_followed_site("coach2pev") for _ in range(4)]
    ExposureStage.objects.create(site=sites[2], stage="first_use", began_on=date(2025, 1, 10), evidence_fr="Registre")
    noise = [0, 1, 2, 1, 0, 2, 1, 0, 1, 2, 0, 1] * 2
    rows = {
        0: [20 + 2 * at + noise[at] for at in range(24)],
        1: [20 + noise[at] + (80 if at == 7 else 0) for at in range(24)],
        2: [20 + noise[at] + (30 if at >= 12 else 0) for at in range(24)],
        3: [20 + noise[at] for at in range(24)],
    }
    for at, values in rows.items():
        unit = sites[at].unit
        given_values("DTP1", {(unit, month): value for month, value in zip(MONTHS, values, strict=True)})
    refresh_now("changed")
    return [one.unit for one in sites]


def root(unit: Any) -> Any:
    while unit.parent:
        unit = unit.parent
    return unit


def test_what_stands_out_is_found_where_it_was_put(places: list[Any]) -> None:
    evaluation = Evaluation.objects.get(code="coach2pev")
    run = asked(a_user(Role.LEAD), root(places[0]), evaluation=evaluation)
    assert actions.work(run.pk)
    run.refresh_from_db()
    part = run.result["indicators"][0]  # type: ignore[index]
    rows = {row["unit"]: row for row in part["rows"]}
    assert part["series"] == 4
    assert rows[places[0].pk]["slope"] == pytest.approx(2, abs=0.2)
    assert rows[places[1].pk]["outliers"] == ["202408"]
    assert rows[places[2].pk]["level"] == pytest.approx(30, abs=2)
    assert rows[places[2].pk]["level_q"] < 0.01
    assert rows[places[0].pk]["level"] is None  # no first use: no change to be looked for
    assert places[3].pk not in rows
    assert part["changed"] == 1


def test_a_page_only_shows_what_a_worker_made(client: Client, places: list[Any]) -> None:
    lead = a_user(Role.LEAD, language="en")
    client.force_login(lead)
    sent = {"unit": root(places[0]).pk, "indicators": ["dtp1_doses"], "first": "2024-01", "last": "2025-12"}
    answer = client.post("/depistage/", sent)
    run = ScreeningRun.objects.get()
    assert answer["Location"] == f"/depistage/{run.pk}/"
    waiting = client.get(f"/depistage/{run.pk}/").content.decode()
    assert "Waits for the worker" in waiting
    assert run.state == "queued"
    assert client.post("/depistage/", sent)["Location"] == answer["Location"]  # the same waits already
    actions.work(run.pk)
    shown = client.get(f"/depistage/{run.pk}/").content.decode()
    assert places[0].name in shown
    assert "4 places with values" in shown
    with CaptureQueriesContext(connection) as seen:
        client.get(f"/depistage/{run.pk}/?indicator=dtp1_doses")
    assert len(seen) < 15


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"indicators": []}, "indicators"),
        ({"indicators": ["none"]}, "indicators"),
        ({"first": LAST, "last": FIRST}, "last"),
        ({"first": Period.parse("190001")}, "last"),
    ],
)
def test_what_cannot_be_screened_is_refused_with_its_field(places: list[Any], more: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        asked(a_user(Role.LEAD), root(places[0]), **more)
    assert field in caught.value.message_dict


def test_who_may_ask_and_read(client: Client, places: list[Any]) -> None:
    run = asked(a_user(Role.RESEARCHER), root(places[0]))
    for role, listed, read in ((Role.VIEWER, 403, 404), (Role.CLERK, 403, 404), (Role.RESEARCHER, 200, 200)):
        client.force_login(a_user(role))
        assert client.get("/depistage/").status_code == listed
        assert client.get(f"/depistage/{run.pk}/").status_code == read
    with pytest.raises(PermissionDenied):
        asked(a_user(Role.CLERK), root(places[0]))


def test_a_month_that_is_none_is_said_beside_its_field(client: Client, places: list[Any]) -> None:
    client.force_login(a_user(Role.LEAD, language="en"))
    sent = {"unit": root(places[0]).pk, "indicators": ["dtp1_doses"], "first": "2024", "last": "2025-13"}
    page = client.post("/depistage/", sent).content.decode()
    assert page.count("Write a month like 2025-03.") >= 2
    assert not ScreeningRun.objects.exists()


def test_a_dead_workers_screening_is_made_by_another_and_only_once(places: list[Any], monkeypatch: Any) -> None:
    run = asked(a_user(Role.LEAD), root(places[0]))
    dead = jobs.claim(ScreeningRun, run.pk)
    assert dead
    assert not actions.work(run.pk)
    assert actions.sweep() == run.pk
    assert actions.work(run.pk)
    with pytest.raises(jobs.ClaimLost):
        jobs.beat(ScreeningRun, run.pk, dead, 1, 1)
    assert not jobs.store(ScreeningRun, run.pk, dead, result={"indicators": []})
    run.refresh_from_db()
    assert run.state == "done"
    assert run.result["places"] == 4  # type: ignore[index]


def test_an_error_is_tried_three_times_and_then_said(client: Client, places: list[Any], monkeypatch: Any) -> None:
    run = asked(a_user(Role.LEAD), root(places[0]))

    def broken(*_args: Any) -> Any:
        raise RuntimeError("no memory")

    monkeypatch.setattr("research.linkage.screening.compute.screen", broken)
    for _attempt in range(jobs.ATTEMPTS):
        with pytest.raises(RuntimeError):
            actions.work(run.pk)
    run.refresh_from_db()
    assert run.state == "failed"
    assert "no memory" in run.error
    client.force_login(a_user(Role.LEAD, language="en"))
    page = client.get(f"/depistage/{run.pk}/").content.decode()
    assert "three attempts" in page
    assert "no memory" not in page
