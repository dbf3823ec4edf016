"""Where the reading of a series stands: the pages of a site, of an evaluation, of a question, and the explorer."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from indicators.accounts.roles import Role
from indicators.models import OrgUnit
from indicators.pages import explorer_values
from indicators.pages.told_words import Told
from research.agenda import views as agenda_views
from research.agenda.models import StudyDistrict
from research.evaluations.views import evaluation as evaluation_views
from tests.builders import a_followed_site, a_study_site, a_user, an_evaluation_question
from tests.evaluations.given import given_infants, refreshed, visitor
from tests.explorer.given import given_quarters

pytestmark = pytest.mark.django_db

DROP = [100, 98, 104, 100, 48, 142]
SHARP = "Sharp drop from "
MANY: dict[str, Any] = {"indicator": "dtp1_coverage", "from": "2024Q1", "to": "2025Q2"}


def given_coverage(unit: OrgUnit, coverage: list[float | None], first: str = "2024Q1") -> None:
    """Four hundred infants a year, so a hundred a quarter."""
    given_infants(unit, 400, 2024, 2025)
    given_quarters(unit, coverage, first)


def a_site(name: str, coverage: list[float | None]) -> OrgUnit:
    site = a_study_site(name)
    given_coverage(site.unit, coverage)
    return site.unit


def lists_in(page: str) -> list[str]:
    """The sentences of each reading of the page, with their links, unspaced."""
    folded = re.findall(r'<details class="more told"[^>]*>.*?</details>', page, re.S)
    return [" ".join(one.split()) for one in folded]


def got(client: Client, url: str, **asked: Any) -> str:
    response = client.get(url, asked)
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_of_a_site_tells_each_of_its_trends_and_makes_the_claim_once() -> None:
    unit = a_site("Poste A", [*DROP])
    refreshed()
    page = got(visitor(a_user(Role.VIEWER)), reverse("site-detail", args=[unit.pk]))
    coverage, zero_dose = lists_in(page)
    assert SHARP in coverage
    assert (
        f'href="{reverse("number-detail", args=["dtp1_coverage", unit.pk, "2025Q1"])}">48.0% (Q1 2025)</a>' in coverage
    )
    assert "more doses than target children were reported" in zero_dose
    assert "No trend can be claimed" not in coverage  # it stands above, with its cautions
    assert page.count("No trend can be claimed (Mann–Kendall original, n = 6") == 2


def test_the_page_of_an_evaluation_tells_its_sites_side_by_side_without_links_for_strangers() -> None:
    first, second = a_site("Poste A", [*DROP]), a_site("Poste B", [45, 84, 50, 80, 42, 79])
    for unit in (first, second):
        a_followed_site(unit=unit)
    refreshed()
    url = reverse("evaluation-detail", args=["coach2pev"])
    (public,) = lists_in(got(visitor(), url))
    assert f"<b>Poste A</b>: {SHARP}" in public
    assert "Substantial variability: Poste B" in public
    assert "<a " not in public
    (own,) = lists_in(got(visitor(a_user(Role.VIEWER)), url))
    assert reverse("number-detail", args=["dtp1_coverage", first.pk, "2025Q1"]) in own
    assert re.sub("<[^>]+>", "", own) == re.sub("<[^>]+>", "", public)


def test_the_explorer_tells_the_lines_of_its_chart() -> None:
    unit = a_site("Poste A", [*DROP])
    refreshed()
    client = visitor(a_user(Role.VIEWER))
    (alone,) = lists_in(got(client, "/explorer/", unit=unit.pk, show="place", **MANY))
    assert SHARP in alone
    assert unit.parent
    below = got(client, "/explorer/", unit=unit.parent.pk, show="below", **MANY)
    assert "at 2 of 2 places" in lists_in(below)[0]  # the district and its one place are both drawn
    other = a_study_site("Poste B", district=StudyDistrict.objects.get(unit=unit.parent))
    given_coverage(other.unit, [45, 84, 50, 80, 42, 79])
    refreshed()
    both = lists_in(got(client, "/explorer/", unit=unit.parent.pk, show="below", **MANY))[0]
    assert "at 1 of 2 places" in both  # the whole beside its parts is no third of them
    only = got(client, "/explorer/", unit=unit.parent.pk, show="below", draw=f"{unit.pk}", **MANY)
    assert SHARP in lists_in(only)[0]
    assert "places" not in lists_in(only)[0]


def test_the_page_of_a_question_tells_its_numbers() -> None:
    question = an_evaluation_question()
    for name in ("Poste A", "Poste B"):
        a_followed_site(unit=a_site(name, [*DROP]))
    refreshed()
    number = question.evaluation.learning_question.number
    a_followed_site(unit=a_site("Poste C", [80, 85, None, None, None, None]))
    refreshed()
    told = lists_in(got(visitor(a_user(Role.VIEWER)), reverse("question-detail", args=[number])))
    assert "1 place with fewer than three complete values is left out." in told[0]
    assert re.sub("<[^>]+>", "", told[0]).count("at the same time, Q1 2025: Poste A 48.0%, Poste B 48.0%.") == 1


def test_pages_without_a_course_tell_nothing() -> None:
    unit = a_site("Poste A", [80, 85])
    refreshed()
    client = visitor(a_user(Role.VIEWER))
    assert lists_in(got(client, reverse("site-detail", args=[unit.pk]))) == []
    assert lists_in(got(client, "/explorer/", unit=unit.pk, show="place", **MANY)) == []


def test_no_page_asks_the_database_anything_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    question = an_evaluation_question()
    unit = a_site("Poste A", [*DROP])
    a_followed_site(unit=unit)
    refreshed()
    client = visitor(a_user(Role.VIEWER))
    pages = [
        reverse("evaluation-detail", args=["coach2pev"]),
        reverse("question-detail", args=[question.evaluation.learning_question.number]),
        f"/explorer/?indicator=dtp1_coverage&unit={unit.pk}&show=place&from=2024Q1&to=2025Q2",
    ]

    def asked() -> list[int]:
        counts = []
        for page in pages:
            client.get(page)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                client.get(page)
            counts.append(len(queries))
        return counts

    with_readings = asked()
    for module in (agenda_views, evaluation_views, explorer_values):
        monkeypatch.setattr(module, "told_together", lambda *given: Told([]))
    assert asked() == with_readings
