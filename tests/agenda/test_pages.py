"""The pages of the learning agenda, over HTTP."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from indicators.models import Denominator, OrgUnit
from indicators.periods import Period
from indicators.rollup.actions import record_values, refresh_now
from indicators.values.actions import Reported
from research.models import (
    Evaluation,
    EvaluationSite,
    Product,
    StockLine,
    StockReport,
    SupervisionVisit,
)
from tests.builders import (
    a_day,
    a_learning_question,
    a_source,
    a_study_site,
    a_user,
    an_element,
    an_evaluation,
    an_evaluation_question,
    an_observation,
    the_default_combo,
)

pytestmark = pytest.mark.django_db
LIST = reverse("question-list")


def signed_in(person: User, language: str = "fr") -> Client:
    client = Client()
    client.force_login(person)
    client.cookies["django_language"] = language
    return client


def detail(evaluation: Evaluation) -> str:
    return reverse("question-detail", args=[evaluation.learning_question.number])


def followed(evaluation: Evaluation, site: OrgUnit) -> OrgUnit:
    EvaluationSite.objects.create(evaluation=evaluation, unit=site, source=evaluation.source)
    return site


def doses(site: OrgUnit, months: list[str], each: float, infants: float) -> None:
    """DTP1 of a site in some months, and the year's target."""
    element, combo = an_element("DTP1"), the_default_combo()
    cells = [Reported(element.pk, Period.parse(month).code, site.pk, combo.pk, combo.pk, each) for month in months]
    record_values(cells, origin="entry", label="test", by=None)
    Denominator.objects.get_or_create(
        kind="surviving_infants", unit=site, year=int(months[0][:4]), defaults={"value": infants, "source": a_source()}
    )
    refresh_now()


def a_visit(site: OrgUnit, **fields: Any) -> SupervisionVisit:
    return SupervisionVisit.objects.create(
        **{"site": site, "state": "done", "done_on": a_day(), "client_uuid": uuid.uuid4()} | fields
    )


def a_stock_out(site: OrgUnit, **line: Any) -> StockLine:
    product, _ = Product.objects.get_or_create(key="penta", defaults={"name_fr": "Penta", "name_en": "Penta"})
    month = Period.parse("202509").shift(StockReport.objects.count())
    report = StockReport.objects.create(site=site, period=month.code, received_on=a_day("2025-10-03"))
    return StockLine.objects.create(report=report, product=product, **{"closing": 0, "days_out": 12} | line)


def test_the_list_counts_the_evidence_of_each_question_by_kind() -> None:
    coaching, logistics = an_evaluation("coach2pev"), an_evaluation("medexis")
    silent = a_learning_question()
    site = followed(coaching, a_study_site().unit)
    a_visit(site)
    a_visit(site, state="planned", done_on=None, planned_on=a_day())
    a_stock_out(followed(logistics, site))
    doses(site, ["202507", "202508"], 90, 400)
    an_observation(
        evaluation_question=an_evaluation_question(coaching), site=site, quote="oui", sensitivity="restricted"
    )
    found = {
        question: evidence for question, evidence, _ in signed_in(a_user(Role.VIEWER)).get(LIST).context["questions"]
    }
    first, second = found[coaching.learning_question], found[logistics.learning_question]
    assert (first.observations.observations, first.observations.quotes, first.visits, first.figures) == (1, 1, 1, 2)
    assert (second.observations.observations, second.visits, second.reports, second.figures) == (0, None, 1, 2)
    assert found[silent].nothing
    assert found[silent].figures is None


def test_made_up_evidence_is_marked_and_real_evidence_is_not() -> None:
    coaching, logistics = an_evaluation("coach2pev"), an_evaluation("medexis")
    a_visit(followed(coaching, a_study_site().unit), demonstration=True)
    an_observation(evaluation_question=an_evaluation_question(logistics))
    found = {
        question: evidence for question, evidence, _ in signed_in(a_user(Role.VIEWER)).get(LIST).context["questions"]
    }
    assert found[coaching.learning_question].demonstration
    assert not found[logistics.learning_question].demonstration


def test_from_a_question_to_its_numbers_visits_and_quotes() -> None:
    evaluation = an_evaluation("coach2pev")
    site = followed(evaluation, a_study_site("Kologo").unit)
    doses(site, ["202507", "202508", "202509"], 150, 400)
    visit = a_visit(site)
    note = an_observation(
        site=site,
        evaluation_question=an_evaluation_question(evaluation),
        quote="Sira ka jan",
    )
    page = signed_in(a_user(Role.RESEARCHER)).get(detail(evaluation)).content.decode()
    assert reverse("number-detail", args=["dtp1_coverage", site.pk, "2025Q3"]) in page
    assert "450" in page  # 450 doses over a quarter of 400 infants: kept over 100, not clamped
    assert reverse("visit-detail", args=[visit.pk]) in page
    assert reverse("observation-detail", args=[note.pk]) in page
    assert "Sira ka jan" in page


def test_from_a_question_to_its_stock_outs() -> None:
    evaluation = an_evaluation("medexis")
    site = followed(evaluation, a_study_site().unit)
    out, full = a_stock_out(site), a_stock_out(site, closing=40, days_out=0)
    unknown = a_stock_out(site, closing=None, days_out=None)
    page = signed_in(a_user(Role.LEAD)).get(detail(evaluation))
    assert page.context["chains"][0].stock_events == [out]
    addresses = [reverse("stock-detail", args=[line.report_id]) for line in (out, full, unknown)]
    assert [address in page.content.decode() for address in addresses] == [True, False, False]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CLERK, Role.ADMINISTRATOR])
def test_others_learn_how_many_and_never_what(role: Role) -> None:
    evaluation = an_evaluation("coach2pev")
    an_observation(evaluation_question=an_evaluation_question(evaluation), seen="secret", quote="parole")
    page = signed_in(a_user(role)).get(detail(evaluation))
    assert page.context["evidence"].observations.observations == 1
    assert "secret" not in page.content.decode()
    assert "parole" not in page.content.decode()


def test_a_researcher_is_told_how_much_is_restricted() -> None:
    evaluation = an_evaluation("coach2pev")
    question = an_evaluation_question(evaluation)
    an_observation(evaluation_question=question, seen="à lire")
    an_observation(evaluation_question=question, seen="secret", sensitivity="restricted")
    page = signed_in(a_user(Role.RESEARCHER), "en").get(detail(evaluation)).content.decode()
    assert "You may read 1 of 2" in page
    assert "à lire" in page
    assert "secret" not in page


def test_a_question_without_evaluation_says_so() -> None:
    question = a_learning_question()
    page = signed_in(a_user(Role.RESEARCHER), "en").get(reverse("question-detail", args=[question.number]))
    assert "none in this tracker" in page.content.decode()
    assert "No observation on this question yet" in page.content.decode()


def test_an_unknown_number_is_not_found_and_strangers_sign_in() -> None:
    assert signed_in(a_user(Role.VIEWER)).get(reverse("question-detail", args=[999])).status_code == 404
    for url in (LIST, reverse("question-detail", args=[1])):
        assert Client().get(url)["Location"].startswith(reverse("login"))


@pytest.mark.parametrize("code", ["coach2pev", "medexis"])
def test_ten_times_the_sites_cost_the_same(code: str) -> None:
    evaluation = an_evaluation(code)
    question = an_evaluation_question(evaluation)

    def grow(sites: int) -> None:
        for _ in range(sites):
            site = followed(evaluation, a_study_site().unit)
            doses(site, ["202507"], 90, 400)
            a_visit(site)
            a_stock_out(site)
            an_observation(site=site, evaluation_question=question)

    def queries(url: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    client = signed_in(a_user(Role.LEAD))
    pages = (LIST, detail(evaluation))
    grow(2)
    few = [queries(url) for url in pages]
    grow(18)
    assert [queries(url) for url in pages] == few
    assert max(few) <= 41
