"""Who meets which observation: every cast member against every kind of note, in `can_read` and in the queryset."""

import pytest
from django.contrib.auth.models import AnonymousUser

from indicators.accounts.roles import Role
from research.observations import queries
from research.observations.policies import can_edit, can_log, can_lower_sensitivity, can_read
from tests.builders import (
    a_study_district,
    a_study_site,
    a_user,
    an_evaluation,
    an_evaluation_question,
    an_observation,
)

pytestmark = pytest.mark.django_db

NORMAL, RESTRICTED, OWN = "normal", "restricted", "own, restricted"


@pytest.mark.parametrize(
    ("roles", "in_district", "reads", "edits"),
    [
        ([Role.VIEWER], True, set(), set()),
        ([Role.CLERK], True, set(), set()),
        ([Role.ADMINISTRATOR], True, set(), set()),
        ([], True, set(), set()),
        ([Role.RESEARCHER], False, {NORMAL, OWN}, {OWN}),
        ([Role.RESEARCHER], True, {NORMAL, RESTRICTED, OWN}, {OWN}),
        ([Role.LEAD], False, {NORMAL, OWN}, {NORMAL, OWN}),
        ([Role.LEAD], True, {NORMAL, RESTRICTED, OWN}, {NORMAL, RESTRICTED, OWN}),
        ([Role.CLERK, Role.RESEARCHER], False, {NORMAL, OWN}, {OWN}),
    ],
)
def test_role_by_kind(roles: list[Role], in_district: bool, reads: set[str], edits: set[str]) -> None:
    district = a_study_district(conflict=True)
    site = a_study_site(district=district).unit
    person = a_user(*roles, districts=[district.unit] if in_district else [a_study_district().unit])
    question = an_evaluation_question()
    rows = {
        NORMAL: an_observation(site=site, evaluation_question=question),
        RESTRICTED: an_observation(site=site, sensitivity="restricted", evaluation_question=question),
        OWN: an_observation(site=site, sensitivity="restricted", created_by=person, evaluation_question=question),
    }
    names = {row.pk: name for name, row in rows.items()}
    assert {names[row.pk] for row in queries.readable_by(person)} == reads
    assert {name for name, row in rows.items() if can_read(person, row)} == reads
    assert {name for name, row in rows.items() if can_edit(person, row)} == edits
    assert can_log(person) is bool(reads)
    assert can_lower_sensitivity(person) is (Role.LEAD in roles)


def test_strangers_superusers_and_closed_accounts_read_nothing() -> None:
    row = an_observation()
    superuser = a_user(is_superuser=True, is_staff=True)
    closed = a_user(Role.LEAD, is_active=False)
    for person in (AnonymousUser(), superuser, closed):
        assert not can_read(person, row)
        assert not queries.readable_by(person).exists()


def test_counts_hold_what_may_not_be_read() -> None:
    question = an_evaluation_question()
    site = a_study_site().unit
    an_observation(evaluation_question=question, site=site, sensitivity="restricted", quote="a")
    an_observation(evaluation_question=question, site=site, demonstration=True)
    an_observation(evaluation_question=an_evaluation_question(an_evaluation("medexis")))
    counted = queries.evidence_counts(evaluation=question.evaluation)
    assert counted == queries.EvidenceCount(observations=2, quotes=1, sites=1, demonstration=1)
    assert queries.counts_by_question()[question.evaluation.learning_question_id] == counted
    assert queries.evidence_counts().observations == 3
    reader = a_user(Role.RESEARCHER)
    assert queries.for_evaluation(question.evaluation, reader).count() == 1
    assert queries.for_question(question.evaluation.learning_question, reader).count() == 1


def test_no_observation_counts_zero() -> None:
    question = an_evaluation_question()
    assert queries.evidence_counts(evaluation=question.evaluation) == queries.EvidenceCount()
    assert queries.counts_by_question() == {}


def test_words_are_found_in_any_case_with_accents_and_all_of_them() -> None:
    row = an_observation(seen="École fermée", quote="Sɛgu ka di")
    reader = a_user(Role.RESEARCHER)
    for words in ("école", "ÉCOLE fermée", "sɛgu", "di école"):
        assert list(queries.containing(queries.readable_by(reader), words)) == [row], words
    for words in ("école ouverte", "%", "e_ole"):
        assert not queries.containing(queries.readable_by(reader), words), words
