"""The page: each record once, what may not be read is counted, and no more queries for more of anything."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from indicators.accounts.roles import Role
from indicators.rollup.actions import refresh_now
from research.evaluations.models import Evaluation, ExposureStage
from research.models import EvaluationSite, StockOutEpisode
from tests.builders import (
    a_product,
    a_source,
    a_study_district,
    a_study_site,
    a_user,
    a_visit,
    an_evaluation,
    an_observation,
)
from tests.evaluations.given import given_values
from tests.linkage.annotations.test_annotations import an_annotation

pytestmark = pytest.mark.django_db
SPAN = "from=2025-01&to=2025-12"


@pytest.fixture
def study() -> Any:
    """Two sites of a district with one record of each kind at the first."""

    district = a_study_district()
    site, other = (a_study_site(district=district).unit for _ in range(2))
    evaluation = Evaluation.objects.filter(code="coach2pev").first() or an_evaluation("coach2pev")
    followed = [
        EvaluationSite.objects.create(evaluation=evaluation, unit=one, source=a_source()) for one in (site, other)
    ]
    ExposureStage.objects.create(site=followed[0], stage="first_use", began_on=date(2025, 4, 2), evidence_fr="Registre")
    a_visit(site=site, done_on=date(2025, 5, 6))
    product = a_product()
    StockOutEpisode.objects.create(
        site=site,
        product=product,
        start=date(2025, 6, 1),
        end=date(2025, 6, 12),
        precision="day",
        basis="entry",
        days=12,
    )
    an_observation(site=site, observed_on=date(2025, 7, 3), quote="Les doses manquaient", state="approved")
    an_annotation(district.unit, starts_on=date(2025, 8, 1), ends_on=date(2025, 8, 9))
    given_values("DTP1", {(site, f"2025{month:02}"): 10 + month for month in (1, 2, 4)})
    refresh_now("changed")
    return district, site, other, followed


def rows(client: Client, query: str) -> list[dict[str, str]]:
    text = client.get(f"/ensemble/csv/?{query}&{SPAN}").content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_every_kind_of_record_has_its_mark_and_opens_its_page(client: Client, study: Any) -> None:
    _district, site, _other, _followed = study
    client.force_login(a_user(Role.LEAD, language="en"))
    answer = client.get(f"/ensemble/?place={site.pk}&indicator=dtp1_doses&{SPAN}")
    page = answer.content.decode()
    assert answer.status_code == 200
    for address in (
        "/visites/",
        "/ruptures/episodes/",
        "/observations/",
        "/evenements/",
        "/evaluations/coach2pev/exposition/",
    ):
        assert f'<a href="{address}' in page, address
    found = rows(client, f"place={site.pk}&indicator=dtp1_doses")
    layers = {row["layer"] for row in found}
    assert {"stages of exposure", "supervision visits", "stock-outs", "dated events", "quotes"} <= layers
    assert sum("DTP1" in row["layer"] or "DTC1" in row["layer"] for row in found) == 3  # a missing month is no row


def test_layers_are_chosen_and_time_is_cut(client: Client, study: Any) -> None:
    _district, site, _other, _followed = study
    client.force_login(a_user(Role.LEAD, language="en"))
    only = rows(client, f"place={site.pk}&shown=1&layer=stock")
    assert {row["layer"] for row in only} == {"stock-outs"}
    text = client.get(f"/ensemble/csv/?place={site.pk}&from=2025-01&to=2025-05&shown=1&layer=stock").content.decode()
    assert len(text.strip().splitlines()) == 1
    assert rows(client, f"place={site.pk}&shown=1") == []


def test_what_may_not_be_read_is_counted_and_not_shown(client: Client, study: Any) -> None:
    district, site, _other, _followed = study
    client.force_login(a_user(Role.CLERK, districts=[district.unit], language="en"))
    page = client.get(f"/ensemble/?place={site.pk}&{SPAN}").content.decode()
    assert "quotes (1)" in page
    assert "Les doses manquaient" not in page
    assert not [row for row in rows(client, f"place={site.pk}") if row["layer"] == "quotes"]


def test_a_clerk_meets_no_place_of_another_district(client: Client, study: Any) -> None:

    _district, site, _other, _followed = study
    elsewhere = a_study_district()
    client.force_login(a_user(Role.CLERK, districts=[elsewhere.unit]))
    for address in ("/ensemble/", "/ensemble/csv/"):
        assert client.get(f"{address}?place={site.pk}").status_code == 404
    assert client.get("/ensemble/").status_code == 200
    client.force_login(a_user(Role.CLERK))
    assert client.get("/ensemble/").status_code == 200


def test_an_arm_sums_its_sites(client: Client, study: Any) -> None:
    _district, site, other, _followed = study
    given_values("DTP1", {(other, "202501"): 100})
    refresh_now("changed")
    client.force_login(a_user(Role.LEAD, language="en"))
    exposed = rows(client, "place=coach2pev-exposed&indicator=dtp1_doses&shown=1&layer=outcome")
    others = rows(client, "place=coach2pev-others&indicator=dtp1_doses&shown=1&layer=outcome")
    assert [row["what"].split(": ")[1] for row in exposed] == ["11", "12", "14"]
    assert [row["what"].split(": ")[1] for row in others] == ["100"]
    assert site != other


@pytest.mark.parametrize("query", ["place=x", "place=99999999999999", "place=nothing-exposed", "place=0"])
def test_a_place_that_is_not_there_is_a_404(client: Client, study: Any, query: str) -> None:
    client.force_login(a_user(Role.LEAD))
    assert client.get(f"/ensemble/?{query}").status_code == 404


@pytest.mark.parametrize(
    "query", ["from=zzz&to=2025-99", "from=9999-12&to=0001-01", "indicator=none", "layer=none&shown=1"]
)
def test_an_address_that_says_nonsense_still_opens(client: Client, study: Any, query: str) -> None:
    client.force_login(a_user(Role.LEAD))
    assert client.get(f"/ensemble/?{query}").status_code == 200


def test_as_many_queries_for_many_sites_and_marks(client: Client, study: Any) -> None:

    district, _site, _other, _followed = study
    client.force_login(a_user(Role.LEAD))
    costs = []
    for more in (0, 6):
        for number in range(more):
            unit = a_study_site(district=district).unit
            a_visit(site=unit, done_on=date(2025, 2, 1 + number))
            an_observation(site=unit, observed_on=date(2025, 3, 1 + number), quote="x", state="approved")
            an_annotation(unit, starts_on=date(2025, 3, 1 + number))
        cache.clear()
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"/ensemble/?place={district.unit.pk}&{SPAN}").status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1] <= 45
