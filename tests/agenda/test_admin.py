"""The back office of the agenda and of observations."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from indicators.accounts.roles import Role
from research.agenda import models as agenda
from research.models import Observation
from tests.builders import a_learning_question, a_study_site, a_user, an_observation

pytestmark = pytest.mark.django_db
AGENDA = [
    agenda.Hub,
    agenda.Partner,
    agenda.Grant,
    agenda.Strategy,
    agenda.Typology,
    agenda.StudyDistrict,
    agenda.StudySite,
    agenda.AssessmentFactor,
    agenda.LearningQuestion,
    agenda.SubQuestion,
]


def administrator() -> Client:
    client = Client()
    person = a_user(Role.ADMINISTRATOR, is_staff=True)
    assert Group.objects.get(name=Role.ADMINISTRATOR).permissions.exists()
    client.force_login(person)
    return client


@pytest.mark.parametrize("model", AGENDA, ids=lambda model: model.__name__)
def test_an_administrator_lists_searches_and_adds_reference_data(model: type) -> None:
    client, name = administrator(), f"admin:research_{model.__name__.lower()}"
    a_study_site()
    a_learning_question()
    assert client.get(reverse(f"{name}_changelist"), {"q": "a"}).status_code == 200
    assert client.get(reverse(f"{name}_add")).status_code == 200
    for row in model.objects.all():  # type: ignore[attr-defined]
        assert client.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200
        assert client.get(reverse(f"{name}_history", args=[row.pk])).status_code == 200


def test_an_administrator_meets_no_observation_in_the_admin() -> None:
    client, row = administrator(), an_observation()
    assert client.get(reverse("admin:research_observation_changelist")).status_code == 403
    assert client.get(reverse("admin:research_observation_change", args=[row.pk])).status_code == 403
    assert client.get(reverse("admin:research_observation_history", args=[row.pk])).status_code == 403


def test_a_superuser_repairs_one_and_its_version_rises() -> None:
    client, row = Client(), an_observation()
    client.force_login(a_user(is_staff=True, is_superuser=True))
    address = reverse("admin:research_observation_change", args=[row.pk])
    assert client.get(address).status_code == 200
    sent = {
        "site": row.site_id,
        "observed_on": "2025-09-15",
        "evaluation_question": row.evaluation_question_id,
        "learning_question": row.learning_question_id,
        "seen": "corrigé",
        "kind": "interview",
        "language": "fr",
        "consent": "not_recorded",
        **{f"{inline}-{what}_FORMS": 0 for inline in ("quotes", "attachments") for what in ("TOTAL", "INITIAL")},
        "sensitivity": "normal",
    }
    assert client.post(address, sent).status_code == 302
    row.refresh_from_db()
    assert (row.seen, row.version, row.history.count()) == ("corrigé", 2, 2)
    assert not admin.site.get_model_admin(Observation).has_add_permission(None)  # type: ignore[arg-type]
