import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from indicators.accounts.roles import Role
from research.models import Observation
from research.observations.actions import edit_observation, log_observation
from research.revisions import Conflict
from tests.builders import (
    a_day,
    a_learning_question,
    a_study_site,
    a_user,
    an_evaluation_question,
    an_observation,
)

pytestmark = pytest.mark.django_db


def note(**fields: Any) -> dict[str, Any]:
    if "site" not in fields:
        fields["site"] = a_study_site().unit
    if "evaluation_question" not in fields:
        fields["evaluation_question"] = an_evaluation_question()
    return {"observed_on": a_day(), "seen": "Deux séances annulées."} | fields


def test_a_note_follows_the_question_of_its_evaluation_and_names_its_author() -> None:
    researcher = a_user(Role.RESEARCHER)
    written = note()
    stored = log_observation(by=researcher, client_uuid=uuid.uuid4(), **written)
    assert stored.learning_question == written["evaluation_question"].evaluation.learning_question
    assert (stored.created_by, stored.sensitivity, stored.version) == (researcher, "normal", 1)
    assert [(row.history_type, row.history_user) for row in stored.history.all()] == [("+", researcher)]


def test_another_learning_question_is_kept() -> None:
    other = a_learning_question()
    stored = log_observation(by=a_user(Role.LEAD), client_uuid=uuid.uuid4(), **note(learning_question=other))
    assert stored.learning_question == other


def test_a_note_from_a_conflict_district_is_restricted_and_only_a_lead_says_otherwise() -> None:
    site = a_study_site(conflict=True).unit
    question = an_evaluation_question()
    asked = note(site=site, evaluation_question=question, sensitivity="normal")
    by_researcher = log_observation(by=a_user(Role.RESEARCHER), client_uuid=uuid.uuid4(), **asked)
    by_lead = log_observation(by=a_user(Role.LEAD), client_uuid=uuid.uuid4(), **asked)
    assert (by_researcher.sensitivity, by_lead.sensitivity) == ("restricted", "normal")


def test_sent_twice_it_is_one_record() -> None:
    researcher, number, written = a_user(Role.RESEARCHER), uuid.uuid4(), note()
    first = log_observation(by=researcher, client_uuid=number, **written)
    second = log_observation(by=researcher, client_uuid=number, **written)
    assert first == second
    assert Observation.objects.count() == 1


def test_sent_again_with_another_text_or_by_another_person_it_is_a_conflict() -> None:
    researcher, number, written = a_user(Role.RESEARCHER), uuid.uuid4(), note()
    first = log_observation(by=researcher, client_uuid=number, **written)
    with pytest.raises(Conflict) as other_text:
        log_observation(by=researcher, client_uuid=number, **written | {"seen": "autre"})
    with pytest.raises(Conflict):
        log_observation(by=a_user(Role.RESEARCHER), client_uuid=number, **written)
    assert other_text.value.stored == first
    assert Observation.objects.get().seen == written["seen"]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CLERK, Role.ADMINISTRATOR])
def test_other_roles_log_nothing(role: Role) -> None:
    with pytest.raises(PermissionDenied):
        log_observation(by=a_user(role), client_uuid=uuid.uuid4(), **note())
    assert not Observation.objects.exists()


def test_an_edit_raises_the_version_and_the_same_text_does_not() -> None:
    researcher = a_user(Role.RESEARCHER)
    observation = log_observation(by=researcher, client_uuid=uuid.uuid4(), **note())
    edited = edit_observation(observation, by=researcher, version=1, seen="ɲɛ ɔ ŋ")
    again = edit_observation(observation, by=researcher, version=2, seen="ɲɛ ɔ ŋ")
    assert (edited.version, again.version, again.seen) == (2, 2, "ɲɛ ɔ ŋ")
    assert observation.history.count() == 2


def test_an_edit_of_an_older_version_overwrites_nothing() -> None:
    researcher, lead = a_user(Role.RESEARCHER), a_user(Role.LEAD)
    observation = log_observation(by=researcher, client_uuid=uuid.uuid4(), **note())
    edit_observation(observation, by=lead, version=1, seen="de la responsable")
    with pytest.raises(Conflict) as conflict:
        edit_observation(observation, by=researcher, version=1, seen="de l’auteur")
    assert conflict.value.stored.seen == Observation.objects.get().seen == "de la responsable"


def test_moved_into_a_conflict_district_a_note_becomes_restricted() -> None:
    researcher = a_user(Role.RESEARCHER)
    observation = log_observation(by=researcher, client_uuid=uuid.uuid4(), **note())
    site = a_study_site(conflict=True).unit
    moved = edit_observation(observation, by=researcher, version=1, site=site, sensitivity="normal")
    assert moved.sensitivity == "restricted"


def test_a_colleague_does_not_edit() -> None:
    observation = an_observation(created_by=a_user(Role.RESEARCHER))
    with pytest.raises(PermissionDenied):
        edit_observation(observation, by=a_user(Role.RESEARCHER), version=1, seen="x")
