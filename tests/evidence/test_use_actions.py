"""The log of uses: of approved findings only, with the version used, corrected by whoever logged it or a lead."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from research.evidence.actions import edit_use, log_use
from research.evidence.models import Finding, FindingUse
from research.evidence.queries import uses_for
from research.evidence.trail import differences_of_use
from research.models import UseCase
from research.revisions import Conflict
from tests.builders import a_finding, a_learning_question
from tests.evidence.findings import somebody

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def by() -> User:
    return somebody(Role.RESEARCHER)


def values(**more: Any) -> dict[str, Any]:
    return {"used_by": "DGSHP", "used_on": timezone.localdate(), "decision_fr": "Étendre à deux districts."} | more


def a_use(finding: Finding, by: User, **more: Any) -> FindingUse:
    return log_use(finding, by=by, client_uuid=uuid.uuid4(), values=values(**more))


def test_a_use_keeps_the_version_that_was_used(by: User) -> None:
    finding = a_finding(approved=True, version=3)
    use = a_use(finding, by)
    Finding.objects.filter(pk=finding.pk).update(version=4)
    use.refresh_from_db()
    assert (use.finding_version, use.history.get().history_user) == (3, by)


def test_what_is_sent_twice_is_stored_once(by: User) -> None:
    finding, key = a_finding(approved=True), uuid.uuid4()
    first = log_use(finding, by=by, client_uuid=key, values=values())
    assert log_use(finding, by=by, client_uuid=key, values=values()) == first
    with pytest.raises(Conflict):
        log_use(finding, by=by, client_uuid=key, values=values(used_by="CNI"))
    assert FindingUse.objects.count() == 1


def test_only_an_approved_finding_is_used(by: User) -> None:
    with pytest.raises(PermissionDenied):
        a_use(a_finding(), by)
    with pytest.raises(PermissionDenied):
        a_use(a_finding(approved=True), somebody(Role.VIEWER))
    assert not FindingUse.objects.exists()


def test_what_cannot_be_is_refused_beside_its_field(by: User) -> None:
    finding = a_finding(approved=True)
    elsewhere = UseCase.objects.create(question=a_learning_question(), decision_fr="Autre", decided_by="CNI")
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"decision_fr": ""}, "decision_fr"),
        ({"used_on": timezone.localdate() + timedelta(days=1)}, "used_on"),
        ({"use_case": elsewhere}, "use_case"),
    ]
    for more, field in wrong:
        with pytest.raises(ValidationError) as refused:
            a_use(finding, by, **more)
        assert list(refused.value.message_dict) == [field]
    assert not FindingUse.objects.exists()


def test_what_came_of_it_is_added_later(by: User) -> None:
    use = a_use(a_finding(approved=True), by)
    with pytest.raises(PermissionDenied):
        edit_use(use, by=somebody(Role.RESEARCHER), version=1, values=values(result_fr="Fait."))
    edited = edit_use(use, by=by, version=1, values=values(result_fr="Deux districts équipés."))
    assert edit_use(use, by=somebody(Role.LEAD), version=2, values=values(result_fr="Trois.")).version == 3
    with pytest.raises(Conflict):
        edit_use(use, by=by, version=edited.version - 1, values=values())
    assert [one.after for one in differences_of_use(use)] == ["Trois.", "Deux districts équipés."]


def test_uses_follow_what_the_person_may_read_of_the_findings(by: User) -> None:
    finding = a_finding(approved=True)
    a_use(finding, by)
    viewer = somebody(Role.VIEWER)
    assert uses_for(viewer).count() == 1
    Finding.objects.update(state="withdrawn", state_reason="Faux.")
    assert (uses_for(viewer).count(), uses_for(by).count()) == (0, 1)
