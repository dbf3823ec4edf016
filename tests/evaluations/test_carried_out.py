"""The measures of all sites together, and planned against done in one month, on the progress page."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from indicators.accounts.roles import Role
from indicators.models import DataValue
from indicators.periods import Period
from research.evaluations.carried_out import carried_out, month_shown
from research.evaluations.measures import PROCESS
from research.evaluations.queries import Window
from tests.builders import a_day, a_followed_site, a_user, a_visit
from tests.evaluations.given import given_values, refreshed, visitor

pytestmark = pytest.mark.django_db
PAGE = reverse("evaluation-detail", args=["coach2pev"])
PLAN: dict[str, Any] = {"expected_from": a_day("2025-08-01"), "expected_to": a_day("2025-12-31")}


def texts(found: Any, code: str) -> list[str]:
    [row] = [row for row in found.rows if row.definition.code == code]
    return [plain(total.text) for total in [*row.months, row.together]]


def plain(text: str) -> str:
    """A percentage without what a language adds to it."""
    return "".join(char for char in text.replace(",", ".") if char in "0123456789.-—")


def test_sites_and_months_are_summed_before_they_are_divided() -> None:
    first, second = (a_followed_site(**PLAN).unit for _ in "ab")
    given_values("COACH_ITEMS_ASKED_AGAIN", {(first, "202509"): 4, (second, "202509"): 1, (first, "202510"): 5})
    given_values("COACH_ITEMS_FAILED_AGAIN", {(first, "202509"): 1, (second, "202509"): 1, (first, "202510"): 0})
    given_values("COACH_RATED_AGAIN", {(first, "202509"): 2, (second, "202509"): 2})
    given_values("COACH_LEVELS_GAINED", {(first, "202509"): -2, (second, "202509"): 1})
    refreshed()
    found = carried_out("coach2pev", [first.pk, second.pk])
    assert found
    assert [month.id for month in found.months] == ["202509", "202510"]
    assert [row.definition.code for row in found.rows] == list(PROCESS["coach2pev"])
    assert texts(found, "repeat_failures") == ["40.0", "0.0", "20.0"]
    assert texts(found, "competency_gain")[1] == "—"
    assert not found.over_100


def test_every_measure_together_is_what_the_cells_add_up_to() -> None:
    sites = [a_followed_site(**PLAN).unit for _ in range(3)]
    months = ["202508", "202509", "202510", "202511"]
    number = 0
    for above, below in [("COACH_STEPS_DONE", "COACH_STEPS_PLANNED"), ("COACH_VISITS_DONE", "COACH_VISITS_PLANNED")]:
        done, planned = {}, {}
        for site in sites:
            for month in months:
                number += 1
                if number % 4:
                    done[site, month], planned[site, month] = number % 7, 1 + number % 3
        given_values(above, done)
        given_values(below, planned)
    refreshed()
    found = carried_out("coach2pev", [site.pk for site in sites])
    assert found
    assert found.over_100
    for code, above, below in [
        ("fidelity", "COACH_STEPS_DONE", "COACH_STEPS_PLANNED"),
        ("visits_done_ratio", "COACH_VISITS_DONE", "COACH_VISITS_PLANNED"),
    ]:
        [row] = [row for row in found.rows if row.definition.code == code]
        for when, shown in zip([*found.months, None], [*row.months, row.together], strict=True):
            sums = [0.0, 0.0]
            for place, concept in enumerate((above, below)):
                for value in DataValue.objects.filter(element__concept=concept):
                    if when is None or value.period == when.code:
                        sums[place] += value.value
            percent = round(100 * sums[0] / sums[1], 1)
            assert plain(shown.text) == str(percent)
            assert shown.over_100 is (percent > 100)


def test_before_the_first_measure_there_is_no_table() -> None:
    site = a_followed_site(**PLAN)
    assert carried_out("coach2pev", [site.unit_id]) is None
    assert carried_out("coach2pev", []) is None
    assert carried_out("unheard-of", [site.unit_id]) is None
    assert "How is it carried out" not in visitor().get(PAGE).content.decode()


def test_the_page_links_each_measure_to_its_definition_for_readers_only() -> None:
    site = a_followed_site(**PLAN).unit
    given_values("COACH_VISITS_PLANNED", {(site, "202509"): 1})
    given_values("COACH_VISITS_DONE", {(site, "202509"): 2}, demonstration=True)
    refreshed()
    own, public = (visitor(user).get(PAGE).content.decode() for user in (a_user(Role.VIEWER), None))
    link = reverse("indicator-detail", args=["visits_done_ratio"])
    assert link in own
    assert link not in public
    for page in (own, public):
        assert "200.0%" in page
        assert "▲ above 100%, kept as it is" in page


def test_planned_against_done_in_the_month_asked_for() -> None:
    site, other = (a_followed_site(**PLAN).unit for _ in "ab")
    a_visit(site=site, planned_on=a_day("2025-09-01"), done_on=a_day("2025-10-02"))
    a_visit(site=other, state="planned", planned_on=a_day("2025-10-05"))
    page = visitor().get(PAGE, {"mois": "202510"})
    rows = {row.site.unit_id: (row.planned, row.done) for row in page.context["of_the_month"].rows}
    assert rows == {site.pk: (0, 1), other.pk: (1, 0)}
    assert 'href="?mois=202509#month"' in page.content.decode()
    assert 'href="?mois=202511#month"' in page.content.decode()
    for asked in ("", "202401", "x", "2025Q3"):
        assert visitor().get(PAGE, {"mois": asked}).context["month"].id == "202512"


def test_which_month_is_shown() -> None:
    window = Window(Period.parse("202508"), Period.parse("202512"))
    assert month_shown("", None, date(2025, 9, 9)) is None
    assert month_shown("", window, date(2025, 9, 9)) == Period.parse("202509")
    assert month_shown("", window, date(2026, 3, 1)) == Period.parse("202512")
    assert month_shown("", window, date(2025, 1, 1)) == Period.parse("202508")
    assert month_shown("202511", window, date(2025, 9, 9)) == Period.parse("202511")
