"""A finding says by itself that what it rests on is not what it was; and why."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from indicators.geography.models import OrgUnit
from indicators.models import Denominator
from indicators.periods import Period
from indicators.rollup.actions import record_values, refresh_now
from indicators.values.actions import Reported
from research.evidence.examine import examine_all
from research.evidence.kinds import find, parse
from research.evidence.link_actions import link, settle, unlink
from research.evidence.models import Doubt, EvidenceLink, Finding
from research.models import StockOutEpisode, SupervisionVisit
from research.observations.actions import edit_observation, move
from research.review_states import Move
from tests.builders import (
    a_day,
    a_finding,
    a_product,
    a_quote,
    a_source,
    a_study_site,
    a_user,
    an_element,
    an_evaluation_question,
    an_observation,
    the_default_combo,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def lead() -> User:
    return a_user(Role.LEAD)


def reasons(finding: Finding) -> list[str]:
    finding.refresh_from_db()
    found = list(finding.doubts.filter(settled_at=None).order_by("pk").values_list("reason", flat=True))
    assert bool(found) == bool(finding.stale_since)
    return found


def doses(site: OrgUnit, month: str, each: float) -> None:
    element, combo = an_element("DTP1"), the_default_combo()
    cell = Reported(element.pk, Period.parse(month).code, site.pk, combo.pk, combo.pk, each)
    record_values([cell], origin="entry", label="test", by=None)
    refresh_now()


def test_nothing_changed_nothing_doubted(lead: User) -> None:
    finding, row = a_finding(approved=True), an_observation(quote="Ça va.")
    link(finding, by=lead, kind="observation", key=str(row.pk), side="for")
    link(finding, by=lead, kind="quote", key=str(row.quotes.get().pk), side="against")
    assert examine_all() == 0
    assert reasons(finding) == []


def test_an_edit_of_the_text_is_noticed_when_it_is_stored(lead: User, django_capture_on_commit_callbacks: Any) -> None:
    author = a_user(Role.RESEARCHER)
    finding, row = a_finding(approved=True), an_observation(created_by=author)
    link(finding, by=lead, kind="observation", key=str(row.pk), side="for")
    with django_capture_on_commit_callbacks(execute=True):
        edit_observation(row, by=author, version=1, seen="Le frigo ne marche plus.")
    assert reasons(finding) == ["changed"]
    assert examine_all() == 0  # noticed already


def test_a_withdrawn_observation_takes_its_quotes_with_it(lead: User, django_capture_on_commit_callbacks: Any) -> None:
    author = a_user(Role.RESEARCHER)
    finding, row = a_finding(approved=True), an_observation(created_by=author)
    link(finding, by=lead, kind="quote", key=str(a_quote(row).pk), side="for")
    with django_capture_on_commit_callbacks(execute=True):
        move(row, Move.WITHDRAW, by=author, version=1, reason="Consentement repris")
    assert reasons(finding) == ["withdrawn"]
    with pytest.raises(ValidationError, match="taken off"):
        settle(finding, by=lead, note="Vu.")
    unlink(finding.links.get(), by=lead)
    assert reasons(finding) == []


def test_what_is_gone_is_told(lead: User, django_capture_on_commit_callbacks: Any) -> None:
    finding, row = a_finding(approved=True), an_observation()
    link(finding, by=lead, kind="quote", key=str(a_quote(row).pk), side="for")
    with django_capture_on_commit_callbacks(execute=True):
        row.quotes.get().delete()
    assert reasons(finding) == ["gone"]


def test_a_number_that_moves_and_newer_months_are_noticed_by_the_task(lead: User) -> None:
    site = a_study_site().unit
    Denominator.objects.create(kind="surviving_infants", unit=site, year=2025, value=120, source=a_source())
    doses(site, "202501", 9)
    finding = a_finding(approved=True)
    link(finding, by=lead, kind="reading", key=f"dtp1_coverage/{site.pk}/202501", side="for")
    link(finding, by=lead, kind="series", key=f"dtp1_coverage/{site.pk}/202412..202501", side="for")
    assert examine_all() == 0
    doses(site, "202502", 8)
    assert examine_all() == 1
    assert reasons(finding) == ["newer"]
    doses(site, "202501", 12)
    assert examine_all() == 2
    assert reasons(finding) == ["newer", "changed", "changed"]
    before, after = finding.doubts.filter(reason="changed").values_list("before", "after").first() or ({}, {})
    assert before != after
    settle(finding, by=lead, note="Correction du district : la conclusion tient.")
    assert reasons(finding) == []
    assert examine_all() == 0
    doses(site, "202501", 9)
    assert examine_all() == 2
    doses(site, "202501", 12)
    settle(finding, by=lead, note="Encore corrigé.")
    doses(site, "202501", 9)
    assert examine_all() == 2, "back to a state that was settled once is a change all the same"


def test_observations_that_come_after_the_approval_are_newer_data(lead: User) -> None:
    question = an_evaluation_question()
    an_observation(evaluation_question=question)
    finding = a_finding(approved=True, evaluation_question=question, evaluation=question.evaluation)
    assert examine_all() == 0
    an_observation(evaluation_question=question, state="draft")
    an_observation()
    assert examine_all() == 0
    an_observation(evaluation_question=question)
    assert (examine_all(), examine_all()) == (1, 0)
    assert reasons(finding) == ["newer"]
    settle(finding, by=lead, note="Lue : rien de neuf.")
    assert examine_all() == 0
    an_observation(evaluation_question=question)
    assert examine_all() == 1


def test_a_stock_out_counted_anew_is_the_same_piece_of_evidence(lead: User) -> None:
    site, product = a_study_site().unit, a_product()
    fields: dict[str, Any] = {
        "site": site,
        "product": product,
        "start": a_day("2025-06-03"),
        "precision": "day",
        "basis": "entry",
    }
    StockOutEpisode.objects.create(**fields, end=a_day("2025-06-10"), days=8)
    key, finding = f"{site.pk}/{product.key}/2025-06-03", a_finding(approved=True)
    link(finding, by=lead, kind="stock_out", key=key, side="for")
    StockOutEpisode.objects.all().delete()
    StockOutEpisode.objects.create(**fields, end=a_day("2025-06-10"), days=8)
    assert examine_all() == 0
    StockOutEpisode.objects.update(end=a_day("2025-06-20"), days=18)
    assert examine_all() == 1


def test_a_piece_is_linked_once_and_only_by_who_may(lead: User) -> None:
    site = a_study_site(conflict=True).unit
    secret, stranger = an_observation(site=site, sensitivity="restricted"), a_user(Role.RESEARCHER)
    own = a_finding(created_by=stranger)
    with pytest.raises(ValidationError):
        link(own, by=stranger, kind="observation", key=str(secret.pk), side="for")
    finding, visit = a_finding(approved=True), SupervisionVisit.objects.create(site=site, state="done", done_on=a_day())
    first = link(finding, by=lead, kind="visit", key=str(visit.pk), side="for")
    again = link(finding, by=lead, kind="visit", key=str(visit.pk), side="against", note="en y regardant mieux")
    assert (first.pk, again.side, EvidenceLink.objects.count()) == (again.pk, "against", 1)
    with pytest.raises(PermissionDenied):
        link(finding, by=stranger, kind="visit", key=str(visit.pk), side="for")
    finding.refresh_from_db()
    assert finding.changed_since_approval


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("observation", "0"), ("observation", "-1"), ("observation", "1 OR 1"), ("observation", "99999999"),
        ("visit", ""), ("autre", "1"), ("reading", "dtp1_coverage/1"), ("reading", "nothing/1/202501"),
        ("reading", "dtp1_coverage/1/hier"), ("series", "dtp1_coverage/1/202501..202412"),
        ("series", "dtp1_coverage/1/190001..209912"), ("series", "dtp1_coverage/1/2025..202512"),
        ("stock_out", "1/penta/2025-13-01"), ("stock_out", "1/pen'ta/2025-01-01"), ("stock_out", "1/penta"),
    ],
)  # fmt: skip
def test_what_names_nothing_is_refused(kind: str, key: str, lead: User) -> None:
    with pytest.raises(ValidationError):
        link(a_finding(created_by=lead), by=lead, kind=kind, key=key, side="for")
    assert not EvidenceLink.objects.exists()


def test_keys_are_stored_in_one_spelling() -> None:
    assert parse("reading", " dtp1_coverage/7/2025Q1 ") == "dtp1_coverage/7/2025Q1"


def test_who_may_not_read_it_meets_nothing_of_it() -> None:
    row = an_observation(seen="secret", sensitivity="restricted", quote="parole")
    for kind, key in (("observation", row.pk), ("quote", row.quotes.get().pk)):
        item = find(kind, [str(key)], a_user(Role.RESEARCHER))[str(key)]
        assert (item.readable, item.label, item.detail, item.url) == (False, "", "", "")
    visit = SupervisionVisit.objects.create(site=row.site, state="done", done_on=a_day())
    assert not find("visit", [str(visit.pk)], a_user(Role.VIEWER))[str(visit.pk)].readable


def test_the_queries_do_not_grow_with_the_links(lead: User, django_assert_max_num_queries: Any) -> None:
    finding = a_finding(approved=True)
    for _ in range(6):
        link(finding, by=lead, kind="observation", key=str(an_observation(quote="Oui.").pk), side="for")
    with django_assert_max_num_queries(6):
        assert examine_all() == 0


def test_a_doubt_cannot_be_settled_without_words(lead: User) -> None:
    finding = a_finding(approved=True)
    Doubt.objects.create(finding=finding, reason="newer", fingerprint="x")
    Finding.objects.update(stale_since=timezone.now())
    with pytest.raises(ValidationError):
        settle(finding, by=lead, note="  ")
    assert reasons(finding) == ["newer"]
