"""The calendar of stock-outs: what each cell says, and that it holds for many sites."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from indicators.accounts.roles import Role
from indicators.models import OrgUnit
from indicators.periods import Period
from indicators.registry.stockout_days import Stockout
from research.medexis.episodes.actions import rebuild_sites
from research.medexis.episodes.cells import Cell, State, cell
from research.medexis.models import CardLine, MovementReason, Offer, StockCard, StockLine, StockOut, StockOutEpisode
from research.medexis.stock_outs.calendar_queries import calendar
from tests.builders import a_clerk_of, a_followed_site, a_product, a_stock_report, a_user

MARCH, PRESENT = Period.parse("202503"), Period.parse("202512")
NOTHING: dict[str, Any] = {"offered": None, "dated": [], "reported": None, "closing": None, "kept": False}


@pytest.mark.parametrize(
    ("told", "expected", "shade"),
    [
        ({}, Cell(State.MISSING), 0),
        ({"offered": False}, Cell(State.NOT_OFFERED), 0),
        ({"offered": True}, Cell(State.MISSING), 0),
        ({"reported": 0}, Cell(State.NONE, 0), 0),
        ({"reported": 5}, Cell(State.SOME, 5), 1),
        ({"reported": 8}, Cell(State.SOME, 8), 2),
        ({"reported": 15}, Cell(State.SOME, 15), 3),
        ({"reported": 31}, Cell(State.WHOLE, 31), 4),
        ({"reported": 300}, Cell(State.IMPOSSIBLE, 300), 3),
        ({"closing": 0}, Cell(State.UNKNOWN), 3),
        ({"closing": 0, "reported": 0}, Cell(State.DOUBTFUL, 0), 1),
        ({"closing": 9, "reported": 0}, Cell(State.NONE, 0), 0),
        ({"closing": 0, "reported": 0, "kept": True}, Cell(State.NONE, 0), 0),  # a card shows stock on every day
        ({"kept": True}, Cell(State.NONE, 0), 0),
        ({"kept": True, "reported": 7}, Cell(State.NONE, 0), 0),  # the card knows better; the episode list says so
        ({"dated": [Stockout(date(2025, 2, 20), date(2025, 3, 4))], "reported": 9}, Cell(State.SOME, 3), 1),
        ({"dated": [Stockout(date(2025, 2, 20), date(2025, 5, 1))]}, Cell(State.WHOLE, 31), 4),
    ],
)
def test_what_a_cell_says(told: dict[str, Any], expected: Cell, shade: int) -> None:
    found = cell(MARCH, present=PRESENT, **NOTHING | told)
    assert found == expected
    assert found.shade == shade


def test_zero_days_and_nothing_left_was_out_on_the_last_day() -> None:
    doubtful = cell(MARCH, present=PRESENT, **NOTHING | {"reported": 0, "closing": 0})
    assert (doubtful.was_out, doubtful.is_counted, doubtful.days) == (True, True, 0)
    plain = cell(MARCH, present=PRESENT, **NOTHING | {"reported": 0, "closing": 1})
    assert (plain.was_out, plain.is_counted) == (False, True)
    blank = cell(MARCH, present=PRESENT, **NOTHING | {"closing": 0})
    assert (blank.was_out, blank.is_counted) == (True, False)
    assert cell(MARCH, present=PRESENT, **NOTHING | {"closing": 1}).was_out is None


def test_a_month_to_come_says_nothing() -> None:
    assert cell(Period.parse("202601"), present=PRESENT, **NOTHING | {"reported": 4}).state == State.TO_COME


def signed_in(client: Client, user: Any) -> None:
    user.language = "en"
    user.save()
    client.force_login(user)


def a_site_with(product: Any, *, days: int = 4) -> OrgUnit:
    site = a_followed_site("medexis").unit
    StockLine.objects.create(report=a_stock_report("202503", site=site), product=product, days_out=days, closing=3)
    StockOut.objects.create(site=site, product=product, start=date(2025, 5, 1), end=date(2025, 5, 9))
    rebuild_sites([site.pk])
    return site


@pytest.mark.django_db
@pytest.mark.usefixtures("in_english")
class TestPage:
    def test_cells_lead_to_what_is_behind_them(self, client: Client) -> None:
        product = a_product()
        site = a_site_with(product)
        signed_in(client, a_user(Role.LEAD))
        (row,) = calendar([site], product, 2025)
        assert [day.cell.days for day in row.cells[:6]] == [None, None, 4, None, 9, None]
        assert (row.days, row.known) == (13, 2)
        page = client.get(reverse("stock-calendar"), {"annee": "2025"}).content.decode()
        for episode in StockOutEpisode.objects.all():
            assert reverse("stock-out-episode", args=[episode.pk]) in page

    def test_a_doubtful_month_has_a_mark_of_its_own(self, client: Client) -> None:
        product, site = a_product(), a_followed_site("medexis").unit
        report = a_stock_report("202503", site=site)
        StockLine.objects.create(report=report, product=product, days_out=0, closing=0)
        (row,) = calendar([site], product, 2025)
        assert (row.days, row.known, row.cells[2].cell.state) == (0, 1, State.DOUBTFUL)
        signed_in(client, a_user(Role.LEAD))
        page = client.get(reverse("stock-calendar"), {"annee": "2025"}).content.decode()
        assert "0?</span>" in page.split("<tbody>")[1]
        assert reverse("stock-detail", args=[report.pk]) in page

    def test_not_offered_is_not_missing(self) -> None:
        product = a_product()
        site = a_site_with(product)
        Offer.objects.create(site=site, product=product, since=date(2025, 6, 2), offered=False, basis="CSCom")
        (row,) = calendar([site], product, 2025)
        assert [day.cell.state for day in row.cells[4:7]] == [State.SOME, State.NOT_OFFERED, State.NOT_OFFERED]

    def test_a_card_knows_the_months_between_its_first_and_last_line_and_a_cancelled_line_is_none(self) -> None:
        product = a_product()
        site = a_site_with(product)
        reason = MovementReason.objects.create(
            key="in", name_fr="in", name_en="in", kind="credit", column="received"
        )  # fmt: skip
        card = StockCard.objects.create(site=site, product=product)
        CardLine.objects.create(
            card=card, occurred_on=date(2025, 1, 3), reason=reason, quantity=9, cancelled_because="x"
        )
        (row,) = calendar([site], product, 2025)
        assert row.cells[6].cell.state == State.MISSING
        CardLine.objects.create(card=card, occurred_on=date(2025, 6, 15), reason=reason, quantity=9)
        (row,) = calendar([site], product, 2025)
        assert [day.cell.state for day in row.cells[5:7]] == [State.MISSING, State.MISSING]
        CardLine.objects.create(card=card, occurred_on=date(2025, 8, 2), reason=reason, quantity=1)
        (row,) = calendar([site], product, 2025)
        assert [day.cell.state for day in row.cells[5:9]] == [State.MISSING, State.NONE, State.NONE, State.MISSING]

    def test_as_many_queries_for_many_sites(
        self, client: Client, django_assert_num_queries: Any, django_assert_max_num_queries: Any
    ) -> None:
        product = a_product()
        sites = [a_site_with(product) for _number in range(6)]
        with django_assert_num_queries(4):
            calendar(sites[:1], product, 2025)
        with django_assert_num_queries(4):
            assert len(calendar(sites, product, 2025)) == 6
        signed_in(client, a_user(Role.LEAD))
        with django_assert_max_num_queries(18) as counted:
            client.get(reverse("stock-calendar"))
        months = [
            one["sql"] for one in counted if one["sql"].startswith('SELECT DISTINCT "research_stockreport"."period"')
        ]
        assert len(months) == 1  # of a country they take long to tell apart

    def test_a_clerk_sees_their_own_district_and_a_strange_question_is_answered(self, client: Client) -> None:
        product = a_product()
        site, other = a_site_with(product), a_site_with(product)
        signed_in(client, a_clerk_of(site))
        page = client.get(reverse("stock-calendar"), {"annee": "20x5", "product": "9999999", "district": "x"})
        assert page.status_code == 200
        assert site.name in page.content.decode()
        assert other.name not in page.content.decode()

    def test_an_episode_of_another_district_does_not_exist(self, client: Client) -> None:
        product = a_product()
        site, other = a_site_with(product), a_site_with(product)
        signed_in(client, a_clerk_of(site))
        own = StockOutEpisode.objects.filter(site=site).first()
        strange = StockOutEpisode.objects.filter(site=other).first()
        assert own
        assert strange
        page = client.get(reverse("stock-out-episode", args=[own.pk]))
        assert page.status_code == 200
        assert client.get(reverse("stock-out-episode", args=[strange.pk])).status_code == 404

    def test_disagreeing_sources_stand_side_by_side(self, client: Client) -> None:
        product = a_product()
        site = a_site_with(product)
        StockLine.objects.create(report=a_stock_report("202505", site=site), product=product, days_out=2)
        rebuild_sites([site.pk])
        signed_in(client, a_user(Role.LEAD))
        episode = StockOutEpisode.objects.get(disagreement=True)
        page = client.get(reverse("stock-out-episode", args=[episode.pk])).content.decode()
        assert "The sources disagree" in page
        assert "Monthly report" in page
        assert "Entered stock-out" in page
        assert '<td class="number">9</td>' in page  # what was entered comes to nine days, the report says two
        assert '<td class="number">2</td>' in page
        listed = client.get(reverse("stock-out-list"), {"state": "disagree"}).content.decode()
        assert reverse("stock-out-episode", args=[episode.pk]) in listed
