"""The chain of evidence in both directions, and its drawing."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from indicators.models import Denominator
from indicators.periods import Period
from indicators.rollup.actions import record_values, refresh_now
from indicators.values.actions import Reported
from research.evidence.chain.graph import Column, Graph, Node, reachable
from research.evidence.chain.layout import LETTERS, LINES, draw, wrapped
from research.evidence.chain.reads import MOST, chain_of
from research.evidence.link_actions import link
from research.evidence.models import FindingUse
from research.models import ImprovementAction, SupervisionVisit
from research.revisions import new_uuid
from tests.builders import (
    a_day,
    a_finding,
    a_quote,
    a_source,
    a_study_site,
    a_user,
    an_element,
    an_observation,
    the_default_combo,
)

pytestmark = pytest.mark.usefixtures("in_english")


def signed_in(user: User) -> Client:
    user.language = "en"
    user.save()
    client = Client()
    client.force_login(user)
    return client


def kinds(graph: Graph | None, *, down: bool) -> set[str]:
    assert graph is not None
    return {kind for kind, _ in reachable(graph, graph.focus, down=down)}


@pytest.mark.django_db
def test_from_a_question_to_the_quote_and_back_from_the_quote_to_the_decision() -> None:
    lead, row = a_user(Role.LEAD), an_observation()
    quote, finding = a_quote(row), a_finding(approved=True)
    link(finding, by=lead, kind="quote", key=str(quote.pk), side="for")
    FindingUse.objects.create(
        finding=finding, used_by="DGSHP", used_on=timezone.localdate(), decision_fr="Étendre", finding_version=1
    )
    question = str(finding.learning_question_id)
    assert kinds(chain_of("question", question, lead), down=True) == {"finding", "quote", "observation"}
    assert kinds(chain_of("quote", str(quote.pk), lead), down=False) == {"finding", "question", "use"}
    assert kinds(chain_of("observation", str(row.pk), lead), down=False) == {"quote", "finding", "question", "use"}
    assert kinds(chain_of("finding", str(finding.pk), lead), down=True) == {"quote", "observation"}
    assert kinds(chain_of("use", str(FindingUse.objects.get().pk), lead), down=True) == {
        "finding", "quote", "observation",
    }  # fmt: skip


@pytest.mark.django_db
def test_a_number_leads_to_its_definition_its_values_and_what_brought_them() -> None:
    lead, site, finding = a_user(Role.LEAD), a_study_site().unit, a_finding(approved=True)
    Denominator.objects.create(kind="surviving_infants", unit=site, year=2025, value=120, source=a_source())
    element, combo = an_element("DTP1"), the_default_combo()
    cell = Reported(element.pk, Period.parse("202501").code, site.pk, combo.pk, combo.pk, 9)
    record_values([cell], origin="import", label="janvier.csv", by=None)
    refresh_now()
    key = f"dtp1_coverage/{site.pk}/202501"
    link(finding, by=lead, kind="reading", key=key, side="for")
    graph = chain_of("reading", key, lead)
    assert kinds(graph, down=True) == {"definition", "values", "batch", "source"}
    assert kinds(graph, down=False) == {"finding", "question"}
    assert graph is not None
    assert "janvier.csv" in {node.label for _, nodes in graph.columns for node in nodes}


@pytest.mark.django_db
def test_an_action_leads_to_its_visit_and_the_visit_to_what_rests_on_its_action() -> None:
    lead, site, finding = a_user(Role.LEAD), a_study_site().unit, a_finding(approved=True)
    visit = SupervisionVisit.objects.create(site=site, state="done", done_on=a_day())
    action = ImprovementAction.objects.create(site=site, visit=visit, text="Réparer", client_uuid=new_uuid())
    link(finding, by=lead, kind="action", key=str(action.pk), side="against")
    assert kinds(chain_of("action", str(action.pk), lead), down=True) == {"visit"}
    graph = chain_of("visit", str(visit.pk), lead)
    assert kinds(graph, down=False) == {"action", "finding", "question"}
    assert graph is not None
    assert [edge.against for edge in graph.edges if edge.left[0] == "finding"] == [True]


@pytest.mark.django_db
def test_what_a_person_may_not_see_is_counted_and_not_drawn() -> None:
    finding, secret = a_finding(approved=True), an_observation(seen="secret", sensitivity="restricted")
    lead = a_user(Role.LEAD, districts=[secret.site.parent])  # type: ignore[list-item]
    link(finding, by=lead, kind="observation", key=str(secret.pk), side="for")
    viewer = a_user(Role.VIEWER)
    graph = chain_of("finding", str(finding.pk), viewer)
    assert graph is not None
    assert dict(graph.hidden) == {"piece of evidence": 1}
    assert kinds(graph, down=True) == set()
    page = signed_in(viewer).get(reverse("chain", args=["finding", finding.pk])).content.decode()
    assert "Not yours to see and not drawn: 1" in page
    assert "secret" not in page
    assert signed_in(viewer).get(reverse("chain", args=["observation", secret.pk])).status_code == 404
    author, row = a_user(Role.RESEARCHER), an_observation()
    link(a_finding(created_by=author), by=author, kind="observation", key=str(row.pk), side="for")
    other = chain_of("observation", str(row.pk), lead)
    assert other is not None
    assert dict(other.hidden) == {"finding": 1}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "key"), [("finding", "0"), ("finding", "x"), ("nothing", "1"), ("reading", "a/b/c"), ("visit", "9" * 30)]
)
def test_what_is_not_there_is_a_404(kind: str, key: str) -> None:
    assert signed_in(a_user(Role.LEAD)).get(f"/chaine/{kind}/{key}/").status_code == 404


@pytest.mark.django_db
def test_the_page_asks_the_same_number_of_queries_and_stays_bounded() -> None:
    lead, finding = a_user(Role.LEAD), a_finding(approved=True)
    client, counted = signed_in(lead), []
    for pieces in (3, MOST + 3):
        for _ in range(pieces):
            link(finding, by=lead, kind="quote", key=str(a_quote().pk), side="for")
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse("chain", args=["finding", finding.pk]))
        counted.append(len(queries))
    assert counted[0] == counted[1]
    assert page.context["more"] == [("piece of evidence", 6)]
    assert len(page.content) < 100_000


@given(st.text(max_size=200))
def test_lines_of_a_box_fit_it(text: str) -> None:
    lines = wrapped(text)
    assert len(lines) <= LINES
    assert all(0 < len(line) <= LETTERS for line in lines)


@given(st.lists(st.tuples(st.sampled_from(list(Column)), st.text(max_size=60)), max_size=30))
def test_boxes_do_not_overlap(nodes: list[tuple[Column, str]]) -> None:
    graph = Graph(("x", "0"))
    for number, (column, label) in enumerate(nodes):
        graph.add(Node("x", str(number), column, "x", label))
    drawing = draw(graph)
    for one in drawing.boxes:
        assert 0 <= one.x <= one.x + one.width <= drawing.width
        assert one.y + one.height <= drawing.height
        for other in drawing.boxes:
            apart = one.x != other.x or one.y + one.height <= other.y or other.y + other.height <= one.y
            assert apart or one is other
