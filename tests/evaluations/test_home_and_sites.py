"""The dashboard, the list of sites, and the page of one site."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from indicators.accounts.roles import Role
from indicators.models import OrgUnitGroup, OrgUnitGroupMembership, PublishedFigure
from indicators.periods import Period
from research.evaluations.trends import last_full_year
from tests.builders import (
    a_day,
    a_followed_site,
    a_product,
    a_source,
    a_stock_report,
    a_study_district,
    a_study_site,
    a_user,
    a_visit,
    an_evaluation,
    an_observation,
    the_hub,
)
from tests.evaluations.given import district_of, given_infants, given_values, quarter_of, refreshed, visitor, worked_off

pytestmark = pytest.mark.django_db
HOME, SITES = reverse("home"), reverse("site-list")
PLAN: dict[str, Any] = {"expected_from": a_day("2025-08-01"), "expected_to": a_day("2025-12-31")}


def year_of(unit: Any, year: int, each: float, months: int = 12) -> dict[Any, float]:
    return {(unit, f"{year}{month:02d}"): each for month in range(1, months + 1)}


def test_strangers_see_the_hub_and_the_progress_and_no_number_of_children() -> None:
    site = a_followed_site(**PLAN)
    an_evaluation("medexis")
    a_visit(site=site.unit, planned_on=a_day("2025-09-01"))
    given_values("DTP1", year_of(site.unit, 2025, 10))
    refreshed()
    page = visitor().get(HOME)
    text = page.content.decode()
    assert page.status_code == 200
    assert "<b>1</b> of 1" in text
    assert reverse("login") in text
    assert the_hub().name in text
    assert site.unit.name not in text
    assert "first doses in" not in text
    assert "doses" not in page.context


def test_before_the_study_is_loaded_the_dashboard_still_opens() -> None:
    assert visitor().get(HOME).status_code == 200
    assert visitor(a_user(Role.VIEWER)).get(HOME).status_code == 200


def test_zero_dose_is_signed_marked_and_apart_from_what_others_published() -> None:
    country = the_hub().country
    site = a_study_site()
    group = OrgUnitGroup.objects.create(key="hub-districts", name_fr="Centre", name_en="Hub districts")
    OrgUnitGroupMembership.objects.create(group=group, unit=site.district.unit)
    given_infants(site.unit, 100, 2024, 2025)
    given_values("DTP1", year_of(site.unit, 2024, 10) | year_of(site.unit, 2025, 5, months=11), demonstration=True)
    refreshed()
    PublishedFigure.objects.create(
        key="z", indicator="zero_dose", printed_place="Mali", unit=country, period=Period.parse("2021").code,
        value=157055, measure="children", source=a_source(title_en="A newspaper"),
    )  # fmt: skip
    assert last_full_year(country) == Period.parse("2024")
    page = visitor(a_user(Role.VIEWER)).get(HOME)
    levels = [(row.level, row.reading.value, row.reading.demonstration) for row in page.context["zero_dose"]]
    assert levels == [(country.name, pytest.approx(-20), True), ("Hub districts", pytest.approx(-20), True)]
    text = page.content.decode()
    assert "-20" in text
    assert "Negative: more doses than target children" in text
    assert "157,055" in text
    assert "A newspaper" in text
    assert [panel.title for panel in page.context["doses"].panels] == [country.name, "Hub districts"]


def test_each_reader_meets_the_news_they_may_read() -> None:
    site = a_followed_site(**PLAN)
    a_visit(site=site.unit, state="planned", planned_on=a_day())
    an_observation(site=site.unit)
    kinds = {
        role: {
            event.kind
            for event in visitor(a_user(role, districts=[district_of(site.unit)])).get(HOME).context["changes"]
        }
        for role in Role
    }
    assert kinds == {
        Role.VIEWER: set(),
        Role.CLERK: {"Visit"},
        Role.RESEARCHER: {"Visit", "Observation"},
        Role.LEAD: {"Visit", "Observation"},
        Role.ADMINISTRATOR: set(),
    }


def test_overdue_visits_are_counted_only_for_whoever_reads_visits() -> None:
    site = a_followed_site(**PLAN)
    a_visit(site=site.unit, state="planned", planned_on=a_day())
    a_visit(site=site.unit, planned_on=a_day())
    a_visit(site=site.unit, state="planned", planned_on=a_day("2090-01-01"))
    assert visitor(a_user(Role.LEAD)).get(HOME).context["overdue"].visits == 1
    assert visitor(a_user(Role.CLERK)).get(HOME).context["overdue"].visits == 0  # no district of theirs
    assert visitor(a_user(Role.VIEWER)).get(HOME).context["overdue"] is None


@pytest.mark.parametrize("url", [SITES, reverse("site-detail", args=[1])])
def test_strangers_are_asked_to_sign_in_before_any_site(url: str) -> None:
    response = visitor().get(url)
    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("login"))


def test_the_list_shows_a_clerk_their_own_districts() -> None:
    own, other = a_study_site("Poste à moi"), a_study_site("Poste des autres")
    clerk = visitor(a_user(Role.CLERK, districts=[district_of(own.unit)]))
    text = clerk.get(SITES).content.decode()
    assert "Poste à moi" in text
    assert "Poste des autres" not in text
    assert clerk.get(reverse("site-detail", args=[own.unit_id])).status_code == 200
    assert clerk.get(reverse("site-detail", args=[other.unit_id])).status_code == 404
    assert "No site to show" in visitor(a_user(Role.CLERK)).get(SITES).content.decode()


def test_a_unit_outside_the_study_has_no_site_page() -> None:
    district = a_study_district()
    assert visitor(a_user(Role.LEAD)).get(reverse("site-detail", args=[district.unit_id])).status_code == 404


def test_what_happened_at_a_site_is_one_line_of_time_with_a_link_to_each_record() -> None:
    unit = a_followed_site("medexis", **PLAN | {"expected_to": a_day("2025-09-30")}).unit
    visit = a_visit(site=unit, done_on=a_day("2025-09-15"))
    report = a_stock_report("202509", site=unit)
    report.lines.create(product=a_product(tracer=True), days_out=0)
    observation = an_observation(site=unit, observed_on=a_day("2025-08-20"), quote="Ça va.", demonstration=True)
    an_observation(site=unit, sensitivity="restricted", seen="Tenu secret.")
    page = visitor(a_user(Role.RESEARCHER)).get(reverse("site-detail", args=[unit.pk]))
    assert [(event.date, event.url, event.note) for event in page.context["events"]] == [
        (a_day("2025-09-30"), reverse("stock-detail", args=[report.pk]), "0 days out of stock"),
        (a_day("2025-09-15"), reverse("visit-detail", args=[visit.pk]), ""),
        (a_day("2025-08-31"), "", ""),  # the month that was not reported
        (a_day("2025-08-20"), reverse("observation-detail", args=[observation.pk]), ""),
    ]
    text = page.content.decode()
    assert "No stock report for August 2025" in text
    assert "Ça va." in text
    assert "secret" not in text
    assert "1 observation of this site is not yours to read" in text
    assert "demonstration" in text
    partner = visitor(a_user(Role.VIEWER)).get(reverse("site-detail", args=[unit.pk]))
    assert partner.context["events"] == []
    assert "Ça va." not in partner.content.decode()


def test_a_sites_trends_keep_gaps_signs_and_what_is_over_100() -> None:
    unit = a_study_site().unit
    given_infants(unit, 120, 2024, 2025)
    given_values("DTP1", quarter_of(unit, "2024Q4", 13) | quarter_of(unit, "2025Q2", 0))
    refreshed()
    page = visitor(a_user(Role.VIEWER)).get(reverse("site-detail", args=[unit.pk]))
    coverage, zero_dose = ([part.reading.value for part in trend["parts"]][-3:] for trend in page.context["trends"])
    assert coverage == [130, None, 0]
    assert zero_dose == [-9, None, 30]
    assert page.context["trends"][0]["chart"].over


def test_home_and_list_cost_the_same_for_any_number_of_sites() -> None:
    district, viewer = a_study_district(), a_user(Role.RESEARCHER)
    an_evaluation(), an_evaluation("medexis")
    costs = []
    for more in (8, 32):
        units = [a_study_site(district=district).unit for _ in range(more)]
        for unit in units:
            a_followed_site(unit=unit, **PLAN)
            a_visit(site=unit)
        given_values("DTP1", {(unit, f"2025{month:02d}"): 3.0 for unit in units for month in (1, 12)})
        refreshed()
        worked_off()
        for url in (HOME, SITES):
            client = visitor(viewer)
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                assert len(client.get(url).content) < 100_000
            costs.append(len(queries))
    assert costs[:2] == costs[2:]
    assert max(costs) <= 34
