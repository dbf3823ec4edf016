"""The progress page of an evaluation, as strangers and as the hub's people meet it."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from indicators.accounts.roles import Role
from indicators.models import OrgUnit, PublishedFigure
from indicators.periods import Period
from research.agenda.models import StudyDistrict
from research.evaluations.models import EvaluationSite
from research.evaluations.queries import site_name, site_names
from tests.builders import (
    a_day,
    a_followed_site,
    a_source,
    a_stock_report,
    a_study_district,
    a_study_site,
    a_user,
    a_visit,
    an_evaluation,
    an_evaluation_question,
    an_observation,
)
from tests.evaluations.given import district_of, given_infants, given_values, quarter_of, refreshed, visitor

pytestmark = pytest.mark.django_db
COACH, STOCK = (reverse("evaluation-detail", args=[code]) for code in ("coach2pev", "medexis"))
PLAN: dict[str, Any] = {"expected_from": a_day("2025-08-01"), "expected_to": a_day("2025-12-31")}


def text_of(url: str, *roles: Role, language: str = "en", districts: list[OrgUnit] | None = None) -> str:
    client = visitor(a_user(*roles, districts=districts) if roles else None, language)
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_an_unknown_evaluation_is_not_found() -> None:
    an_evaluation()
    assert visitor().get(reverse("evaluation-detail", args=["other"])).status_code == 404


def test_the_page_is_public_and_opens_no_number_to_strangers() -> None:
    site = a_followed_site(**PLAN)
    given_values("DTP1", quarter_of(site.unit, "2025Q3", 10))
    given_infants(site.unit, 100, 2025)
    refreshed()
    public = text_of(COACH)
    assert site.unit.name in public
    assert "/nombres/" not in public
    assert "/sites/" not in public.replace('href="/sites/"', "")
    own = text_of(COACH, Role.VIEWER)
    assert reverse("number-detail", args=["dtp1_coverage", site.unit_id, "2025Q3"]) in own
    assert reverse("site-detail", args=[site.unit_id]) in own


def test_the_caveat_is_shown_to_everybody_in_their_language() -> None:
    an_evaluation("medexis", caveat_fr="Vaccins : non établi.", caveat_en="Vaccines: not established.")
    assert "Vaccines: not established." in text_of(STOCK)
    assert "Vaccins : non établi." in text_of(STOCK, language="fr")


def a_hidden_and_an_open_site() -> tuple[EvaluationSite, EvaluationSite]:
    conflict = a_study_district("Secteur Nord", conflict=True)
    hidden = a_followed_site(unit=a_study_site("Poste Caché", district=conflict).unit, **PLAN)
    shown = a_followed_site(unit=a_study_site("Poste Ouvert").unit, **PLAN)
    PublishedFigure.objects.create(
        key="f", indicator="dtp1_coverage", printed_place="Poste Caché", unit=hidden.unit, value=62, measure="percent",
        source=a_source(),
    )  # fmt: skip
    for site in (hidden, shown):
        given_infants(site.unit, 100, 2025)
    given_values("DTP1", quarter_of(hidden.unit, "2025Q3", 10) | quarter_of(shown.unit, "2025Q3", 9))
    refreshed()
    return hidden, shown


def test_strangers_do_not_learn_names_of_sites_in_conflict_districts() -> None:
    a_hidden_and_an_open_site()
    public = text_of(COACH)
    assert "Poste Caché" not in public
    assert "Poste Ouvert" in public
    assert "(Secteur Nord)" in public  # it still counts, under a number
    assert "conflict" not in public  # its context is nobody's business here
    own = text_of(COACH, Role.VIEWER)
    assert "Poste Caché" in own
    assert "conflict" in own


def test_names_are_shown_where_the_installation_does_not_hide_them(settings: Any) -> None:
    a_hidden_and_an_open_site()
    settings.HIDE_CONFLICT_SITE_NAMES = False
    assert "Poste Caché" in text_of(COACH)


def test_one_query_names_all_sites(django_assert_num_queries: Any) -> None:
    units = [site.unit for site in a_hidden_and_an_open_site()]
    reader, stranger = a_user(Role.VIEWER), visitor().get(COACH).wsgi_request.user
    assert reader.roles  # read once for each request
    with django_assert_num_queries(0):
        assert site_names(units, reader)[units[0].pk] == "Poste Caché"
    with django_assert_num_queries(1):
        assert "Caché" not in site_name(units[0], stranger)


def test_visits_done_of_planned_by_site_and_in_all() -> None:
    site, other = a_followed_site(**PLAN), a_followed_site(**PLAN)
    for planned, done in [("2025-09-01", "2025-09-03"), ("2025-10-01", "2025-10-02")]:
        a_visit(site=site.unit, planned_on=a_day(planned), done_on=a_day(done))
    a_visit(site=site.unit, state="planned", planned_on=a_day("2025-11-01"))
    a_visit(site=other.unit, done_on=a_day("2025-09-09"), demonstration=True)
    page = visitor().get(COACH)
    rows = {row.site.unit_id: (row.done, row.planned, row.made_up) for row in page.context["progress"].rows}
    assert rows == {site.unit_id: (2, 3, False), other.unit_id: (1, 0, True)}
    assert "<b>3</b> of 3" in page.content.decode()


def test_stock_reports_received_of_expected() -> None:
    site = a_followed_site("medexis", **PLAN)
    for month in ("202508", "202509", "202512"):
        a_stock_report(month, site=site.unit)
    assert "<b>3</b> of 5" in text_of(STOCK)


def test_nothing_planned_is_said_and_not_shown_as_zero() -> None:
    a_followed_site()
    public = text_of(COACH)
    assert "Nothing is expected yet" in public
    assert "<progress" not in public


def test_coverage_above_100_is_kept_and_explained_and_a_gap_stays_a_gap() -> None:
    site = a_followed_site(**PLAN)
    given_infants(site.unit, 120, 2024, 2025)
    given_values("DTP1", quarter_of(site.unit, "2024Q1", 13) | quarter_of(site.unit, "2024Q3", 6), demonstration=True)
    refreshed()
    page = visitor().get(COACH)
    chart = page.context["chart"].whole
    assert dict(zip(chart.labels, chart.series[0].values, strict=True)) | {"Q4 2022": None} == {
        "Q4 2022": None, "Q1 2023": None, "Q2 2023": None, "Q3 2023": None, "Q4 2023": None,
        "Q1 2024": 130, "Q2 2024": None, "Q3 2024": 60,
    }  # fmt: skip
    text = page.content.decode()
    assert "1 of 1 site above 100% at least once" in text
    assert "1 value is above 100" in text
    assert "tag-demo" in text


def test_scores_are_summed_and_divided_by_site_and_quarter() -> None:
    first, second = a_followed_site(**PLAN), a_followed_site(**PLAN)
    given_values("COACH_POINTS", {(first.unit, "202509"): 1, (second.unit, "202509"): 9})
    given_values("COACH_POSSIBLE", {(first.unit, "202509"): 2, (second.unit, "202509"): 9})
    refreshed()
    quality = visitor().get(COACH).context["quality"]
    assert [[part.text for part in parts] for _name, parts in quality.rows] == [["50.0%"], ["100.0%"]]
    assert quality.totals == [("90.9%", False, False)]
    assert [period.id for period in quality.quarters] == ["2025Q3"]


def test_a_sum_over_sites_says_when_a_site_or_a_month_is_missing() -> None:
    full, part, silent = (a_followed_site("medexis", **PLAN) for _ in range(3))
    given_values("STOCK_DAYS_OUT", quarter_of(full.unit, "2025Q3", 2) | quarter_of(part.unit, "2025Q3", 0))
    given_values("STOCK_DAYS_OUT", quarter_of(full.unit, "2025Q4", 2) | quarter_of(part.unit, "2025Q4", 0))
    given_values("STOCK_DAYS_OUT", quarter_of(silent.unit, "2025Q4", 1))
    refreshed()
    quality = visitor().get(STOCK).context["quality"]
    assert quality.totals == [("6", True, False), ("9", False, False)]


def test_before_any_measure_the_page_says_what_will_come() -> None:
    a_followed_site(**PLAN)
    assert visitor().get(COACH).context["quality"] is None
    assert "Nothing has been measured yet" in text_of(COACH)


def test_an_observation_appears_at_once_for_those_who_read_it_and_counts_for_the_others() -> None:
    site, question = a_followed_site(**PLAN), an_evaluation_question()
    an_observation(site=site.unit, evaluation_question=question, seen="Le frigo marche.", quote="Ça va.")
    an_observation(site=site.unit, evaluation_question=question, seen="Tenu secret.", sensitivity="restricted")
    own = text_of(COACH, Role.RESEARCHER)
    assert "Le frigo marche." in own
    assert "Ça va." in own
    assert "Tenu secret." not in own
    assert "Tenu secret." in text_of(COACH, Role.RESEARCHER, districts=[district_of(site.unit)])
    for roles in ((), (Role.VIEWER,), (Role.CLERK,), (Role.ADMINISTRATOR,)):
        page = text_of(COACH, *roles)
        assert "frigo" not in page
        assert "Ça va" not in page
        assert "secret" not in page
        assert "2 observations, 1 with a quote" in page


def test_printed_figures_stay_apart_and_keep_their_places() -> None:
    a_followed_site(**PLAN)
    source = a_source(title_en="Quarterly report")
    common: dict[str, Any] = {"indicator": "dtp1_coverage", "measure": "percent", "source": source}
    PublishedFigure.objects.create(
        key="a", printed_place="Asaco", value=142, period=Period.parse("2022Q4").code, **common
    )
    PublishedFigure.objects.create(key="b", printed_place="Aniasco", low=40, high=50, precision="range", **common)
    page = text_of(COACH)
    assert "142%" in page
    assert "40–50%" in page
    assert "Quarterly report" in page
    assert "Q4 2022" in page
    assert "none of the study's sites" in page or "none of the study&#x27;s sites" in page


def test_queries_do_not_grow_with_sites_and_the_page_stays_light() -> None:
    district, lead = a_study_district("Secteur"), a_user(Role.LEAD)
    few, many = (_costs(_followed(district, sites), lead) for sites in (12, 120))
    assert few == many
    assert max(many) <= 36


def test_a_page_shows_some_sites_and_sums_them_all() -> None:
    sites = [a_followed_site(unit=a_study_site(f"Poste {number:02}").unit, **PLAN) for number in range(14)]
    for site in sites:
        a_visit(site=site.unit, planned_on=a_day("2025-09-01"), done_on=a_day("2025-09-02"))
    given_values("COACH_POINTS", {(site.unit, "202509"): 1 for site in sites})
    given_values("COACH_POSSIBLE", {(site.unit, "202509"): 2 for site in sites})
    refreshed()
    pages = [visitor(a_user(Role.VIEWER)).get(COACH, {"page": number, "mois": "202509"}) for number in (1, 2, 99)]
    shown = [[row.name for row in page.context["progress"].rows] for page in pages]
    assert [len(names) for names in shown] == [9, 5, 5]
    assert sorted(shown[0] + shown[1]) == sorted(site.unit.name for site in sites)
    for page in pages:
        for counted in (page.context["progress"], page.context["of_the_month"]):
            assert (counted.planned, counted.done) == (14, 14)
        assert page.context["quality"].totals == [("50.0%", False, False)]
        assert len(page.context["quality"].rows) == len(page.context["progress"].rows)
        assert "of 14; sums are over all of them" in page.content.decode()
    text = pages[1].content.decode()
    assert 'href="?mois=202508&amp;page=2#month"' in text
    assert 'rel="prev" href="?mois=202509&amp;page=1"' in text


def test_the_sites_of_the_readers_own_districts_come_first() -> None:
    sites = [a_followed_site(unit=a_study_site(f"Poste {number:02}").unit, **PLAN) for number in range(14)]
    last = district_of(sites[-1].unit)
    rows = visitor(a_user(Role.CLERK, districts=[last])).get(COACH).context["progress"].rows
    assert rows[0].site.unit.parent == last
    assert visitor().get(COACH).context["progress"].rows[0].site.unit.parent != last


def test_a_hidden_site_has_the_same_number_on_its_page_as_in_the_whole_list() -> None:
    conflict = a_study_district("Secteur Nord", conflict=True)
    for number in range(14):
        a_followed_site(unit=a_study_site(f"Poste {number:02}", district=conflict).unit, **PLAN)
    pages = [visitor().get(COACH, {"page": number}).context["progress"].rows for number in (1, 2)]
    assert [row.name for rows in pages for row in rows] == [f"Site {number} (Secteur Nord)" for number in range(1, 15)]


def _followed(district: StudyDistrict, sites: int) -> list[str]:
    """Both evaluations follow so many sites of the district, with numbers and visits; the addresses of their pages."""
    missing = range(EvaluationSite.objects.filter(evaluation__code="coach2pev").count(), sites)
    units = [a_study_site(f"Poste {number}", district=district).unit for number in missing]
    for unit in units:
        a_followed_site(unit=unit, **PLAN)
        a_followed_site("medexis", unit=unit, **PLAN)
        given_infants(unit, 100, 2025)
        a_visit(site=unit, planned_on=a_day("2025-09-01"))
    if units:
        year = [(unit, month.id) for unit in units for month in Period.parse("2025").months()]
        for concept in ("DTP1", "COACH_POINTS", "COACH_POSSIBLE", "STOCK_DAYS_OUT"):
            given_values(concept, dict.fromkeys(year, 9.0))
        refreshed()
    return [COACH, STOCK]


def _costs(urls: list[str], reader: Any) -> list[int]:
    """Of strangers, then of a signed-in reader, who may open the pages of exposure too."""
    exposure = [reverse("exposure", args=[code]) for code in ("coach2pev", "medexis")]
    asked = [(visitor(), url) for url in urls] + [(visitor(reader), url) for url in [*urls, *exposure]]
    return [_cost(client, url, 100_000) for client, url in asked]


def _cost(client: Client, url: str, limit: int) -> int:
    """The queries of one visit; the page keeps within so many bytes, and within 60 kB as it is sent."""
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url)
    assert response.status_code == 200
    assert len(response.content) < limit
    assert len(client.get(url, headers={"accept-encoding": "gzip"}).content) < 60_000
    return len(queries)
