"""Groups of places in the explorer: sums of their members of each month, within the place and the scope."""

import csv
import io
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from indicators.accounts.roles import Role
from indicators.models import OrgUnit, OrgUnitGroup, OrgUnitGroupMembership
from indicators.periods import Period
from indicators.rollup.readings import readings_of_groups
from tests.builders import a_unit, a_user
from tests.evaluations.given import given_infants, given_values, quarter_of, refreshed, visitor
from tests.rollup.one_group import group_readings

pytestmark = pytest.mark.django_db

EXPLORER = "/explorer/"
FIRST_HALF: dict[str, Any] = {"indicator": "dtp1_doses", "from": "2025Q1", "to": "2025Q2"}


def a_group(key: str, *members: OrgUnit, **since: Any) -> OrgUnitGroup:
    group = OrgUnitGroup.objects.create(key=key, name_fr=key, name_en=key)
    for unit in members:
        OrgUnitGroupMembership.objects.create(group=group, unit=unit, **since)
    return group


def two_districts() -> tuple[OrgUnit, OrgUnit, OrgUnit]:
    """A country with 30 doses a quarter in the first district and 60 in the second."""
    country = a_unit("Pays")
    first, second = a_unit("Premier", country), a_unit("Second", country)
    for unit, each in ((first, 10), (second, 20)):
        given_infants(unit, 120, 2025)
        given_values("DTP1", quarter_of(unit, "2025Q1", each) | quarter_of(unit, "2025Q2", each))
    refreshed()
    return country, first, second


def ask(client: Client, path: str = EXPLORER, **asked: Any) -> Any:
    return client.get(path, FIRST_HALF | asked)


def a_viewer() -> Client:
    return visitor(a_user(Role.VIEWER))


def numbers(page: Any) -> dict[str, list[float | None]]:
    return {line.name: [cell.part.reading.value for cell in line.cells] for line in page.context["lines"]}


def test_groups_stand_beside_the_place_as_a_whole() -> None:
    country, first, second = two_districts()
    a_group("arm-a", first)
    a_group("both", first, second)
    page = ask(a_viewer(), unit=country.pk, show="groups")
    assert numbers(page) == {"Pays": [90, 90], "arm-a": [30, 30], "both": [90, 90]}
    assert [series.name for series in page.context["chart"].series] == ["arm-a", "both"]
    assert "month by month of those who belonged to it then" in page.content.decode()


def test_a_rate_of_a_group_is_its_sums_divided() -> None:
    country, first, second = two_districts()
    group = a_group("both", first, second)
    page = ask(a_viewer(), unit=country.pk, show="groups", indicator="dtp1_coverage")
    quarters = [Period.parse("2025Q1"), Period.parse("2025Q2")]
    direct = group_readings("dtp1_coverage", group, quarters)
    assert numbers(page)["both"] == [direct[when].value for when in quarters] == [150, 150]


def test_who_joined_later_counts_from_then_on() -> None:
    country, first, second = two_districts()
    group = a_group("arm", first)
    OrgUnitGroupMembership.objects.create(group=group, unit=second, start=date(2025, 4, 1), end=date(2025, 5, 15))
    page = ask(a_viewer(), unit=country.pk, show="groups")
    assert numbers(page)["arm"] == [30, 30 + 20 + 20]


def test_a_group_opens_its_members_and_each_of_its_numbers_those_of_that_time() -> None:
    country, first, second = two_districts()
    group = a_group("arm", first)
    OrgUnitGroupMembership.objects.create(group=group, unit=second, start=date(2025, 4, 1))
    client = a_viewer()
    [_whole, line] = ask(client, unit=country.pk, show="groups").context["lines"]
    assert numbers(client.get(line.url)) == {"arm": [30, 90], "Premier": [30, 30], "Second": [60, 60]}
    then = client.get(line.cells[0].part.url)
    assert parse_qs(urlsplit(line.cells[0].part.url).query)["to"] == ["202503"]
    assert numbers(then) == {"arm": [30], "Premier": [30]}
    number = reverse("number-detail", args=["dtp1_doses", first.pk, "2025Q1"])
    assert number in then.content.decode()
    assert 'href=""' not in then.content.decode()


def test_below_a_place_a_group_is_its_members_there() -> None:
    _country, first, second = two_districts()
    a_group("both", first, second)
    a_group("elsewhere", second)
    page = ask(a_viewer(), unit=first.pk, show="groups")
    assert numbers(page) == {"Premier": [30, 30], "both": [30, 30]}


def test_a_clerk_learns_nothing_of_members_elsewhere() -> None:
    country, first, second = two_districts()
    a_group("both", first, second)
    elsewhere = a_group("elsewhere", second)
    clerk = visitor(a_user(Role.CLERK, districts=[first]))
    assert numbers(ask(clerk, show="groups")) == {"Premier": [30, 30], "both": [30, 30]}
    assert ask(clerk, unit=country.pk, show="groups").status_code == 400
    page = ask(clerk, show="members", group=elsewhere.pk)
    assert page.status_code == 400
    assert "it has no member here" in page.content.decode()
    assert ask(clerk, reverse("explorer-csv"), show="members", group=elsewhere.pk).status_code == 302


@pytest.mark.parametrize("group", ["0", "x", "99999999999999999999", "\x00"])
def test_a_group_that_is_none_is_answered_by_a_sentence(group: str) -> None:
    country, first, _second = two_districts()
    a_group("arm", first)
    page = ask(a_viewer(), unit=country.pk, show="members", group=group)
    assert page.status_code == 400
    assert "This cannot be shown" in page.content.decode()


def test_without_a_group_the_first_is_opened_and_without_any_it_is_said() -> None:
    country, first, _second = two_districts()
    a_group("gavi-44")
    page = ask(a_viewer(), unit=country.pk, show="members")
    assert "No group of places has a member here" in page.content.decode()
    assert "Nobody has said yet who belongs to: gavi-44." in " ".join(page.content.decode().split())
    a_group("arm", first)
    assert ask(a_viewer(), unit=country.pk, show="members").context["choice"].group.key == "arm"


def test_the_file_holds_the_groups_and_names_what_their_target_is() -> None:
    country, first, second = two_districts()
    a_group("both", first, second)
    answer = ask(a_viewer(), reverse("explorer-csv"), unit=country.pk, show="groups", indicator="dtp1_coverage")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["Place"], row["DHIS2 uid"], row["Value"]) for row in rows] == [
        *[("Pays", country.uid, "150")] * 2,
        *[("both", "", "150")] * 2,
    ]
    assert rows[-1]["Source of the denominator"] == "sum of the members"


def test_the_groups_ticked_are_drawn() -> None:
    country, first, second = two_districts()
    a_group("a", first)
    ticked = a_group("b", second)
    page = ask(a_viewer(), unit=country.pk, show="groups", draw=f"g{ticked.pk}")
    assert [series.name for series in page.context["chart"].series] == ["b"]


def test_several_groups_are_read_at_once_as_each_alone() -> None:
    _country, first, second = two_districts()
    groups = [a_group("a", first), a_group("b", second), a_group("both", first, second), a_group("none")]
    periods = [Period.parse(text) for text in ("202501", "2025Q1", "2025")]
    together = readings_of_groups("dtp1_coverage_rolling", groups, periods)
    for group in groups:
        alone = group_readings("dtp1_coverage_rolling", group, periods)
        assert {period: together[group.pk, period] for period in periods} == alone


@pytest.mark.parametrize("show", ["groups", "members"])
@pytest.mark.parametrize("view", ["values", "trend", "control"])
def test_the_page_costs_the_same_with_two_groups_and_with_ten(show: str, view: str) -> None:
    country, first, second = two_districts()
    client, costs = a_viewer(), []
    for more in (2, 8):
        for i in range(more):
            unit = a_unit(f"Autre {more} {i}", country)
            a_group(f"g-{more}-{i}", first, second, unit)
        client.get(EXPLORER)
        with CaptureQueriesContext(connection) as queries:
            assert ask(client, unit=country.pk, show=show, view=view).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 34
