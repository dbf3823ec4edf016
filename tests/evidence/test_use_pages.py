"""The log of uses on its pages."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from research.evidence.actions import log_use
from research.evidence.models import FindingUse
from research.revisions import new_uuid
from tests.builders import a_finding
from tests.evidence.findings import somebody

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def as_seen_by(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def use() -> FindingUse:
    values = {"used_by": "DGSHP", "used_on": timezone.localdate(), "decision_fr": "Étendre à deux districts"}
    by = somebody(Role.RESEARCHER)
    return log_use(a_finding(approved=True), by=by, client_uuid=new_uuid(), values=values)


def test_whoever_logged_it_and_leads_correct_it(use: FindingUse) -> None:
    address = reverse("finding-use-edit", args=[use.pk])
    assert use.created_by
    for user, status in (
        (use.created_by, 200), (somebody(Role.LEAD), 200), (somebody(Role.RESEARCHER), 403),
        (somebody(Role.VIEWER), 403),
    ):  # fmt: skip
        client = as_seen_by(user)
        assert client.get(address).status_code == status
        for page in (reverse("finding-use-list"), reverse("finding-detail", args=[use.finding_id])):
            assert (address in client.get(page).content.decode()) == (status == 200)


def test_a_correction_is_kept_with_what_it_was(use: FindingUse) -> None:
    assert use.created_by
    client, address = as_seen_by(use.created_by), reverse("finding-use-edit", args=[use.pk])
    typed = {
        "client_uuid": str(use.client_uuid), "version": 1, "used_by": "DGSHP", "used_on": use.used_on.isoformat(),
        "decision_fr": "Étendre à trois districts", "result_fr": "Trois districts équipés.",
    }  # fmt: skip
    assert client.post(address, typed).status_code == 302
    page = client.get(address).content.decode()
    assert "Étendre à deux districts" in page  # in the history
    assert "Trois districts équipés." in page
    assert client.post(address, typed | {"decision_fr": "Autre"}).status_code == 409


def test_the_list_finds_by_question_and_by_words(use: FindingUse) -> None:
    client = as_seen_by(somebody(Role.VIEWER))
    asked: list[tuple[dict[str, Any], int]] = [
        ({"q": "deux dgshp"}, 1),
        ({"q": "rien"}, 0),
        ({"question": use.finding.learning_question.number}, 1),
        ({"after": use.used_on.isoformat()}, 1),
        ({"before": "2025-01-01"}, 0),
        ({"evaluation": "medexis"}, 1),  # no such evaluation here: the filter says so and hides nothing
    ]
    for query, count in asked:
        assert client.get(reverse("finding-use-list"), query).context["page"].paginator.count == count, query


def test_nobody_logs_a_use_of_what_is_not_approved() -> None:
    by = somebody(Role.RESEARCHER)
    row = a_finding(created_by=by)
    typed = {"client_uuid": str(new_uuid()), "used_by": "DGSHP", "used_on": "2026-01-15", "decision_fr": "Étendre"}
    assert as_seen_by(by).post(reverse("finding-use-create", args=[row.pk]), typed).status_code == 403
    assert not FindingUse.objects.exists()
