"""Plans are written, locked and changed only by new versions; what had been seen by then is kept for good."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from indicators.accounts.roles import Role
from research.linkage.plans import actions
from research.linkage.plans.models import AnalysisRun, PlanVersion
from research.revisions import Conflict
from tests.builders import a_unit, an_evaluation
from tests.linkage.plans.plans import a_draft, a_locked, a_plan, content, sites, somebody

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def a_result(version: PlanVersion, **more: object) -> AnalysisRun:
    done = {"state": "done", "finished_at": timezone.now(), "result": {}, "fingerprint": "x"}
    return AnalysisRun.objects.create(version=version, **done | more)


def test_a_plan_sent_twice_is_one_plan() -> None:
    by, number = somebody(), uuid.uuid4()
    values = {"title_fr": "Effet", "title_en": "", "learning_question": an_evaluation().learning_question}
    first = actions.write_plan(by=by, client_uuid=number, values=values)
    assert actions.write_plan(by=by, client_uuid=number, values=values) == first
    with pytest.raises(Conflict):
        actions.write_plan(by=by, client_uuid=number, values=values | {"title_fr": "Autre"})


def test_a_plan_needs_a_title_and_an_evaluation_of_its_question() -> None:
    with pytest.raises(ValidationError) as wrong:
        a_plan(somebody(), title_fr="", title_en="")
    assert "title_fr" in wrong.value.message_dict
    with pytest.raises(ValidationError) as other:
        a_plan(somebody(), evaluation=an_evaluation("medexis"), learning_question=an_evaluation().learning_question)
    assert "evaluation" in other.value.message_dict


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"outcome": "nothing"}, "outcome"),
        ({"outcome": "dtp1_coverage_rolling"}, "outcome"),
        ({"rival": "dtp3_coverage_days"}, "rival"),
        ({"first": "2024"}, "first"),
        ({"first": "2024Q1"}, "first"),
        ({"first": "nonsense"}, "first"),
        ({"last": "202401"}, "last"),
        ({"last": "202301"}, "last"),
        ({"last": "210012"}, "last"),
        ({"changed_on": None}, "changed_on"),
        ({"exposure": "indicator"}, "exposure"),
        ({"why": "  "}, "why"),
        ({}, "units"),
        ({"threshold": 5.0}, "threshold_why"),
        ({"method": "did"}, "comparison"),
        ({"options": {"never_heard_of": 1}}, "option_never_heard_of"),
        ({"options": {"fourier": 9}}, "option_fourier"),
        ({"options": {"hac_lags": -1}}, "option_hac_lags"),
        ({"options": {"hac_lags": "two"}}, "option_hac_lags"),
        ({"method": "dose_response"}, "exposure"),
        ({"method": "dose_response", "exposure": "indicator"}, "dose"),
        ({"method": "dose_response", "exposure": "indicator", "dose": "dtp1_doses"}, "dose"),
    ],
)
def test_what_cannot_be_computed_is_refused_beside_its_field(wrong: dict[str, Any], field: str) -> None:
    by = somebody()
    with pytest.raises(ValidationError) as refused:
        a_draft(by, [] if field == "units" else sites(1), **wrong)
    assert field in refused.value.message_dict
    assert not PlanVersion.objects.exists()


def test_no_place_is_counted_twice() -> None:
    by, (site, other) = somebody(), sites(2)
    assert site.parent
    with pytest.raises(ValidationError) as both:
        a_draft(by, [site], comparison=[site.parent])
    assert "comparison" in both.value.message_dict
    with pytest.raises(ValidationError) as nested:
        a_draft(by, [site, site.parent, other])
    assert "units" in nested.value.message_dict


def test_a_draft_is_edited_and_two_editors_meet() -> None:
    by, (site, other) = somebody(), sites(2)
    draft = a_draft(by, [site])
    edited = actions.edit_draft(draft, by=by, version=1, values=content([site, other], why="Autrement."))
    assert (edited.version, edited.units.count()) == (2, 2)
    with pytest.raises(Conflict):
        actions.edit_draft(draft, by=by, version=1, values=content([site]))
    same = actions.edit_draft(draft, by=by, version=2, values=content([site, other], why="Autrement."))
    assert same.version == 2


def test_one_draft_at_a_time_and_a_version_for_each_change() -> None:
    by, (site,) = somebody(), sites(1)
    first = a_draft(by, [site])
    with pytest.raises(ValidationError):
        a_draft(by, [site], first.plan)
    actions.lock_version(first, by=by, version=1)
    assert a_draft(by, [site], first.plan).number == 2


def test_what_is_locked_changes_no_more() -> None:
    by, lead = somebody(), somebody(Role.LEAD)
    locked = a_locked(by, sites(1))
    assert locked.locked_by == by
    assert len(locked.sha256) == 64
    for person in (by, lead):
        with pytest.raises(PermissionDenied):
            actions.edit_draft(locked, by=person, version=locked.version, values={"why": "Autre."})
        with pytest.raises(PermissionDenied):
            actions.discard_draft(locked, by=person)
        with pytest.raises(PermissionDenied):
            actions.lock_version(locked, by=person, version=locked.version)
    with pytest.raises(ValidationError):
        actions.edit_plan(locked.plan, by=by, version=1, values={"evaluation": None})


def test_only_the_team_writes_and_only_the_author_or_a_lead_changes() -> None:
    by, (site,) = somebody(), sites(1)
    for role in (Role.VIEWER, Role.CLERK, Role.ADMINISTRATOR):
        with pytest.raises(PermissionDenied):
            a_plan(somebody(role))
    draft = a_draft(by, [site])
    with pytest.raises(PermissionDenied):
        actions.edit_draft(draft, by=somebody(), version=1, values=content([site]))
    assert actions.lock_version(draft, by=somebody(Role.LEAD), version=1).locked


def test_a_plan_is_prespecified_where_nothing_of_it_had_been_seen() -> None:
    by, (site, other) = somebody(), sites(2)
    first = a_locked(by, [site])
    assert first.prespecified
    a_result(first)
    again = a_locked(by, [site], first.plan)
    assert not again.prespecified
    assert again.results_before == [first.runs.get().pk]
    first.refresh_from_db()
    assert first.prespecified  # its own result came later
    assert a_locked(by, [other]).prespecified  # another place
    assert a_locked(by, [site], outcome="dtp3_doses").prespecified  # another outcome


def test_a_definition_of_the_same_and_a_place_around_it_have_been_seen() -> None:
    by, (site, _other) = somebody(), sites(2)
    a_result(a_locked(by, [site], outcome="dtp1_coverage"))
    assert site.parent
    other_definition = a_locked(by, [site.parent], outcome="dtp1_coverage")
    assert not other_definition.prespecified
    seen = a_locked(by, [a_unit("Aire", site)], outcome="dtp1_coverage")
    assert not seen.prespecified


def test_a_void_result_had_been_seen_and_a_waiting_one_had_not() -> None:
    by, (site, other) = somebody(), sites(2)
    a_result(a_locked(by, [site]), voided_at=timezone.now(), voided_why="Fausse cible.")
    assert not a_locked(by, [site]).prespecified
    AnalysisRun.objects.create(version=a_locked(by, [other]))
    assert a_locked(by, [other]).prespecified


def test_times_decide_and_not_the_order_of_rows() -> None:
    by, (site,) = somebody(), sites(1)
    early = a_locked(by, [site])
    a_result(early, finished_at=timezone.now() + timedelta(hours=1))
    assert a_locked(by, [site]).prespecified


def test_the_mark_cannot_be_taken_away() -> None:
    by, (site,) = somebody(), sites(1)
    a_result(a_locked(by, [site]))
    draft = a_draft(by, [site])
    forged = {"results_before": [], "locked_at": timezone.now(), "sha256": "x", "why": "Autrement."}
    actions.edit_draft(draft, by=by, version=1, values=forged)
    draft.refresh_from_db()
    assert (draft.locked, draft.why) == (False, "Autrement.")
    late = actions.lock_version(draft, by=by, version=2)
    with pytest.raises(PermissionDenied):
        actions.edit_draft(late, by=by, version=late.version, values={"results_before": []})
    late.refresh_from_db()
    assert not late.prespecified
